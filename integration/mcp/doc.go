// Package mcp runs MCP servers that others have made, over each transport, behind the
// gateway's connections, and has clients and suites that others have made use the gateway as
// one. scripts/integration.sh installs them.
package mcp
