package frame_test

import (
	"context"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/asbru-gateway/asbru/pkg/plugin/frame"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the golden files anew")

// hooks are all parts of the plugins that frame makes.
type hooks interface {
	plugin.RouteHook
	plugin.AttemptHook
	plugin.AnswerHook
	plugin.StreamHook
	plugin.CallWatcher
	plugin.ToolHook
	plugin.ToolResultHook
	plugin.HTTPHook
	plugin.HTTPAnswerHook
	plugin.HTTPStreamHook
	plugin.Closer
}

// guest answers every frame with the same text, and keeps the last frame.
type guest struct {
	says string
	seen []byte
}

func (g *guest) plugin(t testing.TB) hooks {
	t.Helper()
	p, ok := frame.New(frame.Options{
		Name: "guest", Points: frame.All(), Headers: []string{"x-tenant", "authorization"},
		Ask: func(_ context.Context, _ plugin.Point, f []byte) ([]byte, error) {
			g.seen = f
			return []byte(g.says), nil
		},
	}).(hooks)
	require.True(t, ok)
	t.Cleanup(func() { require.NoError(t, p.Close()) })
	return p
}

// golden compares the last frame with the file of its point.
func (g *guest) golden(t *testing.T, name string) {
	t.Helper()
	var indented any
	require.NoError(t, json.Unmarshal(g.seen, &indented), "%s", g.seen)
	text, err := json.MarshalIndent(indented, "", "  ")
	require.NoError(t, err)
	path := filepath.Join("testdata", name+".json")
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(path, append(text, '\n'), 0o600))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), string(text)+"\n")
}

func chat() *plugin.Call {
	return &plugin.Call{
		ID: "c1", RequestID: "r1", Dialect: "anthropic", Op: api.OpChat, Attempt: 1, Provider: "openai", Model: "gpt-4o",
		Caller: plugin.Caller{VirtualKeyID: "vk1", VirtualKey: "web", Team: "t1", Customer: "c1", User: "u1", EndUser: "e1"},
		Header: func(name string) string {
			return map[string]string{"x-tenant": "blue", "authorization": "Bearer sk-secret"}[name]
		},
		Request: &api.Request{
			Op: api.OpChat, Model: "gpt-4o",
			System: []api.Part{{Text: "Be brief.", Cache: &api.Cache{}}},
			Messages: []api.Message{
				{Parts: []api.Part{{Text: "Call 555-0100."}, {Kind: api.PartImage, Media: &api.Media{MIME: "image/png", Data: "aGk="}}}},
				{Role: api.RoleAssistant, Parts: []api.Part{
					{Kind: api.PartReasoning, Text: "Hm.", Signature: "sig", SignatureOf: "anthropic"},
					{Text: "Which?"},
					{Kind: api.PartToolCall, Call: &api.ToolCall{ID: "t1", Name: "dial", Args: api.JSON(`{"n":1}`)}},
				}},
				{Role: api.RoleTool, Parts: []api.Part{{Kind: api.PartToolResult, Result: &api.ToolResult{ID: "t1", Name: "dial", Parts: []api.Part{{Text: "busy"}}, IsError: true}}}},
			},
			Tools:     []api.Tool{{Name: "dial", Parameters: api.JSON(`{"type":"object"}`), Cache: &api.Cache{TTL: "1h"}}},
			Sampling:  api.Sampling{TopK: api.Some[int64](5), MaxTokens: api.Some[int64](100)},
			Reasoning: api.Reasoning{Budget: api.Some[int64](1000)},
			Extra:     []api.Field{{Name: "container", Value: api.JSON(`"x"`)}}, ExtraOf: "anthropic",
		},
	}
}

func answered() *api.Response {
	return &api.Response{
		Op: api.OpChat, ID: "a1", Model: "gpt-4o", Created: 7,
		Choices: []api.Choice{{Parts: []api.Part{{Text: "Dial 555-0100.", Citations: []api.Citation{{Text: "x", Raw: api.JSON(`{}`), RawOf: "anthropic"}}}}, Finish: api.FinishStop}},
		Usage:   api.Usage{Input: 10, Output: 3, BilledInput: 9, Known: true},
	}
}

func TestEachPointHasItsFrame(t *testing.T) {
	g := &guest{}
	p, ctx := g.plugin(t), t.Context()
	_, err := p.BeforeRoute(ctx, chat())
	require.Nil(t, err)
	g.golden(t, "route")
	_, err = p.BeforeAttempt(ctx, chat())
	require.Nil(t, err)
	g.golden(t, "attempt")
	require.Nil(t, p.AfterAttempt(ctx, chat(), answered(), nil))
	g.golden(t, "answer")
	failed := &api.Error{Kind: api.KindRateLimit, Code: "slow_down", Message: "Slow down.", Provider: "openai"}
	require.Equal(t, failed, p.AfterAttempt(ctx, chat(), &api.Response{}, failed))
	g.golden(t, "answer_error")
	events := answered().AppendEvents(nil)
	got, err := p.OnEvents(ctx, chat(), events)
	require.Nil(t, err)
	require.Equal(t, events, got)
	g.golden(t, "events")
	tool := &plugin.ToolCall{ID: "t1", Client: "phone", Name: "phone-dial", Original: "dial", Arguments: api.JSON(`{"n":1}`), AutoRun: true}
	_, err = p.BeforeTool(ctx, chat(), tool)
	require.Nil(t, err)
	g.golden(t, "tool")
	require.Nil(t, p.AfterTool(ctx, chat(), tool, &plugin.ToolResult{Parts: []api.Part{{Text: "busy"}, {Kind: api.PartImage, Media: &api.Media{MIME: "image/png", Data: "aGk="}}}, Structured: api.JSON(`{"a":1}`)}))
	g.golden(t, "tool_result")
	q := &plugin.HTTPRequest{ID: "r1", Method: "POST", Path: "/v1/chat/completions", Headers: []plugin.Header{{Name: "authorization", Value: "Bearer sk-secret"}, {Name: "x-a", Value: "1"}, {Name: "X-A", Value: "2"}}, Body: []byte(`{"a":1}`)}
	_, err = p.OnHTTP(ctx, q)
	require.Nil(t, err)
	g.golden(t, "http")
	require.Nil(t, p.AfterHTTP(ctx, q, &plugin.HTTPAnswer{Status: 200, Headers: []plugin.Header{{Name: "content-type", Value: "audio/mpeg"}}, Body: []byte{0xff, 0xfb}}))
	g.golden(t, "http_answer")
	chunk, err := p.OnChunk(ctx, q, []byte("data: {}\n\n"))
	require.Nil(t, err)
	require.Equal(t, "data: {}\n\n", string(chunk))
	g.golden(t, "http_stream")
	call := chat()
	call.Note("pii", "phone")
	p.AfterCall(&plugin.Done{Call: call, Began: time.Unix(1, 0), Took: 1500 * time.Millisecond, FirstToken: time.Millisecond, Status: 200, Attempts: 2, Key: "main", Usage: answered().Usage, CostNano: 12, Response: answered()})
	require.NoError(t, p.Close(), "which waits until it is told")
	g.golden(t, "done")
}
