package maxim

import (
	"strings"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/asbru-gateway/asbru/pkg/plugin/builtin/sink"
)

// settings are the plugin's own.
type settings struct {
	APIKey     config.Secret `json:"api_key,omitempty" required:"true" doc:"Maxim's API key."`
	Repository string        `json:"log_repo_id,omitempty" ref:"true" doc:"Id of the log repository. Absent: calls that do not name one in x-bf-maxim-log-repo-id are not told."`
	BaseURL    string        `json:"base_url,omitempty" ref:"true" default:"https://app.getmaxim.ai" doc:"Address of Maxim."`
	Content    *bool         `json:"content,omitempty" default:"true" doc:"Whether requests and answers are sent, too."`
	MaxKB      int           `json:"max_content_kb,omitempty" minimum:"1" maximum:"4096" default:"256" doc:"Most kilobytes of a request, and of an answer; what is larger is left out."`
	Batch      sink.Batch    `json:"batch,omitempty" doc:"How calls are gathered."`
}

// The caller's headers that say what a call belongs to.
const (
	repositoryHeader     = "x-bf-maxim-log-repo-id"
	traceHeader          = "x-bf-maxim-trace-id"
	traceNameHeader      = "x-bf-maxim-trace-name"
	sessionHeader        = "x-bf-maxim-session-id"
	generationHeader     = "x-bf-maxim-generation-id"
	generationNameHeader = "x-bf-maxim-generation-name"
)

// Kind is the kind of plugins that tell Maxim.
func Kind() plugin.Kind {
	return sink.Kind("maxim", "Tells Maxim of finished calls, as traces with a generation.", func(env plugin.Env, s *settings) (sink.Parts, error) {
		if err := sink.CheckURL("base_url", s.BaseURL, env.Private); err != nil {
			return sink.Parts{}, err
		}
		t := &workspace{
			client: sink.Client(env.HTTP), address: strings.TrimRight(s.BaseURL, "/") + "/api/sdk/v3/log?id=", key: s.APIKey, repository: s.Repository,
		}
		shape := sink.Shape{
			Content: s.Content == nil || *s.Content, MaxBytes: s.MaxKB << 10,
			Headers: []string{repositoryHeader, traceHeader, traceNameHeader, sessionHeader, generationHeader, generationNameHeader},
		}
		return sink.Parts{Shape: shape, Batch: s.Batch, Target: t, Close: t.close}, nil
	})
}
