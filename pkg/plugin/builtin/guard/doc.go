// Package guard is the plugin of the guardrails: rules that say what the texts of calls, and
// of the answers to them, must satisfy.
//
// A [Guard] is compiled from the configuration. Before a call is routed, each rule that holds
// of it goes over the request's texts: what a check finds is noted, replaced, or the call is
// refused. Behind an attempt the rules for answers go over the answer; on a stream they go
// over a window of it that is held back until it was looked at, so that nothing is shown
// that was not. Values that were replaced by placeholders come back last of all.
//
// What was found is told by rule, check and kind ([Verdict]): in the call's row of the log
// and in metrics; never the text.
package guard
