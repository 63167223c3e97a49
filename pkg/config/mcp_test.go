package config

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestMCPServersAreChecked(t *testing.T) {
	for _, tt := range []struct{ client, want string }{
		{`{"connection_type": "http", "connection_string": "https://a"}`, "mcp.client_configs[0].name: is required (line 1, column 29)"},
		{`{"name": "a b", "connection_type": "http", "connection_string": "https://a"}`, "mcp.client_configs[0].name: must have only letters, digits, - and _ (line 1, column 30)"},
		{`{"name": "a", "connection_type": "http"}`, "mcp.client_configs[0]: needs connection_string (line 1, column 29)"},
		{`{"name": "a", "connection_type": "sse", "connection_string": "file:///etc/passwd"}`, ""},
		{`{"name": "a", "connection_type": "stdio", "connection_string": "https://a"}`, "mcp.client_configs[0].connection_string: is of no use for a server that is reached by stdio (line 1, column 71)"},
		{`{"name": "a", "connection_type": "http", "connection_string": "https://a", "stdio_config": {"command": "sh"}}`, "mcp.client_configs[0].stdio_config: is for servers that are reached by stdio (line 1, column 104)"},
		{`{"name": "a", "connection_type": "http", "connection_string": "https://a"}, {"name": "a", "connection_type": "stdio"}`, "mcp.client_configs[1].name: is the same as mcp.client_configs[0].name (line 1, column 106)"},
		{`{"name": "a", "connection_type": "http", "connection_string": "https://a", "headers": {"X-A": "b\nc"}}`, "mcp.client_configs[0].headers.X-A: must not have line breaks or control characters (line 1, column 116)"},
		{`{"name": "a", "connection_type": "http", "connection_string": "https://a", "tool_sync_interval": 5}`, "mcp.client_configs[0].tool_sync_interval: must be at least 10 s, or -1 for never (line 1, column 104)"},
		{`{"name": "a", "connection_type": "http", "connection_string": "https://a", "tool_sync_interval": 1500000000}`, "mcp.client_configs[0].tool_sync_interval: must be a whole number (line 1, column 126)"},
		{`{"name": "a", "connection_type": "http", "connection_string": "https://a", "ping_interval": 10000000000}`, ""},
		{`{"name": "a", "connection_type": "http", "connection_string": "https://a", "tls_config": {"ca_cert_pem": "x"}}`, "mcp.client_configs[0].tls_config.ca_cert_pem: must be a PEM certificate (line 1, column 119)"},
		{`{"name": "a", "connection_type": "stdio", "tls_config": {}}`, "mcp.client_configs[0].tls_config: is of no use for a server that is reached by stdio (line 1, column 71)"},
	} {
		_, _, err := Parse([]byte(`{"mcp": {"client_configs": [`+tt.client+`]}}`), Auto, testOptions...)
		var problems *Problems
		require.ErrorAs(t, err, &problems, tt.client)
		if tt.want != "" {
			require.Equal(t, tt.want, problems.List[0].String())
		}
	}
}

func TestSettingsOfAnMCPServerGoBeforeThoseOfAll(t *testing.T) {
	c := parseTest(t, `{"mcp": {"tool_sync_interval": "5m", "tool_manager_config": {"tool_execution_timeout": 7}, "client_configs": [
		{"name": "a", "connection_type": "http", "connection_string": "https://a"},
		{"name": "b", "connection_type": "sse", "connection_string": "https://b", "tool_sync_interval": "1m", "tool_execution_timeout": 3, "is_ping_available": false}
	]}}`)
	m := &c.MCP
	a, b := &m.Clients[0], &m.Clients[1]
	require.Equal(t, 7*time.Second, m.ToolTimeout(a))
	require.Equal(t, 3*time.Second, m.ToolTimeout(b))
	require.Equal(t, 5*time.Minute, m.ToolSync(a))
	require.Equal(t, time.Minute, m.ToolSync(b))
	require.True(t, a.Pings())
	require.False(t, b.Pings())
	require.Equal(t, 10*time.Second, a.Ping())
	require.Equal(t, 16<<20, a.MaxResultBytes())
	require.True(t, a.On())
	c = parseTest(t, `{"mcp": {"client_configs": [{"name": "a", "connection_type": "http", "connection_string": "https://a", "disabled": true}]}}`)
	require.False(t, c.MCP.Clients[0].On())
}

func TestTimesOfMCPServersAreReadAsBifrostWritesThem(t *testing.T) {
	c := parseTest(t, `{"mcp": {"tool_sync_interval": 600000000000, "tool_manager_config": {"tool_execution_timeout": 30000000000}, "client_configs": [
		{"name": "a", "connection_type": "http", "connection_string": "https://a", "tool_sync_interval": -1},
		{"name": "b", "connection_type": "http", "connection_string": "https://b", "tool_sync_interval": 0}
	]}}`)
	m := &c.MCP
	require.Negative(t, m.ToolSync(&m.Clients[0]), "never")
	require.Equal(t, 10*time.Minute, m.ToolSync(&m.Clients[1]))
	require.Equal(t, 30*time.Second, m.ToolTimeout(&m.Clients[1]))
}
