package alert

import "sync"

// events are what has happened and is not recorded yet. The zero value is empty. Safe
// for concurrent use.
type events struct {
	mu      sync.Mutex
	waiting []*event
	bell    chan struct{}
}

type event struct {
	Signal
	recorded chan struct{} // closed when it is
}

// add takes an event, and returns what is closed when it is recorded.
func (e *events) add(s Signal) <-chan struct{} {
	e.mu.Lock()
	defer e.mu.Unlock()
	added := &event{s, make(chan struct{})}
	e.waiting = append(e.waiting, added)
	select {
	case e.rope() <- struct{}{}:
	default: // it rings already
	}
	return added.recorded
}

// told is where is heard that there is an event.
func (e *events) told() <-chan struct{} {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.rope()
}

func (e *events) rope() chan struct{} {
	if e.bell == nil {
		e.bell = make(chan struct{}, 1)
	}
	return e.bell
}

// take returns the events, of each subject the newest first, and how many there are.
func (e *events) take() (all []Signal, n int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for i := len(e.waiting) - 1; i >= 0; i-- {
		all = append(all, e.waiting[i].Signal)
	}
	return all, len(e.waiting)
}

// written forgets the oldest n events, which are recorded.
func (e *events) written(n int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, done := range e.waiting[:n] {
		close(done.recorded)
	}
	e.waiting = e.waiting[n:]
}
