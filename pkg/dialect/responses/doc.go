// Package responses speaks OpenAI's Responses API: what a model says and is told
// is a list of items, messages, calls, results and reasoning among them.
// https://platform.openai.com/docs/api-reference/responses
//
// The raw lane needs peek.go, inspect.go and tap.go only. A request is read by
// request_decode.go and item_decode.go and written by request_append.go and
// item_append.go, an answer by response_decode.go and response_append.go, a stream
// by stream_read.go and stream_write.go; errors are as in package openai.
//
// What is kept at a provider (an earlier response, a conversation, a prompt) and
// tools that run there mean something to that provider alone: they pass on the raw
// lane, and DecodeRequest refuses them. Tools of free text (type custom) become
// functions of one text, and their calls come back as what the caller expects.
// Reasoning of other dialects' is carried in encrypted_content, sealed.
package responses
