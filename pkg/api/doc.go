// Package api is the vocabulary that every other package shares: one canonical
// form of a request, a response, a step of a stream, usage and an error, rich
// enough that what the supported wire formats have in common is not lost.
//
// It holds values and small accessors, no behaviour, and imports nothing of
// this module. A value is owned by one call at a time. Strings and JSON of a
// decoded value may borrow from the wire bytes that they were decoded from, so
// they live as long as those bytes do; whoever keeps one longer copies it.
//
// How a value flows: a dialect decodes wire bytes into a [Request]; another
// dialect appends it as its own wire bytes; the answer comes back as a
// [Response], or as a sequence of [Event] for a stream. When both sides speak
// the same dialect none of this is built: the bytes pass through.
package api
