package edge_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/plugin/builtin"
	logsink "github.com/asbru-gateway/asbru/pkg/plugin/builtin/sink"
	"github.com/asbru-gateway/asbru/pkg/plugin/builtin/sink/sinktest"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
	"github.com/stretchr/testify/require"
)

// openPlugged opens an edge over providers at url, with plugins that ship.
func openPlugged(t *testing.T, url string, hooks gateway.Hooks, plugins ...config.Plugin) *door {
	t.Helper()
	cfg := over(url)
	cfg.Plugins = plugins
	return openOptions(t, cfg, gateway.Options{Kinds: builtin.Kinds(builtin.Options{}), Hooks: hooks})
}

// shippedCalls are calls of a chat in several dialects, whole and streamed.
var shippedCalls = []struct{ name, path, body string }{
	{"openai", "/v1/chat/completions", `{"model":"openai/gpt-5","messages":[{"role":"user","content":"Hello"}]}`},
	{"openai, streamed", "/v1/chat/completions", `{"model":"openai/gpt-5","stream":true,"messages":[{"role":"user","content":"Hello"}]}`},
	{"responses", "/v1/responses", `{"model":"openai/gpt-5","input":"Hello"}`},
	{"responses, streamed", "/v1/responses", `{"model":"openai/gpt-5","stream":true,"input":"Hello"}`},
	{"anthropic", "/anthropic/v1/messages", `{"model":"openai/gpt-5","max_tokens":9,"messages":[{"role":"user","content":"Hello"}]}`},
	{"anthropic, streamed", "/anthropic/v1/messages", `{"model":"openai/gpt-5","stream":true,"max_tokens":9,"messages":[{"role":"user","content":"Hello"}]}`},
	{"genai", "/genai/v1beta/models/openai/gpt-5:generateContent", `{"contents":[{"parts":[{"text":"Hello"}]}]}`},
	{"genai, streamed", "/genai/v1beta/models/openai/gpt-5:streamGenerateContent?alt=sse", `{"contents":[{"parts":[{"text":"Hello"}]}]}`},
}

func TestTheMockerAnswersInEveryDialectWithoutAProvider(t *testing.T) {
	done := make(chan telemetry.Record, len(shippedCalls))
	d := openPlugged(t, "http://127.0.0.1:1", gateway.Hooks{Done: func(r *telemetry.Record) { done <- *r }},
		config.Plugin{Name: "mocker", Config: config.Raw(`{"rules":[
			{"name":"r","responses":[{"content":{"message_template":"{{message}} from {{model}}"}}]}]}`)})
	for _, call := range shippedCalls {
		t.Run(call.name, func(t *testing.T) {
			res := d.post(t, call.path, call.body)
			require.Equal(t, http.StatusOK, res.Status, res.Body)
			require.Contains(t, res.Body, "Hello from gpt-5")
			r := <-done
			require.Zero(t, r.CostNano)
			require.Equal(t, "mocked:r", r.Detail.Marks)
			require.Equal(t, int64(30), r.Usage.Total())
		})
	}
}

func TestTheMockersErrorsAreToldAndFallenBackFrom(t *testing.T) {
	fails := func(fallbacks string) config.Plugin {
		return config.Plugin{Name: "mocker", Config: config.Raw(`{"rules":[
			{"name":"down","conditions":{"providers":["openai"]},"responses":[{"type":"error","allow_fallbacks":` + fallbacks + `,
				"error":{"message":"Out of order.","status_code":503}}]},
			{"name":"up","responses":[{"content":{"message":"from the other"}}]}]}`)}
	}
	d := openPlugged(t, "http://127.0.0.1:1", gateway.Hooks{}, fails("true"))
	const body = `{"model":"openai/gpt-5","fallbacks":["anthropic/claude-sonnet-4-6"],"messages":[{"role":"user","content":"Hello"}]}`
	res := d.post(t, "/v1/chat/completions", body)
	require.Equal(t, 200, res.Status, res.Body)
	require.Contains(t, res.Body, "from the other")
	for _, call := range shippedCalls {
		res := d.post(t, call.path, call.body)
		require.Equal(t, 503, res.Status, "%s: %s", call.name, res.Body)
		require.Contains(t, res.Body, "Out of order.")
	}
	d = openPlugged(t, "http://127.0.0.1:1", gateway.Hooks{}, fails("false"))
	require.Equal(t, 503, d.post(t, "/v1/chat/completions", body).Status)
}

func TestHeadersAreSentAndMetadataKept(t *testing.T) {
	upstream, url := serveMock(t)
	done := make(chan telemetry.Record, len(shippedCalls))
	d := openPlugged(t, url, gateway.Hooks{Done: func(r *telemetry.Record) { done <- *r }},
		config.Plugin{Name: "headers", Config: config.Raw(`{"rules":[
			{"set_metadata":{"tenant":"{{header.x-tenant}}"}},
			{"conditions":{"providers":["openai"]},"send":{"X-Tenant":"{{header.x-tenant}} of {{provider}}"}}]}`)})
	for _, call := range shippedCalls {
		res := d.post(t, call.path, call.body, "x-tenant: blue", "x-asbru-metadata: a=1,tenant=mine")
		require.Equal(t, http.StatusOK, res.Status, res.Body)
		require.Equal(t, "blue of openai", last(t, upstream).Get("X-Tenant"), call.name)
		require.Equal(t, "tenant=blue,a=1", (<-done).Metadata)
	}
}

func TestLogsTellOfCallsInEveryDialect(t *testing.T) {
	_, url := serveMock(t)
	target := sinktest.Serve(t, sinktest.Answer{Status: http.StatusOK})
	cfg := over(url)
	cfg.Plugins = []config.Plugin{{Name: "log", Kind: "log_http", PrivateNetwork: true, Config: config.Raw(`{"url":"` + target.URL + `","content":true}`)}}
	d := startWith(t, cfg, gateway.Options{Kinds: builtin.Kinds(builtin.Options{})})
	for _, call := range shippedCalls {
		require.Equal(t, http.StatusOK, d.post(t, call.path, call.body).Status)
	}
	d.stop(t, patience) // sends what waits
	var lines []string
	for _, r := range target.Requests() {
		lines = append(lines, strings.Split(strings.TrimSpace(string(r.Body)), "\n")...)
	}
	require.Len(t, lines, len(shippedCalls))
	for i, line := range lines {
		r, err := logsink.Read([]byte(line))
		require.NoError(t, err)
		require.Equal(t, strings.HasSuffix(shippedCalls[i].name, "streamed"), r.Stream)
		require.Contains(t, string(r.Request), `"Hello"`)
		require.Contains(t, string(r.Response), "You said: Hello", line)
		require.Equal(t, "openai-key", r.Key)
		require.NotContains(t, line, "canary")
	}
}

func TestJSONIsRepairedInEveryDialect(t *testing.T) {
	_, url := serveMock(t)
	d := openPlugged(t, url, gateway.Hooks{}, config.Plugin{Name: "json_repair", Config: config.Raw(`{"when":"always"}`)})
	for _, call := range shippedCalls {
		t.Run(call.name, func(t *testing.T) {
			res := d.post(t, call.path, strings.Replace(call.body, `"Hello"`, `"{'key': [12,"`, 1))
			require.Equal(t, http.StatusOK, res.Status, res.Body)
			require.NotContains(t, res.Body, "You said")
			require.NotContains(t, res.Body, "12,")
			if !strings.HasSuffix(call.name, "streamed") {
				require.Contains(t, res.Body, `{\"key\": [12]}`)
				return
			}
			require.Contains(t, res.Body, `{\"key\": `)
			require.Contains(t, res.Body, `]}"`) // what was missing, in a piece of its own
		})
	}
}

func TestACircuitBreakerKeepsCallsFromAModelThatFails(t *testing.T) {
	_, url := serveMock(t)
	cfg := with(over(url), "openai", func(p *config.Provider) { p.Network.BaseURL = "http://127.0.0.1:1" })
	cfg.Plugins = []config.Plugin{{Name: "circuit_breaker", Config: config.Raw(`{"failures":2,"open_for":"1h","open_at_most":"1h"}`)}}
	d := openOptions(t, cfg, gateway.Options{Kinds: builtin.Kinds(builtin.Options{})})
	ask := func() answer { return d.post(t, shippedCalls[0].path, shippedCalls[0].body) }
	require.Eventually(t, func() bool { return strings.Contains(ask().Body, "circuit_open") }, patience, time.Millisecond)
	for _, call := range shippedCalls {
		res := d.post(t, call.path, call.body)
		require.Contains(t, []int{503, 529}, res.Status, "%s: %s", call.name, res.Body) // 529 is Anthropic's
		require.Contains(t, res.Body, "is not asked for a while")
		require.NotEmpty(t, res.Header.Get("Retry-After"))
	}
	res := d.post(t, shippedCalls[0].path, strings.Replace(shippedCalls[0].body, "{", `{"fallbacks":["anthropic/claude-sonnet-4-6"],`, 1))
	require.Equal(t, http.StatusOK, res.Status, res.Body)
	require.Equal(t, http.StatusOK, d.post(t, "/v1/embeddings", `{"model":"gemini/gemini-embedding-001","input":"x"}`).Status)
}
