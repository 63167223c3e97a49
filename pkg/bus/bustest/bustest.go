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
	c := &Cluster{Secret: secret.NewKey()}
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
	conn, err := bus.Connect(context.Background(), bus.Options{
		InProcess: c.Server, Role: role, Node: node, Secret: c.Secret, Log: slog.New(slog.DiscardHandler),
	})
	require.NoError(t, err)
	t.Cleanup(conn.Close)
	return conn
}
