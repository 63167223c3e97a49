// Hot path: nothing here allocates.

package upstream

import "sync"

// Cut is how a call is ended from outside, wherever it is: waiting for a slot,
// dialling, sending, waiting for the answer or reading it. Each of these steps
// enters the Cut with what it waits on and leaves it before that thing can serve
// another call, so a late Fire never hits a stranger.
//
// The zero value is ready. Fire may be called from any goroutine at any time,
// as often as one likes; Enter and Leave by the call's owner only.
type Cut struct {
	mu    sync.Mutex
	fired bool
	on    Interrupter
}

// Interrupter is something that a call waits on. Interrupt makes the wait end
// with an error. It is called at most once between Enter and Leave, under the
// Cut's lock, and must not block.
type Interrupter interface{ Interrupt() }

// Fire ends the call: the wait that is going on is interrupted and any later one
// is refused, until Reset.
func (c *Cut) Fire() {
	c.mu.Lock()
	if !c.fired {
		c.fired = true
		if c.on != nil {
			c.on.Interrupt()
		}
	}
	c.mu.Unlock()
}

// Fired says whether Fire has been called since the last Reset.
func (c *Cut) Fired() bool {
	c.mu.Lock()
	fired := c.fired
	c.mu.Unlock()
	return fired
}

// Enter makes on the thing that Fire interrupts. It returns false, and enters
// nothing, when the Cut has been fired.
func (c *Cut) Enter(on Interrupter) bool {
	c.mu.Lock()
	ok := !c.fired
	if ok {
		c.on = on
	}
	c.mu.Unlock()
	return ok
}

// Leave ends what Enter began. It returns false when the Cut has been fired; if
// so, Interrupt has returned.
func (c *Cut) Leave() bool {
	c.mu.Lock()
	c.on = nil
	ok := !c.fired
	c.mu.Unlock()
	return ok
}

// Reset makes c ready for another call. Whoever could fire it for the last call
// must have been stopped before.
func (c *Cut) Reset() {
	c.mu.Lock()
	c.fired, c.on = false, nil
	c.mu.Unlock()
}
