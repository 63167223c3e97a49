// Package external makes plugins of programs that run elsewhere: they are asked over HTTP
// ([HTTP]) or NATS ([NATS]) with the frames of package frame, and their answers say what
// becomes of the call.
//
// Each has the time limit of its plugin. One that has not answered five times in a row is
// not asked for a few seconds, so that calls do not wait for it; what becomes of them is
// what the plugin's on_error says.
//
// It does not understand frames, and starts no programs.
package external
