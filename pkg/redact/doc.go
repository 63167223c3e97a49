// Package redact takes secrets out of texts that are kept or shown: messages of
// providers' errors, and bodies where they are kept. It knows the shapes of secrets,
// not their values, so it is a net behind the rule that no secret is put into such a
// text, and not the rule.
//
//	redact.Secrets("Incorrect API key provided: sk-abc…") // "Incorrect API key provided: [redacted]"
//
// It is not for the hot path: each pattern is searched for in the whole text.
package redact
