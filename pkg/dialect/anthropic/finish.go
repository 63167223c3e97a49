package anthropic

import "github.com/asbru-gateway/asbru/pkg/api"

// finishOf returns what a stop_reason stands for:
// https://docs.anthropic.com/en/api/handling-stop-reasons
func finishOf(reason string) api.Finish {
	switch reason {
	case "":
		return api.FinishUnset
	case "end_turn", "stop_sequence":
		return api.FinishStop
	case "max_tokens", "model_context_window_exceeded":
		return api.FinishLength
	case "tool_use":
		return api.FinishToolCalls
	case "refusal":
		return api.FinishFilter
	case "pause_turn":
		return api.FinishPause
	}
	return api.FinishOther
}

// stop is why an answer ended, as a caller is told.
type stop struct {
	finish   api.Finish
	raw      string // the provider's own word
	sequence string // the stop sequence that was met
	called   bool   // the answer has a tool call
}

// reason returns the stop_reason: the provider's own word if it is one of this
// dialect, or else the one that comes nearest. Some providers say "stop" also
// when a tool is to be called, and a caller that looks at stop_reason would not call it.
func (s *stop) reason() string {
	if s.raw != "" && s.finish != api.FinishOther && finishOf(s.raw) == s.finish {
		return s.raw
	}
	switch s.finish {
	case api.FinishLength:
		return "max_tokens"
	case api.FinishToolCalls:
		return "tool_use"
	case api.FinishFilter:
		return "refusal"
	case api.FinishPause:
		return "pause_turn"
	}
	switch {
	case s.called:
		return "tool_use"
	case s.sequence != "":
		return "stop_sequence"
	}
	return "end_turn"
}
