package control_test

import (
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
