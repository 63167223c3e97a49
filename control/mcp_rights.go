package control

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/mcp"
	"github.com/asbru-gateway/asbru/pkg/virtualkey"
)

func (c *Control) mcpRightsRoutes() {
	huma.Register(c.api, at(http.MethodGet, "/api/mcp/rights", "list-mcp-rights", "List which tools of MCP servers each virtual key may use"), c.mcpRights)
}

type mcpRightsInput struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"1000" default:"100"`
	After  string `query:"after" doc:"Begin behind a page before: its next_cursor."`
	Search string `query:"search" maxLength:"200" doc:"Part of a virtual key's name or id."`
}

// MCPServerTools are the tools of a server that can be used.
type MCPServerTools struct {
	Name  string   `json:"name"`
	Tools []string `json:"tools" doc:"As models see them."`
}

// MCPRights are the tools that a virtual key may use.
type MCPRights struct {
	VirtualKeyID string           `json:"virtual_key_id"`
	Name         string           `json:"name"`
	Active       bool             `json:"is_active"`
	Servers      []MCPServerTools `json:"servers" doc:"Those of which it may use any."`
}

type mcpRightsOutput struct {
	Body struct {
		Servers []MCPServerTools `json:"servers" doc:"What there is: of the servers that this control is connected to."`
		Rights  []MCPRights      `json:"rights"`
		Total   int              `json:"total_count"`
		Next    string           `json:"next_cursor,omitempty"`
	}
}

// mcpRights asks what calls ask, for each virtual key: so what it shows is what holds.
func (c *Control) mcpRights(ctx context.Context, in *mcpRightsInput) (*mcpRightsOutput, error) {
	q := virtualkey.Query{Search: in.Search, Sort: virtualkey.ByName, Limit: in.Limit}
	var err error
	if q.After, err = virtualkey.ParseCursor(in.After); err != nil {
		return nil, invalid("query.after", err.Error())
	}
	page, err := c.o.Keys.Page(ctx, q)
	if err != nil {
		return nil, c.explain("list the virtual keys", err)
	}
	out := &mcpRightsOutput{}
	b := &out.Body
	b.Servers, b.Rights = byServer(c.o.Tools.Tools(mcp.Filter{})), make([]MCPRights, len(page.Records))
	for i, r := range page.Records {
		may := c.o.Tools.Tools(mcp.Filter{Grants: gateway.ToolGrants(r)})
		b.Rights[i] = MCPRights{r.ID, r.Name, r.Active, byServer(may)}
	}
	b.Total, b.Next = page.Total, page.Next.Cursor()
	return out, nil
}

// byServer puts the tools of one server together, in the order in which servers come.
func byServer(tools []*mcp.Tool) []MCPServerTools {
	at, all := map[string]int{}, []MCPServerTools{}
	for _, t := range tools {
		i, known := at[t.Client]
		if !known {
			i = len(all)
			at[t.Client] = i
			all = append(all, MCPServerTools{Name: t.Client})
		}
		all[i].Tools = append(all[i].Tools, t.Name)
	}
	return all
}
