package control

import (
	"context"
	"time"

	"github.com/asbru-gateway/asbru/pkg/virtualkey"
)

// KeyStore is where virtual keys are kept.
type KeyStore interface {
	// Page returns the keys that a query asks for. The records must not be changed.
	Page(ctx context.Context, q virtualkey.Query) (virtualkey.Page, error)
	// Find returns the key with an id, or virtualkey.ErrNotFound.
	Find(ctx context.Context, id string) (*virtualkey.Record, error)
	// Named returns a key with a name, or virtualkey.ErrNotFound.
	Named(ctx context.Context, name string) (*virtualkey.Record, error)
	// Create stores a new key and sets its Revision.
	Create(ctx context.Context, r *virtualkey.Record) error
	// Update replaces a key of the same Revision, and sets its new one. It returns
	// virtualkey.ErrConflict if the key has another, virtualkey.ErrNotFound if it
	// is not there.
	Update(ctx context.Context, r *virtualkey.Record) error
	// Rotate gives a key another value; the old one works for as long as the overlap. It
	// returns virtualkey.ErrNotFound, or virtualkey.ErrConflict if somebody else has
	// changed the key meanwhile.
	Rotate(ctx context.Context, id, value string, overlap time.Duration) (*virtualkey.Record, error)
	// Delete removes a key and returns the revision of that, or
	// virtualkey.ErrNotFound.
	Delete(ctx context.Context, id string) (revision uint64, err error)
}
