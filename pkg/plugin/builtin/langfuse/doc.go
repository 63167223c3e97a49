// Package langfuse tells Langfuse of finished calls: each is a trace with one generation, by
// the ingestion API (POST /api/public/ingestion, https://api.reference.langfuse.com).
//
// Events have ids made from the call's, by which Langfuse drops what it has already, so a
// batch may be sent again.
package langfuse
