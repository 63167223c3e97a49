package threshold

import (
	"fmt"
	"time"

	"github.com/asbru-gateway/asbru/pkg/limits"
)

// Type is the type of every event, by which alerts are configured.
const Type = "budget_threshold"

// Event is the body of a message on bus.BudgetThreshold, as JSON. Amounts of money are
// nano-dollars.
type Event struct {
	Type    string `json:"type"`
	ID      string `json:"id"`
	LimitID string `json:"limit_id"` // "team:search:money"
	Kind    string `json:"kind"`     // requests, tokens, money
	Scope   string `json:"scope"`    // "team"
	Owner   string `json:"owner"`    // the team's name
	Used    int64  `json:"used"`
	Warn    int64  `json:"warn"`
	Max     int64  `json:"max"`
	Node    string `json:"node"` // that told it
	// Refused: a call was refused, since the budget is used up.
	Refused bool `json:"refused,omitempty"`
	// At is when it was noticed, by the node's clock.
	At time.Time `json:"at"`
	// Resets is when the count begins anew; zero where it never does, or slides.
	Resets time.Time `json:"resets,omitzero"`
}

// eventOf is what a node says of a threshold.
func eventOf(t limits.Threshold, node string, now time.Time) *Event {
	l := t.Limit
	e := &Event{
		Type: Type, LimitID: l.ID, Kind: l.Kind.Word(), Scope: l.Scope, Owner: l.Owner,
		Used: t.Used, Warn: l.Warn, Max: l.Max, Node: node, At: now.UTC(),
	}
	period := now.UTC() // of a window there is no other
	if !t.Began.IsZero() {
		period = t.Began.UTC()
		if t.Reset > 0 {
			e.Resets = now.Add(t.Reset).UTC().Round(time.Second)
		}
	}
	e.ID = fmt.Sprintf("%s@%d@%s", l.ID, l.Warn, period.Format(time.RFC3339))
	return e
}
