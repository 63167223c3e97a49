package memory

// Hot path.

import (
	"hash/maphash"
	"sync"
	"sync/atomic"

	"github.com/asbru-gateway/asbru/pkg/limits"
)

// call is what one call holds.
type call struct {
	id     string
	key    callKey
	at     int64 // when it was reserved
	parts  []holding
	locked []*count
	ready  atomic.Bool // parts are filled in, and change under the shard's lock only
}

// holding is what a call holds of one limit.
type holding struct {
	count         *count
	money         bool
	shape         limits.Shape
	amount, where int64
}

func (p *holding) amend(by int64) {
	if by == 0 {
		return
	}
	p.count.mu.Lock()
	p.count.amend(p.shape, p.where, by)
	p.count.mu.Unlock()
}

// callKey stands for a call's id where it is looked for.
type callKey [2]uint64

type callShard struct {
	mu    sync.Mutex
	calls map[callKey]*call
	_     [48]byte // a cache line of its own
}

func (s *callShard) begin() { s.calls = map[callKey]*call{} }

func (m *Limiter) callOf(id string) (*callShard, callKey) {
	key := callKey{maphash.String(m.seed, id), maphash.String(m.second, id)}
	return &m.calls[key[0]%shards], key
}

var calls = sync.Pool{New: func() any { return &call{} }}

// open notes a new call. It returns nil if there is one of that id.
func (s *callShard) open(id string, key callKey, now int64) *call {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.calls[key] != nil {
		return nil
	}
	c := calls.Get().(*call)
	c.id, c.key, c.at = id, key, now
	s.calls[key] = c
	return c
}

// close forgets a call and returns it, to be freed; nil if there is none.
func (s *callShard) close(key callKey) *call {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.calls[key]
	delete(s.calls, key)
	return c
}

func (c *call) free() {
	clear(c.parts)
	c.id, c.parts = "", c.parts[:0]
	c.ready.Store(false)
	calls.Put(c)
}

// lock finds and locks the counts of all wants. It does so in the order in which
// they were made, so that no two calls can wait for each other.
func (m *Limiter) lock(c *call, wants []limits.Want, now moment) {
	for {
		c.parts, c.locked = c.parts[:0], c.locked[:0]
		for i := range wants {
			n := m.countOf(wants[i].Limit.ID, now)
			c.parts = append(c.parts, holding{count: n, shape: wants[i].Limit.Shape(), money: wants[i].Limit.Kind == limits.Money})
			c.insert(n)
		}
		dropped := false
		for _, n := range c.locked {
			n.mu.Lock()
			dropped = dropped || n.dropped
		}
		if !dropped {
			return
		}
		c.unlock()
	}
}

// insert puts a count where it belongs in the order of locking, once.
func (c *call) insert(n *count) {
	at := len(c.locked)
	for at > 0 && c.locked[at-1].order >= n.order {
		at--
		if c.locked[at] == n {
			return
		}
	}
	c.locked = append(c.locked, nil)
	copy(c.locked[at+1:], c.locked[at:])
	c.locked[at] = n
}

func (c *call) unlock() {
	for _, n := range c.locked {
		n.mu.Unlock()
	}
	clear(c.locked)
	c.locked = c.locked[:0]
}
