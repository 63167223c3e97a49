package frame

import (
	"context"
	"errors"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/plugin"
)

// The hooks beside a call's own way: tools, and the HTTP side.

var (
	errHeader = errors.New("the answer has a header that a plugin may not set")
	errResult = errors.New("the answer answers the tool's call, and has no result")
	errHTTP   = errors.New("the answer answers the HTTP request, and has no http with a status")
)

// BeforeTool implements plugin.ToolHook.
func (r *remote) BeforeTool(ctx context.Context, c *plugin.Call, t *plugin.ToolCall) (*plugin.ToolResult, *api.Error) {
	o := r.beginCall(plugin.BeforeTool, c)
	appendTool(&o, t)
	a, refused := r.ask(ctx, plugin.BeforeTool, c, &o)
	if refused != nil {
		return nil, refused
	}
	if a.Action == actionAnswer {
		if a.Result == nil {
			return nil, r.fail(errResult)
		}
		result, err := newResult(a.Result, nil)
		if err != nil {
			return nil, r.fail(err)
		}
		return result, nil
	}
	if a.Arguments != nil {
		arguments := api.JSON(a.Arguments)
		if !isObject(arguments) {
			return nil, r.fail(errArguments)
		}
		t.Arguments = arguments
	}
	return nil, nil //nolint:nilnil // no result and no error: the tool is run
}

// AfterTool implements plugin.ToolResultHook.
func (r *remote) AfterTool(ctx context.Context, c *plugin.Call, t *plugin.ToolCall, result *plugin.ToolResult) *api.Error {
	o := r.beginCall(plugin.AfterTool, c)
	appendTool(&o, t)
	appendResult(&o, result)
	a, refused := r.ask(ctx, plugin.AfterTool, c, &o)
	if refused != nil || a.Result == nil {
		return refused
	}
	changed, err := newResult(a.Result, result.Parts)
	if err != nil {
		return r.fail(err)
	}
	*result = *changed
	return nil
}

// OnHTTP implements plugin.HTTPHook.
func (r *remote) OnHTTP(ctx context.Context, q *plugin.HTTPRequest) (*plugin.HTTPAnswer, *api.Error) {
	o := r.begin(plugin.OnHTTP)
	appendHTTP(&o, q)
	a, refused := r.ask(ctx, plugin.OnHTTP, nil, &o)
	if refused != nil {
		return nil, refused
	}
	if a.Action == actionAnswer {
		answer, err := newHTTPAnswer(a.HTTP)
		if err != nil {
			return nil, r.fail(err)
		}
		return answer, nil
	}
	if a.HTTP != nil {
		if err := a.HTTP.lay(&q.Headers, &q.Body); err != nil {
			return nil, r.fail(err)
		}
	}
	return nil, nil //nolint:nilnil // no answer and no error: the request goes on
}

// AfterHTTP implements plugin.HTTPAnswerHook.
func (r *remote) AfterHTTP(ctx context.Context, q *plugin.HTTPRequest, w *plugin.HTTPAnswer) *api.Error {
	o := r.begin(plugin.AfterHTTP)
	appendHTTP(&o, &plugin.HTTPRequest{ID: q.ID, Method: q.Method, Path: q.Path, Query: q.Query, Caller: q.Caller})
	appendHTTPAnswer(&o, w)
	a, refused := r.ask(ctx, plugin.AfterHTTP, nil, &o)
	if refused != nil || a.HTTP == nil {
		return refused
	}
	if a.HTTP.Status >= 200 && a.HTTP.Status <= 599 {
		w.Status = a.HTTP.Status
	}
	if err := a.HTTP.lay(&w.Headers, &w.Body); err != nil {
		return r.fail(err)
	}
	return nil
}

// OnChunk implements plugin.HTTPStreamHook.
func (r *remote) OnChunk(ctx context.Context, q *plugin.HTTPRequest, chunk []byte) ([]byte, *api.Error) {
	o := r.begin(plugin.OnChunk)
	appendHTTP(&o, &plugin.HTTPRequest{ID: q.ID, Method: q.Method, Path: q.Path, Query: q.Query, Caller: q.Caller})
	appendBytes(&o, "chunk", chunk)
	a, refused := r.ask(ctx, plugin.OnChunk, nil, &o)
	if refused != nil {
		return nil, refused
	}
	changed, there, err := bytesOf(a.Chunk, a.Chunk64)
	if err != nil {
		return nil, r.fail(err)
	}
	if !there {
		return chunk, nil
	}
	return changed, nil
}

// lay puts what the guest has changed over headers and body.
func (m *httpMessage) lay(headers *[]plugin.Header, body *[]byte) error {
	changed, err := m.change(*headers)
	if err != nil {
		return err
	}
	b, there, err := bytesOf(m.Body, m.Body64)
	if err != nil {
		return err
	}
	*headers = changed
	if there && *body != nil { // one that is sent on as it comes cannot be replaced
		*body = b
	}
	return nil
}

func newHTTPAnswer(m *httpMessage) (*plugin.HTTPAnswer, error) {
	if m == nil || m.Status < 200 || m.Status > 599 {
		return nil, errHTTP
	}
	a := &plugin.HTTPAnswer{Status: m.Status, Body: []byte{}}
	return a, m.lay(&a.Headers, &a.Body)
}
