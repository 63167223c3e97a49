package logotlp

import (
	"strings"

	"golang.org/x/net/http/httpguts"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/asbru-gateway/asbru/pkg/plugin/builtin/sink"
)

// settings are the plugin's own.
type settings struct {
	Endpoint    string                   `json:"endpoint,omitempty" ref:"true" required:"true" doc:"Address of the collector, such as https://otel.example.com:4318; records go to /v1/logs below it."`
	SendHeaders map[string]config.Secret `json:"send_headers,omitempty" doc:"Headers that are sent, by name, such as Authorization."`
	Service     string                   `json:"service_name,omitempty" ref:"true" default:"asbru" doc:"Name of the service."`
	Content     bool                     `json:"content,omitempty" doc:"Whether requests and answers are exported, too."`
	MaxKB       int                      `json:"max_content_kb,omitempty" minimum:"1" maximum:"4096" default:"64" doc:"Most kilobytes of a request, and of an answer; what is larger is left out."`
	Headers     []string                 `json:"header_names,omitempty" doc:"Names of the caller's headers that are exported along."`
	Batch       sink.Batch               `json:"batch,omitempty" doc:"How calls are gathered."`
}

// Kind is the kind of plugins that export log records.
func Kind() plugin.Kind {
	return sink.Kind("log_otlp", "Exports finished calls as log records of OpenTelemetry, by OTLP over HTTP.", func(env plugin.Env, s *settings) (sink.Parts, error) {
		if err := sink.CheckURL("endpoint", s.Endpoint, env.Private); err != nil {
			return sink.Parts{}, err
		}
		if err := sink.CheckHeaders("header_names", s.Headers); err != nil {
			return sink.Parts{}, err
		}
		for name, value := range s.SendHeaders {
			if !httpguts.ValidHeaderFieldName(name) || !httpguts.ValidHeaderFieldValue(value.Reveal()) {
				return sink.Parts{}, config.Fault("send_headers."+name, "is no header")
			}
		}
		c := &collector{
			client: sink.Client(env.HTTP), log: env.Log, service: s.Service, headers: s.SendHeaders,
			address: strings.TrimSuffix(strings.TrimRight(s.Endpoint, "/"), "/v1/logs") + "/v1/logs",
		}
		shape := sink.Shape{Content: s.Content, MaxBytes: s.MaxKB << 10, Headers: append([]string{traceparent}, s.Headers...)}
		return sink.Parts{Shape: shape, Batch: s.Batch, Target: c, Close: c.close}, nil
	})
}
