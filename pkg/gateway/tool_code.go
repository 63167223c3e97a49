package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/mcp"
	"github.com/asbru-gateway/asbru/pkg/mcp/code"
)

// codeMode is how scripts are run.
type codeMode struct {
	byTool  bool // there is a file for each tool
	timeout time.Duration
}

func codeModeOf(m *config.MCPToolManager) codeMode {
	return codeMode{byTool: m.CodeModeBindingLevel == config.CodeModeByTool, timeout: m.CodeTimeout()}
}

// scripted are the servers whose tools the call may use in scripts.
func (c *Call) scripted() []code.Server {
	if o := c.gateway.offers.of(c.gateway.options.Tools, c.toolFilter()); o != nil {
		return o.servers
	}
	return nil
}

// runCode runs one of the tools of code mode. What a script calls are calls of their own,
// whose parent is this one.
func (c *Call) runCode(ctx context.Context, tool *mcp.Tool, t ToolCall) *mcp.Result {
	servers := c.scripted()
	if tool.Name != code.Execute {
		return (&code.Files{Servers: servers, ByTool: c.snapshot.code.byTool}).Answer(tool.Name, t.Arguments)
	}
	text, err := codeIn(t.Arguments)
	if err != nil {
		return &mcp.Result{Parts: []api.Part{{Text: err.Error()}}, IsError: true}
	}
	s := &code.Script{Code: text, Servers: servers, Timeout: c.snapshot.code.timeout}
	s.Call = func(ctx context.Context, tool *mcp.Tool, arguments api.JSON) (*mcp.Result, error) {
		if t.Alone && !tool.AutoRun {
			return nil, errors.New("the tool may not run without the caller's consent")
		}
		r, refused := c.runTool(ctx, ToolCall{Name: tool.Name, Arguments: arguments, Alone: t.Alone})
		if refused != nil {
			return nil, errors.New(refused.Message)
		}
		return r, nil
	}
	told, failed := s.Run(ctx)
	return &mcp.Result{Parts: []api.Part{{Text: told}}, IsError: failed}
}

// codeIn is the script in the arguments of a call.
func codeIn(arguments api.JSON) (string, error) {
	var in struct{ Code string }
	if json.Unmarshal(arguments, &in) != nil || in.Code == "" {
		return "", errors.New("the arguments must be an object with the script in code")
	}
	return in.Code, nil
}

// runsAlone says whether a script may be run though nobody has asked for it but the model:
// all tools that it may call must be such.
func (o *offer) runsAlone(arguments api.JSON) bool {
	text, err := codeIn(arguments)
	if err != nil {
		return true // the model is told what is wrong with it
	}
	for _, t := range code.Uses(text, o.servers) {
		if !t.AutoRun {
			return false
		}
	}
	return true
}
