// Hot path for a provider that is busy: waiters are pooled and nothing here
// allocates once there are enough of them.

package pool

import (
	"sync"
	"time"

	"github.com/asbru-gateway/asbru/pkg/upstream"
)

// waiter is one call in the queue.
type waiter struct {
	prev, next *waiter
	queued     bool
	granted    bool // has been given a slot; guarded by the pool's lock, as are the above

	woken chan struct{} // one token: look what has happened
	timer *time.Timer
}

var waiters = sync.Pool{New: func() any {
	w := &waiter{woken: make(chan struct{}, 1), timer: time.NewTimer(time.Hour)}
	w.timer.Stop()
	return w
}}

func (w *waiter) wake() {
	select {
	case w.woken <- struct{}{}:
	default:
	}
}

// Interrupt implements upstream.Interrupter.
func (w *waiter) Interrupt() { w.wake() }

// wait is Acquire when no slot is free. unbounded waits in a queue that is full, too.
func (p *Pool) wait(deadline time.Time, cut *upstream.Cut, unbounded bool) (Verdict, time.Duration) {
	start := time.Now()
	w := waiters.Get().(*waiter)
	defer waiters.Put(w)
	if v, expected, queued := p.enqueue(w, start, deadline, unbounded); !queued {
		return v, expected
	}
	entered := cut.Enter(w)
	timedOut := entered && w.sleep(start, deadline)
	live := cut.Leave() // from here on nobody interrupts w
	granted := p.dequeue(w)
	select {
	case <-w.woken:
	default:
	}
	waited := time.Since(start)
	// A slot that comes with the end of the time is of no use: nothing could be asked.
	late := timedOut || !deadline.IsZero() && waited >= deadline.Sub(start)
	switch {
	case granted && live && !late:
		return Local, waited
	case granted:
		p.Release()
	}
	if late && live {
		return TimedOut, waited
	}
	return Canceled, waited
}

// sleep returns when w is woken, or true when the deadline has passed.
func (w *waiter) sleep(now, deadline time.Time) (timedOut bool) {
	if deadline.IsZero() {
		<-w.woken
		return false
	}
	w.timer.Reset(deadline.Sub(now))
	defer w.timer.Stop()
	select {
	case <-w.woken:
		return false
	case <-w.timer.C:
		return true
	}
}

// enqueue puts w at the end of the queue, unless a slot has come free or w has
// nothing to wait for.
func (p *Pool) enqueue(w *waiter, now, deadline time.Time, unbounded bool) (v Verdict, expected time.Duration, queued bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for {
		load := p.load.Load()
		ahead := waitingOf(load)
		if ahead == 0 && p.Take() {
			return Local, 0, false
		}
		if ahead == 0 && busyOf(load) < p.slots.Load() {
			continue // a slot came free after Take had looked
		}
		if !deadline.IsZero() && !now.Before(deadline) {
			return TimedOut, 0, false
		}
		expected = p.pace.expect(ahead)
		if ahead >= p.capacity && !unbounded || !deadline.IsZero() && now.Add(expected).After(deadline) {
			return Full, expected, false
		}
		// From a load that says the slots are taken to one that says somebody waits
		// there must be no step in between, or a slot released there is lost.
		if p.load.CompareAndSwap(load, load+oneWaiter) {
			p.pace.queued(now, ahead)
			w.granted = false
			p.queue.push(w)
			return Local, 0, true
		}
	}
}

// dequeue takes w out of the queue if it is still there, and says whether it has
// been given a slot.
func (p *Pool) dequeue(w *waiter) (granted bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if w.queued {
		p.queue.remove(w)
		p.count(0, -1)
	}
	return w.granted
}

// list is the queue: doubly linked, so that who leaves early does so at once.
type list struct{ first, last *waiter }

func (l *list) push(w *waiter) {
	w.prev, w.next, w.queued = l.last, nil, true
	if l.last == nil {
		l.first = w
	} else {
		l.last.next = w
	}
	l.last = w
}

func (l *list) remove(w *waiter) {
	if w.prev == nil {
		l.first = w.next
	} else {
		w.prev.next = w.next
	}
	if w.next == nil {
		l.last = w.prev
	} else {
		w.next.prev = w.prev
	}
	w.prev, w.next, w.queued = nil, nil, false
}
