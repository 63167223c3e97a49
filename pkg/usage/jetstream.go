package usage

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/asbru-gateway/asbru/pkg/bus"
)

// JetStream carries batches over a stream of the cluster, [bus.Usage] or one like it: it
// is the [Publisher] of a node, and the [Source] of those nodes that write them down. A
// batch that is published again within the stream's window is dropped there; a later
// one the ledger knows.
type JetStream struct {
	conn    *bus.Conn
	subject *bus.Subject
	of      *bus.Consumer

	mu       sync.Mutex
	consumer jetstream.Consumer
}

// NewJetStream returns the stream of usage as a node of the cluster sees it.
func NewJetStream(c *bus.Conn) *JetStream { return NewLane(c, bus.UsageBatch, bus.UsageLedger) }

// NewLane returns another stream of batches: by the subject that a node publishes to, and
// the consumer of those who write them down.
func NewLane(c *bus.Conn, subject *bus.Subject, consumer *bus.Consumer) *JetStream {
	return &JetStream{conn: c, subject: subject, of: consumer}
}

// Publish implements [Publisher]. It succeeds when the batch is on the disks of most
// of the stream's servers, and fails at once while none can be reached.
func (j *JetStream) Publish(ctx context.Context, id string, batch []byte) error {
	_, err := j.conn.Bulk.JS.Publish(ctx, j.subject.At(j.conn.Node()), batch, jetstream.WithMsgID(id))
	if err != nil {
		return fmt.Errorf("publish batch %s: %w", id, err)
	}
	return nil
}

// fetchWait is how long one request for batches waits: one that a lost connection
// takes with it delays the next no longer.
const fetchWait = 2 * time.Second

// Fetch implements [Source].
func (j *JetStream) Fetch(ctx context.Context, max int) ([]Delivery, error) {
	consumer, err := j.bound(ctx)
	if err != nil {
		return nil, err
	}
	for {
		first, err := next(ctx, consumer)
		switch {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case errors.Is(err, nats.ErrTimeout):
			continue
		case err != nil:
			return nil, fmt.Errorf("fetch batches: %w", err)
		}
		out := []Delivery{delivered{first}}
		if max == 1 {
			return out, nil
		}
		rest, err := consumer.FetchNoWait(max - 1)
		if err != nil {
			return out, nil //nolint:nilerr // what is there is delivered; the next call fails if this one has
		}
		for m := range rest.Messages() {
			out = append(out, delivered{m})
		}
		return out, nil
	}
}

func next(ctx context.Context, consumer jetstream.Consumer) (jetstream.Msg, error) {
	ctx, cancel := context.WithTimeout(ctx, fetchWait)
	defer cancel()
	m, err := consumer.Next(jetstream.FetchContext(ctx))
	if errors.Is(err, context.DeadlineExceeded) {
		err = nats.ErrTimeout
	}
	return m, err
}

func (j *JetStream) bound(ctx context.Context) (jetstream.Consumer, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.consumer != nil {
		return j.consumer, nil
	}
	c, err := j.conn.Bulk.Consumer(ctx, j.of)
	if err == nil {
		j.consumer = c
	}
	return c, err
}

// delivered is a batch that the stream delivers again until it is acknowledged.
type delivered struct{ m jetstream.Msg }

func (d delivered) Data() []byte                  { return d.m.Data() }
func (d delivered) Ack() error                    { return d.m.Ack() }
func (d delivered) Nak(after time.Duration) error { return d.m.NakWithDelay(after) }
func (d delivered) Term() error                   { return d.m.TermWithReason("not a batch that this version can read") }
