package threshold

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/asbru-gateway/asbru/pkg/bus"
)

const (
	followWait  = 2 * time.Second // of one request for an event
	followAgain = time.Second
)

// Follow hands each event to a function until ctx ends. An event whose function fails
// comes again. Several controls share the events: each comes to one of them.
func Follow(ctx context.Context, c *bus.Conn, log *slog.Logger, handle func(context.Context, Event) error) {
	for ctx.Err() == nil {
		err := follow(ctx, c, log, handle)
		if ctx.Err() != nil {
			return
		}
		log.Debug("limits' thresholds cannot be followed; trying on", "error", err) // NATS's state is told elsewhere
		select {
		case <-ctx.Done():
		case <-time.After(followAgain):
		}
	}
}

func follow(ctx context.Context, c *bus.Conn, log *slog.Logger, handle func(context.Context, Event) error) error {
	consumer, err := c.Control.Consumer(ctx, bus.EventAlerts)
	if err != nil {
		return err
	}
	for {
		m, err := next(ctx, consumer)
		switch {
		case errors.Is(err, nats.ErrTimeout):
			continue
		case err != nil:
			return err
		}
		var e Event
		if err := json.Unmarshal(m.Data(), &e); err != nil {
			log.Warn("an event cannot be read", "subject", m.Subject(), "error", err)
			m.TermWithReason("not an event that this version can read") //nolint:errcheck // else it comes again, and is terminated then
			continue
		}
		if err := handle(ctx, e); err != nil {
			log.Warn("a limit's threshold could not be dealt with; trying on", "limit", e.LimitID, "error", err)
			m.NakWithDelay(followAgain) //nolint:errcheck // else it comes again a little later
			continue
		}
		m.Ack() //nolint:errcheck // else it comes again, and is known by its id
	}
}

func next(ctx context.Context, consumer jetstream.Consumer) (jetstream.Msg, error) {
	bounded, cancel := context.WithTimeout(ctx, followWait)
	defer cancel()
	m, err := consumer.Next(jetstream.FetchContext(bounded))
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		err = nats.ErrTimeout
	}
	return m, err
}
