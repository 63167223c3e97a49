package cache

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// Share is how the answers of a namespace have fared since the process began.
type Share struct {
	Namespace string  `json:"namespace" doc:"The calls' x-asbru-cache-key; empty: of calls without one; *: of all namespaces beyond the first 50 of a node."`
	Entries   int     `json:"entries" doc:"Answers that are kept."`
	Bytes     int64   `json:"bytes"`
	Hits      int64   `json:"hits"`
	Misses    int64   `json:"misses"`
	SavedCost float64 `json:"saved_cost" doc:"What the hits would have cost, in dollars."`
	SavedTime float64 `json:"saved_seconds" doc:"How long it took to make the answers that were given again."`
}

// Add adds the figures of the same namespace elsewhere.
func (s *Share) Add(other Share) {
	s.Entries, s.Bytes = s.Entries+other.Entries, s.Bytes+other.Bytes
	s.Hits, s.Misses = s.Hits+other.Hits, s.Misses+other.Misses
	s.SavedCost, s.SavedTime = s.SavedCost+other.SavedCost, s.SavedTime+other.SavedTime
}

const (
	// namespacesCounted bounds the namespaces that are counted one by one: callers name them,
	// and each node tells of them with every beat.
	namespacesCounted = 50
	otherNamespaces   = "*"
)

// Tally counts by namespace. The zero value is ready. Safe for concurrent use.
type Tally struct {
	mu     sync.Mutex
	shares map[string]*Share
}

// Hit counts an answer that was given again, and what that has saved, in nano-dollars.
func (t *Tally) Hit(namespace string, nano int64, took time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := t.of(namespace)
	s.Hits++
	s.SavedCost += float64(nano) / 1e9
	s.SavedTime += took.Seconds()
}

// Miss counts a call whose answer was not there.
func (t *Tally) Miss(namespace string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.of(namespace).Misses++
}

// hold counts an entry that has come to be kept, or with -1 one that has gone.
func (t *Tally) hold(e *Entry, n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := t.of(e.Namespace)
	s.Entries += n
	s.Bytes += int64(n * e.Size())
}

// of returns the share of a namespace, always the same one.
func (t *Tally) of(namespace string) *Share {
	if s := t.shares[namespace]; s != nil {
		return s
	}
	if len(t.shares) >= namespacesCounted {
		namespace = otherNamespaces
		if s := t.shares[namespace]; s != nil {
			return s
		}
	}
	if t.shares == nil {
		t.shares = map[string]*Share{}
	}
	s := &Share{Namespace: strings.Clone(namespace)} // the name may be lent
	t.shares[s.Namespace] = s
	return s
}

// Shares returns what was counted, in the order of the namespaces' names.
func (t *Tally) Shares() []Share {
	t.mu.Lock()
	defer t.mu.Unlock()
	all := make([]Share, 0, len(t.shares))
	for s := range maps.Values(t.shares) {
		all = append(all, *s)
	}
	slices.SortFunc(all, func(a, b Share) int { return cmp.Compare(a.Namespace, b.Namespace) })
	return all
}
