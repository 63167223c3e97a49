// Package cohere is the wire format of Cohere's API: chat, embed and rerank of its
// second version, models and tokenize, whole and streamed, read and written; and of its
// first version, in v1_*.go, what callers still speak.
//
// The format: https://docs.cohere.com/v2/reference/chat and, for streams,
// https://docs.cohere.com/v2/docs/streaming
//
// Reading stands beside writing in each file: request_decode.go and
// request_append.go are a body's top level, messages.go and content.go what a
// conversation is made of, stream_read.go and stream_write.go the two directions of
// a stream. peek.go and tap.go serve the raw lane.
//
// It is not for who serves the models: base URLs, keys and retries are the provider's row.
package cohere
