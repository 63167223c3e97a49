// Package openai speaks OpenAI's API: chat completions, text completions,
// embeddings and the model list, as OpenAI and the many providers that copied
// it send them. https://platform.openai.com/docs/api-reference/chat
//
// Reading is liberal: reasoning under both of its names, errors in every shape
// seen, usage wherever providers put it. Writing is plain: what OpenAI
// documents, and an extension only where nothing else carries the meaning.
// Extensions of this dialect are reasoning_content, reasoning_details (for
// signed or encrypted reasoning; OpenRouter's form), extra_content (Google's
// thought signatures), cache_control (on content, tools and tool messages),
// images in an answer, and top_k.
//
// The raw lane needs peek.go, edits.go, inspect.go and tap.go only. A request
// is read by request_decode.go and written by request_append.go, an answer by
// response_decode.go and response_append.go, a stream by stream_read.go and
// stream_write.go; each names the files of its parts.
package openai
