package genai

import "github.com/asbru-gateway/asbru/pkg/api"

// finishReasons are the words of Google's FinishReason that mean more than that
// the model went wrong; the first one for a meaning is written for it.
// https://ai.google.dev/api/generate-content#FinishReason
var finishReasons = [...]struct {
	word   string
	finish api.Finish
}{
	{"STOP", api.FinishStop},
	{"MAX_TOKENS", api.FinishLength},
	{"SAFETY", api.FinishFilter},
	{"RECITATION", api.FinishFilter},
	{"LANGUAGE", api.FinishFilter},
	{"BLOCKLIST", api.FinishFilter},
	{"PROHIBITED_CONTENT", api.FinishFilter},
	{"SPII", api.FinishFilter},
	{"IMAGE_SAFETY", api.FinishFilter},
	{"IMAGE_PROHIBITED_CONTENT", api.FinishFilter},
	{"IMAGE_RECITATION", api.FinishFilter},
	{"IMAGE_OTHER", api.FinishFilter},
	{"MODEL_ARMOR", api.FinishFilter},
	{"ESCALATION", api.FinishFilter},
	{"OTHER", api.FinishOther},
	{"MALFORMED_FUNCTION_CALL", api.FinishOther},
	{"UNEXPECTED_TOOL_CALL", api.FinishOther},
	{"TOO_MANY_TOOL_CALLS", api.FinishOther},
	{"MISSING_THOUGHT_SIGNATURE", api.FinishOther},
	{"MALFORMED_RESPONSE", api.FinishOther},
	{"NO_IMAGE", api.FinishOther},
}

// unspecified is what a finish reason is while the model goes on.
const unspecified = "FINISH_REASON_UNSPECIFIED"

// finishOf returns what a finish reason means, and the word itself where it says
// more. Google says STOP also when the model calls tools.
func finishOf(word string, called bool) (f api.Finish, raw string) {
	switch {
	case word == "" || word == unspecified:
		return api.FinishUnset, ""
	case word == "STOP" && called:
		return api.FinishToolCalls, ""
	case word == "STOP":
		return api.FinishStop, ""
	case word == "MAX_TOKENS":
		return api.FinishLength, ""
	}
	for i := range finishReasons {
		if finishReasons[i].word == word {
			return finishReasons[i].finish, word
		}
	}
	return api.FinishOther, word
}

// finishWord returns Google's word for a finish; empty for an unset one. The raw
// word stands if it is one of Google's for that same finish.
func finishWord(f api.Finish, raw string) string {
	switch f {
	case api.FinishUnset:
		return ""
	case api.FinishToolCalls, api.FinishPause:
		f = api.FinishStop
	}
	first := ""
	for i := range finishReasons {
		r := &finishReasons[i]
		if r.finish != f {
			continue
		}
		if r.word == raw {
			return r.word // not raw, which may be borrowed
		}
		if first == "" {
			first = r.word
		}
	}
	return first
}
