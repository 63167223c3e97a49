package openai

import (
	"github.com/asbru-gateway/asbru/pkg/api"
)

// finishOf reads a finish reason. Beside OpenAI's own it knows the words that
// other providers put there. The raw word is returned only where it is in none of them.
func finishOf(word string) (f api.Finish, raw string) {
	switch word {
	case "":
		return api.FinishUnset, ""
	case "stop", "eos", "eos_token", "stop_sequence", "end_turn":
		return api.FinishStop, ""
	case "length", "max_tokens", "model_length":
		return api.FinishLength, ""
	case "tool_calls", "function_call", "tool_use":
		return api.FinishToolCalls, ""
	case "content_filter", "sensitive":
		return api.FinishFilter, ""
	}
	return api.FinishOther, word
}

// withCalls corrects the reason of a choice that calls tools: with a forced
// tool OpenAI says stop, and some providers say nothing.
func withCalls(f api.Finish) api.Finish {
	if f == api.FinishStop || f == api.FinishUnset {
		return api.FinishToolCalls
	}
	return f
}

// finishWord returns what to tell a caller. A provider's own word passes if it
// looks like one of this dialect; others stand for stop, since typed clients
// fail on a word they do not know.
func finishWord(f api.Finish, raw string) string {
	switch f {
	case api.FinishLength:
		return "length"
	case api.FinishToolCalls:
		return "tool_calls"
	case api.FinishFilter:
		return "content_filter"
	case api.FinishOther:
		if isLowerWord(raw) {
			return raw
		}
	}
	return "stop"
}

func isLowerWord(s string) bool {
	for i := range len(s) {
		if c := s[i]; c != '_' && (c < 'a' || c > 'z') {
			return false
		}
	}
	return s != ""
}
