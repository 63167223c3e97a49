// Package mcp runs MCP servers that others have made, over each transport, behind the
// gateway's connections. scripts/integration.sh installs them.
package mcp
