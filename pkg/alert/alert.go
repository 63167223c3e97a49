package alert

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"time"
)

// State is how far an alert has come.
type State string

// The states.
const (
	Pending  State = "pending" // it is so, but not for long enough
	Firing   State = "firing"
	Resolved State = "resolved"
)

// Alert is one time that a rule has found a subject.
type Alert struct {
	// ID sorts by the time at which it began.
	ID       string
	Rule     string
	Kind     Kind
	Severity Severity
	Subject  string
	Summary  string
	Percent  float64
	State    State

	Started  time.Time // it was first seen
	Fired    time.Time
	Seen     time.Time // it was last seen
	Until    time.Time // it holds so long, seen or not
	Resolved time.Time

	// Notices is how often people were told, Notified when they were last.
	Notices  int
	Notified time.Time

	AcknowledgedBy string
	Acknowledged   time.Time

	// Version counts its changes: who changes an alert that another has changed
	// meanwhile is refused.
	Version int64
}

// Fingerprint is the same for all alerts of a rule's subject. One of them is open.
func (a *Alert) Fingerprint() string { return fingerprint(a.Rule, a.Subject) }

func fingerprint(rule, subject string) string { return rule + "\x1f" + subject }

// newID returns an id that sorts by the time given.
func newID(now time.Time) string {
	random := make([]byte, 6)
	_, _ = rand.Read(random) // it does not fail
	return fmt.Sprintf("%014x", now.UnixMicro()) + hex.EncodeToString(random)
}
