package langfuse

import (
	"strings"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/asbru-gateway/asbru/pkg/plugin/builtin/sink"
)

// settings are the plugin's own.
type settings struct {
	Host        string        `json:"host,omitempty" ref:"true" default:"https://cloud.langfuse.com" doc:"Address of Langfuse."`
	PublicKey   string        `json:"public_key,omitempty" ref:"true" required:"true" doc:"The project's public key."`
	SecretKey   config.Secret `json:"secret_key,omitempty" required:"true" doc:"The project's secret key."`
	Environment string        `json:"environment,omitempty" maxLength:"40" doc:"Environment of the traces, such as production."`
	Release     string        `json:"release,omitempty" maxLength:"200" doc:"Release of the traces."`
	Content     *bool         `json:"content,omitempty" default:"true" doc:"Whether requests and answers are sent, too."`
	MaxKB       int           `json:"max_content_kb,omitempty" minimum:"1" maximum:"1024" default:"256" doc:"Most kilobytes of a request, and of an answer; what is larger is left out."`
	Batch       sink.Batch    `json:"batch,omitempty" doc:"How calls are gathered."`
}

// The caller's headers that say which trace and session a call belongs to.
const (
	traceHeader   = "x-asbru-parent-request-id"
	sessionHeader = "x-asbru-session"
	bifrostTrace  = "x-bf-parent-request-id"
	bifrostSess   = "x-bf-session-id"
)

// Kind is the kind of plugins that tell Langfuse.
func Kind() plugin.Kind {
	return sink.Kind("langfuse", "Tells Langfuse of finished calls, as traces with a generation.", func(env plugin.Env, s *settings) (sink.Parts, error) {
		if err := sink.CheckURL("host", s.Host, env.Private); err != nil {
			return sink.Parts{}, err
		}
		t := &project{
			client: sink.Client(env.HTTP), log: env.Log, address: strings.TrimRight(s.Host, "/") + "/api/public/ingestion",
			user: s.PublicKey, password: s.SecretKey, environment: s.Environment, release: s.Release,
		}
		shape := sink.Shape{
			Content: s.Content == nil || *s.Content, MaxBytes: s.MaxKB << 10,
			Headers: []string{traceHeader, bifrostTrace, sessionHeader, bifrostSess},
		}
		return sink.Parts{Shape: shape, Batch: s.Batch, Target: t, Close: t.close}, nil
	})
}
