package plugin

import (
	"context"

	"github.com/asbru-gateway/asbru/pkg/api"
)

// ToolCall is a tool that is about to be run for a model, or that was.
type ToolCall struct {
	ID        string // of the model's call; "" for one that no model made
	Client    string // the MCP client that has the tool
	Name      string // as the model sees it
	Original  string // as its server names it
	Arguments api.JSON
	AutoRun   bool // nobody is asked before it is run
}

// ToolResult is what a tool has said.
type ToolResult struct {
	Parts      []api.Part
	Structured api.JSON
	IsError    bool
}

// ToolHook sees a tool's call before it is made. It may change the arguments, answer in
// the tool's place, or refuse.
type ToolHook interface {
	BeforeTool(context.Context, *Call, *ToolCall) (*ToolResult, *api.Error)
}

// ToolResultHook sees a tool's result, in reverse order, and may change it.
type ToolResultHook interface {
	AfterTool(context.Context, *Call, *ToolCall, *ToolResult) *api.Error
}
