package incident

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/plugin"
)

const (
	followAgain = 2 * time.Second
	followWait  = 30 * time.Second
	followMost  = 256 // that are fetched at once
)

// Follow hands incidents to a function until ctx ends. Those whose function fails come again,
// a few times. Several controls share them: each comes to one of them.
func Follow(ctx context.Context, c *bus.Conn, log *slog.Logger, handle func(context.Context, *plugin.Incident) error) {
	for ctx.Err() == nil {
		err := follow(ctx, c, log, handle)
		if ctx.Err() != nil {
			return
		}
		log.Debug("incidents cannot be followed; trying on", "error", err) // NATS's state is told elsewhere
		select {
		case <-ctx.Done():
		case <-time.After(followAgain):
		}
	}
}

func follow(ctx context.Context, c *bus.Conn, log *slog.Logger, handle func(context.Context, *plugin.Incident) error) error {
	consumer, err := c.Control.Consumer(ctx, bus.GuardAlerts)
	if err != nil {
		return err
	}
	for {
		bounded, cancel := context.WithTimeout(ctx, followWait)
		batch, err := consumer.Fetch(followMost, jetstream.FetchContext(bounded))
		if err != nil {
			cancel()
			return err
		}
		for m := range batch.Messages() {
			deal(ctx, m, log, handle)
		}
		cancel()
		if err := batch.Error(); err != nil && !errors.Is(err, context.DeadlineExceeded) {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
}

func deal(ctx context.Context, m jetstream.Msg, log *slog.Logger, handle func(context.Context, *plugin.Incident) error) {
	var i plugin.Incident
	if err := json.Unmarshal(m.Data(), &i); err != nil {
		log.Warn("an incident cannot be read", "subject", m.Subject(), "error", err)
		m.TermWithReason("not an incident that this version can read") //nolint:errcheck // else it comes again, and is terminated then
		return
	}
	if err := handle(ctx, &i); err != nil {
		log.Warn("an incident could not be dealt with; trying on", "rule", i.Rule, "error", err)
		m.NakWithDelay(followAgain) //nolint:errcheck // else it comes again a little later
		return
	}
	m.Ack() //nolint:errcheck // else it comes again, and is known by its id
}
