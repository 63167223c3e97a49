package bus

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// subscription is what the names of subscriptions' consumers begin with.
const subscription = "plugin_"

// Subscription is the consumer by which a plugin is told of what comes to a stream from when
// it is made. A message that is not acknowledged within ackWait comes again. So many may wait
// to be tried again that a plugin which is away for a while does not hold up the stream's
// events for ever, and few enough that it is not asked with all of them when it is back.
func Subscription(s *Stream, plugin string, ackWait time.Duration) *Consumer {
	return &Consumer{
		Name: subscription + Token(plugin), Doc: "Tells a plugin of events.", Roles: Control, stream: s,
		limits: jetstream.ConsumerConfig{AckWait: ackWait, MaxDeliver: -1, MaxAckPending: 64, DeliverPolicy: jetstream.DeliverNewPolicy},
	}
}

// ProvisionSubscription makes the consumer exist. Only a node that has the role Control may
// call it.
func ProvisionSubscription(ctx context.Context, c *Conn, of *Consumer) error {
	ctx, cancel := context.WithTimeout(ctx, provisionTimeout)
	defer cancel()
	return ensureConsumer(ctx, c.Control.JS, of)
}

// Subscribed returns the names of the consumers of a stream that are subscriptions.
func Subscribed(ctx context.Context, c *Conn, s *Stream) ([]string, error) {
	stream, err := c.Control.JS.Stream(ctx, s.Name)
	if err != nil {
		return nil, fmt.Errorf("nats: open stream %s: %w", s.Name, err)
	}
	var found []string
	names := stream.ConsumerNames(ctx)
	for name := range names.Name() {
		if strings.HasPrefix(name, subscription) {
			found = append(found, name)
		}
	}
	return found, names.Err()
}

// Unsubscribe takes a subscription away, by its consumer's name.
func Unsubscribe(ctx context.Context, c *Conn, s *Stream, name string) error {
	err := c.Control.JS.DeleteConsumer(ctx, s.Name, name)
	if err != nil && !errors.Is(err, jetstream.ErrConsumerNotFound) {
		return fmt.Errorf("nats: delete consumer %s of %s: %w", name, s.Name, err)
	}
	return nil
}
