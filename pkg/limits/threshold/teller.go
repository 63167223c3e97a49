package threshold

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/limits"
)

const (
	tellMost  = 1024 // events that wait while NATS is away
	tellAgain = time.Second
)

// Teller publishes a node's events. Those that cannot be told yet wait in memory.
type Teller struct {
	conn    *bus.Conn
	log     *slog.Logger
	waiting chan Event
	refused refusals
}

// NewTeller makes a teller; it tells nothing before Run.
func NewTeller(c *bus.Conn, log *slog.Logger) *Teller {
	return &Teller{conn: c, log: log, waiting: make(chan Event, tellMost)}
}

// Tell has a threshold told. It does not wait.
func (t *Teller) Tell(reached limits.Threshold) {
	t.put(eventOf(reached, t.conn.Node(), time.Now()))
}

func (t *Teller) put(e Event) {
	select {
	case t.waiting <- e:
	default:
		t.log.Warn("a limit has come to its threshold, but NATS is away and too many events wait", "limit", e.LimitID)
	}
}

// Run tells what there is until ctx ends.
func (t *Teller) Run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case e := <-t.waiting:
			t.publish(ctx, e)
		}
	}
}

func (t *Teller) publish(ctx context.Context, e Event) {
	for {
		err := publish(ctx, t.conn, e)
		if err == nil {
			return
		}
		t.log.Debug("a limit's threshold could not be told; trying on", "limit", e.LimitID, "error", err) // NATS's state is told elsewhere
		select {
		case <-ctx.Done():
			return
		case <-time.After(tellAgain):
		}
	}
}

func publish(ctx context.Context, c *bus.Conn, e Event) error {
	body, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("encode a threshold's event: %w", err)
	}
	if _, err = c.Control.JS.Publish(ctx, bus.BudgetThreshold.At(e.LimitID), body, jetstream.WithMsgID(e.ID)); err != nil {
		return fmt.Errorf("publish a threshold's event: %w", err)
	}
	return nil
}
