package external_test

import (
	"context"
	"encoding/json"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nkeys"
	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/asbru-gateway/asbru/pkg/plugin/external"
	"github.com/asbru-gateway/asbru/pkg/secret"
)

// cluster is a cluster's own NATS, over TCP.
type cluster struct {
	url string
	key secret.Key
}

func startCluster(t testing.TB) *cluster {
	t.Helper()
	c := &cluster{key: secret.NewKey()}
	s, err := bus.StartServer(bus.ServerOptions{Name: "n0", StoreDir: t.TempDir(), Listen: "127.0.0.1:0", Secret: c.key})
	require.NoError(t, err)
	t.Cleanup(s.Shutdown)
	c.url = "nats://" + s.Addr()
	return c
}

func (c *cluster) edge(t testing.TB) *bus.Conn {
	t.Helper()
	conn, err := bus.Connect(t.Context(), bus.Options{URLs: []string{c.url}, Role: bus.Edge, Node: "edge-1", Secret: c.key})
	require.NoError(t, err)
	t.Cleanup(conn.Close)
	return conn
}

// program lets the program behind a plugin in, as its author would.
func (c *cluster) program(t testing.TB, name string, answer nats.MsgHandler) *nats.Conn {
	t.Helper()
	called, seed, err := bus.PluginCredentials(c.key, name)
	require.NoError(t, err)
	pair, err := nkeys.FromSeed([]byte(seed))
	require.NoError(t, err)
	public, err := pair.PublicKey()
	require.NoError(t, err)
	conn, err := nats.Connect(c.url, nats.Name(called), nats.Nkey(public, pair.Sign))
	require.NoError(t, err)
	t.Cleanup(conn.Close)
	_, err = conn.QueueSubscribe("hook.*."+name, name, answer)
	require.NoError(t, err)
	require.NoError(t, conn.Flush())
	return conn
}

func inCluster(t testing.TB, edge *bus.Conn, settings string) plugin.Plugin {
	t.Helper()
	p, err := external.NATS(edge).Make(env(), json.RawMessage(settings))
	require.NoError(t, err)
	return p
}

func TestAProgramIsAskedOverTheClustersOwnNATS(t *testing.T) {
	c := startCluster(t)
	edge := c.edge(t)
	p := inCluster(t, edge, `{"points":["before_route"]}`)
	why, failed := plugin.WhyFailed(ask(t, p))
	require.True(t, failed)
	require.Contains(t, why, "no responders")
	other := c.program(t, "other", func(m *nats.Msg) { _ = m.Respond([]byte(refusal)) })
	_, failed = plugin.WhyFailed(ask(t, p))
	require.True(t, failed, "another plugin's program is not asked")
	house := c.program(t, "house", func(m *nats.Msg) { _ = m.Respond([]byte(refusal)) })
	require.Equal(t, "house_rules", ask(t, p).Code)
	house.Close()
	named := inCluster(t, edge, `{"points":["before_route"],"subject":"hook.any.other"}`)
	require.Equal(t, "house_rules", ask(t, named).Code)
	require.NoError(t, p.(plugin.Closer).Close())
	require.True(t, edge.Overflow.NATS.IsConnected(), "the connection is the node's, and outlives the plugin")
	other.Close()
}

// A program that has answered, or is late, can make no more of the question's inbox.
func TestAProgramInTheClusterAnswersOnceAndInTime(t *testing.T) {
	c := startCluster(t)
	edge := c.edge(t)
	refused := make(chan error, 8)
	waits := make(chan struct{})
	var asked atomic.Int32
	house := c.program(t, "house", func(m *nats.Msg) {
		if asked.Add(1) == 1 {
			<-waits
		}
		_ = m.Respond([]byte(refusal))
		_ = m.Respond([]byte(refusal))
	})
	house.SetErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { refused <- err })
	p := inCluster(t, edge, `{"points":["before_route"]}`)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, err := p.(plugin.RouteHook).BeforeRoute(ctx, call())
	why, failed := plugin.WhyFailed(err)
	require.True(t, failed)
	require.Contains(t, why, context.DeadlineExceeded.Error())
	close(waits)
	require.ErrorIs(t, <-refused, nats.ErrPermissionViolation)
	require.Equal(t, "house_rules", ask(t, p).Code)
	require.ErrorIs(t, <-refused, nats.ErrPermissionViolation)
	require.NoError(t, house.Publish(bus.ConfigCommit.At(), []byte("x")))
	require.ErrorIs(t, <-refused, nats.ErrPermissionViolation)
}

func TestAPluginInTheClusterReachesNoSubjectOfTheClusters(t *testing.T) {
	for _, one := range []struct{ settings, subject string }{
		{`"points":["before_route"]`, "ctl.cache.purge"},
		{`"points":["before_route"]`, "ovf.openai"},
		{`"points":["before_route"]`, "usage.edge-1"},
		{`"points":["before_route"]`, "frm.edge-1.call"},
		{`"points":["before_route"]`, "$JS.API.INFO"},
		{`"points":["before_route"]`, "_INBOX.edge.edge-1.x"},
		{`"points":["before_route"]`, "hook.before_route"},
		{`"points":["before_route"]`, "hook.a.b.c"},
		{`"points":["before_route"]`, "hook.*.house"},
		{`"points":["before_route"]`, "hook..house"},
		{`"points":["before_route"],"url":"nats://x.example"`, "house.>"},
		{`"points":["before_route"],"url":"nats://x.example"`, "$SYS.REQ.SERVER.PING"},
	} {
		_, err := external.NATS(nil).Make(env(), json.RawMessage(`{`+one.settings+`,"subject":"`+one.subject+`"}`))
		var problems *config.Problems
		require.ErrorAs(t, err, &problems, one.subject)
		require.Equal(t, "subject", problems.List[0].Path)
	}
	p := inCluster(t, nil, `{"points":["before_route"]}`)
	why, failed := plugin.WhyFailed(ask(t, p))
	require.True(t, failed)
	require.Contains(t, why, "in no cluster")
}

// BenchmarkNATSOfTheCluster has its p50 beside the mean: TCP on loopback, from the hook to its verdict.
func BenchmarkNATSOfTheCluster(b *testing.B) {
	c := startCluster(b)
	c.program(b, "house", func(m *nats.Msg) { _ = m.Respond([]byte(`{"action":"continue"}`)) })
	p := inCluster(b, c.edge(b), `{"points":["before_route"]}`)
	var took []time.Duration
	for b.Loop() {
		began := time.Now()
		require.Nil(b, ask(b, p))
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
}
