package otlp

import (
	"iter"
	"reflect"
	"strings"
	"time"

	"github.com/asbru-gateway/asbru/pkg/config"
)

// Settings say what is sent where. Two that are equal are the same for a collector.
type Settings struct {
	Resource Resource
	Traces   Target        // no endpoint: no traces are sent
	Metrics  Target        // no endpoint: no metrics are sent
	Every    time.Duration // how often metrics are sent
}

// Resource is who sends.
type Resource struct {
	Service, Version, Node string
	Attributes             map[string]string // further ones
}

// all are the attributes that traces and metrics are sent with alike.
func (r *Resource) all() iter.Seq2[string, string] {
	return func(yield func(name, value string) bool) {
		if !yield(serviceKey, r.Service) || !yield(versionKey, r.Version) || !yield(instanceKey, r.Node) {
			return
		}
		for name, value := range r.Attributes {
			if !yield(name, value) {
				return
			}
		}
	}
}

// Target is a collector and how it is spoken to.
type Target struct {
	Endpoint string // an http or https address
	GRPC     bool
	Headers  map[string]string
	CAFile   string
}

// SettingsOf reads the settings of a configuration, for a node of a version.
func SettingsOf(t *config.Telemetry, node, version string) Settings {
	s := Settings{
		Resource: Resource{Service: t.Service(), Version: version, Node: node, Attributes: t.Attributes},
		Every:    t.Metrics.Every(),
	}
	if t.On() {
		s.Traces = targetOf(&t.Collector)
	}
	if to := t.MetricsTo(); to != nil {
		s.Metrics = targetOf(to)
	}
	return s
}

func targetOf(c *config.Collector) Target {
	t := Target{Endpoint: c.Endpoint, GRPC: c.Protocol == "grpc", CAFile: c.CAFile}
	if len(c.Headers) > 0 {
		t.Headers = make(map[string]string, len(c.Headers))
		for name, value := range c.Headers {
			t.Headers[strings.ToLower(name)] = value.Reveal()
		}
	}
	return t
}

func (s *Settings) equal(other *Settings) bool { return reflect.DeepEqual(s, other) }

// under is the address of a signal over HTTP: the endpoint's own where that names it already.
func (t *Target) under(path string) string {
	base := strings.TrimRight(t.Endpoint, "/")
	if strings.HasSuffix(base, path) {
		return base
	}
	return base + path
}
