package mcp

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/asbru-gateway/asbru/pkg/api"
)

// Caller is for whom a tool is called.
type Caller struct {
	VirtualKeyID, VirtualKey, Team, Customer, User, EndUser string
}

// Invocation is one call of a tool.
type Invocation struct {
	Tool      *Tool
	Arguments api.JSON // an object; empty stands for {}
	Caller    Caller
	CallID    string // of the model's wish; for logs
	// Headers are those of the caller's request. Only what the server's settings name
	// goes along, and never what shows who the caller is to the gateway.
	Headers http.Header
	// Progress is told how far the tool is, from one goroutine at a time, and not any more
	// when the call has returned; nil: nobody wants to know. It must not wait.
	Progress func(Progress)
}

// Result is what a tool has answered. IsError: the tool itself says that it failed, which
// is for the model to read.
type Result struct {
	Parts      []api.Part
	IsError    bool
	Structured api.JSON // nil where the tool gives none
	Took       time.Duration
	// Content is what Parts were made of, as the server gave it; nil where Parts are not
	// what the server has said.
	Content []sdk.Content
}

// Text is the result's text, all parts of it that are text, a line each.
func (r *Result) Text() string {
	var out []byte
	for i := range r.Parts {
		if r.Parts[i].Kind != api.PartText {
			continue
		}
		if len(out) > 0 {
			out = append(out, '\n')
		}
		out = append(out, r.Parts[i].Text...)
	}
	return string(out)
}

// toolErrorMax bounds what is told of a server's error.
const toolErrorMax = 2 << 10

// Call runs a tool, once: a call that may have reached the server is not repeated. The
// error is an *api.Error.
func (p *Pool) Call(ctx context.Context, in Invocation) (*Result, error) {
	began := time.Now()
	result, err := p.call(ctx, in)
	if err != nil {
		return nil, err
	}
	result.Took = time.Since(began)
	return result, nil
}

func (p *Pool) call(ctx context.Context, in Invocation) (*Result, *api.Error) {
	t := in.Tool
	if t == nil {
		return nil, api.Errorf(api.KindNotFound, "tool_not_found", "There is no such tool.")
	}
	c := p.client(t.Client)
	if c == nil || p.list.Load().byName[t.Name] == nil {
		return nil, api.Errorf(api.KindNotFound, "tool_not_found", "There is no tool %q any more.", t.Name)
	}
	if len(in.Arguments) == 0 {
		in.Arguments = api.JSON("{}")
	}
	if err := t.check(in.Arguments); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, c.server.Timeout)
	defer cancel()
	defer context.AfterFunc(c.life, cancel)()
	note := &note{headers: c.server.forwarded(in.Headers)}
	ctx = context.WithValue(ctx, noteKey{}, note)
	params := &sdk.CallToolParams{Name: t.Original, Arguments: json.RawMessage(in.Arguments)}
	if in.Progress != nil {
		token, forget := c.progress.follow(in.Progress)
		defer forget()
		params.SetProgressToken(token)
	}
	for again := false; ; again = true {
		answer, err := c.callFor(ctx, &in.Caller, params)
		if errors.Is(err, sdk.ErrSessionMissing) && !again && ctx.Err() == nil {
			continue // the server has begun anew, and has not looked at the call
		}
		if err != nil {
			if missing := missingSignIn(err); missing != nil {
				return nil, c.noSignIn(t, missing, in.Headers)
			}
			return nil, c.failure(ctx, note, t, err)
		}
		if answer.NeedsInput() {
			return nil, api.Errorf(api.KindUnavailable, "mcp_tool_failed", "The tool %q asks for input that the gateway cannot give.", t.Name)
		}
		return &Result{
			Parts: partsOf(answer.Content), Content: answer.Content, IsError: answer.IsError, Structured: structured(answer.StructuredContent),
		}, nil
	}
}

// failure says what a call's end means to its caller.
func (c *client) failure(ctx context.Context, note *note, t *Tool, err error) *api.Error {
	var said *jsonrpc.Error
	var own *api.Error
	switch {
	case note.tooLarge.Load() || errors.Is(err, errTooLarge):
		return api.Errorf(api.KindUnavailable, "mcp_answer_too_large", "The tool %q answered more than %d bytes.", t.Name, c.server.MaxBytes)
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return api.Errorf(api.KindTimeout, "mcp_tool_timeout", "The tool %q did not answer within %s.", t.Name, c.server.Timeout)
	case c.life.Err() != nil:
		return api.Errorf(api.KindUnavailable, "mcp_unavailable", "The MCP server of the tool %q is no longer there.", t.Name)
	case ctx.Err() != nil:
		return api.Errorf(api.KindCanceled, "client_closed_request", "The caller has left.")
	case errors.As(err, &own):
		return own
	case errors.As(err, &said) && !isTransports(said):
		return api.Errorf(api.KindUnavailable, "mcp_tool_failed", "The MCP server of the tool %q refused the call: %s", t.Name, bounded(visible(said.Message), toolErrorMax))
	}
	c.log.Debug("a tool call failed", "tool", t.Name, "error", err)
	return api.Errorf(api.KindUnavailable, "mcp_unavailable", "The MCP server of the tool %q could not be asked, or did not answer.", t.Name)
}

// isTransports says whether an error is none of the server's: the SDK has found that the
// server could not be reached, or was lost.
func isTransports(e *jsonrpc.Error) bool {
	switch e.Message {
	case "rejected by transport", "server is closing", "client is closing":
		return e.Code <= -32003 && e.Code >= -32005
	}
	return false
}
