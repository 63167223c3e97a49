package bus

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

const (
	followAgain = 2 * time.Second
	followWait  = 30 * time.Second
	followMost  = 16 // messages fetched at once: few, since each must be dealt with in time
)

// Follow hands what comes to a durable consumer to a function until ctx ends, each message
// read as JSON. One whose function fails comes again, a few times; one that cannot be read
// does not. Several nodes that follow one consumer share its messages. While NATS is away it
// waits.
func Follow[T any](ctx context.Context, c *Conn, from *Consumer, log *slog.Logger, handle func(context.Context, *T) error) {
	log = log.With("consumer", from.Name)
	for ctx.Err() == nil {
		err := follow(ctx, c, from, log, handle)
		if ctx.Err() != nil {
			return
		}
		log.Debug("events cannot be followed; trying on", "error", err) // NATS's state is told elsewhere
		select {
		case <-ctx.Done():
		case <-time.After(followAgain):
		}
	}
}

func follow[T any](ctx context.Context, c *Conn, from *Consumer, log *slog.Logger, handle func(context.Context, *T) error) error {
	consumer, err := c.Control.Consumer(ctx, from)
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

func deal[T any](ctx context.Context, m jetstream.Msg, log *slog.Logger, handle func(context.Context, *T) error) {
	event := new(T)
	if err := json.Unmarshal(m.Data(), event); err != nil {
		log.Warn("an event cannot be read", "subject", m.Subject(), "error", err)
		m.TermWithReason("not an event that this version can read") //nolint:errcheck // else it comes again, and is terminated then
		return
	}
	if err := handle(ctx, event); err != nil {
		log.Warn("an event could not be dealt with; trying on", "subject", m.Subject(), "error", err)
		m.NakWithDelay(followAgain) //nolint:errcheck // else it comes again a little later
		return
	}
	m.Ack() //nolint:errcheck // else it comes again, and is known by its id
}
