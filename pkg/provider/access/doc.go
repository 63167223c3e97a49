// Package access says how the requests of a key get into its provider, where a
// value in a header at the provider's one address is not all there is to it: an
// address of the key's own, paths of its own, signatures, tokens that end.
//
// A provider's folder makes a [Way] of a key's configuration when a snapshot is
// compiled; the engine asks its Signer for each request, between the request's head
// and its body. It is not for who may call the gateway.
package access
