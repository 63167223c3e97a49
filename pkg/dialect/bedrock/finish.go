package bedrock

import "github.com/asbru-gateway/asbru/pkg/api"

// finishOf returns what a stopReason stands for.
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
	case "guardrail_intervened", "content_filtered":
		return api.FinishFilter
	}
	return api.FinishOther // malformed_model_output, malformed_tool_use
}

// stop is why an answer ended, as a caller is told.
type stop struct {
	finish   api.Finish
	raw      string // the provider's own word
	sequence string // the stop sequence that was met
	called   bool   // the answer has a tool call
}

// reason returns the stopReason: the provider's own word if it is one of this
// dialect, or else the one that comes nearest.
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
		return "content_filtered"
	}
	switch {
	case s.called:
		return "tool_use"
	case s.sequence != "":
		return "stop_sequence"
	}
	return "end_turn"
}
