// Package mcp is the gateway as a client of MCP servers: it keeps a connection to each
// server of the configuration, knows its tools, and calls them.
//
// It is not the gateway as a server of MCP, which is pkg/mcpserver, and knows nothing of
// models: who lists tools to one, and what is done with its wish to call them, is the
// engine's.
//
// A [Pool] has a client for each [Server]. A client connects, lists the server's tools,
// pings, lists them again now and then and when the server says so, and connects anew when
// the server is gone. What it has found is checked against what was approved before, named
// so that no two tools of the pool have one name, and published as an immutable list, which
// [Pool.Tools] filters without waiting for anybody. [Pool.Call] checks the arguments against
// the tool's schema, asks the server, and turns its answer into parts of a message.
//
// What a server says is data of a stranger: names, descriptions, schemas and answers are
// bounded, and none of it is shown to a model as if it were the operator's.
package mcp
