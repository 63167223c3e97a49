// Package anthropic is the wire format of Anthropic's Messages API: messages,
// count_tokens and models, whole and streamed, read and written.
//
// The format: https://docs.anthropic.com/en/api/messages and, for streams,
// https://docs.anthropic.com/en/docs/build-with-claude/streaming
//
// Reading stands beside writing in each file: request_decode.go and
// request_append.go are a body's top level, blocks.go and media.go what a
// message is made of, response.go a whole answer, stream_read.go and
// stream_write.go a stream, errors.go errors. peek.go, tap.go and usage.go are
// the hot path, where the bytes pass through undecoded.
package anthropic
