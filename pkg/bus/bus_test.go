package bus_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/asbru-gateway/asbru/integration/ports"
	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/secret"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m,
		// A server of several that stops while it makes a stream forgets the stream's files.
		goleak.IgnoreAnyFunction("github.com/nats-io/nats-server/v2/server.(*fileStore).flushStreamStateLoop"),
		// And while there are files its clock runs.
		goleak.IgnoreAnyFunction("github.com/nats-io/nats-server/v2/server/ats.Register.func1"))
}

// patience is how long a test waits for what should be there at once.
const patience = time.Minute

var cluster = secret.NewKey()

func startServer(t *testing.T, change func(*bus.ServerOptions)) *bus.Server {
	t.Helper()
	o := bus.ServerOptions{Name: "n0", StoreDir: t.TempDir(), Listen: "127.0.0.1:0", Secret: cluster, Log: testLog(t)}
	if change != nil {
		change(&o)
	}
	s, err := bus.StartServer(o)
	require.NoError(t, err)
	t.Cleanup(s.Shutdown)
	return s
}

// startCluster starts three servers that know each other.
func startCluster(t *testing.T) []*bus.Server {
	t.Helper()
	var routes []string
	for range 3 {
		routes = append(routes, ports.Address(t))
	}
	var servers []*bus.Server
	for i, route := range routes {
		servers = append(servers, startServer(t, func(o *bus.ServerOptions) {
			o.Name, o.ClusterName, o.ClusterListen, o.Routes = "n"+string(rune('0'+i)), "asbru", route, routes
		}))
	}
	return servers
}

func connect(t *testing.T, role bus.Role, node string, servers ...*bus.Server) *bus.Conn {
	t.Helper()
	c, err := bus.Connect(t.Context(), bus.Options{URLs: urls(servers...), Role: role, Node: node, Secret: cluster, Log: testLog(t)})
	require.NoError(t, err)
	t.Cleanup(c.Close)
	return c
}

// provisioned returns the connection of a control node that has made everything.
func provisioned(t *testing.T, servers ...*bus.Server) *bus.Conn {
	t.Helper()
	c := connect(t, bus.Control, "control-1", servers...)
	require.NoError(t, bus.Provision(t.Context(), c, bus.ProvisionOptions{Replicas: min(len(servers), 3)}))
	return c
}

func urls(servers ...*bus.Server) []string {
	var out []string
	for _, s := range servers {
		out = append(out, "nats://"+s.Addr())
	}
	return out
}

func eventually(t *testing.T, condition func() bool, what string) {
	t.Helper()
	require.Eventually(t, condition, patience, 5*time.Millisecond, what)
}

func soon(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return ctx
}

func testLog(t *testing.T) *slog.Logger {
	t.Helper()
	return slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
}
