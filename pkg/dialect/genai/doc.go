// Package genai is Google's generateContent dialect, as the Gemini API and
// Vertex AI speak it: conversation (whole, as events, as a JSON array),
// embeddings, token counts and the model list. Both directions stand side by
// side: what a caller of ours sends is what we send to Google.
//
// A request's model, operation and form of stream stand in its path ([ParsePath]);
// the body is read by Peek for policy and, between different dialects, decoded
// whole. Names are accepted in camelCase and snake_case, as Google accepts them,
// and written in camelCase. Base64 is accepted in both alphabets and written in
// the standard one.
//
// Wire format: https://ai.google.dev/api/generate-content,
// https://ai.google.dev/api/embeddings, https://ai.google.dev/api/tokens.
package genai
