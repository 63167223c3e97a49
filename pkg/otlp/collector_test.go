package otlp

import (
	"compress/gzip"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	colmetricspb "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
	coltracepb "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	metricspb "go.opentelemetry.io/proto/otlp/metrics/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/proto"
)

// collector keeps what it is sent, over HTTP or gRPC.
type collector struct {
	coltracepb.UnimplementedTraceServiceServer
	mu      sync.Mutex
	spans   []*tracepb.ResourceSpans
	metrics []*metricspb.ResourceMetrics
	auth    []string
	refuse  bool
}

func (c *collector) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body := io.Reader(r.Body)
	if r.Header.Get("Content-Encoding") == "gzip" {
		unzipped, err := gzip.NewReader(r.Body)
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		body = unzipped
	}
	raw, err := io.ReadAll(body)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.auth = append(c.auth, r.Header.Get("X-Token"))
	if c.refuse || err != nil {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	switch r.URL.Path {
	case "/v1/traces":
		var m coltracepb.ExportTraceServiceRequest
		if proto.Unmarshal(raw, &m) == nil {
			c.spans = append(c.spans, m.ResourceSpans...)
		}
	case "/v1/metrics":
		var m colmetricspb.ExportMetricsServiceRequest
		if proto.Unmarshal(raw, &m) == nil {
			c.metrics = append(c.metrics, m.ResourceMetrics...)
		}
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

func (c *collector) Export(ctx context.Context, m *coltracepb.ExportTraceServiceRequest) (*coltracepb.ExportTraceServiceResponse, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	md, _ := metadata.FromIncomingContext(ctx)
	c.auth = append(c.auth, md.Get("x-token")...)
	c.spans = append(c.spans, m.ResourceSpans...)
	return &coltracepb.ExportTraceServiceResponse{}, nil
}

// overHTTP serves the collector, and returns its address.
func (c *collector) overHTTP(t *testing.T) string {
	server := httptest.NewServer(c)
	t.Cleanup(server.Close)
	return server.URL
}

func (c *collector) overGRPC(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	server := grpc.NewServer()
	coltracepb.RegisterTraceServiceServer(server, c)
	go func() { _ = server.Serve(l) }()
	t.Cleanup(server.Stop)
	return "http://" + l.Addr().String()
}

// all returns the spans so far, by name.
func (c *collector) all() map[string]*tracepb.Span {
	c.mu.Lock()
	defer c.mu.Unlock()
	all := map[string]*tracepb.Span{}
	for _, r := range c.spans {
		for _, s := range r.ScopeSpans {
			for _, span := range s.Spans {
				all[span.Name] = span
			}
		}
	}
	return all
}

// names returns those of the metrics so far.
func (c *collector) names() map[string]bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	names := map[string]bool{}
	for _, r := range c.metrics {
		for _, s := range r.ScopeMetrics {
			for _, m := range s.Metrics {
				names[m.Name] = true
			}
		}
	}
	return names
}

// shown returns the attributes of a span as text.
func shown(s *tracepb.Span) map[string]string {
	all := map[string]string{}
	for _, a := range s.Attributes {
		all[a.Key] = a.Value.String()
	}
	return all
}
