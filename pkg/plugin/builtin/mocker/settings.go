package mocker

import "github.com/asbru-gateway/asbru/pkg/config"

// settings are the plugin's own.
type settings struct {
	Enabled         *bool    `json:"enabled,omitempty" switch:"true" default:"true" doc:"Whether it answers at all."`
	Rules           []rule   `json:"rules,omitempty" doc:"The rules. Absent: one that answers every call."`
	GlobalLatency   *latency `json:"global_latency,omitempty" doc:"How long answers take where a rule does not say."`
	DefaultBehavior string   `json:"default_behavior,omitempty" enum:"passthrough,error,success" default:"passthrough" doc:"What becomes of a call that no rule is for: its provider is asked, it fails, or it is answered."`
}

type rule struct {
	Name        string     `json:"name,omitempty" required:"true" maxLength:"64" doc:"Name of the rule: in the call's marks, and in the metrics."`
	Enabled     *bool      `json:"enabled,omitempty" switch:"true" default:"true" doc:"Whether the rule holds."`
	Priority    int        `json:"priority,omitempty" minimum:"-1000" maximum:"1000" doc:"The rule of the highest priority is looked at first; of one priority, the first."`
	Probability *float64   `json:"probability,omitempty" minimum:"0" maximum:"1" default:"1" doc:"For which share of the calls that meet its conditions the rule answers. Others go to their provider."`
	Conditions  conditions `json:"conditions,omitempty" doc:"Which calls it is for; all that are given must be met."`
	Responses   []response `json:"responses,omitempty" required:"true" doc:"Its answers, of which one is drawn each time."`
	Latency     *latency   `json:"latency,omitempty" doc:"How long its answers take."`
}

type conditions struct {
	Providers    []string   `json:"providers,omitempty" doc:"Names of providers."`
	Models       []string   `json:"models,omitempty" doc:"Models, as the provider names them."`
	MessageRegex string     `json:"message_regex,omitempty" maxLength:"4096" doc:"Expression, as RE2 has it, that a text of the messages must have."`
	RequestSize  *sizeRange `json:"request_size,omitempty" doc:"How large the texts are together."`
}

type sizeRange struct {
	Min int `json:"min,omitempty" minimum:"0" doc:"Least bytes."`
	Max int `json:"max,omitempty" minimum:"0" doc:"Most bytes. 0: any."`
}

type latency struct {
	Type string `json:"type,omitempty" enum:"fixed,uniform" default:"fixed" doc:"fixed waits for min; uniform for a time between min and max."`
	Min  int    `json:"min,omitempty" unit:"ms" minimum:"0" maximum:"300000" doc:"The least time."`
	Max  int    `json:"max,omitempty" unit:"ms" minimum:"0" maximum:"300000" doc:"The most time."`
}

type response struct {
	Type           string   `json:"type,omitempty" enum:"success,error" default:"success" doc:"Whether it is an answer or a failure."`
	Weight         *float64 `json:"weight,omitempty" minimum:"0" default:"1" doc:"How often it is drawn, as against the others."`
	Content        *content `json:"content,omitempty" doc:"Of success: the answer."`
	Error          *failure `json:"error,omitempty" doc:"Of error: how the call fails."`
	AllowFallbacks *bool    `json:"allow_fallbacks,omitempty" default:"true" doc:"Of error: whether other providers are asked that the call may fall back to."`
}

type content struct {
	Message         string        `json:"message,omitempty" doc:"What is said, as it is."`
	MessageTemplate string        `json:"message_template,omitempty" doc:"What is said, with values in the place of {{names}}; it goes before message."`
	ToolCalls       []toolCall    `json:"tool_calls,omitempty" doc:"Tools that the model asks for."`
	Model           string        `json:"model,omitempty" doc:"What the answer calls its model. Absent: the one that was asked for."`
	FinishReason    string        `json:"finish_reason,omitempty" enum:"stop,length,tool_calls,content_filter" doc:"Why it ends. Absent: tool_calls where there are any, or else stop."`
	Usage           *usage        `json:"usage,omitempty" doc:"What it has used. Absent: 10 and 20 tokens."`
	CustomFields    config.Unused `json:"custom_fields,omitempty" kind:"object" doc:"Bifrost's, which puts them into the answer's extra_fields."`
}

type toolCall struct {
	Name      string     `json:"name,omitempty" required:"true" doc:"Name of the tool."`
	Arguments config.Raw `json:"arguments,omitempty" kind:"object" doc:"Its arguments."`
}

type usage struct {
	PromptTokens     int `json:"prompt_tokens,omitempty" minimum:"0" doc:"Tokens of the request."`
	CompletionTokens int `json:"completion_tokens,omitempty" minimum:"0" doc:"Tokens of the answer."`
	TotalTokens      int `json:"total_tokens,omitempty" minimum:"0" doc:"Both; it is always their sum."`
}

type failure struct {
	Message    string `json:"message,omitempty" required:"true" doc:"The error's message."`
	Type       string `json:"type,omitempty" doc:"The error's type, as the provider would name it."`
	Code       string `json:"code,omitempty" doc:"The error's code."`
	StatusCode int    `json:"status_code,omitempty" minimum:"400" maximum:"599" default:"500" doc:"Its HTTP status."`
	RetryAfter int    `json:"retry_after,omitempty" unit:"s" minimum:"0" maximum:"86400" doc:"How long the caller is told to wait."`
}
