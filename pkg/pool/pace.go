package pool

import "time"

// pace learns how fast a queue moves. It looks only while calls wait, so that a
// call which finds a free slot pays nothing for it. Guarded by the pool's lock.
type pace struct {
	interval time.Duration // between two slots coming free: a moving average
	since    time.Time     // when the interval that is running began
}

// queued notes that a call began to wait behind ahead others.
func (p *pace) queued(now time.Time, ahead int) {
	if ahead == 0 {
		p.since = now
	}
}

// served notes that a waiter got a slot.
func (p *pace) served(now time.Time, more bool) {
	took := now.Sub(p.since)
	if p.interval == 0 {
		p.interval = took
	} else {
		p.interval += (took - p.interval) / 8
	}
	if more {
		p.since = now
	}
}

// expect returns how long one would wait behind ahead others, 0 if that is not
// known. With nobody ahead it never is: there must always be one who waits, or
// an average that has grown too large could not come down again.
func (p *pace) expect(ahead int) time.Duration {
	if ahead == 0 {
		return 0
	}
	return p.interval * time.Duration(ahead+1)
}
