package edge

import (
	"context"
	"net/http"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect/codecs"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/mcp"
	"github.com/asbru-gateway/asbru/pkg/mcpserver"
)

// mcpCaller does for an MCP client what its virtual key allows. It holds copies of what the
// request says, and outlives it.
type mcpCaller struct {
	edge   *Edge
	client mcpClient

	identity, credential                       string
	requestID, session, metadata, parent, user string
}

// Identity implements mcpserver.Caller.
func (c *mcpCaller) Identity() string { return c.identity }

// Tools implements mcpserver.Caller.
func (c *mcpCaller) Tools() ([]*mcp.Tool, *api.Error) {
	call := c.call()
	defer c.edge.gateway.Release(call)
	return c.edge.gateway.Tools(call)
}

// Run implements mcpserver.Caller.
func (c *mcpCaller) Run(ctx context.Context, t mcpserver.Call) (_ *mcp.Result, err *api.Error) {
	call := c.call()
	defer c.edge.gateway.Release(call)
	defer func() {
		if v := recover(); v != nil { // it is called from a goroutine of the protocol's
			c.edge.panicked("panic in a tool's call", c.requestID, v)
			call.Crash()
			err = gateway.Crashed()
		}
	}()
	return c.edge.gateway.RunTool(ctx, call, gateway.ToolCall{ID: t.ID, Name: t.Name, Arguments: t.Arguments, Progress: t.Progress})
}

// ownerOf finds whose a token will be that is got for a virtual key.
func (c *mcpCaller) ownerOf(key string) (string, *api.Error) {
	call := c.call()
	call.Credential = key
	defer c.edge.gateway.Release(call)
	return c.edge.gateway.ToolOwner(call)
}

func (c *mcpCaller) call() *gateway.Call {
	call := c.edge.gateway.Acquire()
	call.In, call.Client, call.Credential, call.RequestID = codecs.OpenAI, c.client, c.credential, c.requestID
	call.Session, call.Metadata, call.Parent, call.User = c.session, c.metadata, c.parent, c.user
	return call
}

// mcpClient is the caller's side of such a call. That it has left ends the call's context.
type mcpClient struct{ header http.Header }

// Watch implements gateway.Client.
func (mcpClient) Watch(func()) {}

// Unwatch implements gateway.Client.
func (mcpClient) Unwatch() {}

// Header implements gateway.Client.
func (c mcpClient) Header(name string) string { return c.header.Get(name) }

// Fields implements gateway.FieldRanger.
func (c mcpClient) Fields(yield func(name, value string) bool) {
	for name, values := range c.header {
		for _, value := range values {
			if !yield(name, value) {
				return
			}
		}
	}
}
