package oauth

import (
	"context"
	"errors"
	"strings"
	"sync"
)

// ErrNoRecord says that there is nothing at a place, and ErrChanged that there is something
// else by now.
var (
	ErrNoRecord = errors.New("oauth: there is no such record")
	ErrChanged  = errors.New("oauth: the record was changed meanwhile")
)

// Records keep short texts for all nodes, each at a place of two names with a dot between
// them. Safe for concurrent use.
type Records interface {
	// Load returns the text and its revision, or ErrNoRecord. It sees each write that had
	// ended before.
	Load(ctx context.Context, place string) (text []byte, revision uint64, err error)
	// Put writes, whatever there is.
	Put(ctx context.Context, place string, text []byte) error
	// Swap writes in place of the text of a revision, and returns the new one; ErrChanged if
	// there is another.
	Swap(ctx context.Context, place string, text []byte, revision uint64) (uint64, error)
	// Delete removes the text of a revision; ErrChanged if there is another.
	Delete(ctx context.Context, place string, revision uint64) error
	// Under returns the places whose first name is this one.
	Under(ctx context.Context, first string) ([]string, error)
}

// MemoryRecords are records of one process. The zero value is ready.
type MemoryRecords struct {
	mu   sync.Mutex
	last uint64
	all  map[string]memoryRecord
}

type memoryRecord struct {
	text     []byte
	revision uint64
}

// Load implements Records.
func (m *MemoryRecords) Load(_ context.Context, place string) ([]byte, uint64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r, ok := m.all[place]
	if !ok {
		return nil, 0, ErrNoRecord
	}
	return r.text, r.revision, nil
}

// Put implements Records.
func (m *MemoryRecords) Put(_ context.Context, place string, text []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.set(place, text)
	return nil
}

func (m *MemoryRecords) set(place string, text []byte) {
	if m.all == nil {
		m.all = map[string]memoryRecord{}
	}
	m.last++
	m.all[place] = memoryRecord{text, m.last}
}

// Swap implements Records.
func (m *MemoryRecords) Swap(_ context.Context, place string, text []byte, revision uint64) (uint64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.all[place].revision != revision {
		return 0, ErrChanged
	}
	m.set(place, text)
	return m.last, nil
}

// Delete implements Records.
func (m *MemoryRecords) Delete(_ context.Context, place string, revision uint64) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.all[place].revision != revision {
		return ErrChanged
	}
	delete(m.all, place)
	return nil
}

// Under implements Records.
func (m *MemoryRecords) Under(_ context.Context, first string) (places []string, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for place := range m.all {
		if strings.HasPrefix(place, first+".") {
			places = append(places, place)
		}
	}
	return places, nil
}
