package gateway_test

import (
	"bytes"
	"context"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/dialect/openai"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/plugin"
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

// callerOf is a caller with a traceparent.
type callerOf string

func (callerOf) Watch(func()) {}
func (callerOf) Unwatch()     {}
func (c callerOf) Header(name string) string {
	if name == "traceparent" {
		return string(c)
	}
	return ""
}

// wireTap keeps what is written to connections.
type wireTap struct {
	net.Conn
	mu  *sync.Mutex
	out *bytes.Buffer
}

func (w wireTap) Write(b []byte) (int, error) {
	w.mu.Lock()
	w.out.Write(b)
	w.mu.Unlock()
	return w.Conn.Write(b)
}

type passes struct{}

func (passes) Name() string { return "passes" }
func (passes) BeforeRoute(context.Context, *plugin.Call) (*plugin.Answer, *api.Error) {
	return nil, nil
}

func TestTheTriesOfATracedCallAreToldAndTheProviderHearsOfTheTrace(t *testing.T) {
	const theirs = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-"
	half := 0.0
	for name, c := range map[string]struct {
		says   string
		ratio  *float64
		ignore bool
		traced bool
		sent   string // what the provider's traceparent begins with; "" for none
	}{
		"of nobody's trace":             {traced: true, sent: "00-"},
		"of nobody's, and none is kept": {ratio: &half},
		"the caller traces":             {says: theirs + "01", ratio: &half, traced: true, sent: theirs[:36]},
		"the caller does not":           {says: theirs + "00", sent: theirs + "00"},
		"the caller is not asked":       {says: theirs + "00", ignore: true, traced: true, sent: theirs[:36]},
		"what is none passes":           {says: "nonsense", ratio: &half, sent: "nonsense"},
	} {
		t.Run(name, func(t *testing.T) {
			server := mock.New(mock.Options{})
			defer server.Close()
			var mu sync.Mutex
			var wire bytes.Buffer
			var kept traces
			cfg := &config.Config{
				Providers: map[string]config.Provider{"mock": {Keys: []config.Key{{Name: "k", Value: "v"}}}},
				Telemetry: config.Telemetry{
					Collector: config.Collector{Endpoint: "http://collector"},
					Traces:    config.Traces{Ratio: c.ratio, IgnoreParent: c.ignore},
				},
			}
			g, err := gateway.New(t.Context(), cfg, gateway.Options{
				Traces: &kept, Plugins: []plugin.Plugin{passes{}},
				Known: map[string]gateway.Reach{"mock": {Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
					conn, err := server.Dial(ctx, network, address)
					return wireTap{conn, &mu, &wire}, err
				}}},
			})
			require.NoError(t, err)
			defer g.Close()
			call := g.Acquire()
			call.In, call.Client = openai.Codec, callerOf(c.says)
			call.Head.Op = api.OpChat
			call.Body = []byte(`{"model":"mock/demo","messages":[{"role":"user","content":"hello"}]}`)
			require.Nil(t, g.Do(call))
			g.Release(call)

			mu.Lock()
			defer mu.Unlock()
			_, sent, there := strings.Cut(wire.String(), "traceparent: ")
			sent, _, _ = strings.Cut(sent, "\r\n")
			require.Equal(t, c.sent != "", there)
			require.True(t, strings.HasPrefix(sent, c.sent), sent)
			if !c.traced {
				require.Empty(t, kept.kept)
				return
			}
			require.Len(t, kept.kept, 1)
			r := &kept.kept[0]
			require.Len(t, r.Traced.Tries, 1)
			require.Equal(t, "k", r.Traced.Tries[0].Key)
			require.Positive(t, r.Traced.Tries[0].Asked)
			require.Equal(t, "passes", r.Traced.Hooks[0].Plugin)
			require.Equal(t, sent, string(r.Traced.AppendTraceparent(nil, r.Traced.Span(r.CallID.Borrow(), 1))))
		})
	}
}
