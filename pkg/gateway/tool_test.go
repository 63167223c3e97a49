package gateway

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/mcp"
	"github.com/asbru-gateway/asbru/pkg/mcp/code"
	"github.com/asbru-gateway/asbru/pkg/mcp/mcptest"
	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
	"github.com/asbru-gateway/asbru/pkg/virtualkey"
)

func TestAToolRunForACallIsACallOfItsOwn(t *testing.T) {
	var seen []telemetry.Record
	server := mcptest.NewServer("math", mcptest.Tool{Name: "one", Run: func(context.Context, json.RawMessage) (string, error) { return "1", nil }})
	server.Settings.CostNano = map[string]int64{"one": 5}
	g, err := New(t.Context(), &config.Config{}, Options{
		Tools: mcptest.Pool(t, server),
		Hooks: Hooks{Done: func(r *telemetry.Record) { seen = append(seen, *r) }},
	})
	require.NoError(t, err)
	defer g.Close()
	c := g.Acquire()
	defer g.Release(c)
	c.gateway, c.snapshot, c.RequestID = g, g.snapshot.Load(), "r"
	r, refused := c.runTool(t.Context(), ToolCall{Name: "math-one"})
	require.Nil(t, refused)
	require.Equal(t, "1", r.Text())
	_, refused = c.runTool(t.Context(), ToolCall{Name: "math-two"})
	require.Equal(t, "tool_not_found", refused.Code)
	require.Len(t, seen, 2)
	require.Equal(t, c.id(), seen[0].Detail.Parent)
	require.Equal(t, api.OpTool, seen[0].Op)
	require.Equal(t, []string{"math", "one", "r"}, []string{seen[0].Provider, seen[0].Model.String(), seen[0].RequestID.String()})
	require.EqualValues(t, 5, seen[0].CostNano)
	require.Equal(t, 404, seen[1].Status)
}

// toolHook is a plugin that sees the calls of tools.
type toolHook struct {
	before func(*plugin.ToolCall) (*plugin.ToolResult, *api.Error)
	after  func(*plugin.ToolResult) *api.Error
}

func (toolHook) Name() string { return "tools" }

func (h toolHook) BeforeTool(_ context.Context, c *plugin.Call, t *plugin.ToolCall) (*plugin.ToolResult, *api.Error) {
	c.Note("seen", t.Original)
	return h.before(t)
}

func (h toolHook) AfterTool(_ context.Context, _ *plugin.Call, _ *plugin.ToolCall, r *plugin.ToolResult) *api.Error {
	return h.after(r)
}

func TestPluginsSeeTheCallsOfTools(t *testing.T) {
	server := mcptest.NewServer("math", mcptest.Tool{Name: "echo", Run: func(_ context.Context, arguments json.RawMessage) (string, error) { return string(arguments), nil }})
	var marks []string
	hook := &toolHook{}
	g, err := New(t.Context(), &config.Config{}, Options{
		Tools: mcptest.Pool(t, server), Plugins: []plugin.Plugin{hook},
		Hooks: Hooks{Done: func(r *telemetry.Record) { marks = append(marks, r.Detail.Marks) }},
	})
	require.NoError(t, err)
	defer g.Close()
	run := func() (string, *api.Error) {
		c := g.Acquire()
		defer g.Release(c)
		r, refused := g.RunTool(t.Context(), c, ToolCall{Name: "math-echo", Arguments: api.JSON(`{}`)})
		if refused != nil {
			return "", refused
		}
		return r.Text(), nil
	}
	hook.before = func(c *plugin.ToolCall) (*plugin.ToolResult, *api.Error) {
		c.Arguments = api.JSON(`{"changed":true}`)
		return nil, nil
	}
	hook.after = func(r *plugin.ToolResult) *api.Error {
		r.Parts[0].Text += " seen"
		return nil
	}
	text, refused := run()
	require.Nil(t, refused)
	require.JSONEq(t, `{"changed":true}`, text[:len(text)-len(" seen")])

	hook.before = func(*plugin.ToolCall) (*plugin.ToolResult, *api.Error) {
		return &plugin.ToolResult{Parts: []api.Part{{Kind: api.PartText, Text: "canned"}}}, nil
	}
	text, refused = run()
	require.Nil(t, refused)
	require.Equal(t, "canned seen", text)

	hook.before = func(*plugin.ToolCall) (*plugin.ToolResult, *api.Error) {
		return nil, api.Errorf(api.KindPermission, "blocked", "Not this tool.")
	}
	_, refused = run()
	require.Equal(t, "blocked", refused.Code)
	require.Equal(t, []string{"seen:echo", "seen:echo", "seen:echo"}, marks)
}

func TestAScriptThatRunsAloneCallsOnlyToolsThatMay(t *testing.T) {
	server := mcptest.NewServer("math", mcptest.Tool{Name: "one"})
	server.Settings.CodeMode = true
	g, err := New(t.Context(), &config.Config{}, Options{Tools: mcptest.Pool(t, server)})
	require.NoError(t, err)
	defer g.Close()
	c := g.Acquire()
	defer g.Release(c)
	c.gateway, c.snapshot = g, g.snapshot.Load()
	for alone, want := range map[bool]string{true: "without the caller's consent", false: "told nothing"} {
		r, refused := c.runTool(t.Context(), ToolCall{Name: code.Execute, Arguments: api.JSON(`{"code":"math.one()"}`), Alone: alone})
		require.Nil(t, refused)
		require.Contains(t, r.Text(), want)
		require.Equal(t, alone, r.IsError)
	}
}

func TestAVirtualKeyWithoutMCPServersMayUseAllUnlessEmptyListsAllowNone(t *testing.T) {
	require.Nil(t, toolGrants(&config.Config{}, &config.VirtualKey{}))
	require.Equal(t, []mcp.Grant{}, toolGrants(&config.Config{Version: 2}, &config.VirtualKey{}))
	require.Nil(t, ToolGrants(&virtualkey.Record{}))
	require.Equal(t, []mcp.Grant{}, ToolGrants(&virtualkey.Record{Strict: true}))
	require.Equal(t, []mcp.Grant{{Client: "a", Tools: []string{"b"}}}, ToolGrants(&virtualkey.Record{MCP: []virtualkey.MCPGrant{{Client: "a", Tools: []string{"b"}}}}))
}
