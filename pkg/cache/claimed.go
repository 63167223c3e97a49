package cache

import (
	"context"
	"maps"
	"sync"
	"sync/atomic"
	"time"
)

// claims are those of a node in the shared store, and those of others that its calls wait
// for. One goroutine sees to all of them.
type claims struct {
	made atomic.Uint64 // so far, for the names of their owners
	news chan struct{} // there may be something to see to

	mu      sync.Mutex
	held    map[Key]string   // their owners
	watched map[Key]*watched // of each key this node has but one flight, and so one at most
}

// watched is an answer that another node makes.
type watched struct {
	owner  string        // as whom the claim is asked for, to see whether it has ended
	flight func()        // ends the flight here
	landed chan struct{} // closed then
}

func (w *watched) end() {
	w.flight()
	close(w.landed)
}

func (c *claims) begin() {
	c.news, c.held, c.watched = make(chan struct{}, 1), map[Key]string{}, map[Key]*watched{}
}

// wake has the claims seen to.
func (c *claims) wake() {
	select {
	case c.news <- struct{}{}:
	default: // it is known already
	}
}

// count is how many there are.
func (c *claims) count() (held, watching int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.held), len(c.watched)
}

// heldNow and watchedNow are copies, so that the store is asked without the lock.
func (c *claims) heldNow() map[Key]string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.Clone(c.held)
}

func (c *claims) watchedNow() map[Key]*watched {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.Clone(c.watched)
}

// holds says whether a claim is held still.
func (c *claims) holds(k Key, owner string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.held[k] == owner
}

// over ends the wait for an answer.
func (c *claims) over(k Key, w *watched) {
	c.mu.Lock()
	there := c.watched[k] == w
	if there {
		delete(c.watched, k)
	}
	c.mu.Unlock()
	if there {
		w.end()
	}
}

// seeToClaims lengthens the claims that are held, and looks after those that are waited for,
// until the answers are closed. While there are none it sleeps.
func (a *Answers) seeToClaims() {
	c := &a.claims
	defer func() { // none is added any more
		for k, w := range c.watchedNow() {
			c.over(k, w)
		}
	}()
	var beat, look time.Time // when they are due
	for {
		held, watching := c.count()
		if now := time.Now(); watching > 0 && !now.Before(look) {
			a.lookAfter(c.watchedNow())
			look = time.Now().Add(claimLook)
			continue
		} else if held > 0 && !now.Before(beat) {
			a.lengthen(c.heldNow())
			beat = time.Now().Add(claimBeat)
			continue
		}
		var due <-chan time.Time
		switch {
		case watching > 0:
			due = time.After(time.Until(look))
		case held > 0:
			due = time.After(time.Until(beat))
		}
		select {
		case <-a.alive.Done():
			return
		case <-c.news:
		case <-due:
		}
	}
}

// lengthen lengthens the claims that are held still.
func (a *Answers) lengthen(held map[Key]string) {
	for k, owner := range held {
		if !a.claims.holds(k, owner) {
			continue
		}
		if _, err := a.claim(k, owner); err != nil {
			a.log.Debug("the shared cache cannot be told that an answer is being made", "error", err)
			return // nor of the others, and each try may take long
		}
		if !a.claims.holds(k, owner) { // it may have been ended before it was lengthened
			a.send(write{key: k, owner: owner})
		}
	}
}

// lookAfter ends the waits whose answer is there, or is made no more.
func (a *Answers) lookAfter(watching map[Key]*watched) {
	away := false
	for k, w := range watching {
		if a.alive.Err() != nil {
			return
		}
		if away || a.Get(k) != nil {
			a.claims.over(k, w)
			continue
		}
		mine, err := a.claim(k, w.owner)
		if mine { // and wanted by nobody: it is over before those who have waited begin
			a.ask("told that an answer is not made", func(ctx context.Context) error { return a.far.Release(ctx, k, w.owner) })
		}
		if away = err != nil; mine || away {
			a.claims.over(k, w)
		}
	}
}
