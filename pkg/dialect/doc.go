// Package dialect says what a wire format must be able to do. Each format has a
// folder of its own below, with both directions side by side: what a caller of
// ours sends and what we send to a provider are the same dialect read and
// written by the same code. N dialects need N codecs, never N × M translators.
//
// Package codecs, below, is the one table of them.
package dialect
