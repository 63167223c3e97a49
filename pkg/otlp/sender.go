package otlp

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"github.com/asbru-gateway/asbru/pkg/secret"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace"
	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	resourcepb "go.opentelemetry.io/proto/otlp/resource/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
)

// Options are what a [Sender] is made with.
type Options struct {
	Gatherer prometheus.Gatherer // of the metrics
	Lost     prometheus.Counter  // traced calls whose spans were not sent
	Log      *slog.Logger
}

// Sender sends traces and metrics to the collectors of its settings. Close it at the end.
type Sender struct {
	o        Options
	queue    *telemetry.Queue
	settings chan Settings
	stop     context.CancelFunc
	done     chan struct{}

	now     Settings
	traces  otlptrace.Client // nil: none are sent
	metrics *meter           // nil: none are sent
	failing bool             // it has been told
}

const (
	// maxWaiting bounds the calls whose spans wait to be sent.
	maxWaiting = 8192
	// enough of them are sent at once, others after at most sendEvery.
	enough    = 256
	sendEvery = time.Second
	// farewell bounds the sending of what is left at the end.
	farewell = 3 * time.Second
)

// NewSender begins. It sends nothing before the first [Sender.Follow].
func NewSender(o Options) *Sender {
	ctx, stop := context.WithCancel(context.Background())
	s := &Sender{o: o, queue: telemetry.NewQueue(maxWaiting, enough), settings: make(chan Settings, 1), stop: stop, done: make(chan struct{})}
	go s.run(ctx)
	return s
}

// Put takes the record of a traced call. It does not wait: of too many the last are lost,
// and counted. Safe for concurrent use.
func (s *Sender) Put(r *telemetry.Record) {
	if !s.queue.Put(r) {
		s.o.Lost.Inc()
	}
}

// Follow has other settings followed from now on. One goroutine may call it at a time.
func (s *Sender) Follow(next Settings) {
	select {
	case <-s.settings: // not seen yet
	default:
	}
	s.settings <- next
}

// Close sends what is left, for at most a few seconds, and ends it.
func (s *Sender) Close() {
	s.stop()
	<-s.done
}

func (s *Sender) run(ctx context.Context) {
	defer close(s.done)
	ticker := time.NewTicker(sendEvery)
	defer ticker.Stop()
	for {
		select {
		case next := <-s.settings:
			if !next.equal(&s.now) {
				s.send(ctx)
				s.change(ctx, next)
			}
		case <-s.queue.Ready():
			s.send(ctx)
		case <-ticker.C:
			s.send(ctx)
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), farewell)
			s.send(last)
			s.change(last, Settings{})
			cancel()
			return
		}
	}
}

// change closes the ways to the former collectors and opens those to the next.
func (s *Sender) change(ctx context.Context, next Settings) {
	if s.traces != nil {
		if err := s.traces.Stop(ctx); err != nil {
			s.o.Log.Debug("a trace collector was not left in order", "error", secret.Redact(err.Error()))
		}
		s.traces = nil
	}
	s.metrics.close(ctx)
	s.now, s.metrics, s.failing = next, nil, false
	if next.Traces.Endpoint != "" {
		client, err := traceClient(&next.Traces)
		if err == nil {
			err = client.Start(ctx)
		}
		if err != nil {
			s.o.Log.Error("no traces can be sent", "endpoint", next.Traces.Endpoint, "error", secret.Redact(err.Error()))
		} else {
			s.traces = client
		}
	}
	if next.Metrics.Endpoint != "" {
		m, err := newMeter(ctx, &next, s.o.Gatherer, s.o.Log)
		if err != nil {
			s.o.Log.Error("no metrics can be sent", "endpoint", next.Metrics.Endpoint, "error", secret.Redact(err.Error()))
			return
		}
		s.metrics = m
	}
}

// send sends the spans that wait.
func (s *Sender) send(ctx context.Context) {
	for records := range slices.Chunk(s.queue.Take(), enough) {
		if s.traces == nil {
			continue
		}
		var spans []*tracepb.Span
		for i := range records {
			spans = appendSpans(spans, &records[i])
		}
		s.told(s.upload(ctx, []*tracepb.ResourceSpans{{
			Resource:   &resourcepb.Resource{Attributes: s.now.Resource.attributes()},
			ScopeSpans: []*tracepb.ScopeSpans{{Scope: &commonpb.InstrumentationScope{Name: "asbru", Version: s.now.Resource.Version}, Spans: spans}},
		}}), len(records))
	}
}

// upload sends spans, again where that failed for a while.
func (s *Sender) upload(ctx context.Context, spans []*tracepb.ResourceSpans) error {
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	return s.traces.UploadTraces(ctx, spans)
}

// told counts what is lost, and says so once for each time that the collector is away.
func (s *Sender) told(err error, calls int) {
	switch {
	case err == nil && s.failing:
		s.o.Log.Info("traces are sent again", "endpoint", s.now.Traces.Endpoint)
	case err != nil:
		s.o.Lost.Add(float64(calls))
		if !s.failing {
			s.o.Log.Warn("traces could not be sent", "endpoint", s.now.Traces.Endpoint, "error", secret.Redact(err.Error()))
		}
	}
	s.failing = err != nil
}

// attributes are the resource's.
func (r *Resource) attributes() []*commonpb.KeyValue {
	var a attributes
	for name, value := range r.all() {
		a.text(name, value)
	}
	return a
}
