package mcpserver

import (
	"context"
	"sync"
)

// running is what is under way on this node in sessions: calls by their ids, and streams,
// which have none. The zero value is ready.
type running struct {
	mu   sync.Mutex
	last uint64
	all  map[string]map[uint64]entry
}

type entry struct {
	request string // "" for a stream
	cancel  context.CancelFunc
}

// add notes something that can be cancelled, until it is removed.
func (r *running) add(session, request string, cancel context.CancelFunc) (remove func()) {
	if session == "" {
		return func() {}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.all == nil {
		r.all = map[string]map[uint64]entry{}
	}
	if r.all[session] == nil {
		r.all[session] = map[uint64]entry{}
	}
	r.last++
	at := r.last
	r.all[session][at] = entry{request, cancel}
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		if delete(r.all[session], at); len(r.all[session]) == 0 {
			delete(r.all, session)
		}
	}
}

// cancel ends a call of a session; with no request, all that is under way in it.
func (r *running) cancel(session, request string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, e := range r.all[session] {
		if request == "" || e.request == request {
			e.cancel()
		}
	}
}
