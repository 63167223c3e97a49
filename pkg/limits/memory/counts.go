package memory

// Hot path.

import (
	"hash/maphash"
	"sync"
)

// countShard is a part of the counts, by the limits' ids.
type countShard struct {
	mu      sync.RWMutex
	counts  map[string]*count
	sweepAt int // how many there are when those that are not needed are dropped
}

// sweepLeast is from how many counts on a shard is swept at all.
const sweepLeast = 256

func (s *countShard) begin() {
	s.counts = map[string]*count{}
	s.sweepAt = sweepLeast
}

// countOf returns the count of a limit.
func (m *Limiter) countOf(id string, now moment) *count {
	s := &m.counts[maphash.String(m.seed, id)%shards]
	s.mu.RLock()
	c := s.counts[id]
	s.mu.RUnlock()
	if c != nil {
		return c
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if c = s.counts[id]; c != nil {
		return c
	}
	if len(s.counts) >= s.sweepAt {
		s.sweep(now)
	}
	c = &count{id: id, order: m.order.Add(1)}
	s.counts[id] = c
	return c
}

// sweep drops the counts in which nothing is counted: there may have been very
// many callers, of whom few still come.
func (s *countShard) sweep(now moment) {
	for id, c := range s.counts {
		c.mu.Lock()
		if c.idle(now) {
			c.dropped = true
			delete(s.counts, id)
		}
		c.mu.Unlock()
	}
	s.sweepAt = max(sweepLeast, 2*len(s.counts))
}
