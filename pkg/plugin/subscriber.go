package plugin

import (
	"context"
	"encoding/json"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
)

// The kinds of events of the cluster.
const (
	EventCall      = "call"      // a call is over, and on its way to the ledger
	EventGuardrail = "guardrail" // a guardrail has found something in a call: an [Incident]
	EventBudget    = "budget"    // a limit has come to its warning threshold
	EventConfig    = "config"    // a revision of the configuration was committed
	EventKey       = "key"       // a provider's key rests, or its breaker has opened or closed
)

// EventKinds returns all kinds of events.
func EventKinds() []string {
	return []string{EventCall, EventGuardrail, EventBudget, EventConfig, EventKey}
}

// Event is something that has happened in the cluster. It has nothing of what was said in
// calls, and no secrets.
type Event struct {
	// ID is the same each time that the event is told.
	ID   string          `json:"id"`
	Kind string          `json:"kind"`
	At   time.Time       `json:"at"`
	Data json.RawMessage `json:"data"` // as docs/plugins.md has it
}

// Subscriber is told of events, outside of calls, on the nodes that are control. Events that
// it returns an error for are told again later, those that it refuses ([Failed] makes no
// refusal) are not. It is called for several lots of events at once, and may be told one
// twice; the order is that in which they happened, unless some are told again.
type Subscriber interface {
	// Subscribes are the kinds of events; none: all.
	Subscribes() []string
	OnClusterEvent(context.Context, []Event) *api.Error
}
