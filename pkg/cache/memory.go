package cache

import (
	"context"
	"time"

	"github.com/maypok86/otter/v2"
)

// Memory keeps entries in this process, up to a number of bytes: of too many those go that
// are used least. Safe for concurrent use.
type Memory struct {
	entries *otter.Cache[Key, living]
	tally   Tally
}

// living is an entry and how long it is kept.
type living struct {
	*Entry
	ttl time.Duration
}

// NewMemory returns an empty memory for so many bytes.
func NewMemory(maxBytes int64) *Memory {
	m := &Memory{}
	m.entries = otter.Must(&otter.Options[Key, living]{
		MaximumWeight:    uint64(maxBytes),
		Weigher:          func(_ Key, e living) uint32 { return uint32(e.Size()) },
		ExpiryCalculator: otter.ExpiryWritingFunc(func(e otter.Entry[Key, living]) time.Duration { return e.Value.ttl }),
		OnAtomicDeletion: func(e otter.DeletionEvent[Key, living]) { m.tally.hold(e.Value.Entry, -1) },
	})
	return m
}

// Resize bounds the entries to so many bytes from now on.
func (m *Memory) Resize(maxBytes int64) { m.entries.SetMaximum(uint64(maxBytes)) }

// Get implements [Store]. It does not fail.
func (m *Memory) Get(_ context.Context, k Key) (*Entry, time.Duration, error) {
	e, there := m.entries.GetEntry(k)
	if !there {
		return nil, 0, nil
	}
	return e.Value.Entry, e.ExpiresAfter(), nil
}

// Put implements [Store]. It does not fail.
func (m *Memory) Put(_ context.Context, k Key, e *Entry, ttl time.Duration) error {
	m.tally.hold(e, 1)
	m.entries.Set(k, living{e, ttl})
	return nil
}

// Purge implements [Store]. It does not fail.
func (m *Memory) Purge(_ context.Context, s Selection) (int, error) {
	n := 0
	for k, e := range m.entries.All() {
		if s.Has(&e.Origin) {
			if _, there := m.entries.Invalidate(k); there {
				n++
			}
		}
	}
	return n, nil
}

// Stats are what a memory holds.
type Stats struct {
	Entries  int   `json:"entries"`
	Bytes    int64 `json:"bytes"`
	MaxBytes int64 `json:"max_bytes"`
}

// Stats returns what the memory holds.
func (m *Memory) Stats() Stats {
	m.entries.CleanUp()
	return Stats{Entries: m.entries.EstimatedSize(), Bytes: int64(m.entries.WeightedSize()), MaxBytes: int64(m.entries.GetMaximum())}
}

// Close ends what runs for the memory.
func (m *Memory) Close() { m.entries.StopAllGoroutines() }
