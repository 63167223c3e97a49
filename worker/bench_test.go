package worker_test

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/secret"
	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
	"github.com/stretchr/testify/require"
)

// BenchmarkCall tells what a call takes that a worker runs, beside one that the edge
// runs itself, p50 in µs: whole, and a stream to its first chunk. The edges' queue is
// of no length, so that the call is offered at once.
func BenchmarkCall(b *testing.B) {
	c := startOnTCP(b)
	up := upstreamtest.New(b, func(x *upstreamtest.Exchange) {
		if !bytes.Contains(x.BodyBytes, []byte(`"stream":true`)) {
			x.JSON(200, wholeAnswer)
			return
		}
		x.StartStream()
		x.Event(delta("one"))
		endStream(x)
	})
	local := newNode(b, over(up.URL, 10), gateway.Options{})
	cfg := over(up.URL, 1)
	cfg.Client.DropExcessRequests = true
	edge := c.edge(b, cfg)
	c.worker(b, "worker-1", over(up.URL, 10))
	for _, v := range []struct {
		name   string
		node   *node
		stream bool
	}{{"whole/direct", local, false}, {"whole/overflow", edge, false}, {"first chunk/direct", local, true}, {"first chunk/overflow", edge, true}} {
		b.Run(v.name, func(b *testing.B) {
			a := chat("openai", "openai", "gpt-4o", v.stream)
			var took []time.Duration
			for b.Loop() {
				began := time.Now()
				call := v.node.begin(a)
				err := v.node.Do(call)
				require.Nil(b, err)
				if v.stream {
					_, err := call.Next()
					require.NoError(b, err)
				}
				took = append(took, time.Since(began))
				for call.Streaming {
					if _, err := call.Next(); err != nil {
						break
					}
				}
				require.Equal(b, v.node == edge, call.Worker() != "")
				v.node.Release(call)
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
		})
	}
}

// startOnTCP starts a cluster whose nodes are connected by sockets.
func startOnTCP(b *testing.B) *cluster {
	key := secret.NewKey()
	server, err := bus.StartServer(bus.ServerOptions{Name: "n0", StoreDir: b.TempDir(), Listen: "127.0.0.1:0", Secret: key})
	require.NoError(b, err)
	b.Cleanup(server.Shutdown)
	c := &cluster{server: server, connect: func(t testing.TB, role bus.Role, node string) *bus.Conn {
		conn, err := bus.Connect(t.Context(), bus.Options{URLs: []string{"nats://" + server.Addr()}, Role: role, Node: node, Secret: key, Log: discard})
		require.NoError(t, err)
		t.Cleanup(conn.Close)
		return conn
	}}
	c.control = c.connect(b, bus.Control, "control-1")
	require.NoError(b, bus.Provision(b.Context(), c.control, bus.ProvisionOptions{}))
	require.NoError(b, bus.ProvisionPools(b.Context(), c.control, []string{"openai"}))
	return c
}
