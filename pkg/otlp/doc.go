// Package otlp sends what the gateway tells of itself to OpenTelemetry collectors: the
// traces of calls and the metrics.
//
// The spans of a call are made when it is over, from its [telemetry.Record]: the hot path
// carries no spans, and a call that is not traced does nothing for those that are. Names and
// attributes follow the semantic conventions for [generative AI]; what they have no word
// for begins with "asbru.".
//
// The metrics are those of /metrics, under the same names.
//
// [generative AI]: https://opentelemetry.io/docs/specs/semconv/gen-ai/
package otlp
