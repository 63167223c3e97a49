package webhook

import (
	"context"
	"fmt"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/secret"
)

// Queue takes deliveries.
type Queue struct {
	conn *bus.Conn
	key  secret.Key
}

// NewQueue returns the queue as a node of the cluster sees it.
func NewQueue(conn *bus.Conn) *Queue { return &Queue{conn: conn, key: conn.Derive(purpose)} }

// Notify has a body posted to an address, which [egress.CheckURL] should have allowed. When
// it returns nil the delivery is on disk. The receiver sees the id, of visible
// characters without dots, as webhook-id; a second delivery with an id that was given
// within the last ten minutes is the same one.
func (q *Queue) Notify(ctx context.Context, url, id string, body []byte) error {
	d := delivery{URL: url, ID: id, body: body}
	if err := d.check(); err != nil {
		return fmt.Errorf("queue webhook: %w", err)
	}
	sealed, err := d.seal(q.key)
	if err != nil {
		return fmt.Errorf("queue webhook %s: %w", id, err)
	}
	if _, err := q.conn.Bulk.JS.Publish(ctx, bus.WebhookSend.At(id), sealed, jetstream.WithMsgID(id)); err != nil {
		return fmt.Errorf("queue webhook %s: %w", id, err)
	}
	return nil
}
