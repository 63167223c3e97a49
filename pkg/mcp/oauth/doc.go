// Package oauth is the gateway as an OAuth 2.1 client of MCP servers, as the protocol asks
// for it (https://modelcontextprotocol.io/specification/2025-11-25/basic/authorization): it
// finds a server's authorization server, registers there, has somebody sign in, and keeps
// the token that comes of it, for all nodes.
//
// A [Keeper] is a node's part. [Keeper.Begin] gives the address that a browser is to go to,
// [Keeper.Return] takes what it comes back with, and [Keeper.Token] is asked for a token by
// each request to the server. Tokens and sign-ins that have begun lie in [Records], sealed
// with a key of the cluster. A token is renewed by one node at a time, since each renewal
// may make the one before invalid.
//
// It is not for the sign-in of people at the gateway itself, which is pkg/openid, nor for
// MCP clients that come to it, whose tokens are virtual keys.
//
// Whatever a server names, an address or a text, is a stranger's: addresses obey the rules
// of pkg/egress, answers are bounded, redirects are not followed, and what an answer says is
// repeated in no error, since it may have a secret in it.
package oauth
