package cache

import (
	"context"
	"time"
)

// Neighbour is a kept answer as it is found by what its request means.
type Neighbour struct {
	Key    Key       // the answer's
	Vector []float32 // of length 1, see [Unit]; it must not change any more
	Origin Origin
	TTL    time.Duration
}

// Near is a neighbour that was found.
type Near struct {
	Key        Key
	Similarity float64 // cosine of the angle between the two, at most 1
}

// Neighbours find the keys of answers whose requests mean nearly the same. They lie in groups,
// and those of two groups never meet: all that must be equal is in the group's key. Neighbours
// know nothing of the answers: one whose answer is gone is found until it is removed or its
// time is up. Methods are safe for concurrent use.
type Neighbours interface {
	// Add keeps a neighbour in a group for its time, in place of one of the same key. Of too
	// many the oldest go.
	Add(ctx context.Context, group Key, n *Neighbour) error
	// Nearest returns those of a group whose similarity to a vector of length 1 is at least
	// that of threshold, at most so many, the nearest first. Those of another dimension are
	// none.
	Nearest(ctx context.Context, group Key, v []float32, threshold float64, most int) ([]Near, error)
	// Remove forgets a neighbour, if it is there.
	Remove(ctx context.Context, group, k Key) error
	// Purge forgets those that are meant, and returns how many those were.
	Purge(ctx context.Context, s Selection) (int, error)
}
