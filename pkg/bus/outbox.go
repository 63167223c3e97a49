package bus

import (
	"context"
	"encoding/json"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

const outboxAgain = time.Second

// Outbox publishes a node's events of one type to a stream without those who tell of them
// waiting. Those that cannot be told yet wait in memory, in their order; when too many wait,
// the newest are dropped, and counted in the log. Each is told at least once, and a stream
// keeps those of one id only once. Safe for concurrent use.
type Outbox[T any] struct {
	conn    *Conn
	log     *slog.Logger
	waiting chan *T
	address func(*T) (subject, id string)
	dropped atomic.Int64
}

// NewOutbox makes an outbox in which at most so many events wait. The function says where an
// event goes, and its id. Nothing is told before Run.
func NewOutbox[T any](c *Conn, log *slog.Logger, most int, address func(*T) (subject, id string)) *Outbox[T] {
	return &Outbox[T]{conn: c, log: log, waiting: make(chan *T, most), address: address}
}

// Put has an event told, which belongs to the outbox from then on. It does not wait.
func (o *Outbox[T]) Put(event *T) {
	select {
	case o.waiting <- event:
	default:
		o.dropped.Add(1)
	}
}

// Run tells what there is until ctx ends.
func (o *Outbox[T]) Run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case event := <-o.waiting:
			o.publish(ctx, event)
		}
	}
}

func (o *Outbox[T]) publish(ctx context.Context, event *T) {
	subject, id := o.address(event)
	if n := o.dropped.Swap(0); n > 0 {
		o.log.Warn("events were dropped: more came than could be told", "subject", subject, "events", n)
	}
	body, err := json.Marshal(event)
	if err != nil { // a number that JSON does not have
		o.log.Warn("an event cannot be told", "subject", subject, "error", err)
		return
	}
	for {
		_, err := o.conn.Control.JS.Publish(ctx, subject, body, jetstream.WithMsgID(id))
		if err == nil {
			return
		}
		o.log.Debug("an event could not be told; trying on", "subject", subject, "error", err) // NATS's state is told elsewhere
		select {
		case <-ctx.Done():
			return
		case <-time.After(outboxAgain):
		}
	}
}
