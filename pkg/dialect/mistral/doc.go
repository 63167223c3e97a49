// Package mistral speaks Mistral's API to callers that use its SDK. It is OpenAI's but
// for a few words: a seed is random_seed, a tool that must be called is any, a stream
// ends with its usage unasked, a list of models says what each can do, and an answer's
// id and usage are never missing. https://docs.mistral.ai/api
//
// So it is package openai's codec with these changed on the way in and out. The provider
// itself is asked in OpenAI's dialect by callers of all others; those of this one have
// their bodies passed on as they are.
package mistral
