// Package bustest has a NATS server with all streams for tests of what stands on
// the bus.
package bustest

import (
	"context"
	"log/slog"
	"testing"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/secret"
	"github.com/stretchr/testify/require"
)

// Cluster is a server and the secret that its nodes share.
type Cluster struct {
	Server *bus.Server
	Secret secret.Key
}

// Start starts a server, which ends with the test, and makes all that is declared.
func Start(t testing.TB) *Cluster {
	t.Helper()
	return StartWith(t, secret.NewKey())
}

// StartWith is Start with a secret of the test's own.
func StartWith(t testing.TB, key secret.Key) *Cluster {
	t.Helper()
	c := &Cluster{Secret: key}
	var err error
	c.Server, err = bus.StartServer(bus.ServerOptions{Name: "n0", StoreDir: t.TempDir(), Secret: c.Secret})
	require.NoError(t, err)
	t.Cleanup(c.Server.Shutdown)
	require.NoError(t, bus.Provision(context.Background(), c.Connect(t, bus.Control, "provisioner"), bus.ProvisionOptions{}))
	return c
}

// Connect joins the cluster as a node until the test ends.
func (c *Cluster) Connect(t testing.TB, role bus.Role, node string) *bus.Conn {
	t.Helper()
	return c.ConnectWith(t, role, node, c.Secret)
}

// ConnectWith is Connect by a node that has other secret keys than the server, or has them
// in another order.
func (c *Cluster) ConnectWith(t testing.TB, role bus.Role, node string, key secret.Key) *bus.Conn {
	t.Helper()
	conn, err := bus.Connect(context.Background(), bus.Options{
		InProcess: c.Server, Role: role, Node: node, Secret: key, Log: slog.New(slog.DiscardHandler),
	})
	require.NoError(t, err)
	t.Cleanup(conn.Close)
	return conn
}
