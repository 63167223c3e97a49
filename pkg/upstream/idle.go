// Hot path: nothing here allocates once the stack has grown.

package upstream

import (
	"sync"
	"time"
)

// idleStack holds an origin's idle connections, the one used last on top: a
// shrinking load lets the lower ones grow old, and a timer closes those.
type idleStack struct {
	timeout time.Duration

	mu     sync.Mutex
	conns  []*Conn // ordered by idleSince
	timer  *time.Timer
	closed bool
}

// pop returns the connection used last, or nil if there is none young enough.
func (s *idleStack) pop(now time.Time) *Conn {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := len(s.conns)
	if n == 0 || now.Sub(s.conns[n-1].idleSince) > s.timeout {
		return nil
	}
	c := s.conns[n-1]
	s.conns[n-1] = nil
	s.conns = s.conns[:n-1]
	return c
}

// push makes c idle, or closes it if the stack is closed.
func (s *idleStack) push(c *Conn, now time.Time) {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		c.raw.Close()
		return
	}
	c.idleSince = now
	s.conns = append(s.conns, c)
	if s.timer == nil {
		s.timer = time.AfterFunc(s.timeout, s.prune)
	}
	s.mu.Unlock()
}

// prune closes what has been idle for too long and, if any are left, comes again.
func (s *idleStack) prune() {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	old := 0
	for old < len(s.conns) && now.Sub(s.conns[old].idleSince) >= s.timeout {
		s.conns[old].raw.Close()
		old++
	}
	rest := copy(s.conns, s.conns[old:])
	clear(s.conns[rest:])
	s.conns = s.conns[:rest]
	s.timer = nil
	if rest > 0 && !s.closed {
		s.timer = time.AfterFunc(s.timeout-now.Sub(s.conns[0].idleSince), s.prune)
	}
}

func (s *idleStack) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	if s.timer != nil {
		s.timer.Stop()
	}
	for _, c := range s.conns {
		c.raw.Close()
	}
	s.conns = nil
}
