package cache

import (
	"context"
	"time"
)

// mostTried are the neighbours whose answers are looked for, the nearest first: of some the
// answer is gone.
const mostTried = 4

// alike are the answers that are found by what their requests mean.
type alike struct {
	near *Neighbourhood
}

// ResizeAlike bounds the answers that are found by what their requests mean to so many from
// now on; 0 forgets all of them.
func (a *Answers) ResizeAlike(most int) { a.alike.near.Resize(most) }

// Alike is how many answers are found by what their requests mean.
func (a *Answers) Alike() int { return a.alike.near.Len() }

// GetAlike returns the answer of a group whose request is nearest to a vector of length 1, and
// how near that is; nil where none has at least the similarity of threshold.
func (a *Answers) GetAlike(group Key, v []float32, threshold float64) (*Entry, float64) {
	ctx := context.Background()
	found, _ := a.alike.near.Nearest(ctx, group, v, threshold, mostTried) // does not fail
	for _, n := range found {
		if e := a.Get(n.Key); e != nil {
			return e, n.Similarity
		}
		_ = a.alike.near.Remove(ctx, group, n.Key) // does not fail
	}
	return nil, 0
}

// PutAlike has an answer found that has just been put, by what its request means: a vector of
// length 1, which must not change any more.
func (a *Answers) PutAlike(group, k Key, v []float32, e *Entry, ttl time.Duration, began uint64) {
	n := &Neighbour{Key: k, Vector: v, Origin: e.Origin, TTL: ttl}
	a.purges.keepUnless(began, e, func() {
		_ = a.alike.near.Add(a.alive, group, n) // does not fail
	})
}
