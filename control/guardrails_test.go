package control_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestGuardrailsAreManaged(t *testing.T) {
	d := open(t)
	d.call(200, "POST", "/api/guardrails", `{"id":"cards","name":"No cards","checks":[{"type":"pii","action":"redact"}]}`)
	d.call(409, "POST", "/api/guardrails", `{"id":"cards","checks":[{"type":"pii"}]}`)
	d.call(422, "POST", "/api/guardrails", `{"id":"bad","checks":[{"type":"telepathy"}]}`)
	d.call(422, "POST", "/api/guardrails", `{"id":"bad","cel":"model ==","checks":[{"type":"pii"}]}`)
	require.EqualValues(t, 1, d.call(200, "GET", "/api/guardrails", "")["total_count"])
	changed := d.call(200, "PUT", "/api/guardrails/cards", `{"enabled":false,"sampling_rate":10}`)["guardrail"].(map[string]any)
	require.Equal(t, false, changed["enabled"])
	require.Equal(t, "No cards", changed["name"], "what is not sent stays")
	d.call(200, "DELETE", "/api/guardrails/cards", "")
	d.call(404, "GET", "/api/guardrails/cards", "")
}

func TestGuardrailsAreTriedOnASample(t *testing.T) {
	d := open(t)
	d.call(200, "POST", "/api/guardrails", `{"id":"mail","checks":[{"type":"pii","kinds":["email"]}]}`)
	d.call(200, "POST", "/api/guardrails", `{"id":"secret","enabled":false,"sampling_rate":0,"checks":[{"type":"words","words":["falcon"],"message":"Not that."}]}`)

	got := d.call(200, "POST", "/api/guardrails/test", `{"text":"Write to ann@example.com","answer":"I wrote to [EMAIL_1]."}`)
	require.Equal(t, false, got["refused"])
	verdict := got["verdicts"].([]any)[0].(map[string]any)
	require.Equal(t, []any{"mail", "pii", "input", "redact", []any{"email"}}, []any{verdict["rule"], verdict["check"], verdict["side"], verdict["action"], verdict["found"]})
	require.Contains(t, fmt.Sprint(got["request"]), "Write to [EMAIL_1]")
	require.Contains(t, fmt.Sprint(got["response"]), "I wrote to ann@example.com.")

	got = d.call(200, "POST", "/api/guardrails/test", `{"id":"secret","dialect":"anthropic","request":{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"The Falcon flies"}]}}`)
	require.Equal(t, true, got["refused"])
	require.Equal(t, map[string]any{"status": 400., "code": "guardrail_blocked", "message": "Not that."}, got["error"])

	got = d.call(200, "POST", "/api/guardrails/test", `{"checks":[{"type":"moderation","model":"openai/gpt-5"}],"text":"Hello"}`)
	require.Equal(t, "guardrail_failed", got["error"].(map[string]any)["code"], "no model is asked")
	got = d.call(200, "POST", "/api/guardrails/test", `{"text":"Hello"}`)
	require.Empty(t, got["verdicts"])

	d.call(404, "POST", "/api/guardrails/test", `{"id":"none","text":"x"}`)
	d.call(422, "POST", "/api/guardrails/test", `{"checks":[{"type":"telepathy"}],"text":"x"}`)
	d.call(422, "POST", "/api/guardrails/test", `{"checks":[{"type":"json_schema","schema":{"const":"file:/etc/hostname"}}],"text":"x"}`)
	d.call(422, "POST", "/api/guardrails/test", `{"dialect":"klingon","text":"x","request":{}}`)
	d.call(422, "POST", "/api/guardrails/test", `{"op":"dance","text":"x"}`)
	d.call(422, "POST", "/api/guardrails/test", `{"request":{"messages":7}}`)
}

func TestWhatGuardrailsHaveFoundIsCounted(t *testing.T) {
	d, all := openWithCalls(t, 5)
	for i, marks := range []string{
		"guardrail:mail/pii=redact", "cache:hit,guardrail:mail/pii=redact,guardrail:mail/pii=redact", "guardrail:a/b=c/words=refuse,guardrail:mail/pii=redact", "cache:hit", "",
	} {
		all[i].CallID, all[i].Marks = all[i].CallID+"-marked", marks
	}
	require.NoError(t, d.store.Load().Ledger().Put(t.Context(), all))
	got := d.call(200, "GET", "/api/guardrails/stats?start_time=2000-01-01T00:00:00Z", "")
	require.EqualValues(t, 3, got["total_requests"])
	require.EqualValues(t, 1, got["refused_requests"])
	require.Equal(t, []any{
		map[string]any{"guardrail": "mail", "check": "pii", "action": "redact", "calls": 3.},
		map[string]any{"guardrail": "a/b=c", "check": "words", "action": "refuse", "calls": 1.},
	}, got["stats"])
	require.EqualValues(t, 0, d.call(200, "GET", "/api/guardrails/stats?end_time=2000-01-01T00:00:00Z", "")["total_requests"])
}
