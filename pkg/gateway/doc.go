// Package gateway is the engine: it takes a call through its stages and gives
// back an answer, whole or as a stream. It is also the Go SDK; see [New].
//
// A [Call] moves forward through stages, each in a file of its own:
//
//	admit.go    who calls, and may they
//	route.go    which providers and models could answer
//	attempt.go  try them in turn; retry.go decides what may be tried again
//	exchange.go one try: key, slot, connection, request out, answer in
//	whole.go    an answer in one piece; stream*.go one that comes in events
//	settle.go   what it used, and the record of it
//
// Two lanes share this way. On the raw lane, where the caller speaks the
// provider's dialect, bytes pass through with a few edits in place. On the
// translated lane the request is decoded into the canonical form and encoded in
// the provider's dialect, and the answer comes back the same way.
//
// A stream is pulled: the receiver calls [Call.Next] when it can take more, and
// only then is more read from the provider. So a slow receiver slows the
// provider and no memory fills, and no stream needs a goroutine of its own.
//
// A call takes the configuration once, as an immutable [Snapshot], and keeps it
// to its end. Nothing here knows of HTTP servers or of the cluster.
package gateway
