package rollout

import (
	"context"
	"errors"
	"time"
)

// Commit is a change of the configuration, as it stands in the record.
type Commit struct {
	Revision uint64    `json:"revision"`
	Parent   uint64    `json:"parent"`
	Digest   string    `json:"digest"`
	Author   string    `json:"author"`
	Message  string    `json:"message"`
	Time     time.Time `json:"time"`
	// RollbackTo is the revision whose configuration this one brings back.
	RollbackTo uint64 `json:"rollback_to,omitempty"`
	// Source is the digest of what was last taken over from elsewhere, "" if
	// nothing ever was. See [Publisher.Seed].
	Source string `json:"source,omitempty"`
	// SourceName is the name of the file that it was taken over from, "" if from none.
	SourceName string `json:"source_name,omitempty"`
	// SourceLocked: what it sets is changed there alone.
	SourceLocked bool `json:"source_locked,omitempty"`
	// Stage is the part of the nodes that it was to be tried on first.
	Stage *Stage `json:"stage,omitempty"`
}

// ErrConflict is returned for a change that was made to a revision which is not
// the newest any more.
var ErrConflict = errors.New("rollout: somebody else has changed the configuration meanwhile")

// Record is where commits, snapshots and the pointer are kept. Everything but the
// pointer is written once. Its methods are safe for concurrent use, and what they
// have written is durable when they return.
type Record interface {
	// Put stores a sealed snapshot. Storing one again changes nothing.
	Put(ctx context.Context, digest string, sealed []byte) error
	// Snapshot returns a sealed snapshot, ErrNone if there is none.
	Snapshot(ctx context.Context, digest string) ([]byte, error)
	// Append adds a commit behind the revision c.Parent and returns its own. It
	// returns ErrConflict if c.Parent is not the newest.
	Append(ctx context.Context, c *Commit) (revision uint64, err error)
	// Commit returns a commit, ErrNone if there is none.
	Commit(ctx context.Context, revision uint64) (*Commit, error)
	// Newest returns the newest commit's revision, 0 if there is none.
	Newest(ctx context.Context) (uint64, error)
	// Pointer returns the pointer and its version, ErrNone if there is none.
	Pointer(ctx context.Context) (data []byte, version uint64, err error)
	// Pointers returns the values that the pointer has had lately, in any order.
	Pointers(ctx context.Context) ([][]byte, error)
	// SetPointer replaces the pointer of that version; 0 means that there is none
	// yet. It returns ErrConflict if it has another.
	SetPointer(ctx context.Context, data []byte, version uint64) error
}
