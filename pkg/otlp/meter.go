package otlp

import (
	"context"
	"log/slog"

	"github.com/asbru-gateway/asbru/pkg/secret"
	"github.com/prometheus/client_golang/prometheus"
	bridge "go.opentelemetry.io/contrib/bridges/prometheus"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/resource"
)

// meter sends the metrics of a gatherer from time to time.
type meter struct {
	provider *metric.MeterProvider
	log      *slog.Logger
}

func newMeter(ctx context.Context, s *Settings, from prometheus.Gatherer, log *slog.Logger) (*meter, error) {
	exporter, err := metricExporter(ctx, &s.Metrics)
	if err != nil {
		return nil, err
	}
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { // the library has no other way to tell
		log.Warn("metrics could not be sent", "error", secret.Redact(err.Error()))
	}))
	reader := metric.NewPeriodicReader(exporter, metric.WithInterval(s.Every), metric.WithTimeout(sendTimeout),
		metric.WithProducer(bridge.NewMetricProducer(bridge.WithGatherer(from))))
	return &meter{provider: metric.NewMeterProvider(metric.WithReader(reader), metric.WithResource(s.Resource.sdk())), log: log}, nil
}

// close sends the metrics a last time. A nil meter has none.
func (m *meter) close(ctx context.Context) {
	if m == nil {
		return
	}
	if err := m.provider.Shutdown(ctx); err != nil {
		m.log.Warn("the last metrics could not be sent", "error", secret.Redact(err.Error()))
	}
}

func (r *Resource) sdk() *resource.Resource {
	var all []attribute.KeyValue
	for name, value := range r.all() {
		all = append(all, attribute.String(name, value))
	}
	return resource.NewSchemaless(all...)
}
