package otlp

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"time"

	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetricgrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/metric"
	"google.golang.org/grpc/credentials"
)

// sendTimeout bounds one message to a collector, with all its retries.
const sendTimeout = 20 * time.Second

// traceClient makes a client that sends traces.
func traceClient(t *Target) (otlptrace.Client, error) {
	trust, err := t.trust()
	if err != nil {
		return nil, err
	}
	if t.GRPC {
		o := []otlptracegrpc.Option{
			otlptracegrpc.WithEndpointURL(t.Endpoint), otlptracegrpc.WithHeaders(t.Headers),
			otlptracegrpc.WithCompressor("gzip"), otlptracegrpc.WithTimeout(sendTimeout),
		}
		if trust != nil {
			o = append(o, otlptracegrpc.WithTLSCredentials(credentials.NewTLS(trust)))
		}
		return otlptracegrpc.NewClient(o...), nil
	}
	o := []otlptracehttp.Option{
		otlptracehttp.WithEndpointURL(t.under("/v1/traces")), otlptracehttp.WithHeaders(t.Headers),
		otlptracehttp.WithCompression(otlptracehttp.GzipCompression), otlptracehttp.WithTimeout(sendTimeout),
	}
	if trust != nil {
		o = append(o, otlptracehttp.WithTLSClientConfig(trust))
	}
	return otlptracehttp.NewClient(o...), nil
}

// metricExporter makes what sends metrics.
func metricExporter(ctx context.Context, t *Target) (metric.Exporter, error) {
	trust, err := t.trust()
	if err != nil {
		return nil, err
	}
	if t.GRPC {
		o := []otlpmetricgrpc.Option{
			otlpmetricgrpc.WithEndpointURL(t.Endpoint), otlpmetricgrpc.WithHeaders(t.Headers),
			otlpmetricgrpc.WithCompressor("gzip"), otlpmetricgrpc.WithTimeout(sendTimeout),
		}
		if trust != nil {
			o = append(o, otlpmetricgrpc.WithTLSCredentials(credentials.NewTLS(trust)))
		}
		return otlpmetricgrpc.New(ctx, o...)
	}
	o := []otlpmetrichttp.Option{
		otlpmetrichttp.WithEndpointURL(t.under("/v1/metrics")), otlpmetrichttp.WithHeaders(t.Headers),
		otlpmetrichttp.WithCompression(otlpmetrichttp.GzipCompression), otlpmetrichttp.WithTimeout(sendTimeout),
	}
	if trust != nil {
		o = append(o, otlpmetrichttp.WithTLSClientConfig(trust))
	}
	return otlpmetrichttp.New(ctx, o...)
}

// trust is what the collector's certificate is checked against; nil: what the system trusts.
func (t *Target) trust() (*tls.Config, error) {
	if t.CAFile == "" {
		return nil, nil
	}
	pem, err := os.ReadFile(t.CAFile)
	if err != nil {
		return nil, fmt.Errorf("otlp: ca_file: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, errors.New("otlp: ca_file has no certificate")
	}
	return &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}, nil
}
