package control

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"reflect"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/mcp"
)

// mcpResource is the MCP servers of the configuration.
func (c *Control) mcpResource() *resource {
	return &resource{
		path: "/api/mcp/client", listed: "/api/mcp/clients", one: "client", many: "clients", word: "mcp-client", words: "mcp-clients",
		schema: "MCPClient", example: `{"name":"search","connection_type":"http","connection_string":"https://mcp.example.com/mcp","headers":{"Authorization":"env.SEARCH_MCP_TOKEN"},"tools_to_execute":["*"]}`,
		place: placed("mcp", "client_configs"), key: "id", known: "name", lead: "mcp-",
		filters: []string{"connection_type", "enabled"},
		made:    c.beginFirstSignIn, madeAdds: signInSchemas,
		shown: c.showConnection, added: map[string]*huma.Schema{
			"state": {Type: "string", Enum: []any{mcp.Connecting, mcp.Connected, mcp.Disconnected, mcp.SignInRequired, "disabled"}, Description: "How this control's own connection to it is."},
			"error": {Type: "string", Description: "Why there is no connection."},
			"nodes": {Type: "array", Items: c.api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[MCPNode](), true, ""), Description: "How the connections of the live nodes to it are."},
			"tools": {Type: "array", Items: c.api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[MCPTool](), true, ""), Description: "What it has listed last."},
		},
	}
}

// MCPNode is how a node's connection to an MCP server is.
type MCPNode struct {
	Node    string    `json:"node"`
	State   string    `json:"state" enum:"connecting,connected,disconnected,sign_in_required"`
	Since   time.Time `json:"since" doc:"For how long it is so."`
	Seen    time.Time `json:"last_seen,omitzero" doc:"When the server has answered this node last."`
	Error   string    `json:"error,omitempty" doc:"Why there is no connection."`
	Tools   int       `json:"tools" doc:"That the server has listed to this node."`
	Offered int       `json:"offered" doc:"Of these, those that callers of this node can use."`
}

// mcpNodes are the live nodes that tell of a server.
func (c *Control) mcpNodes(name string) []MCPNode {
	all := []MCPNode{}
	for _, n := range c.o.Nodes.List() {
		for _, m := range n.MCP {
			if m.Name == name {
				all = append(all, MCPNode{Node: n.Node, State: m.State, Since: m.Since, Seen: m.Seen, Error: m.Error, Tools: m.Tools, Offered: m.Offered})
			}
		}
	}
	return all
}

func (c *Control) mcpRoutes() {
	huma.Register(c.api, at(http.MethodPost, "/api/mcp/client/{id}/reconnect", "reconnect-mcp-client", "Connect to an MCP server anew, and tell whether that has worked"), c.reconnectMCP)
	huma.Register(c.api, at(http.MethodPost, "/api/mcp/client/{id}/tools/approve", "approve-mcp-tool",
		"Let a tool be used that its server describes otherwise than before"), c.approveTool)
}

// mcpServer finds the server that an id means, as connections are made to it.
func (c *Control) mcpServer(ctx context.Context, id string) (*mcp.Server, *config.Config, error) {
	name, err := c.mcpName(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	cfg, err := c.NewestConfig(ctx)
	if err != nil {
		return nil, nil, c.explain("read the configuration", err)
	}
	servers := mcp.Servers(cfg)
	at := slices.IndexFunc(servers, func(s mcp.Server) bool { return s.Name == name })
	if at < 0 {
		return nil, nil, refuse(http.StatusNotFound, "not_found", "This client is switched off.")
	}
	return &servers[at], cfg, nil
}

// MCPTool is a tool that an MCP server has listed.
type MCPTool struct {
	Name        string          `json:"name" doc:"As models see it."`
	Original    string          `json:"original" doc:"As the server calls it."`
	Description string          `json:"description"`
	Parameters  json.RawMessage `json:"parameters,omitempty" doc:"Its arguments, a JSON Schema."`
	State       string          `json:"state" enum:"offered,not_allowed,changed,refused" doc:"changed: it is not as it was approved, and offered to nobody."`
	Problem     string          `json:"problem,omitempty"`
	Hash        string          `json:"hash" doc:"Of all that the server says of it: names the form that is approved."`
	AutoRun     bool            `json:"auto_execute"`
	ReadOnly    bool            `json:"read_only,omitempty" doc:"The server says that it changes nothing."`
	Destructive bool            `json:"destructive,omitempty" doc:"The server says that it may destroy something."`
	Price       float64         `json:"price,omitempty" doc:"Dollars for a call."`
}

// showConnection says of a server how the connection to it is, and what its tools are.
func (c *Control) showConnection(_ *Named, _ string, members map[string]json.RawMessage) {
	state, tools := mcp.State{State: "disabled"}, []MCPTool{}
	if found, ok := c.o.Tools.Client(text(members["name"])); ok {
		state = found
	}
	for i := range state.Tools {
		tools = append(tools, toolOf(&state.Tools[i]))
	}
	members["state"], _ = json.Marshal(state.State) // a string has no error
	members["tools"], _ = json.Marshal(tools)       // nor have these
	members["nodes"], _ = json.Marshal(c.mcpNodes(text(members["name"])))
	if state.Problem != "" {
		members["error"], _ = json.Marshal(state.Problem)
	}
}

func toolOf(t *mcp.ToolState) MCPTool {
	return MCPTool{
		Name: t.Name, Original: t.Original, Description: t.Description, Parameters: json.RawMessage(t.Schema),
		State: t.State, Problem: t.Problem, Hash: t.Hash, AutoRun: t.AutoRun, ReadOnly: t.ReadOnly, Destructive: t.Destructive,
		Price: float64(t.CostNano) / 1e9,
	}
}

// mcpName finds the name of the server that an id means.
func (c *Control) mcpName(ctx context.Context, id string) (string, error) {
	cfg, err := c.NewestConfig(ctx)
	if err != nil {
		return "", c.explain("read the configuration", err)
	}
	for i := range cfg.MCP.Clients {
		if m := &cfg.MCP.Clients[i]; m.ID == id || m.ID == "" && m.Name == id {
			return m.Name, nil
		}
	}
	return "", refuse(http.StatusNotFound, "not_found", "There is no such client.")
}

type mcpInput struct {
	ID string `path:"id"`
}

type mcpOutput struct {
	Body struct {
		Status  string `json:"status" enum:"success"`
		Message string `json:"message"`
	}
}

// reconnectTimeout bounds how long a reconnect is waited for.
const reconnectTimeout = 20 * time.Second

func (c *Control) reconnectMCP(ctx context.Context, in *mcpInput) (*mcpOutput, error) {
	name, err := c.mcpName(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	limited, cancel := context.WithTimeout(ctx, reconnectTimeout)
	defer cancel()
	switch err := c.o.Tools.Reconnect(limited, name); {
	case errors.Is(err, mcp.ErrNoServer):
		return nil, refuse(http.StatusNotFound, "not_found", "This client is switched off, or not known here yet.")
	case limited.Err() != nil:
		return nil, refuse(http.StatusGatewayTimeout, "mcp_not_connected", "The server has not answered yet; it is tried on.")
	case err != nil:
		return nil, refuse(http.StatusServiceUnavailable, "mcp_not_connected", "The server cannot be connected to: "+err.Error())
	}
	out := &mcpOutput{}
	out.Body.Status, out.Body.Message = "success", "MCP client reconnected successfully"
	return out, nil
}

type approveInput struct {
	ID   string `path:"id"`
	Body struct {
		Tool string `json:"tool" minLength:"1" maxLength:"200" doc:"The tool, as its server calls it."`
		Hash string `json:"hash" minLength:"1" maxLength:"100" doc:"The form that is approved: its hash, as the list of clients has it."`
	}
}

func (c *Control) approveTool(ctx context.Context, in *approveInput) (*mcpOutput, error) {
	name, err := c.mcpName(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	switch err := c.o.Tools.Approve(ctx, name, in.Body.Tool, in.Body.Hash); {
	case errors.Is(err, mcp.ErrNoServer), errors.Is(err, mcp.ErrNoTool):
		return nil, refuse(http.StatusNotFound, "not_found", "The server lists no such tool in this form.")
	case err != nil:
		return nil, c.explain("approve the tool", err)
	}
	c.changed(ctx, "/api/mcp/client/"+in.ID+"/tools/"+in.Body.Tool, nil, json.RawMessage(`{"approved":`+quoted(in.Body.Hash)+`}`))
	out := &mcpOutput{}
	out.Body.Status, out.Body.Message = "success", "Tool approved"
	return out, nil
}

func quoted(s string) string {
	b, _ := json.Marshal(s) // a string has no error
	return string(b)
}
