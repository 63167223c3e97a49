// Package oauthtest has an MCP server that wants a sign-in, and its authorization server, for
// tests: both in the process, strict about what clients have to do, and able to mean no good.
package oauthtest
