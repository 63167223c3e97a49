// Package logotlp exports finished calls as log records of OpenTelemetry, by OTLP over HTTP in
// JSON (https://opentelemetry.io/docs/specs/otlp/#otlphttp).
//
// A record's body is the line of the call; its attributes have the names of the semantic
// conventions for generative AI (https://opentelemetry.io/docs/specs/semconv/gen-ai/), and it
// belongs to the trace that the caller has sent in traceparent.
package logotlp
