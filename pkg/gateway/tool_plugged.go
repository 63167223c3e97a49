package gateway

import (
	"context"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/mcp"
	"github.com/asbru-gateway/asbru/pkg/plugin"
)

// pluggedTool runs a tool with the plugins before and behind it that want its calls. They may
// change the arguments.
func (c *Call) pluggedTool(ctx context.Context, tool *mcp.Tool, t *ToolCall) (*mcp.Result, *api.Error) {
	if c.snapshot.plugins == nil || c.unplugged || !c.beginPlugins() {
		return c.askTool(ctx, tool, *t)
	}
	run := &c.plugged.run
	call := plugin.ToolCall{
		ID: t.ID, Client: tool.Client, Name: tool.Name, Original: tool.Original, Arguments: t.Arguments, AutoRun: tool.AutoRun,
	}
	said, err := run.Tool(&call)
	if err != nil {
		return nil, err
	}
	result := &mcp.Result{}
	t.Arguments = call.Arguments
	if said == nil {
		if result, err = c.askTool(ctx, tool, *t); err != nil {
			return nil, err
		}
		said = &plugin.ToolResult{Parts: result.Parts, Structured: result.Structured, IsError: result.IsError}
	}
	if err := run.ToolDone(&call, said); err != nil {
		return nil, err
	}
	result.Parts, result.Structured, result.IsError, result.Content = said.Parts, said.Structured, said.IsError, nil
	return result, nil
}
