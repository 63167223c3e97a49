package mocker_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/asbru-gateway/asbru/pkg/plugin/builtin/mocker"
)

func made(t testing.TB, settings string) (plugin.AttemptHook, map[string]int) {
	t.Helper()
	counts := map[string]int{}
	env := plugin.Env{Name: "mocker", Log: slog.New(slog.DiscardHandler), Count: func(what string) { counts[what]++ }}
	p, err := mocker.Kind().Make(env, json.RawMessage(settings))
	require.NoError(t, err)
	return p.(plugin.AttemptHook), counts
}

func call(text string) *plugin.Call {
	return &plugin.Call{
		ID: "c1", RequestID: "r1", Op: api.OpChat, Provider: "openai", Model: "gpt-5", Attempt: 1,
		Caller: plugin.Caller{VirtualKey: "web"},
		Header: func(name string) string { return map[string]string{"x-tenant": "blue"}[name] },
		Request: &api.Request{Op: api.OpChat, Model: "gpt-5", Messages: []api.Message{
			{Parts: []api.Part{{Text: "Before"}}}, {Role: api.RoleAssistant, Parts: []api.Part{{Text: "Yes"}}}, {Parts: []api.Part{{Text: text}}},
		}},
	}
}

// said is what a call is answered with, or the code of its error; empty when it goes on.
func said(t testing.TB, p plugin.AttemptHook, c *plugin.Call) string {
	t.Helper()
	a, err := p.BeforeAttempt(t.Context(), c)
	switch {
	case err != nil:
		return err.Message
	case a == nil:
		return ""
	}
	return a.Response.Choices[0].Parts[0].Text
}

func TestTheRuleOfTheHighestPriorityAnswersWhoseConditionsAreMet(t *testing.T) {
	p, counts := made(t, `{"rules":[
		{"name":"any","priority":-5,"responses":[{"content":{"message":"any"}}]},
		{"name":"weather","priority":10,"conditions":{"message_regex":"(?i)weather"},"responses":[{"content":{"message":"rain"}}]},
		{"name":"claude","conditions":{"providers":["anthropic"]},"responses":[{"content":{"message":"claude"}}]},
		{"name":"five","conditions":{"models":["gpt-5"],"request_size":{"min":40}},"responses":[{"content":{"message":"five"}}]},
		{"name":"off","enabled":false,"priority":99,"responses":[{"content":{"message":"off"}}]}]}`)
	require.Equal(t, "rain", said(t, p, call("What WEATHER is it?")))
	require.Equal(t, "any", said(t, p, call("Hello")))
	require.Equal(t, "five", said(t, p, call("a text that is long enough for its rule to like it")))
	c := call("Hello")
	c.Provider = "anthropic"
	require.Equal(t, "claude", said(t, p, c))
	require.Equal(t, "mocked:claude", c.Notes())
	require.Equal(t, 1, counts["weather"])
	c.Op = api.OpEmbedding
	require.Empty(t, said(t, p, c), "only what is a conversation or a text is answered")
}

func TestCallsThatNoRuleIsForGoOnOrNot(t *testing.T) {
	rule := `"rules":[{"name":"r","conditions":{"models":["other"]},"responses":[{"content":{"message":"x"}}]}]`
	for behaviour, want := range map[string]string{
		"passthrough": "", "success": "This is a mock response.", "error": "No rule is for this call.",
	} {
		p, _ := made(t, `{`+rule+`,"default_behavior":"`+behaviour+`"}`)
		require.Equal(t, want, said(t, p, call("Hello")))
	}
	p, _ := made(t, `{}`)
	require.Equal(t, "This is a mock response.", said(t, p, call("Hello")))
	p, _ = made(t, `{"enabled":false}`)
	require.False(t, plugin.Wants(p.(plugin.Plugin), plugin.BeforeAttempt))
}

func TestTemplatesHaveTheValuesOfTheCall(t *testing.T) {
	for template, want := range map[string]string{
		"{{provider}}/{{ model }}: {{message}}":     `^openai/gpt-5: Hello$`,
		"{{request_id}} {{virtual_key}}{{user}}":    `^r1 web$`,
		"{{header.x-tenant}} at {{now}}":            `^blue at \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$`,
		"{{faker.integer:3,4}}":                     `^[34]$`,
		"{{faker.float:1,2}}":                       `^[12]\.\d\d$`,
		"{{faker.uuid}}":                            `^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`,
		"{{faker.lorem_ipsum:3}}":                   `^[A-Z]\w* \w+ \w+\.$`,
		"{{faker.name}} {{faker.email}}":            `^\w+ \w+ \w+\.\w+@example\.com$`,
		"{{faker.city}} {{faker.zip_code}}":         `^\w+ \d{5}$`,
		"{{faker.hex_color}} {{faker.boolean}}, ok": `^#[0-9a-f]{6} (true|false), ok$`,
	} {
		raw, err := json.Marshal(template)
		require.NoError(t, err)
		p, _ := made(t, `{"rules":[{"name":"r","responses":[{"content":{"message":"no","message_template":`+string(raw)+`}}]}]}`)
		require.Regexp(t, want, said(t, p, call("Hello")), template)
	}
}

func TestAnswersAreDrawnByTheirWeights(t *testing.T) {
	p, _ := made(t, `{"rules":[{"name":"r","probability":0.5,"responses":[
		{"weight":3,"content":{"message":"a"}},{"weight":1,"content":{"message":"b"}},{"weight":0,"content":{"message":"never"}}]}]}`)
	drawn := map[string]int{}
	for range 4000 {
		drawn[said(t, p, call("Hello"))]++
	}
	require.Zero(t, drawn["never"])
	require.InDelta(t, 2000, drawn[""], 300)
	require.InDelta(t, 1500, drawn["a"], 300)
	require.InDelta(t, 500, drawn["b"], 200)
}

func TestFailuresAreThoseOfAProvider(t *testing.T) {
	p, _ := made(t, `{"rules":[{"name":"r","responses":[{"type":"error","allow_fallbacks":false,
		"error":{"message":"Slow down.","type":"rate_limit","code":"rate_limit_exceeded","status_code":429,"retry_after":7}}]}]}`)
	c := call("Hello")
	_, err := p.BeforeAttempt(t.Context(), c)
	require.Equal(t, []any{api.KindRateLimit, 429, "rate_limit_exceeded", "7s"}, []any{err.Kind, err.Status, err.Code, err.RetryAfter.String()})
	require.True(t, c.IsFinal(err))
}

func TestToolsAreAskedFor(t *testing.T) {
	p, _ := made(t, `{"rules":[{"name":"r","responses":[{"content":{"tool_calls":[{"name":"look","arguments":{"at":"sky"}}],"usage":{"prompt_tokens":3,"completion_tokens":4}}}]}]}`)
	a, err := p.BeforeAttempt(t.Context(), call("Hello"))
	require.Nil(t, err)
	choice := a.Response.Choices[0]
	require.Equal(t, api.FinishToolCalls, choice.Finish)
	require.JSONEq(t, `{"at":"sky"}`, string(choice.Parts[0].Call.Args))
	require.Equal(t, int64(7), a.Response.Usage.Total())
}

func TestAnAnswerTakesItsTime(t *testing.T) {
	p, _ := made(t, `{"global_latency":{"min":"1m"},"rules":[{"name":"slow","responses":[{"content":{"message":"x"}}]},
		{"name":"quick","priority":1,"latency":{"type":"uniform","min":1,"max":2},"conditions":{"message_regex":"quick"},"responses":[{"content":{"message":"x"}}]}]}`)
	require.Equal(t, "x", said(t, p, call("quick")))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := p.BeforeAttempt(ctx, call("slow"))
	_, failed := plugin.WhyFailed(err)
	require.True(t, failed, "its time limit ends a wait")
}

func TestSettingsThatMakeNoSenseAreRefused(t *testing.T) {
	for settings, want := range map[string]string{
		`{"rules":[{"name":"a"}]}`: "rules[0].responses: is required",
		`{"rules":[{"name":"a","responses":[{"content":{"message":"x"}}]},{"name":"a","responses":[{"content":{"message":"x"}}]}]}`: "rules[1].name: is another rule's already",
		`{"rules":[{"name":"a","responses":[{}]}]}`:                                                                          "rules[0].responses[0].content: must have",
		`{"rules":[{"name":"a","responses":[{"type":"error"}]}]}`:                                                            "rules[0].responses[0].error: is required",
		`{"rules":[{"name":"a","responses":[{"weight":0,"content":{"message":"x"}}]}]}`:                                      "rules[0].responses: must have one with a weight",
		`{"rules":[{"name":"a","conditions":{"message_regex":"("},"responses":[{"content":{"message":"x"}}]}]}`:              "rules[0].conditions.message_regex: is no regular",
		`{"rules":[{"name":"a","conditions":{"request_size":{"min":2,"max":1}},"responses":[{"content":{"message":"x"}}]}]}`: "request_size.max: is less than min",
		`{"rules":[{"name":"a","latency":{"type":"uniform","min":2,"max":1},"responses":[{"content":{"message":"x"}}]}]}`:    "rules[0].latency.max: is less than min",
		`{"rules":[{"name":"a","latency":{"min":100000000},"responses":[{"content":{"message":"x"}}]}]}`:                     "rules[0].latency.min: must be ≤",
		`{"rules":[{"name":"a","responses":[{"content":{"message_template":"{{nobody}}"}}]}]}`:                               "message_template: there is no value {{nobody}}",
		`{"rules":[{"name":"a","responses":[{"content":{"message_template":"{{model"}}]}]}`:                                  "message_template: {{model has no end",
		`{"rules":[{"name":"a","responses":[{"content":{"message_template":"{{faker.integer:5,1}}"}}]}]}`:                    "wants two numbers",
		`{"default_behavior":"perhaps"}`: "default_behavior: must be",
		`{"rule":[]}`:                    "rule: unknown key",
	} {
		_, err := mocker.Kind().Make(plugin.Env{}, json.RawMessage(settings))
		require.ErrorContains(t, err, want, settings)
	}
}

func BenchmarkACallThatGoesOn(b *testing.B) {
	p, _ := made(b, `{"rules":[{"name":"a","conditions":{"message_regex":"weather in \\w+"},"responses":[{"content":{"message":"x"}}]}]}`)
	c := call("Hello, what is the time?")
	b.ReportAllocs()
	for b.Loop() {
		_, _ = p.BeforeAttempt(b.Context(), c)
	}
}

func BenchmarkAnAnswer(b *testing.B) {
	p, _ := made(b, `{"rules":[{"name":"a","responses":[{"content":{"message_template":"You said {{message}}"}}]}]}`)
	b.ReportAllocs()
	for b.Loop() {
		c := call("Hello")
		_, _ = p.BeforeAttempt(b.Context(), c)
	}
}
