package cache

import (
	"cmp"
	"container/list"
	"context"
	"slices"
	"sync"
	"time"
)

// Neighbourhood keeps neighbours in this process, up to a number of them: of too many the
// oldest go. It looks at each of a group, so that it misses none. Safe for concurrent use.
type Neighbourhood struct {
	now func() time.Time

	mu     sync.RWMutex
	most   int
	groups map[Key]*neighbours
	ages   list.List // of *resident, the oldest first
	swept  time.Time // when those were taken out last whose time is up
}

// neighbours are those of a group. A search reads the list that it has found, so none is ever
// changed: what is added goes behind its end, and to take one out makes a new list.
type neighbours struct {
	all []*resident
}

// resident is a neighbour, and where it is.
type resident struct {
	Neighbour

	tails   []float32
	group   Key
	expires time.Time
	age     *list.Element
}

// sweepEvery is how often those are looked for whose time is up.
const sweepEvery = time.Minute

// NewNeighbourhood returns an empty neighbourhood for so many.
func NewNeighbourhood(most int) *Neighbourhood {
	h := &Neighbourhood{now: time.Now, most: most, groups: map[Key]*neighbours{}}
	h.ages.Init()
	return h
}

// Resize bounds the neighbours to so many from now on.
func (h *Neighbourhood) Resize(most int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.most = most
	h.shrink(most)
}

// Len is how many there are.
func (h *Neighbourhood) Len() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.sweep(h.now())
	return h.ages.Len()
}

// Add implements [Neighbours]. It does not fail.
func (h *Neighbourhood) Add(_ context.Context, group Key, n *Neighbour) error {
	r := &resident{Neighbour: *n, tails: tails(n.Vector), group: group}
	h.mu.Lock()
	defer h.mu.Unlock()
	now := h.now()
	if now.Sub(h.swept) >= sweepEvery {
		h.sweep(now)
	}
	if of := h.groups[group]; of != nil {
		if at := of.find(n.Key); at >= 0 {
			h.forget(of.all[at])
		}
	}
	if h.shrink(h.most - 1); h.most < 1 {
		return nil
	}
	of := h.groups[group]
	if of == nil {
		of = &neighbours{}
		h.groups[group] = of
	}
	r.expires, r.age = now.Add(n.TTL), h.ages.PushBack(r)
	of.all = append(of.all, r)
	return nil
}

func (n *neighbours) find(k Key) int {
	return slices.IndexFunc(n.all, func(r *resident) bool { return r.Key == k })
}

// shrink forgets the oldest until there are so many.
func (h *Neighbourhood) shrink(to int) {
	for h.ages.Len() > max(to, 0) {
		h.forget(h.ages.Front().Value.(*resident))
	}
}

// sweep forgets those whose time is up.
func (h *Neighbourhood) sweep(now time.Time) {
	h.swept = now
	h.forgetAll(func(r *resident) bool { return !r.expires.After(now) })
}

// forgetAll forgets those that are meant, and returns how many those were.
func (h *Neighbourhood) forgetAll(meant func(*resident) bool) int {
	before := h.ages.Len()
	for key, of := range h.groups {
		if !slices.ContainsFunc(of.all, meant) {
			continue
		}
		left := make([]*resident, 0, len(of.all))
		for _, r := range of.all {
			if meant(r) {
				h.ages.Remove(r.age)
			} else {
				left = append(left, r)
			}
		}
		if of.all = left; len(left) == 0 {
			delete(h.groups, key)
		}
	}
	return before - h.ages.Len()
}

// forget forgets one that is there.
func (h *Neighbourhood) forget(r *resident) {
	h.ages.Remove(r.age)
	of := h.groups[r.group]
	if len(of.all) == 1 {
		delete(h.groups, r.group)
		of.all = nil
		return
	}
	at := slices.Index(of.all, r)
	if at == 0 { // the oldest of a group, as a rule: the list begins later
		of.all = of.all[1:]
		return
	}
	of.all = slices.Concat(of.all[:at], of.all[at+1:])
}

// Nearest implements [Neighbours]. It does not fail.
func (h *Neighbourhood) Nearest(_ context.Context, group Key, v []float32, threshold float64, most int) ([]Near, error) {
	h.mu.RLock()
	var all []*resident
	if of := h.groups[group]; of != nil {
		all = of.all
	}
	h.mu.RUnlock()
	if len(all) == 0 || most < 1 {
		return nil, nil
	}
	now, least, ends := h.now(), float32(threshold), tails(v)
	found := make([]Near, 0, most)
	for _, r := range all {
		if len(r.Vector) != len(v) || !r.expires.After(now) {
			continue
		}
		if by, ok := dotAtLeast(v, r.Vector, ends, r.tails, least); ok {
			if found = nearer(found, Near{r.Key, min(float64(by), 1)}, most); len(found) == most {
				least = max(least, float32(found[most-1].Similarity))
			}
		}
	}
	return found, nil
}

// nearer puts one in its place among those found, of which there are at most so many.
func nearer(found []Near, n Near, most int) []Near {
	at, _ := slices.BinarySearchFunc(found, n, func(x, y Near) int { return cmp.Compare(y.Similarity, x.Similarity) })
	if at == most {
		return found
	}
	if len(found) == most {
		found = found[:most-1]
	}
	return slices.Insert(found, at, n)
}

// Remove implements [Neighbours]. It does not fail.
func (h *Neighbourhood) Remove(_ context.Context, group, k Key) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if of := h.groups[group]; of != nil {
		if at := of.find(k); at >= 0 {
			h.forget(of.all[at])
		}
	}
	return nil
}

// Purge implements [Neighbours]. It does not fail.
func (h *Neighbourhood) Purge(_ context.Context, s Selection) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.forgetAll(func(r *resident) bool { return s.Has(&r.Origin) }), nil
}
