// Package sse reads and writes event streams (text/event-stream) byte by byte
// as the WHATWG specification has them:
// https://html.spec.whatwg.org/multipage/server-sent-events.html
// It imports the standard library only.
package sse
