// Package plugin says what a plugin is: something that is called on each call's way and
// may change it, answer it, refuse it, note something of it, or only watch.
//
// A [Plugin] has a name and those of the optional parts that it wants to be called for:
//
//	[RouteHook]    before the call is routed
//	[AttemptHook]  before each attempt at a provider
//	[AnswerHook]   behind each attempt, in reverse order
//	[StreamHook]   on the events of a stream, in windows
//	[CallWatcher]  when the call is over
//	[ToolHook], [ToolResultHook]      around a tool that is run for a model
//	[HTTPHook], [HTTPAnswerHook], [HTTPStreamHook]    on the HTTP side, before and behind all dialects
//	[Subscriber]   told of what happens in the cluster, outside of calls
//
// A [Kind] makes plugins by name from the configuration. Package builtin has those that
// ship; wasm and external make them of what is not written in Go.
//
// Each call of a plugin has a time limit. A panic in one ends neither the process nor,
// where the plugin may fail (on_error: allow), the call; a plugin that panics again and
// again is left out for a while.
//
// Plugins run on the call's goroutine, one after the other, and for many calls at once:
// they must be quick, and safe for concurrent use. What they are given is lent to them
// until they return.
package plugin
