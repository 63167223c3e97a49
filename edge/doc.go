// Package edge is the door: an HTTP server that turns requests into calls of
// the engine and its answers into responses. It knows paths, headers and sockets;
// what happens to a call in between is pkg/gateway's.
//
// routes.go has the table of paths, routes_*.go a part of it for each API, match.go
// finds a path in it; handler.go is the way of one request;
// stream.go the way of an answer that comes in events; relay.go fills in calls that
// pass as they came; guard.go refuses what is
// ambiguous as HTTP before anything else looks at it; ops.go serves health and
// metrics.
package edge
