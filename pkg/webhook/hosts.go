package webhook

import (
	"sync"
	"time"
)

const (
	// hostMax is how many tries at one host are under way at once.
	hostMax = 8
	// circuitAfter is how many failures in a row open a host's circuit.
	circuitAfter = 5
	// circuitFirst and circuitMax bound how long it stays open; it doubles.
	circuitFirst, circuitMax = 10 * time.Second, 5 * time.Minute
	// busyFirst and busyMax bound how long a delivery waits whose host is busy.
	busyFirst, busyMax = time.Second, time.Minute
	// hostsMax is how many hosts are remembered before those of no account are
	// forgotten.
	hostsMax = 4096
)

// hosts shares the sender's tries among receivers, so that one that is slow or away
// holds up its own deliveries only. Safe for concurrent use.
type hosts struct {
	mu sync.Mutex
	of map[string]*host
}

type host struct {
	inflight int
	waiting  int // about how many were turned away lately
	failures int // in a row
	opens    time.Duration
	until    time.Time // while its circuit is open
}

// admission is what a delivery is told that asks for a try.
type admission struct {
	ok   bool
	open bool // the circuit is open; else the host is busy
	wait time.Duration
}

// enter asks for a try at a host. Who is admitted calls leave.
func (h *hosts) enter(name string, now time.Time) admission {
	h.mu.Lock()
	defer h.mu.Unlock()
	s := h.at(name, now)
	most := hostMax
	if s.failures >= circuitAfter {
		if wait := s.until.Sub(now); wait > 0 {
			return admission{open: true, wait: wait}
		}
		most = 1 // one try finds out whether the host is back
	}
	if s.inflight >= most {
		s.waiting++
		wait := min(busyFirst+time.Duration(s.waiting)*busyFirst/hostMax, busyMax)
		return admission{wait: wait}
	}
	s.inflight++
	return admission{ok: true}
}

// leave ends a try. A host that answers at all is well unless its answer is an error
// of its own.
func (h *hosts) leave(name string, o outcome, now time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	s := h.of[name]
	s.inflight--
	s.waiting /= 2
	switch o {
	case interrupted:
		return
	case unreachable:
		if s.failures++; s.failures >= circuitAfter {
			s.opens = min(max(2*s.opens, circuitFirst), circuitMax)
			s.until = now.Add(s.opens)
		}
		return
	}
	s.failures, s.opens = 0, 0
	if s.inflight == 0 && s.waiting == 0 {
		delete(h.of, name)
	}
}

func (h *hosts) at(name string, now time.Time) *host {
	if s := h.of[name]; s != nil {
		return s
	}
	if h.of == nil {
		h.of = make(map[string]*host)
	}
	if len(h.of) >= hostsMax {
		for name, s := range h.of {
			if s.inflight == 0 && now.After(s.until) {
				delete(h.of, name)
			}
		}
	}
	s := new(host)
	h.of[name] = s
	return s
}
