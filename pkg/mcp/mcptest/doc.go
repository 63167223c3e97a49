// Package mcptest has MCP servers for tests: within the process, with tools that are Go
// functions, and a pool that is connected to them.
package mcptest
