package edge_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/mcp/mcptest"
	"github.com/asbru-gateway/asbru/pkg/provider/mock"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
	"github.com/asbru-gateway/asbru/pkg/transcript"
	"github.com/stretchr/testify/require"
)

// shelf is where the transcripts of a test's calls come to.
type shelf struct {
	mu  sync.Mutex
	all []transcript.Transcript
}

func (s *shelf) Publish(_ context.Context, _ string, batch []byte) error {
	all, err := transcript.Decode(batch)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = append(s.all, all...)
	return err
}

// openHeard opens an edge, whose providers are one mock, that keeps transcripts. What is
// returned takes the transcripts that there are when so many have come.
func openHeard(t *testing.T, change func(*config.Config), servers ...*mcptest.Server) (d *door, taken func(n int) []transcript.Transcript) {
	_, url := serveMockWith(t, mock.Options{})
	cfg, _ := everyProvider(url)
	change(cfg)
	var s shelf
	keeper := transcript.NewKeeper(transcript.KeeperOptions{
		Node: "n1", Publisher: &s, Metrics: telemetry.NewMetrics("test"), Log: slog.New(slog.DiscardHandler),
	})
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { keeper.Run(ctx) })
	t.Cleanup(func() { cancel(); running.Wait() })
	o := gateway.Options{Transcripts: keeper}
	if len(servers) > 0 {
		o.Tools = mcptest.Pool(t, servers...)
	}
	d = openOptions(t, cfg, o)
	return d, func(n int) []transcript.Transcript {
		t.Helper()
		require.Eventually(t, func() bool {
			s.mu.Lock()
			defer s.mu.Unlock()
			return len(s.all) >= n
		}, patience, time.Millisecond)
		s.mu.Lock()
		defer s.mu.Unlock()
		require.Len(t, s.all, n)
		all := s.all
		s.all = nil
		return all
	}
}

func keepAll(cfg *config.Config) { cfg.Logs.Bodies = "all" }

func TestWhatIsSaidIsKeptInTheCallersDialect(t *testing.T) {
	d, taken := openHeard(t, keepAll)
	for name, tc := range map[string]struct{ path, body, stream, object string }{
		"chat":      {"/v1/chat/completions", `{"model":"%","messages":[{"role":"user","content":"hello there"}]}`, `{"stream":true,`, `"message"`},
		"responses": {"/v1/responses", `{"model":"%","input":"hello there"}`, `{"stream":true,`, `"output"`},
		"messages":  {"/anthropic/v1/messages", `{"model":"%","max_tokens":99,"messages":[{"role":"user","content":"hello there"}]}`, `{"stream":true,`, `"content"`},
	} {
		for _, model := range []string{"openai/gpt-5-mini", "anthropic/claude-sonnet-4-6"} {
			t.Run(name+" to "+model, func(t *testing.T) {
				body := strings.Replace(tc.body, "%", model, 1)
				require.Equal(t, 200, d.post(t, tc.path, body).Status)
				streamed := strings.Replace(body, "{", tc.stream, 1)
				res := d.post(t, tc.path, streamed)
				require.Equal(t, 200, res.Status)
				all := taken(2)
				require.Equal(t, body, all[0].Request.Text)
				require.EqualValues(t, len(body), all[0].Request.Bytes)
				require.Equal(t, streamed, all[1].Request.Text)
				for i, said := range all {
					require.Contains(t, said.Response.Text, "You said: hello there")
					require.Contains(t, said.Response.Text, tc.object)
					require.NotContains(t, said.Response.Text, "data:")
					require.Equal(t, i == 1, said.Response.Assembled)
					require.False(t, said.Response.Cut)
				}
				require.EqualValues(t, len(res.Body), all[1].Response.Bytes)
			})
		}
	}
	t.Run("streams in frames", func(t *testing.T) {
		body := `{"messages":[{"role":"user","content":[{"text":"hello there"}]}]}`
		require.Equal(t, 200, d.post(t, "/bedrock/model/openai%2Fgpt-5-mini/converse-stream", body).Status)
		said := taken(1)[0]
		require.True(t, said.Response.Assembled)
		require.Contains(t, said.Response.Text, "You said: hello there")
	})
}

func TestOfWhichCallsBodiesAreKept(t *testing.T) {
	yes, no := true, false
	keys := []config.VirtualKey{
		{ID: "plain", Value: "vk-plain"}, {ID: "yes", Value: "vk-yes-1", LogBodies: &yes}, {ID: "no", Value: "vk-no-1", LogBodies: &no},
	}
	for bodies, want := range map[string]string{
		"off": "", "": "", "keys": "yes:200 yes:404 ", "errors": "plain:404 yes:200 yes:404 ", "all": "plain:200 plain:404 yes:200 yes:404 ",
	} {
		t.Run(bodies, func(t *testing.T) {
			d, taken := openHeard(t, func(cfg *config.Config) {
				cfg.Logs.Bodies, cfg.Governance.VirtualKeys = bodies, keys
			})
			for _, stream := range []string{"", `"stream":true,`} {
				for _, vk := range keys {
					for model, status := range map[string]string{"openai/gpt-5-mini": ":200", "nowhere/m": ":404"} {
						body := `{` + stream + `"model":"` + model + `","messages":[{"role":"user","content":"` + vk.ID + status + `"}]}`
						for _, header := range []string{"X-Any: 1", "x-asbru-log-bodies: false", "x-bf-disable-content-logging: true"} {
							d.post(t, "/v1/chat/completions", body, "Authorization: Bearer "+vk.Value.Reveal(), header)
						}
					}
				}
			}
			var kept []string
			wanted := strings.Fields(want + want)
			for _, said := range taken(len(wanted)) {
				for _, vk := range keys {
					for _, status := range []string{":200", ":404"} {
						if strings.Contains(said.Request.Text, vk.ID+status) {
							kept = append(kept, vk.ID+status)
						}
					}
				}
			}
			require.ElementsMatch(t, wanted, kept)
		})
	}
}

func TestErrorsAreKeptAsTheCallerGotThem(t *testing.T) {
	d, taken := openHeard(t, keepAll)
	res := d.post(t, "/anthropic/v1/messages", `{"model":"openai/gpt-5-mini","max_tokens":9,"messages":[{"role":"wizard","content":"x"}]}`)
	require.Equal(t, 400, res.Status)
	if all := taken(1); len(all) == 1 {
		require.Equal(t, res.Body, all[0].Response.Text)
	}
}

func TestBodiesAreRedactedAndCutBeforeTheyLeave(t *testing.T) {
	d, taken := openHeard(t, func(cfg *config.Config) {
		cfg.Logs = config.Logs{Bodies: "all", MaxBodyBytes: 300, Redact: []string{`project \w+`, "[0-9]{4}-[0-9]{4}"}}
	})
	body := `{"model":"openai/gpt-5-mini","messages":[{"role":"user","content":"of project falcon, 1234-5678.\nsk-aaaabbbbccccdddd and\tproject\u0020owl ` + strings.Repeat("x", 300) + `"}]}`
	require.Equal(t, 200, d.post(t, "/v1/chat/completions", body).Status)
	said := taken(1)[0]
	require.Contains(t, said.Request.Text, `of [redacted], [redacted].\n[redacted] and\t[redacted] xxx`)
	require.Len(t, said.Request.Text, 300)
	require.True(t, said.Request.Cut)
	require.EqualValues(t, len(body), said.Request.Bytes)
	for _, secret := range []string{"falcon", "5678", "aaaabbbb", "owl"} {
		require.NotContains(t, said.Request.Text, secret)
		require.NotContains(t, said.Response.Text, secret)
	}
}

func TestWhatAGuardrailTakesOutIsNotKeptEither(t *testing.T) {
	d, taken := openHeard(t, func(cfg *config.Config) {
		keepAll(cfg)
		cfg.Guardrails.Rules = []config.GuardrailRule{{Name: "pii", Checks: []config.GuardrailCheck{{Type: "pii", Kinds: []string{"email"}}}}}
	})
	for _, stream := range []string{"false", "true"} {
		res := d.post(t, "/v1/chat/completions", `{"model":"openai/gpt-5-mini","stream":`+stream+`,"messages":[{"role":"user","content":"I am\nme@example.com"}]}`)
		require.Equal(t, 200, res.Status)
		if stream == "false" {
			require.Contains(t, res.Body, "me@example.com", "the caller sees it again")
		}
		said := taken(1)[0]
		require.Contains(t, said.Request.Text, "[EMAIL_1]")
		require.NotContains(t, said.Request.Text, "me@example.com")
		require.False(t, said.Request.Cut, "it is whole, though shorter than what was sent")
		require.Contains(t, said.Response.Text, "[EMAIL_1]")
		require.NotContains(t, said.Response.Text, "me@example.com")
	}
}

func TestWhatToolsAreGivenAndSayIsKept(t *testing.T) {
	d, taken := openHeard(t, keepAll, adder())
	res := d.post(t, runPath, `{"id":"1","function":{"name":"math-add","arguments":"{\"a\":1,\"b\":2,\"key\":\"sk-abcdefgh12345678\"}"}}`)
	require.Equal(t, 200, res.Status, res.Body)
	said := taken(1)[0]
	require.JSONEq(t, `{"a":1,"b":2,"key":"[redacted]"}`, said.Request.Text)
	require.JSONEq(t, `{"content":[{"type":"text","text":"the sum 3"}]}`, said.Response.Text)

	require.Equal(t, 200, d.post(t, "/v1/chat/completions", `{"model":"openai/gpt-5-mini","messages":[{"role":"user","content":"use math-add"}]}`).Status)
	all := taken(2)
	require.Contains(t, all[0].Response.Text, "the sum 2", "what an agent has run, before its answer")
	require.NotContains(t, all[0].Request.Text, "messages")
	require.Contains(t, all[1].Response.Text, "Tool results: ")

	off, _ := openHeard(t, func(cfg *config.Config) { cfg.Logs.Bodies = "off" }, adder())
	require.Equal(t, 200, off.post(t, runPath, addition).Status)
}

func TestOfToolsThatFailBodiesAreKeptAsErrors(t *testing.T) {
	server := mcptest.NewServer("math", mcptest.Tool{Name: "fail", Run: func(context.Context, json.RawMessage) (string, error) { return "", errors.New("no luck") }}, mcptest.Tool{Name: "add"})
	d, taken := openHeard(t, func(cfg *config.Config) { cfg.Logs.Bodies = "errors" }, server)
	require.Equal(t, 200, d.post(t, runPath, addition).Status)
	require.Equal(t, 200, d.post(t, runPath, `{"id":"2","function":{"name":"math-fail"}}`).Status)
	require.JSONEq(t, `{"content":[{"type":"text","text":"no luck"}],"isError":true}`, taken(1)[0].Response.Text)
}
