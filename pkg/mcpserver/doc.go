// Package mcpserver is the gateway as a server of MCP: to a client it is one server that
// has the tools of all servers behind it, as far as the client's virtual key may use them.
//
// It speaks streamable HTTP, by the official SDK, in all versions of the protocol that this
// knows. It knows nothing of virtual keys, limits and prices: those are behind [Caller], by
// which whoever has the socket lists and runs tools.
//
// A session is nothing that a node keeps. Its id proves by itself that it was given to this
// caller, so that each request may reach another node. What must reach the node where
// something is under way, that a call is cancelled or a session has ended, is told to all
// nodes over NATS. See [Server].
package mcpserver
