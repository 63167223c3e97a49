// Package bedrock speaks Amazon Bedrock's runtime API.
//
// [Codec] is Converse and ConverseStream, in which all of Bedrock's models with a
// conversation are asked, beside CountTokens and the embeddings of Titan and Cohere,
// which Bedrock has in InvokeModel only. The model and whether it streams stand in
// the path; streams are frames (package eventstream) of JSON events.
//
// What only Bedrock has travels in Extra under its path, as in genai: guardrails,
// fields of the model's own in additionalModelRequestFields.
//
// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
package bedrock
