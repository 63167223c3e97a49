// Package prompt keeps prompts that calls name instead of bringing along.
//
// A prompt has a name, which calls use, and versions, which never change: messages,
// parameters, perhaps a model. Which version a call gets is said by the call, by a label
// that the prompt gives a version ("live", "staging"), or else it is the newest. A
// session is a draft: it is changed freely, and committed as the next version.
//
// [Repository] is for who manages prompts; it keeps them in the cluster's bucket, so
// that they live as long as the configuration does. [Shelf] is for who uses them: it
// keeps what it has read and hears of changes, so that a call asks nobody. [Version.Fill]
// and [Filled.Apply] put one into a request.
//
// What a prompt does in a model is not judged here, and its text is never part of a log
// or an error.
package prompt
