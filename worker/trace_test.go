package worker_test

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/provider/mock"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
)

// traces keeps the records of traced calls.
type traces struct {
	mu   sync.Mutex
	kept []telemetry.Record
}

func (t *traces) Put(r *telemetry.Record) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.kept = append(t.kept, *r)
}

func (t *traces) nth(tb testing.TB, n int) (r telemetry.Record) {
	tb.Helper()
	require.Eventually(tb, func() bool {
		t.mu.Lock()
		defer t.mu.Unlock()
		if len(t.kept) >= n {
			r = t.kept[n-1]
		}
		return len(t.kept) >= n
	}, patience, 2*time.Millisecond)
	return r
}

func traced(cfg *config.Config, ratio float64) *config.Config {
	cfg.Telemetry = config.Telemetry{Collector: config.Collector{Endpoint: "http://collector"}, Traces: config.Traces{Ratio: &ratio}}
	return cfg
}

func TestAWorkersPartOfACallIsInItsTrace(t *testing.T) {
	c := startCluster(t)
	_, url := serveMock(t, mock.Options{})
	var edges, workers traces
	edge := c.edgeWith(t, traced(over(url, 1), 1), gateway.Options{Traces: &edges})
	c.workerWith(t, "worker-1", traced(over(url, 10), 1), gateway.Options{Node: "worker-1", Traces: &workers})
	for i, stream := range []bool{false, true} {
		got := edge.ask(chat("openai", "openai", "gpt-4o", stream))
		require.Nil(t, got.err)
		whole, part := edges.nth(t, i+1), workers.nth(t, i+1)
		require.Equal(t, whole.Traced.ID, part.Traced.ID)
		require.Nil(t, whole.Traced.Work)
		require.Len(t, whole.Traced.Tries, 1)
		try := whole.Traced.Tries[0]
		require.Equal(t, "worker-1", try.Worker)
		require.Positive(t, try.Queued, "how long it waited for the worker")
		work := part.Traced.Work
		require.Equal(t, "worker-1", work.Node)
		require.Equal(t, try.Number, work.Attempt)
		require.Equal(t, whole.Traced.Span(whole.CallID.Borrow(), try.Number), part.Traced.Parent, "it is a part of the try")
		require.Positive(t, work.Asked)
		require.Equal(t, stream, part.FirstToken > 0)
		require.Equal(t, 200, part.Status)
		require.Equal(t, "gpt-4o", part.Model.String())
		require.Equal(t, []string{"stop"}, part.Traced.Answer.Finish)
		require.NotEmpty(t, part.Traced.Answer.ID)
	}
}

// header is a caller with one header.
type header struct{ name, value string }

func (header) Watch(func()) {}
func (header) Unwatch()     {}
func (h header) Header(name string) string {
	if name == h.name {
		return h.value
	}
	return ""
}

func TestAWorkerTracesNothingThatItsEdgeDoesNot(t *testing.T) {
	c := startCluster(t)
	_, url := serveMock(t, mock.Options{})
	var edges, workers traces
	none := traced(over(url, 1), 0)
	none.Telemetry.Traces.IgnoreParent = true
	edge := c.edgeWith(t, none, gateway.Options{Traces: &edges})
	c.workerWith(t, "worker-1", traced(over(url, 10), 1), gateway.Options{Node: "worker-1", Traces: &workers})
	a := chat("openai", "openai", "gpt-4o", false)
	a.client = header{"traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}
	require.Nil(t, edge.ask(a).err)
	require.Equal(t, "worker-1", edge.settled(t, 1).Worker)
	require.Empty(t, edges.kept)
	require.Empty(t, workers.kept, "a caller's trace is not gone on with by the worker alone")
}
