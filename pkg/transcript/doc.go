// Package transcript is the way of what was said in a call, its request and its answer,
// to the log, where the configuration asks for that ([Rules]).
//
//	Stream  collects what a call's stream says, as it passes
//	Heard   is what a call has said, as the gateway heard it
//	Keeper  a node's end: makes a text of each, takes secrets out, and publishes them
//	Writer  the store's end: takes batches and puts them into the [Store]
//
// Nothing leaves a node before it was redacted and cut to size. Texts are worth less than
// calls, and than the money that is counted on them, which goes another way (pkg/usage):
// whenever there are too many, in memory, in the stream or for the store, they are dropped
// and counted, and nobody waits.
package transcript
