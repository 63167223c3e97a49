package threshold

import (
	"log/slog"
	"time"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/limits"
)

const tellMost = 1024 // events that wait while NATS is away

// Teller publishes a node's events. Safe for concurrent use.
type Teller struct {
	*bus.Outbox[Event]
	node    string
	refused refusals
}

// NewTeller makes a teller; it tells nothing before Run.
func NewTeller(c *bus.Conn, log *slog.Logger) *Teller {
	return &Teller{Outbox: bus.NewOutbox(c, log, tellMost, address), node: c.Node()}
}

// Tell has a threshold told. It does not wait.
func (t *Teller) Tell(reached limits.Threshold) {
	t.Put(eventOf(reached, t.node, time.Now()))
}

func address(e *Event) (subject, id string) { return bus.BudgetThreshold.At(e.LimitID), e.ID }
