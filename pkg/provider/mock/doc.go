// Package mock is one stand-in for the APIs of OpenAI, Anthropic, Google Gemini,
// Cohere and Amazon Bedrock. It speaks their wire formats, errors and streams included, but its
// answers follow from what was asked by simple rules: the text says what came
// in, tools are called when they are named, JSON fits the schema it was asked in.
//
// It serves `asbru mock` over TCP, the built-in provider of `asbru up` over an
// in-memory connection, tests, and benchmarks, for which it must itself be cheap.
//
// A request goes from [Server.Handler] to a route, is read by its dialect into
// a prompt, composed into a reply, and written by the dialect as one body or as
// a script of events. Faults are steered per request: see [Faults].
//
// Of OpenAI it has the Responses API, with what can be gone on with, and realtime
// conversations in text as well.
//
// It is not a model, and it has no notion of truth, cost or accounts.
package mock
