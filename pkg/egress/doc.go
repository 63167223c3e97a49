// Package egress keeps requests to addresses that others choose on the internet: those of
// webhooks, of MCP servers, of plugins. An address is checked as it is written, by
// [CheckURL], and again as its name is resolved, by the dialer that has [Control], so that a
// name cannot be one thing when it is checked and another when it is used.
//
// Private and loopback addresses are for who is allowed them. Link-local ones, at which
// clouds tell their machines' secrets, are for nobody.
//
// It is not for the providers' own addresses, which only the operator chooses.
package egress
