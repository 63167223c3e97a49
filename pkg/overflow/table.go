package overflow

import (
	"sync"
	"sync/atomic"
)

// Table has what belongs to each transfer that is under way. Safe for concurrent use;
// the zero Table is empty.
type Table[T any] struct {
	open   atomic.Int64
	shards [tableShards]tableShard[T]
}

// tableShards spread the locks; a power of two.
const tableShards = 32

type tableShard[T any] struct {
	mu   sync.Mutex
	byID map[ID]T
}

func (t *Table[T]) shard(id ID) *tableShard[T] { return &t.shards[id&(tableShards-1)] }

// Enter puts a transfer in.
func (t *Table[T]) Enter(id ID, of T) {
	s := t.shard(id)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byID == nil {
		s.byID = map[ID]T{}
	}
	if _, known := s.byID[id]; !known {
		t.open.Add(1)
	}
	s.byID[id] = of
}

// Leave takes a transfer out, and returns what belongs to it.
func (t *Table[T]) Leave(id ID) (of T, found bool) {
	s := t.shard(id)
	s.mu.Lock()
	defer s.mu.Unlock()
	if of, found = s.byID[id]; found {
		delete(s.byID, id)
		t.open.Add(-1)
	}
	return of, found
}

// Find returns what belongs to a transfer.
func (t *Table[T]) Find(id ID) (of T, found bool) {
	s := t.shard(id)
	s.mu.Lock()
	defer s.mu.Unlock()
	of, found = s.byID[id]
	return of, found
}

// Each calls f for the transfers that are under way. It holds no lock meanwhile.
func (t *Table[T]) Each(f func(T)) {
	if t.open.Load() == 0 {
		return
	}
	var all []T
	for i := range t.shards {
		s := &t.shards[i]
		s.mu.Lock()
		for _, of := range s.byID {
			all = append(all, of)
		}
		s.mu.Unlock()
	}
	for _, of := range all {
		f(of)
	}
}
