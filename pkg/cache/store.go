package cache

import (
	"context"
	"time"
)

// Store keeps entries. Its methods are safe for concurrent use, and keep what they are given:
// an entry must not be changed afterwards.
type Store interface {
	// Get returns an entry and for how much longer it is kept; nil for none.
	Get(ctx context.Context, k Key) (*Entry, time.Duration, error)
	// Put keeps an entry for a time.
	Put(ctx context.Context, k Key, e *Entry, ttl time.Duration) error
	// Purge forgets the entries that are meant, and returns how many those were.
	Purge(ctx context.Context, s Selection) (int, error)
}

// Shared is a store of several nodes.
type Shared interface {
	Store
	// Claim says that an answer is about to be made here. It reports false where another
	// node has said so and is at it still. A claim ends by itself after a short time, so
	// that nobody waits for a node that died; Claim of the same owner lengthens it.
	Claim(ctx context.Context, k Key, owner string) (bool, error)
	// Release ends a claim of the owner's.
	Release(ctx context.Context, k Key, owner string) error
}
