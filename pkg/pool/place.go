package pool

import "time"

// Place is a call's place in the queue, for a call that waits for something else at
// the same time. The zero Place is none.
type Place struct {
	pool *Pool
	w    *waiter
}

// Queue takes a slot, which is Local, or a place in the queue, which is Queued and
// must be given up with Leave; or neither, as Acquire would.
func (p *Pool) Queue(deadline time.Time) (place Place, v Verdict, expected time.Duration) {
	if p.Take() {
		return Place{}, Local, 0
	}
	w := waiters.Get().(*waiter)
	v, expected, queued := p.enqueue(w, time.Now(), deadline, false)
	if !queued {
		waiters.Put(w)
		return Place{}, v, expected
	}
	return Place{p, w}, Queued, 0
}

// Woken has a token when the call has been given a slot.
func (pl Place) Woken() <-chan struct{} {
	if pl.w == nil {
		return nil
	}
	return pl.w.woken
}

// Leave gives up the place. If the call has been given a slot, it has it now.
func (pl Place) Leave() (slot bool) {
	if pl.w == nil {
		return false
	}
	slot = pl.pool.dequeue(pl.w)
	select {
	case <-pl.w.woken:
	default:
	}
	waiters.Put(pl.w)
	return slot
}
