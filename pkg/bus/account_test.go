package bus_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/bus"
)

// foreign starts a NATS as an operator of one would, and returns its address.
func foreign(t *testing.T) (address string) {
	t.Helper()
	dir := t.TempDir()
	for _, role := range []string{"EDGE", "WORKER", "CONTROL"} {
		t.Setenv("ASBRU_NATS_"+role+"_PASSWORD", "of-"+role)
	}
	conf := filepath.Join(dir, "nats.conf")
	text := "listen: 127.0.0.1:-1\njetstream { store_dir: \"" + filepath.ToSlash(dir) + "\" }\n" + bus.Account()
	require.NoError(t, os.WriteFile(conf, []byte(text), 0o600))
	o, err := server.ProcessConfigFile(conf)
	require.NoError(t, err)
	o.NoSigs, o.NoLog = true, true
	s, err := server.NewServer(o)
	require.NoError(t, err)
	s.Start()
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	require.True(t, s.ReadyForConnections(20*time.Second))
	return s.Addr().String()
}

func TestANATSOfSomebodyElsesLetsRolesInByTheirUsers(t *testing.T) {
	address, ctx := foreign(t), t.Context()
	join := func(role bus.Role, node, user string) *bus.Conn {
		c, err := bus.Connect(ctx, bus.Options{URLs: []string{"nats://" + user + "@" + address}, Role: role, Node: node, Secret: cluster, Log: testLog(t)})
		require.NoError(t, err)
		t.Cleanup(c.Close)
		return c
	}
	control := join(bus.Control, "control-1", "control:of-CONTROL")
	require.NoError(t, bus.Provision(ctx, control, bus.ProvisionOptions{}))
	edge := join(bus.Edge, "edge-1", "edge:of-EDGE")
	beats, err := control.Control.NATS.SubscribeSync(bus.NodeBeat.All())
	require.NoError(t, err)
	require.NoError(t, control.Control.NATS.Flush())
	kv, err := edge.Control.Bucket(ctx, bus.Nodes)
	require.NoError(t, err)
	_, err = kv.Put(ctx, "edge-1", []byte("{}"))
	require.NoError(t, err)
	_, err = beats.NextMsg(20 * time.Second)
	require.NoError(t, err)

	_, err = edge.Bulk.JS.Publish(ctx, bus.JobRun.At("j1"), nil)
	require.NoError(t, err)
	worker := join(bus.Worker, "worker-1", "worker:of-WORKER")
	jobs, err := worker.Control.Consumer(ctx, bus.JobWorkers)
	require.NoError(t, err)
	m, err := jobs.Next()
	require.NoError(t, err)
	require.Equal(t, bus.JobRun.At("j1"), m.Subject())

	forbidden := make(chan error, 1)
	edge.Control.NATS.SetErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { forbidden <- err })
	require.NoError(t, edge.Control.NATS.Publish(bus.ConfigCommit.At(), nil))
	require.ErrorIs(t, <-forbidden, nats.ErrPermissionViolation)
	_, err = bus.Connect(ctx, bus.Options{URLs: []string{"nats://edge:wrong@" + address}, Role: bus.Edge, Node: "edge-2", Secret: cluster, Log: testLog(t)})
	require.ErrorIs(t, err, bus.ErrUser)
}
