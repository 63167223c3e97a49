package gateway

import (
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/mcp"
)

// Tools returns the tools that a caller may run as a model would be offered them, sorted by
// name: those of package code stand for the tools of servers in code mode. The list must not be
// changed. It counts for nothing; the call must be given to [Gateway.Release] afterwards.
func (g *Gateway) Tools(c *Call) ([]*mcp.Tool, *api.Error) {
	c.gateway, c.snapshot, c.began = g, g.snapshot.Load(), time.Now()
	c.Head.Op = api.OpTool
	if err := c.identify(); err != nil {
		return nil, err
	}
	if err := c.standing(); err != nil {
		return nil, err
	}
	if g.options.Tools == nil {
		return nil, nil
	}
	if o := g.offers.of(g.options.Tools, c.toolFilter()); o != nil {
		return o.tools, nil
	}
	return nil, nil
}

// ToolOwner returns whose the tokens are that a call's virtual key uses where each caller
// signs in at an MCP server. It must be given to [Gateway.Release] afterwards.
func (g *Gateway) ToolOwner(c *Call) (string, *api.Error) {
	c.gateway, c.snapshot, c.began = g, g.snapshot.Load(), time.Now()
	if err := c.identify(); err != nil {
		return "", err
	}
	if c.identity == nil || !c.identity.active || c.identity.expired(c.began) {
		return "", api.Errorf(api.KindPermission, "virtual_key_not_found", "This virtual key does not work.")
	}
	caller := c.toolCaller()
	return caller.Owner(), nil
}
