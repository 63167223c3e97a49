package control_test

import (
	"encoding/json"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/mcp/mcptest"
	"github.com/asbru-gateway/asbru/pkg/member"
)

func TestMCPServersAreManagedAndTheirToolsApproved(t *testing.T) {
	server := mcptest.NewServer("math", mcptest.Tool{Name: "add", Description: "Adds."})
	d := openWith(t, mcptest.Pool(t, server))
	made := d.call(200, "POST", "/api/mcp/client", `{"id":"m","name":"math","connection_type":"http","connection_string":"https://mcp.example.com/","headers":{"Authorization":"Bearer 0123456789abcdef"},"tools_to_execute":["*"]}`)
	require.NotContains(t, made["client"].(map[string]any)["headers"].(map[string]any)["Authorization"], "0123456789")
	d.call(200, "POST", "/api/mcp/client", `{"name":"other","connection_type":"http","connection_string":"https://other.example.com/","enabled":false}`)
	d.call(422, "POST", "/api/mcp/client", `{"name":"bad","connection_type":"telepathy"}`)
	d.call(403, "POST", "/api/mcp/client", `{"name":"evil","connection_type":"stdio","stdio_config":{"command":"touch"}}`)
	d.call(403, "PUT", "/api/mcp/client/m", `{"connection_type":"stdio","connection_string":null,"stdio_config":{"command":"touch"}}`)

	list := d.call(200, "GET", "/api/mcp/clients", "")
	require.EqualValues(t, 2, list["total_count"])
	first := func() map[string]any {
		return d.call(200, "GET", "/api/mcp/clients", "")["clients"].([]any)[0].(map[string]any)
	}
	require.Equal(t, "connected", first()["state"])
	tool := first()["tools"].([]any)[0].(map[string]any)
	require.Equal(t, "math-add", tool["name"])
	require.Equal(t, "offered", tool["state"])
	require.Equal(t, "disabled", list["clients"].([]any)[1].(map[string]any)["state"])

	server.Add(mcptest.Tool{Name: "add", Description: "Adds, and more."})
	require.Eventually(t, func() bool {
		tool = first()["tools"].([]any)[0].(map[string]any)
		return tool["state"] == "changed"
	}, 30*time.Second, time.Millisecond)
	d.call(404, "POST", "/api/mcp/client/m/tools/approve", `{"tool":"add","hash":"another"}`)
	d.call(200, "POST", "/api/mcp/client/m/tools/approve", `{"tool":"add","hash":"`+tool["hash"].(string)+`"}`)
	require.Equal(t, "offered", first()["tools"].([]any)[0].(map[string]any)["state"])

	require.Equal(t, "success", d.call(200, "POST", "/api/mcp/client/m/reconnect", "")["status"])
	d.call(404, "POST", "/api/mcp/client/nobody/reconnect", "")
	require.Equal(t, "query", d.call(200, "PUT", "/api/mcp/client/m", `{"tools_to_execute":["query"]}`)["client"].(map[string]any)["tools_to_execute"].([]any)[0])
	d.call(200, "DELETE", "/api/mcp/client/m", "")
	d.call(404, "GET", "/api/mcp/client/m", "")
}

func TestAnMCPServerIsShownAsEachNodeSeesIt(t *testing.T) {
	d := openWith(t, mcptest.Pool(t, mcptest.NewServer("math")))
	d.call(200, "POST", "/api/mcp/client", `{"id":"m","name":"math","connection_type":"http","connection_string":"https://mcp.example.com/"}`)
	seen := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	d.nodes.tell(
		member.State{Node: "edge-1", MCP: []member.MCP{{Name: "math", State: "connected", Since: seen, Seen: seen, Tools: 3, Offered: 2}, {Name: "other", State: "connected"}}},
		member.State{Node: "edge-2", MCP: []member.MCP{{Name: "math", State: "disconnected", Since: seen, Error: "no connection within 30s"}}},
		member.State{Node: "control-1"},
	)
	require.Equal(t, []any{
		map[string]any{"node": "edge-1", "state": "connected", "since": "2026-01-02T03:04:05Z", "last_seen": "2026-01-02T03:04:05Z", "tools": 3.0, "offered": 2.0},
		map[string]any{"node": "edge-2", "state": "disconnected", "since": "2026-01-02T03:04:05Z", "error": "no connection within 30s", "tools": 0.0, "offered": 0.0},
	}, d.call(200, "GET", "/api/mcp/client/m", "")["client"].(map[string]any)["nodes"])
	shown := d.call(200, "GET", "/api/mcp/client/m", "")["client"]
	d.call(200, "PUT", "/api/mcp/client/m", encode(t, shown)) // as it was shown
}

func TestTheRightsAtMCPServersAreThoseThatHold(t *testing.T) {
	d := openWith(t, mcptest.Pool(t,
		mcptest.NewServer("math", mcptest.Tool{Name: "add"}, mcptest.Tool{Name: "drop"}), mcptest.NewServer("files", mcptest.Tool{Name: "read"}, mcptest.Tool{Name: "write"})))
	for name, grants := range map[string]string{
		"a-all": ``, "b-none": `,"mcp_configs":[{"mcp_client_name":"math","tools_to_execute":[]}]`,
		"c-some": `,"mcp_configs":[{"mcp_client_name":"math","tools_to_execute":["add"]},{"mcp_client_name":"*","tools_to_execute":["*"]}]`,
	} {
		d.call(200, "POST", "/api/governance/virtual-keys?wait=applied", `{"name":"`+name+`"`+grants+`}`)
	}
	page := d.call(200, "GET", "/api/mcp/rights?limit=2", "")
	require.EqualValues(t, 3, page["total_count"])
	rows := page["rights"].([]any)
	require.Len(t, rows, 2)
	rows = append(rows, d.call(200, "GET", "/api/mcp/rights?after="+url.QueryEscape(page["next_cursor"].(string)), "")["rights"].([]any)...)
	of := func(i int) any { return rows[i].(map[string]any)["servers"] }
	require.NotEmpty(t, page["servers"])
	require.Equal(t, page["servers"], of(0), "all that there is")
	require.Empty(t, of(1))
	var math, files []any
	for _, s := range of(2).([]any) {
		switch m := s.(map[string]any); m["name"] {
		case "math":
			math = m["tools"].([]any)
		case "files":
			files = m["tools"].([]any)
		}
	}
	require.Equal(t, []any{"math-add"}, math)
	require.Equal(t, []any{"files-read", "files-write"}, files)
	require.Len(t, d.call(200, "GET", "/api/mcp/rights?search=c-some", "")["rights"], 1)
	d.call(422, "GET", "/api/mcp/rights?after=nothing", "")
}

func encode(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	require.NoError(t, err)
	return string(b)
}
