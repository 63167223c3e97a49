package oauth

import (
	"context"
	"log/slog"

	"github.com/nats-io/nats.go"

	"github.com/asbru-gateway/asbru/pkg/bus"
)

// SealPurpose is what the key is derived for that the cluster's records are sealed with.
const SealPurpose = "mcp-tokens"

// NewCluster makes the keeper of a cluster's node.
func NewCluster(c *bus.Conn, log *slog.Logger) *Keeper {
	return New(Options{
		Tokens: NewBusRecords(c, bus.MCPTokens), SignIns: NewBusRecords(c, bus.MCPSignIns), Seal: c.Derive(SealPurpose), Log: log,
	})
}

// Follow has tokens that another node has changed be read anew, and tells of which server they
// are, until ctx ends.
func (k *Keeper) Follow(ctx context.Context, c *bus.Conn, changed func(server string)) {
	hints, err := c.Control.NATS.Subscribe(bus.MCPTokenChanged.All(), func(m *nats.Msg) {
		of, ok := bus.MCPTokenChanged.Values(m.Subject)
		if !ok {
			return
		}
		k.Forget(of[0] + "." + of[1])
		changed(of[0])
	})
	if err != nil {
		return // they are read now and then
	}
	<-ctx.Done()
	_ = hints.Unsubscribe() // it ends with the connection otherwise
}
