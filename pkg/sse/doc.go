// Package sse reads and writes event streams (text/event-stream) byte by byte
// as the WHATWG specification has them:
// https://html.spec.whatwg.org/multipage/server-sent-events.html
// It imports the standard library only.
//
// A [Splitter] cuts the bytes of a stream, however they arrive, into events.
// Each [Event] has its fields for who looks at it and its raw bytes for who
// passes it on; no byte of a stream is lost between them. There is no client
// here: reconnecting, the last event's id and the retry time mean nothing to a
// gateway, and those fields are not read.
package sse
