// Package codecs is the one table of dialects. It stands apart from package
// dialect, which the codecs themselves import.
package codecs
