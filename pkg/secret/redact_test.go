package secret_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/secret"
)

func TestRedactMasksWhatLooksLikeACredential(t *testing.T) {
	for name, tc := range map[string]struct{ in, want string }{
		"OpenAI key":            {"Incorrect API key provided: sk-abcdEFGH1234. See", "Incorrect API key provided: [redacted]. See"},
		"OpenAI project key":    {"sk-proj-a_B-c1234567890", "[redacted]"},
		"masked by provider":    {"provided: sk-proj-****abcd.", "provided: [redacted]."},
		"Anthropic key":         {"key sk-ant-api03-AAAA_bbbb-CC", "key [redacted]"},
		"Groq key":              {"gsk_0123456789abcdef", "[redacted]"},
		"Google key":            {"API key AIzaSyA-1234567890_abcdefghijklmnopqrstu not valid", "API key [redacted] not valid"},
		"Google key in a URL":   {"GET /v1beta/models?key=abcdef123456&alt=sse", "GET /v1beta/models?key=[redacted]&alt=sse"},
		"OAuth token":           {"ya29.a0AfH6SMBx-1234567890", "[redacted]"},
		"AWS access key":        {"AKIAIOSFODNN7EXAMPLE", "[redacted]"},
		"Bearer header":         {"Authorization: Bearer abc.def-123", "Authorization: Bearer [redacted]"},
		"bearer in lower case":  {"got bearer 0123456789", "got bearer [redacted]"},
		"key header":            {`x-api-key: 0123456789abcdef`, `x-api-key: [redacted]`},
		"JSON Web Token":        {"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.sig_-x", "[redacted]"},
		"two keys":              {"sk-aaaa1111 and sk-bbbb2222", "[redacted] and [redacted]"},
		"words are left":        {"The task-based risk-free model asked for tokens.", "The task-based risk-free model asked for tokens."},
		"bearer without a key":  {"Use a Bearer of keys", "Use a Bearer of keys"},
		"model name is left":    {"The model gpt-4o-mini does not exist", "The model gpt-4o-mini does not exist"},
		"token counts are left": {"maximum context length is 8192 tokens", "maximum context length is 8192 tokens"},
		"empty":                 {"", ""},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, tc.want, secret.Redact(tc.in))
		})
	}
}

func FuzzRedactKeepsJSONValid(f *testing.F) {
	f.Add(`{"error":{"message":"Incorrect API key provided: sk-abcd\"1234","authorization":"Bearer abcdefgh"}}`)
	f.Add(`["?key=abcdef\\u0041","x-api-key\": \"abcdefg"]`)
	f.Fuzz(func(t *testing.T, s string) {
		out := secret.Redact(s)
		if json.Valid([]byte(s)) {
			require.True(t, json.Valid([]byte(out)), out)
		}
	})
}
