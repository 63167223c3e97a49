package cache

import (
	"context"
	"sync/atomic"
	"time"
)

const (
	// mostTried are the neighbours whose answers are looked for, the nearest first: of some the
	// answer is gone.
	mostTried = 4
	// alikePatience bounds a search among the neighbours that nodes share: a call waits for it.
	alikePatience = 300 * time.Millisecond
	// alikeRest is how long they are not asked when they could not be.
	alikeRest = 10 * time.Second
)

// SharedNeighbours are those of several nodes.
type SharedNeighbours interface {
	Neighbours
	Close() error
}

// alike are the answers that are found by what their requests mean: each node's own in its
// memory, and, where there are such, those of all nodes behind them.
type alike struct {
	near *Neighbourhood
	far  atomic.Pointer[SharedNeighbours] // nil: none
	rest atomic.Int64                     // until when those are not asked, in Unix nanoseconds
}

// shared returns the neighbours that nodes share, nil for none, or while they cannot be asked.
func (k *alike) shared() SharedNeighbours {
	far := k.far.Load()
	if far == nil || time.Now().UnixNano() < k.rest.Load() {
		return nil
	}
	return *far
}

// ResizeAlike bounds the answers that this node finds by what their requests mean to so many
// from now on; 0 forgets all of them.
func (a *Answers) ResizeAlike(most int) { a.alike.near.Resize(most) }

// ShareAlike has neighbours kept for all nodes as well; nil: they are not. The answers must be
// kept for all nodes, too: else nothing is shared. What was shared with before is returned, to be closed.
func (a *Answers) ShareAlike(far SharedNeighbours) (before SharedNeighbours) {
	var now *SharedNeighbours
	if far != nil && a.far != nil {
		now = &far
	}
	a.alike.rest.Store(0)
	if was := a.alike.far.Swap(now); was != nil {
		return *was
	}
	return nil
}

// Alike is how many answers this node finds by what their requests mean.
func (a *Answers) Alike() int { return a.alike.near.Len() }

// GetAlike returns the answer of a group whose request is nearest to a vector of length 1, and
// how near that is; nil where none has at least the similarity of threshold. Those of other
// nodes are looked at where this one has none.
func (a *Answers) GetAlike(group Key, v []float32, threshold float64) (*Entry, float64) {
	found, _ := a.alike.near.Nearest(context.Background(), group, v, threshold, mostTried) // does not fail
	for _, n := range found {
		if e := a.Get(n.Key); e != nil {
			return e, n.Similarity
		}
		_ = a.alike.near.Remove(context.Background(), group, n.Key) // does not fail
	}
	far := a.alike.shared()
	if far == nil {
		return nil, 0
	}
	ctx, cancel := context.WithTimeout(a.alive, alikePatience)
	defer cancel()
	found, err := far.Nearest(ctx, group, v, threshold, mostTried)
	a.askedAlike("searched", err)
	for _, n := range found {
		if e := a.Get(n.Key); e != nil {
			return e, n.Similarity
		}
	}
	return nil, 0
}

// askedAlike notes how a request to the neighbours that nodes share has ended.
func (a *Answers) askedAlike(what string, err error) {
	if err == nil || a.alive.Err() != nil {
		return
	}
	now := time.Now()
	if before := a.alike.rest.Swap(now.Add(alikeRest).UnixNano()); now.Sub(time.Unix(0, before)) > alikeRest { // it is news
		a.log.Warn("the semantic cache that nodes share cannot be "+what+"; each node finds its own answers alone for now", "error", err)
	} else {
		a.log.Debug("the semantic cache that nodes share cannot be "+what, "error", err)
	}
}

// PutAlike has an answer found that has just been put, by what its request means: a vector of
// length 1, which must not change any more. It does not wait for the neighbours that are shared.
func (a *Answers) PutAlike(group, k Key, v []float32, e *Entry, ttl time.Duration, began uint64) {
	n := &Neighbour{Key: k, Vector: v, Origin: e.Origin, TTL: ttl}
	kept := a.purges.keepUnless(began, e, func() {
		_ = a.alike.near.Add(a.alive, group, n) // does not fail
	})
	if kept && a.alike.shared() != nil {
		a.send(write{key: group, entry: e, began: began, alike: n})
	}
}

// putAlike writes a neighbour to those that nodes share.
func (a *Answers) putAlike(w write) {
	far := a.alike.shared()
	if far == nil {
		return
	}
	ctx, cancel := context.WithTimeout(a.alive, farPatience)
	defer cancel()
	a.askedAlike("written", far.Add(ctx, w.key, w.alike))
}

// purgeAlike forgets the neighbours of all nodes that are meant.
func (a *Answers) purgeAlike(ctx context.Context, s Selection) error {
	far := a.alike.far.Load()
	if far == nil {
		return nil
	}
	_, err := (*far).Purge(ctx, s)
	return err
}
