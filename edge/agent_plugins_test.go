package edge_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/limits/memory"
	"github.com/asbru-gateway/asbru/pkg/mcp/mcptest"
	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
)

// watcher is a plugin that notes where it is called, and refuses the tools that it is told to.
type watcher struct {
	seen    chan string
	forbids string
}

func (*watcher) Name() string { return "watcher" }

func (w *watcher) saw(at plugin.Point, what string) { w.seen <- at.String() + " " + what }

func (w *watcher) BeforeRoute(_ context.Context, c *plugin.Call) (*plugin.Answer, *api.Error) {
	w.saw(plugin.BeforeRoute, c.Model)
	return nil, nil
}

func (w *watcher) BeforeAttempt(_ context.Context, c *plugin.Call) (*plugin.Answer, *api.Error) {
	w.saw(plugin.BeforeAttempt, c.Model)
	return nil, nil
}

func (w *watcher) AfterCall(d *plugin.Done) { w.saw(plugin.AfterCall, d.Model) }

func (w *watcher) BeforeTool(_ context.Context, _ *plugin.Call, t *plugin.ToolCall) (*plugin.ToolResult, *api.Error) {
	w.saw(plugin.BeforeTool, t.Name)
	if t.Name == w.forbids {
		return nil, api.Errorf(api.KindPermission, "forbidden_tool", "Not this tool.")
	}
	return nil, nil
}

func (w *watcher) AfterTool(_ context.Context, _ *plugin.Call, t *plugin.ToolCall, _ *plugin.ToolResult) *api.Error {
	w.saw(plugin.AfterTool, t.Name)
	return nil
}

// watched is a door at a provider that plays a script, with an MCP server and a plugin.
func watched(t *testing.T, w *watcher, script func(x *upstreamtest.Exchange), servers ...*mcptest.Server) *door {
	t.Helper()
	return openOptions(t, over(upstreamtest.New(t, script).URL), gateway.Options{
		Tools: mcptest.Pool(t, servers...), Limits: memory.New(memory.Options{}), Plugins: []plugin.Plugin{w},
	})
}

// sumTwice has a model ask for a tool twice, and then answer.
func sumTwice(x *upstreamtest.Exchange) {
	if x.N < 3 {
		answerAs(x, wish("math-add", oneAndTwo))
		return
	}
	answerAs(x, api.Part{Text: "3"})
}

func TestPluginsSeeEachTurnAndEachToolOfAnAgent(t *testing.T) {
	bothWays(t, func(t *testing.T, stream bool) {
		w := &watcher{seen: make(chan string, 100)}
		d := watched(t, w, sumTwice, adder())
		r, _ := d.agentAsk(t, stream, "")
		require.Equal(t, "3", text(&r, api.PartText))
		want := []string{
			"after_tool math-add", "after_tool math-add", "before_tool math-add", "before_tool math-add",
		}
		for range 3 {
			want = append(want, "before_route openai/gpt-4o", "before_attempt gpt-4o", "after_call gpt-4o")
		}
		var seen []string
		for range want { // a call is told of when it is over, which may be after its answer
			seen = append(seen, <-w.seen)
		}
		require.ElementsMatch(t, want, seen)
		require.Empty(t, w.seen)
	})
}

func TestAPluginKeepsAnAgentFromATool(t *testing.T) {
	bothWays(t, func(t *testing.T, stream bool) {
		w := &watcher{seen: make(chan string, 100), forbids: "math-add"}
		told := make(chan string, 1)
		d := watched(t, w, func(x *upstreamtest.Exchange) {
			if x.N == 1 {
				answerAs(x, wish("math-add", oneAndTwo))
				return
			}
			told <- string(x.BodyBytes)
			answerAs(x, api.Part{Text: "I may not."})
		}, adder())
		r, _ := d.agentAsk(t, stream, "")
		require.Equal(t, "I may not.", text(&r, api.PartText))
		body := <-told
		require.Contains(t, body, "Not this tool.", "the model is told why")
		require.NotContains(t, body, "the sum")
	})
}
