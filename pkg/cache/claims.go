package cache

import (
	"context"
	"strconv"
	"time"
)

// ClaimFor is how long a claim lasts that is not lengthened: so long do others wait for a
// node that died.
const ClaimFor = 5 * time.Second

const (
	claimBeat = ClaimFor / 5          // how often a claim is lengthened
	claimLook = 20 * time.Millisecond // how often it is looked whether another's has ended
)

// Begin says that an answer is about to be made. It returns what ends that, or, where it is
// being made already, at this node or at another, a channel that is closed when it is not any
// more.
func (a *Answers) Begin(k Key) (end func(), wait <-chan struct{}) {
	end, wait = a.flights.Begin(k)
	if end == nil || a.far == nil {
		return end, wait
	}
	owner := a.owner + "#" + strconv.FormatUint(a.claims.made.Add(1), 36)
	switch mine, err := a.claim(k, owner); {
	case err != nil: // the store is away: the node is on its own
		return end, nil
	case mine:
		return a.hold(k, owner, end), nil
	}
	w := &watched{owner: owner, flight: end, landed: make(chan struct{})}
	if !a.watch(k, w) {
		return end, nil
	}
	return nil, w.landed
}

func (a *Answers) claim(k Key, owner string) (bool, error) {
	ctx, cancel := context.WithTimeout(a.alive, farPatience)
	defer cancel()
	return a.far.Claim(ctx, k, owner)
}

// hold has a claim lengthened until the answer was made, or was not.
func (a *Answers) hold(k Key, owner string, end func()) func() {
	c := &a.claims
	c.mu.Lock()
	c.held[k] = owner
	first := len(c.held) == 1
	c.mu.Unlock()
	if first {
		c.wake()
	}
	return func() {
		c.mu.Lock()
		if c.held[k] == owner {
			delete(c.held, k)
		}
		c.mu.Unlock()
		a.send(write{key: k, owner: owner})
		end()
	}
}

// watch has it looked for until an answer is there that another node makes, or that node makes
// it no more. It says no when the answers are closed.
func (a *Answers) watch(k Key, w *watched) bool {
	c := &a.claims
	c.mu.Lock()
	defer c.mu.Unlock()
	if a.alive.Err() != nil {
		return false
	}
	c.watched[k] = w
	c.wake()
	return true
}
