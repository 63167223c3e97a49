package control_test

import (
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/transcript"
	"github.com/asbru-gateway/asbru/pkg/usage"
	"github.com/stretchr/testify/require"
)

func TestAPastCallIsExplainedAsRecordedAndAsItWouldBeNow(t *testing.T) {
	d := open(t)
	at := time.Now().Add(-time.Minute)
	cost := int64(5)
	rule := &usage.Choice{Asked: "openai/gpt-5", Revision: 3, Strategy: "least_latency", Options: []usage.Option{
		{Provider: "house", Model: "small", Weight: 1, Ready: true, Latency: 20 * time.Millisecond, CostNano: &cost, Place: 1},
		{Provider: "openai", Weight: 1, Refused: "provider_blocked"},
		{Provider: "gemini", Model: "flash", Weight: 1, Ready: true, Latency: 30 * time.Millisecond, Place: 2},
	}}
	explored := *rule
	explored.Options = append([]usage.Option{}, rule.Options...)
	explored.Options[0].Place, explored.Options[2].Place = 2, 1
	base := usage.Entry{RequestID: "r", Time: at, Op: "chat", Dialect: "openai", Provider: "house", Model: "small", Key: "h", Status: 200, Attempts: 1}
	with := func(id string, change func(*usage.Entry)) usage.Entry {
		e := base
		e.CallID = id
		change(&e)
		return e
	}
	require.NoError(t, d.store.Load().Ledger().Put(t.Context(), []usage.Entry{
		with("ruled", func(e *usage.Entry) {
			e.RequestID = "of-ruled"
			e.RuleID, e.RuleName, e.Choice, e.Team, e.Session, e.Metadata = "quick", "Quick", rule, "search", "s-1", map[string]string{"a": "b"}
		}),
		with("explored", func(e *usage.Entry) { e.RuleID, e.Choice = "quick", &explored }),
		with("before", func(e *usage.Entry) { e.RuleID = "quick" }),
		with("plain", func(*usage.Entry) {}),
		with("denied", func(e *usage.Entry) {
			e.RuleID, e.Code, e.Status, e.Provider, e.Model, e.Choice = "no", "denied_by_rule", 403, "", "", &usage.Choice{Asked: "openai/x"}
		}),
		with("fallback", func(e *usage.Entry) {
			e.Fallback, e.Attempts = 1, 2
			e.Tries = []usage.Try{{Provider: "openai", Model: "gpt-5", Status: 502, Code: "provider_closed"}, {Provider: "house", Model: "small", Status: 200}}
		}),
	}))
	require.NoError(t, d.store.Load().Transcripts().PutTranscripts(t.Context(), []transcript.Transcript{
		{CallID: "plain", Time: at, Request: transcript.Body{Text: `{"model":"quickly","messages":[{"role":"user","content":"hi"}]}`}},
		{CallID: "before", Time: at, Request: transcript.Body{Text: `{"model":"quickly","mess`, Cut: true}},
	}))
	d.call(200, "PUT", "/api/config", `{"providers":{"openai":{"keys":[{"name":"main","value":"sk-1","weight":1}]},"anthropic":{"keys":[{"name":"c","value":"sk-2","weight":1}]}},
		"governance":{"teams":[{"id":"search","name":"Search"}],"routing_rules":[
			{"id":"new","cel_expression":"team_id == 'search' && metadata['a'] == 'b'","targets":[{"provider":"anthropic","model":"claude-sonnet-4-5"}]},
			{"id":"quickly","cel_expression":"model == 'quickly'","targets":[{"provider":"openai","model":"gpt-5-mini"}]}]}}`)

	b := get(d, "/api/logs/ruled/routing")
	recorded := b["recorded"].(map[string]any)
	require.Equal(t, "least_latency", recorded["why"])
	require.Equal(t, "openai/gpt-5", recorded["model"])
	require.EqualValues(t, 3, recorded["revision"])
	require.Equal(t, map[string]any{"provider": "house", "model": "small", "key_name": "h"}, recorded["answered"])
	candidates := recorded["candidates"].([]any)
	require.Equal(t, map[string]any{"provider": "house", "model": "small", "weight": 1., "place": 1., "ready": true, "latency_ms": 20., "cost_nano": 5.}, candidates[0])
	require.Equal(t, "provider_blocked", candidates[1].(map[string]any)["refusal"])
	now := b["now"].(map[string]any)
	require.Equal(t, "new", now["rule"])
	require.Equal(t, "anthropic", now["candidates"].([]any)[0].(map[string]any)["provider"])
	require.Equal(t, []any{"headers", "query", "body"}, b["unknown"])
	asked := b["asked"].(map[string]any)
	require.Equal(t, "openai/gpt-5", asked["model"])
	require.Equal(t, "search", asked["team_id"])

	for id, want := range map[string]struct {
		why, rule string
		unknown   []any
	}{
		"explored": {"explored", "", []any{"headers", "query", "body"}},
		"before":   {"not_kept", "", []any{"headers", "query", "body", "model", "choice"}},
		"plain":    {"no_rule", "quickly", []any{"headers", "query"}},
		"denied":   {"denied", "", []any{"headers", "query", "body"}},
		"fallback": {"fallback", "", []any{"headers", "query", "body", "model"}},
	} {
		b := get(d, "/api/logs/"+id+"/routing")
		require.Equal(t, want.why, b["recorded"].(map[string]any)["why"], id)
		require.Equal(t, want.unknown, b["unknown"], id)
		rule, _ := b["now"].(map[string]any)["rule"].(string)
		require.Equal(t, want.rule, rule, id)
	}
	require.Equal(t, "openai/gpt-5", get(d, "/api/logs/fallback/routing")["asked"].(map[string]any)["model"], "where it was tried first")
	require.Equal(t, b["recorded"], get(d, "/api/logs/of-ruled/routing")["recorded"], "by the request's id, too")
	d.call(404, "GET", "/api/logs/nobody/routing", "")
}
