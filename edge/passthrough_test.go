package edge_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
	"github.com/stretchr/testify/require"
)

func TestAPassthroughReachesTheProvidersOwnPathWithItsKey(t *testing.T) {
	var got *upstreamtest.Exchange
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		got = x
		x.JSON(201, `{"odd":1,"usage":{"input_tokens":7,"output_tokens":3}}`, "X-Own: kept", "Set-Cookie: a=b", "Content-Disposition: x")
	})
	d := open(t, over(up.URL))
	for path, want := range map[string]struct{ uri, auth, header string }{
		"/passthrough/openai/v1/fine_tuning/jobs?limit=2&model=x&key=sk-mine": {"/v1/fine_tuning/jobs?limit=2&model=x", "Bearer sk-canary-openai-0123456789", "Authorization"},
		"/openai_passthrough/v1/evals/":                                       {"/v1/evals/", "Bearer sk-canary-openai-0123456789", "Authorization"},
		"/anthropic_passthrough/v1/skills":                                    {"/v1/skills", "sk-canary-anthropic-0123456789", "X-Api-Key"},
		"/genai_passthrough/v1beta/cachedContents?api-version=1":              {"/v1beta/cachedContents?api-version=1", "sk-canary-gemini-0123456789", "X-Goog-Api-Key"},
		"/passthrough/openai/a/arn%3Aaws%3Ab%2Fc/d":                           {"/a/arn%3Aaws%3Ab%2Fc/d", "Bearer sk-canary-openai-0123456789", "Authorization"},
	} {
		res := d.post(t, path, `{"x":1}`, "X-Api-Key: sk-mine", "X-Custom: mine", "X-Asbru-Timeout: 10s", "Cookie: c=d", "Anthropic-Version: 2026-10-21", "X-Forwarded-For: 10.0.0.1")
		require.Equal(t, 201, res.Status, res.Body)
		require.JSONEq(t, `{"odd":1,"usage":{"input_tokens":7,"output_tokens":3}}`, res.Body)
		require.Equal(t, "kept", res.Header.Get("X-Own"))
		require.Empty(t, res.Header.Get("Set-Cookie"))
		require.Equal(t, want.uri, up.LastURI())
		require.Equal(t, want.auth, got.Header.Get(want.header), path)
		require.Equal(t, "mine", got.Header.Get("X-Custom"))
		require.Equal(t, []string{"2026-10-21"}, got.Header["Anthropic-Version"])
		require.Equal(t, `{"x":1}`, string(got.BodyBytes))
		require.Equal(t, "application/json", got.Header.Get("Content-Type"))
		for name, values := range got.Header {
			require.NotContains(t, strings.Join(values, " "), "sk-mine", name)
		}
		for _, name := range []string{"Cookie", "X-Asbru-Timeout", "X-Forwarded-For", "Expect"} {
			require.Empty(t, got.Header.Get(name), name)
		}
	}
	d.settled(t, `asbru_tokens_total{dialect="openai",kind="input",model="",operation="passthrough",provider="openai"} 21`)
	for _, method := range []string{"GET", "PUT", "PATCH", "DELETE"} {
		res := do(t, method, d.URL("/passthrough/openai/v1/x"), "")
		require.Equal(t, 201, res.Status)
		require.Equal(t, method, got.Method)
	}
}

func TestAPassthroughLeadsNowhereElse(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) { x.JSON(200, `{}`) })
	d := open(t, over(up.URL))
	for _, path := range []string{
		"/passthrough/openai/../admin", "/passthrough/openai/v1/%2e%2e/admin", "/passthrough/openai/v1/a%2f..%2fb", "/passthrough/openai/v1/./a",
		"/passthrough/openai/v1/a%00", "/passthrough/openai/v1%5c..", "/passthrough/openai/%252e%252e/x", "/passthrough/openai//evil.example/x",
		"/passthrough/openai/http://evil.example", "/passthrough/openai", "/passthrough/", "/passthrough//v1/x", "/openai_passthrough//evil.example",
	} {
		res, _ := raw(t, d.Addr, "GET "+path+" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
		require.Equal(t, 404, res.Status, "%s: %s", path, res.Body)
	}
	res := do(t, "GET", d.URL("/passthrough/evil.example/v1/x"), "")
	code, _ := errorOf(t, "openai", res)
	require.Equal(t, "unknown_provider", code)
	require.Zero(t, up.Hits())
	res, _ = raw(t, d.Addr, "GET /passthrough/openai/v1/x HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n")
	require.Equal(t, 200, res.Status)
}

func TestAPassthroughStreamsBothWays(t *testing.T) {
	m, url := serveMock(t)
	d := open(t, over(url))
	res := d.post(t, "/openai_passthrough/v1/chat/completions", `{"model":"gpt-4o-mini","stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"Hello"}]}`)
	require.Equal(t, 200, res.Status, res.Body)
	require.Contains(t, res.Body, "[DONE]")
	d.settled(t, `asbru_requests_total{dialect="openai",model="gpt-4o-mini",operation="passthrough",provider="openai",status="200"} 1`)
	require.Contains(t, do(t, "GET", d.URL("/metrics"), "").Body, `asbru_cost_dollars_total{dialect="openai",model="gpt-4o-mini",operation="passthrough",provider="openai"} `)
	require.NotContains(t, do(t, "GET", d.URL("/metrics"), "").Body, `asbru_cost_dollars_total{dialect="openai",model="gpt-4o-mini",operation="passthrough",provider="openai"} 0`+"\n")

	res = d.post(t, "/anthropic_passthrough/v1/messages", `{"model":"claude-sonnet-4-5","max_tokens":100,"stream":true,"messages":[{"role":"user","content":"Hello"}]}`)
	require.Contains(t, res.Body, "message_stop")
	require.NotEmpty(t, last(t, m).Get("Anthropic-Version"))
	res = d.post(t, "/genai_passthrough/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse", `{"contents":[{"parts":[{"text":"Hello"}]}]}`)
	require.Contains(t, res.Body, "usageMetadata")
	d.settled(t, `asbru_requests_total{dialect="genai",model="gemini-2.5-flash",operation="passthrough",provider="gemini",status="200"} 1`)

	res = d.post(t, "/anthropic_passthrough/v1/messages", `{"model":"claude-mock-status-529","max_tokens":100,"messages":[{"role":"user","content":"Hello"}]}`)
	require.Equal(t, 529, res.Status)
	require.Contains(t, res.Body, "overloaded_error")
	res = d.post(t, "/passthrough/anthropic/v1/messages", `{"model":"claude-mock-hang","max_tokens":100,"messages":[{"role":"user","content":"Hello"}]}`, "X-Asbru-Timeout: 100ms")
	require.Equal(t, 504, res.Status)
	_, message := errorOf(t, "anthropic", res)
	require.NotEmpty(t, message, "in the dialect of the provider that the path names")

	kind, body := form(t, "purpose", "batch", "@file", strings.Repeat("x", 1<<20))
	file, err := http.Post(d.URL("/openai_passthrough/v1/files"), kind, io.MultiReader(strings.NewReader(body)))
	require.NoError(t, err)
	defer file.Body.Close()
	require.Equal(t, 200, file.StatusCode)
	require.Len(t, last(t, m).Body, len(body))
}

func TestAPassthroughIsBoundByTheModelsOfItsKey(t *testing.T) {
	m, url := serveMock(t)
	cfg := over(url)
	cfg.Governance.VirtualKeys = []config.VirtualKey{{
		ID: "vk1", Value: "sk-asbru-relay", Providers: []config.VirtualKeyProvider{
			{Provider: "openai", AllowedModels: []string{"gpt-4o-mini"}}, {Provider: "gemini", AllowedModels: []string{"gemini-2.5-flash"}},
		},
	}}
	d := open(t, cfg)
	const chat = `,"messages":[{"role":"user","content":"Hello"}]}`
	for _, c := range []struct{ path, body, code string }{
		{"/passthrough/openai/v1/chat/completions", `{"model":"gpt-4o-mini"` + chat, ""},
		{"/passthrough/openai/v1/chat/completions", `{"model":"gpt-4o"` + chat, "model_blocked"},
		{"/passthrough/openai/v1/chat/completions", `{"model":"gpt-4o","model":"gpt-4o-mini"` + chat, "model_blocked"},
		{"/passthrough/openai/v1/chat/completions", `{"model":"gpt-4o-mini","Model":"gpt-4o"` + chat, "model_blocked"},
		{"/passthrough/openai/v1/chat/completions", `{"model":"gpt-4o-mini"`, "model_blocked"},
		{"/passthrough/openai/v1/batches", `{"model":"gpt-4o-mini","input_file_id":"f"}`, "model_blocked"},
		{"/passthrough/openai/openai/deployments/gpt-4o-mini/chat/completions", `{"model":"gpt-4o"` + chat, "model_blocked"},
		{"/passthrough/gemini/v1beta/models/gemini-2.5-flash:generateContent", `{"contents":[{"parts":[{"text":"Hello"}]}]}`, ""},
		{"/passthrough/gemini/v1beta/models/gemini-2.5-pro:generateContent", `{"contents":[{"parts":[{"text":"Hello"}]}]}`, "model_blocked"},
		{"/passthrough/anthropic/v1/messages", `{"model":"claude"` + chat, "provider_blocked"},
		{"/v1/batches", `{"model":"gpt-4o-mini","input_file_id":"f"}`, "model_blocked"},
	} {
		before := m.Stats().Hits
		res := d.post(t, c.path, c.body, "Authorization: Bearer sk-asbru-relay")
		if c.code == "" {
			require.Equal(t, 200, res.Status, "%s: %s", c.path, res.Body)
			continue
		}
		require.Equal(t, 403, res.Status, "%s %s: %s", c.path, c.body, res.Body)
		require.Contains(t, res.Body, c.code)
		require.Equal(t, before, m.Stats().Hits)
	}
}
