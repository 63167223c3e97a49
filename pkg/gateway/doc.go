// Package gateway is the engine: it takes a call through its stages and gives
// back an answer, whole or as a stream. It is also the Go SDK:
//
//	g, err := gateway.New(ctx, config.FromEnv(), gateway.Options{})
//	if err != nil {
//		return err
//	}
//	defer g.Close()
//	res, err := g.Chat(ctx, &api.Request{
//		Model:    "openai/gpt-5-mini",
//		Messages: []api.Message{{Role: api.RoleUser, Parts: []api.Part{{Kind: api.PartText, Text: "Hello"}}}},
//	})
//
// [Gateway.Stream] gives the answer as an iterator of events, [Gateway.Embed]
// vectors, and [Gateway.Raw] sends a body as it is. [Options] brings providers and
// hooks of the program's own along. docs/go-sdk.md has more. [Gateway.Acquire],
// [Gateway.Do] and [Gateway.Release] are for those who carry calls themselves, as
// the HTTP server does.
//
// A [Call] moves forward through stages, which run.go strings together, each in a file of its own:
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
// An operation that nobody translates is relayed: see [Relay].
//
// A stream is pulled: the receiver calls [Call.Next] when it can take more, and
// only then is more read from the provider. So a slow receiver slows the
// provider and no memory fills, and no stream needs a goroutine of its own.
//
// A call takes the configuration once, as an immutable [Snapshot], and keeps it
// to its end. Nothing here knows of HTTP servers or of the cluster.
package gateway
