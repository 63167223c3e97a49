package member

import (
	"context"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/asbru-gateway/asbru/pkg/bus"
)

// askTimeout is how long a server may take to confirm that it has a request.
const askTimeout = 5 * time.Second

// Drain asks a node to take no more calls, to finish those it has, and to stop. It
// returns when the server has the request; whether the node has heard is seen by its
// leaving.
func Drain(ctx context.Context, c *bus.Conn, node string) error {
	nc := c.Control.NATS
	if err := nc.Publish(bus.NodeDrain.At(node), nil); err != nil {
		return fmt.Errorf("ask a node to drain: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	if err := nc.FlushWithContext(ctx); err != nil {
		return fmt.Errorf("ask a node to drain: %w", err)
	}
	return nil
}

// UntilDrain returns a context that ends with ctx, or when this node is asked to
// drain. Its cancel function stops the listening, too.
func UntilDrain(ctx context.Context, c *bus.Conn, node string) (context.Context, context.CancelFunc, error) {
	ctx, cancel := context.WithCancel(ctx)
	asked, err := c.Control.NATS.Subscribe(bus.NodeDrain.At(node), func(*nats.Msg) { cancel() })
	if err != nil {
		cancel()
		return nil, nil, fmt.Errorf("listen for a drain: %w", err)
	}
	return ctx, func() {
		asked.Unsubscribe() //nolint:errcheck // it ends with the connection otherwise
		cancel()
	}, nil
}
