// Package vertex is the way into Google's Vertex AI: each key has a project and a
// region, whose address is its own; the publisher of a model stands in its path, and
// with it the dialect that it is asked in; a key is an API key, or an identity whose
// tokens are got from Google.
//
// https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference
package vertex
