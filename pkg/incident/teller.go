package incident

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/plugin"
)

const (
	tellMost  = 4096 // incidents that wait
	tellAgain = time.Second
)

// Teller publishes a node's incidents. Those that cannot be told yet wait in memory. Safe for
// concurrent use.
type Teller struct {
	conn    *bus.Conn
	log     *slog.Logger
	waiting chan *plugin.Incident
	dropped atomic.Int64
}

// NewTeller makes a teller; it tells nothing before Run.
func NewTeller(c *bus.Conn, log *slog.Logger) *Teller {
	return &Teller{conn: c, log: log, waiting: make(chan *plugin.Incident, tellMost)}
}

// Tell has an incident told, which belongs to the teller from then on. It does not wait.
func (t *Teller) Tell(i *plugin.Incident) {
	i.Node = t.conn.Node()
	select {
	case t.waiting <- i:
	default:
		t.dropped.Add(1)
	}
}

// Run tells what there is until ctx ends.
func (t *Teller) Run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case i := <-t.waiting:
			t.publish(ctx, i)
			if n := t.dropped.Swap(0); n > 0 {
				t.log.Warn("incidents were dropped: more came than could be told", "incidents", n)
			}
		}
	}
}

// nobody stands for the tenant of calls that have no virtual key.
const nobody = "none"

func (t *Teller) publish(ctx context.Context, i *plugin.Incident) {
	step := "hit"
	if i.Blocked {
		step = "block"
	}
	subject := bus.GuardEvent.At(step, cmp.Or(i.Caller.VirtualKeyID, nobody), i.Plugin)
	body, err := json.Marshal(i)
	if err != nil { // a score that is no number
		t.log.Warn("an incident cannot be told", "rule", i.Rule, "error", err)
		return
	}
	for {
		_, err := t.conn.Control.JS.Publish(ctx, subject, body, jetstream.WithMsgID(i.ID))
		if err == nil {
			return
		}
		t.log.Debug("an incident could not be told; trying on", "error", fmt.Errorf("publish an incident: %w", err)) // NATS's state is told elsewhere
		select {
		case <-ctx.Done():
			return
		case <-time.After(tellAgain):
		}
	}
}
