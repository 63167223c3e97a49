package gateway

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/mcp"
	"github.com/asbru-gateway/asbru/pkg/mcp/code"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
	"github.com/asbru-gateway/asbru/pkg/virtualkey"
)

// ToolCall is the wish to have a tool of an MCP server run.
type ToolCall struct {
	ID        string // of the model's wish; "" for one that no model has
	Name      string // as models see it
	Arguments api.JSON
	// Alone: nobody has asked for it but the model, so it must be one that may run by itself,
	// and so must all that it runs.
	Alone    bool
	Progress func(mcp.Progress) // told how far the tool is; may be nil
}

// RunTool runs a tool for a caller who asks for it: the call is admitted, limited, counted
// and recorded like any other. It must be given to [Gateway.Release] afterwards.
func (g *Gateway) RunTool(ctx context.Context, c *Call, t ToolCall) (*mcp.Result, *api.Error) {
	c.gateway, c.snapshot, c.began = g, g.snapshot.Load(), time.Now()
	c.Head.Op = api.OpTool
	if c.snapshot.tracing != nil {
		c.beginTrace()
	}
	if err := c.admit(); err != nil {
		c.failed, c.reserved.unused = err, true
		c.settleTool(nil, &t, nil)
		return nil, err
	}
	return c.tool(ctx, t)
}

// runTool runs a tool for a call that goes on afterwards. The tool's call is one of its
// own, with its own row in the log, and this one is its parent.
func (c *Call) runTool(ctx context.Context, t ToolCall) (*mcp.Result, *api.Error) {
	child := c.child(c.Client)
	defer c.gateway.Release(child)
	child.Head.Op = api.OpTool
	result, err := child.tool(ctx, t)
	c.below += child.cost + child.below
	return result, err
}

// tool runs a tool for a caller who may call at all.
func (c *Call) tool(ctx context.Context, t ToolCall) (*mcp.Result, *api.Error) {
	tool, err := c.findTool(t.Name)
	var result *mcp.Result
	if err == nil {
		err = c.reserveTool(tool)
	}
	if err != nil {
		c.reserved.unused = true
	} else {
		result, err = c.pluggedTool(ctx, tool, &t)
	}
	c.failed = err
	c.settleTool(tool, &t, result)
	return result, err
}

func (c *Call) findTool(name string) (*mcp.Tool, *api.Error) {
	pool := c.gateway.options.Tools
	if pool == nil {
		return nil, api.Errorf(api.KindNotFound, "tool_not_found", "There is no tool %q: this gateway has no MCP servers.", name)
	}
	if tool := pool.Find(c.toolFilter(), name); tool != nil {
		return tool, nil
	}
	if tool := code.Find(name); tool != nil && c.scripted() != nil {
		return tool, nil
	}
	return nil, api.Errorf(api.KindNotFound, "tool_not_found", "There is no tool %q, or the call may not use it.", name)
}

// askTool has the tool's server asked.
func (c *Call) askTool(ctx context.Context, tool *mcp.Tool, t ToolCall) (*mcp.Result, *api.Error) {
	c.here = true
	if tool.Client == code.Client && code.Find(tool.Name) == tool {
		return c.runCode(ctx, tool, t), nil
	}
	result, err := c.gateway.options.Tools.Call(ctx, mcp.Invocation{
		Tool: tool, Arguments: t.Arguments, CallID: t.ID, Caller: c.toolCaller(), Headers: c.callersHeaders(), Progress: t.Progress,
	})
	var told *api.Error
	switch {
	case err == nil:
		c.cost = tool.CostNano
		return result, nil
	case errors.As(err, &told):
		return nil, told
	}
	return nil, api.Errorf(api.KindInternal, "internal_error", "The tool could not be run.")
}

func (c *Call) toolCaller() mcp.Caller {
	caller := mcp.Caller{EndUser: c.User}
	if id := c.identity; id != nil {
		caller.VirtualKeyID, caller.VirtualKey, caller.Team, caller.Customer, caller.User = id.ID, id.Name, id.team, id.customer, id.user
		if b := c.belongs; b != nil {
			caller.Team, caller.Customer = b.team, b.customer
		}
	}
	return caller
}

// reserveTool takes what the caller's limits have to say of a tool's call: that it is one,
// and what it costs.
func (c *Call) reserveTool(tool *mcp.Tool) *api.Error {
	if c.gateway.options.Limits == nil {
		return nil
	}
	w := c.wanting(&c.reserved.first)
	w.expected, w.cost, w.costs = api.Usage{Known: true}, tool.CostNano, true
	w.caller()
	c.reserved.callers = len(c.reserved.first.wants)
	_, refused := c.take(&c.reserved.first)
	return refused
}

// settleTool ends a tool's call: what it cost is counted, and a record is made. The result is
// nil where there is none.
func (c *Call) settleTool(tool *mcp.Tool, t *ToolCall, result *mcp.Result) {
	g, name := c.gateway, t.Name
	status := http.StatusOK
	if c.failed != nil {
		status = c.failed.HTTPStatus()
	}
	c.giveBack()
	took := time.Since(c.began)
	if c.labels == "" && g.labels != nil {
		c.labels = g.labels.of(c.Client)
	}
	series := telemetry.SeriesKey{Dialect: c.dialectName(), Op: api.OpTool, Extra: c.labels}
	client := ""
	if tool != nil { // what does not exist makes no series
		client, name = tool.Client, tool.Original
		series.Provider, series.Model = client, name
	}
	c.series = g.series.Get(series)
	c.count(status, took)
	c.noteAs(status, took, client, name)
	if c.snapshot.transcripts != nil {
		c.keepToolTranscript(t, result)
	}
}

// toolFilter says which tools the call may use: by its headers, and by its virtual key.
func (c *Call) toolFilter() mcp.Filter {
	f := mcp.Filter{}
	if c.identity != nil {
		f.Grants = c.identity.tools
	}
	fields, ok := c.Client.(FieldRanger)
	if !ok {
		return f
	}
	fields.Fields(func(name, value string) bool {
		switch {
		case strings.EqualFold(name, "x-bf-mcp-include-clients"), strings.EqualFold(name, "x-asbru-mcp-include-clients"):
			f.Clients = mcp.ListOf(value)
		case strings.EqualFold(name, "x-bf-mcp-include-tools"), strings.EqualFold(name, "x-asbru-mcp-include-tools"):
			f.Tools = mcp.ListOf(value)
		}
		return true
	})
	return f
}

// callersHeaders copies the caller's headers, of which servers get those that their
// settings name.
func (c *Call) callersHeaders() http.Header {
	fields, ok := c.Client.(FieldRanger)
	if !ok {
		return nil
	}
	out := http.Header{}
	fields.Fields(func(name, value string) bool {
		out.Add(strings.Clone(name), strings.Clone(value))
		return true
	})
	return out
}

// toolGrants are the tools that a virtual key of the configuration may use; nil for all.
func toolGrants(cfg *config.Config, vk *config.VirtualKey) []mcp.Grant {
	if len(vk.MCPConfigs) == 0 && cfg.Allow(nil, nil).All() {
		return nil
	}
	out := []mcp.Grant{}
	for _, g := range vk.MCPConfigs {
		out = append(out, mcp.Grant{Client: g.ClientName, Tools: g.Tools})
	}
	return out
}

// ToolGrants are the tools that a stored virtual key may use; nil for all.
func ToolGrants(r *virtualkey.Record) []mcp.Grant {
	if len(r.MCP) == 0 && !r.Strict {
		return nil
	}
	out := []mcp.Grant{}
	for _, g := range r.MCP {
		out = append(out, mcp.Grant(g))
	}
	return out
}
