package bus_test

import (
	"bytes"
	"context"
	"log/slog"
	"net"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/integration/ports"
	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/secret"
)

func TestANodeInTheServersProcessNeedsNoAddress(t *testing.T) {
	s := startServer(t, func(o *bus.ServerOptions) { o.Listen = "" })
	require.Empty(t, s.Addr())
	c, err := bus.Connect(t.Context(), bus.Options{InProcess: s, Role: bus.Edge | bus.Worker | bus.Control, Node: "all.in.one", Secret: cluster})
	require.NoError(t, err)
	defer c.Close()
	require.NoError(t, bus.Provision(t.Context(), c, bus.ProvisionOptions{}))
	state := c.State(t.Context())
	require.True(t, state.Connected, state.Err)
	require.Equal(t, "n0", state.Server)
	require.Positive(t, state.RTT)
}

func TestAWrongSecretIsAnErrorAtOnce(t *testing.T) {
	s := startServer(t, nil)
	_, err := bus.Connect(t.Context(), bus.Options{URLs: urls(s), Role: bus.Edge, Node: "edge-1", Secret: secret.NewKey()})
	require.ErrorIs(t, err, bus.ErrSecret)
}

func TestAnOldServerIsRefusedByName(t *testing.T) {
	old := fakeServer(t, "2.9.10")
	_, err := bus.Connect(t.Context(), bus.Options{URLs: []string{"nats://" + old}, Role: bus.Edge, Node: "edge-1", Secret: cluster})
	require.ErrorIs(t, err, bus.ErrVersion)
	require.ErrorContains(t, err, `"2.9.10"`)
	require.ErrorContains(t, err, "2.12")
}

func TestAnOldServerIsRefusedAtAReconnectToo(t *testing.T) {
	t.Parallel()
	address := ports.Address(t)
	s := startServer(t, func(o *bus.ServerOptions) { o.Listen = address })
	c := connect(t, bus.Edge, "edge-1", s)
	s.Shutdown()
	fakeServerAt(t, address, "2.11.99")
	eventually(t, func() bool {
		state := c.State(t.Context())
		return !state.Connected && state.Err != nil && bytes.Contains([]byte(state.Err.Error()), []byte(`"2.11.99"`))
	}, "the state names the version found")
}

func TestWhatIsNoServerIsRefused(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	answer(t, ln, "HTTP/1.1 400 Bad Request\r\n\r\n")
	log := &syncBuffer{}
	c, err := bus.Connect(t.Context(), bus.Options{
		URLs: []string{"nats://" + ln.Addr().String()}, Role: bus.Edge, Node: "edge-1", Secret: cluster, Log: slog.New(slog.NewTextHandler(log, nil)),
	})
	require.NoError(t, err)
	defer c.Close()
	eventually(t, func() bool { return bytes.Contains(log.bytes(), []byte("no NATS server")) }, "the log says what it found")
}

func TestANodeStartsBeforeTheServer(t *testing.T) {
	t.Parallel()
	address := ports.Address(t)
	c, err := bus.Connect(t.Context(), bus.Options{URLs: []string{"nats://" + address}, Role: bus.Control, Node: "control-1", Secret: cluster})
	require.NoError(t, err)
	defer c.Close()
	var called atomic.Bool
	c.OnReconnect(func() { called.Store(true) })
	state := c.State(t.Context())
	require.False(t, state.Connected)
	require.Error(t, state.Err)
	require.Error(t, c.Control.NATS.Publish(bus.NodeDown.At("x"), nil), "nothing is kept to be sent late")

	startServer(t, func(o *bus.ServerOptions) { o.Listen = address })
	eventually(t, func() bool { return c.State(t.Context()).Connected }, "connected")
	eventually(t, called.Load, "told of it")
	require.NoError(t, bus.Provision(t.Context(), c, bus.ProvisionOptions{}))
}

func TestAHintArrivesAfterARestart(t *testing.T) {
	t.Parallel()
	address, dir := ports.Address(t), t.TempDir()
	restartable := func(o *bus.ServerOptions) { o.Listen, o.StoreDir = address, dir }
	s := startServer(t, restartable)
	control := provisioned(t, s)
	edge := connect(t, bus.Edge, "edge-1", s)
	var reconnects atomic.Int32
	edge.OnReconnect(func() { reconnects.Add(1) })
	removed := edge.OnReconnect(func() { panic("removed") })
	removed()
	hints := make(chan string, 16)
	_, err := edge.Control.NATS.Subscribe(bus.ConfigChanged.At(), func(m *nats.Msg) { hints <- string(m.Data) })
	require.NoError(t, err)
	require.NoError(t, edge.Control.NATS.Flush())
	put(t, control, "one")
	require.Equal(t, "one", <-hints)

	s.Shutdown()
	startServer(t, restartable)
	eventually(t, func() bool { return reconnects.Load() == 1 }, "reconnected")
	eventually(t, func() bool { return control.State(t.Context()).Connected }, "reconnected")
	require.Equal(t, "one", get(t, edge))
	put(t, control, "two")
	require.Equal(t, "two", <-hints)
}

func TestTheConfigurationIsReadAfterTheLeaderIsLost(t *testing.T) {
	t.Parallel()
	servers := startCluster(t)
	control := connect(t, bus.Control, "control-1", servers...)
	require.NoError(t, bus.Provision(soon(t), control, bus.ProvisionOptions{Replicas: 3}))
	edge := connect(t, bus.Edge, "edge-1", servers...)
	put(t, control, "one")

	s, err := control.Control.JS.Stream(t.Context(), "KV_"+bus.Config.Name)
	require.NoError(t, err)
	leader := s.CachedInfo().Cluster.Leader
	for i, s := range servers {
		if leader == "n"+strconv.Itoa(i) {
			s.Shutdown()
		}
	}
	eventually(t, func() bool { return edge.State(t.Context()).Connected }, "connected to another server")
	require.Equal(t, "one", get(t, edge))
	put(t, control, "two")
	require.Equal(t, "two", get(t, edge))
}

func TestErrorsHoldNoPassword(t *testing.T) {
	for _, u := range []string{"nats://user:hunter2@127.0.0.1:x", "http://user:hunter2@127.0.0.1", "nats://user:hunter2@\x7f"} {
		_, err := bus.Connect(t.Context(), bus.Options{URLs: []string{u}, Role: bus.Edge, Node: "edge-1"})
		require.Error(t, err)
		require.NotContains(t, err.Error(), "hunter2")
	}
	log := &syncBuffer{}
	c, err := bus.Connect(t.Context(), bus.Options{
		URLs: []string{"nats://user:hunter2@" + ports.Address(t)}, Role: bus.Edge, Node: "edge-1", Log: slog.New(slog.NewTextHandler(log, nil)),
	})
	require.NoError(t, err)
	defer c.Close()
	require.NotContains(t, c.State(t.Context()).Err.Error(), "hunter2")
	eventually(t, func() bool { return len(log.bytes()) > 0 }, "a warning")
	require.NotContains(t, string(log.bytes()), "hunter2")
}

// put writes the pointer, trying again while there is no leader.
func put(t *testing.T, c *bus.Conn, value string) {
	t.Helper()
	eventually(t, func() bool {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		kv, err := c.Control.JS.KeyValue(ctx, bus.Config.Name)
		if err != nil {
			return false
		}
		_, err = kv.Put(ctx, bus.ConfigKey, []byte(value))
		return err == nil
	}, "put")
}

func get(t *testing.T, c *bus.Conn) (value string) {
	t.Helper()
	eventually(t, func() bool {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		kv, err := c.Control.JS.KeyValue(ctx, bus.Config.Name)
		if err != nil {
			return false
		}
		entry, err := kv.Get(ctx, bus.ConfigKey)
		if err == nil {
			value = string(entry.Value())
		}
		return err == nil
	}, "get")
	return value
}

// fakeServer says to be of a version, and listens.
func fakeServer(t *testing.T, version string) (address string) {
	t.Helper()
	return fakeServerAt(t, "127.0.0.1:0", version)
}

func fakeServerAt(t *testing.T, address, version string) string {
	t.Helper()
	ln, err := net.Listen("tcp", address)
	require.NoError(t, err)
	answer(t, ln, `INFO {"server_id":"X","version":"`+version+`","nonce":"abc","max_payload":1048576}`+"\r\n")
	return ln.Addr().String()
}

// answer says the same to each connection, and reads what it gets until it is closed.
func answer(t *testing.T, ln net.Listener, say string) {
	t.Helper()
	var running sync.WaitGroup
	running.Go(func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			running.Go(func() {
				defer conn.Close()
				conn.Write([]byte(say))
				for b := make([]byte, 512); err == nil; {
					_, err = conn.Read(b)
				}
			})
		}
	})
	t.Cleanup(func() {
		ln.Close()
		running.Wait()
	})
}

// syncBuffer is a log that can be read while it is written.
type syncBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *syncBuffer) bytes() []byte {
	b.mu.Lock()
	defer b.mu.Unlock()
	return bytes.Clone(b.buf.Bytes())
}
