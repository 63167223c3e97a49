package config

import (
	"net/url"
	"time"
)

// Telemetry says what is sent to OpenTelemetry collectors.
type Telemetry struct {
	ServiceName string            `json:"service_name,omitempty" default:"asbru" doc:"What the gateway calls itself: the resource's service.name."`
	Attributes  map[string]string `json:"resource_attributes,omitempty" doc:"Further attributes of the resource, such as deployment.environment.name."`
	Collector   Collector         `json:"collector,omitzero" doc:"The collector that is sent to."`
	Traces      Traces            `json:"traces,omitzero" doc:"Traces of calls."`
	Metrics     OTLPMetrics       `json:"metrics,omitzero" doc:"The metrics of /metrics, sent on to a collector."`
}

// Collector is where OTLP is spoken.
type Collector struct {
	Endpoint string            `json:"endpoint,omitempty" ref:"true" doc:"Its address, such as http://collector:4318. Over HTTP, /v1/traces and /v1/metrics are added unless it ends so. Absent: nothing is sent."`
	Protocol string            `json:"protocol,omitempty" enum:"http/protobuf,grpc" default:"http/protobuf" doc:"How it is spoken to."`
	Headers  map[string]Secret `json:"headers,omitempty" doc:"Headers, or gRPC metadata, that go along."`
	CAFile   string            `json:"ca_file,omitempty" doc:"File with the certificates that its own is checked against, on each node. Absent: those of the system."`
}

// Traces says which calls are traced.
type Traces struct {
	Enabled      *bool    `json:"enabled,omitempty" switch:"true" default:"true" doc:"Whether calls are traced, where there is a collector."`
	Ratio        *float64 `json:"sample_ratio,omitempty" minimum:"0" maximum:"1" default:"1" doc:"Share of the calls that are traced, of those whose caller has not decided it with traceparent."`
	IgnoreParent bool     `json:"ignore_parent,omitempty" doc:"Whether the ratio decides for callers with a traceparent too. Their trace is gone on with all the same."`
}

// OTLPMetrics says how metrics are sent on.
type OTLPMetrics struct {
	Enabled   bool      `json:"enabled,omitempty" switch:"true" doc:"Whether metrics are sent."`
	Interval  int       `json:"interval,omitempty" unit:"s" minimum:"1" maximum:"3600" default:"30" doc:"How often."`
	Collector Collector `json:"collector,omitzero" doc:"A collector of their own. Absent: telemetry.collector."`
}

var (
	telemetryDefaults = defaultsOf[Telemetry]()
	tracesDefaults    = defaultsOf[Traces]()
	metricsDefaults   = defaultsOf[OTLPMetrics]()
)

// Service is what the gateway calls itself.
func (t *Telemetry) Service() string {
	if t.ServiceName == "" {
		return telemetryDefaults.ServiceName
	}
	return t.ServiceName
}

// On says whether any calls are traced.
func (t *Telemetry) On() bool {
	return t.Collector.Endpoint != "" && (t.Traces.Enabled == nil || *t.Traces.Enabled)
}

// Share is the part of calls that are traced, 0 to 1.
func (t *Traces) Share() float64 {
	if t.Ratio == nil {
		return *tracesDefaults.Ratio
	}
	return *t.Ratio
}

// MetricsTo is where metrics are sent; nil: nowhere.
func (t *Telemetry) MetricsTo() *Collector {
	to := &t.Metrics.Collector
	if to.Endpoint == "" {
		to = &t.Collector
	}
	if !t.Metrics.Enabled || to.Endpoint == "" {
		return nil
	}
	return to
}

// Every is how often metrics are sent.
func (m *OTLPMetrics) Every() time.Duration {
	seconds := m.Interval
	if seconds == 0 {
		seconds = metricsDefaults.Interval
	}
	return time.Duration(seconds) * time.Second
}

func (c *checker) telemetry() {
	t := &c.config.Telemetry
	c.collector("telemetry.collector", &t.Collector)
	c.collector("telemetry.metrics.collector", &t.Metrics.Collector)
	if t.Metrics.Enabled && t.MetricsTo() == nil {
		c.problem("telemetry.metrics.enabled", "needs telemetry.collector.endpoint, or telemetry.metrics.collector.endpoint")
	}
}

func (c *checker) collector(at string, to *Collector) {
	for name, value := range to.Headers {
		p := child(child(at, "headers"), name)
		c.headerSafe(p, name)
		c.headerSafe(p, value.Reveal())
	}
	if to.Endpoint == "" {
		return
	}
	u, err := url.Parse(to.Endpoint)
	switch {
	case err != nil, u.Scheme != "http" && u.Scheme != "https", u.Hostname() == "":
		c.problem(child(at, "endpoint"), "must be an http or https address, such as http://collector:4318")
	case u.User != nil:
		c.problem(child(at, "endpoint"), "must not have a user name or password; use headers")
	}
}
