package alert

import (
	"context"
	"errors"
	"time"
)

// ErrChanged says that an alert was changed by another meanwhile; nothing was written.
var ErrChanged = errors.New("alert: changed meanwhile")

// ErrNotFound says that there is no such alert or silence.
var ErrNotFound = errors.New("alert: not found")

// Record keeps alerts, what is to be told of them, and silences. Safe for concurrent
// use, also by several processes.
type Record interface {
	// Open returns the alerts that are pending or firing.
	Open(ctx context.Context) ([]Alert, error)
	// Write writes what a step has found, all of it or nothing. It fails with
	// ErrChanged where an alert is not of the version that was read, or where another
	// of its fingerprint is open. A notice that is there already is not written again.
	Write(ctx context.Context, c Changes) error
	// Due returns notices that are to be delivered now, the oldest first.
	Due(ctx context.Context, now time.Time, limit int) ([]Notice, error)
	// Put puts a notice off until its Due.
	Put(ctx context.Context, n *Notice) error
	// Done forgets a notice.
	Done(ctx context.Context, id string) error

	// List returns at most limit alerts that match, the newest first, behind an id; ""
	// is before the first.
	List(ctx context.Context, f Filter, after string, limit int) ([]Alert, error)
	// Get returns an alert, or ErrNotFound.
	Get(ctx context.Context, id string) (Alert, error)
	// Prune removes alerts that were resolved before a time, and silences that have
	// ended then.
	Prune(ctx context.Context, before time.Time) error

	// Silences returns the silences that end after a time, the one made last first.
	Silences(ctx context.Context, after time.Time) ([]Silence, error)
	// PutSilence makes a silence, or changes the one with its id.
	PutSilence(ctx context.Context, s Silence) error
	// DeleteSilence removes a silence, or fails with ErrNotFound.
	DeleteSilence(ctx context.Context, id string) error
}

// Filter says which alerts are meant; an empty field is no condition.
type Filter struct {
	State    State
	Rule     string
	Severity Severity
	Subject  string
}

// Changes are what a step has found.
type Changes struct {
	Made, Changed []Alert
	Gone          []string // ids of alerts that never fired
	Notices       []Notice
}

// Empty says whether there is nothing to write.
func (c *Changes) Empty() bool {
	return len(c.Made) == 0 && len(c.Changed) == 0 && len(c.Gone) == 0 && len(c.Notices) == 0
}
