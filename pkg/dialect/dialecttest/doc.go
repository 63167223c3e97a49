// Package dialecttest is the conformance suite of dialect.Codec: what a codec
// writes it reads back unchanged, whole and streamed, and what is no request it
// refuses without a panic.
//
// Values are drawn in normal form, the form that reading makes: one system text
// before the conversation, a text that is not blank, a tool's result for each
// call. [Can] says how much of the vocabulary a dialect can express, so that
// nothing is drawn that its writer has to leave out.
package dialecttest
