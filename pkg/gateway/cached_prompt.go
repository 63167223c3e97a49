package gateway

// Hot path where answers are kept whatever the system prompt.

import "github.com/asbru-gateway/asbru/pkg/jsonx"

// isPrompt says whether a member of a request is a system prompt, in one of the dialects that have it
// beside the messages.
func isPrompt(name string) bool {
	switch name {
	case "system", "instructions", "systemInstruction", "system_instruction", "preamble":
		return true
	}
	return false
}

func withoutMeaningOrPrompt(name string) bool { return withoutMeaning(name) || isPrompt(name) }

// cutPrompts takes the messages out of a canonical request that are system prompts, in one of the
// dialects that have them among the others.
func cutPrompts(text []byte) []byte {
	var edits []jsonx.Edit
	for m := range jsonx.MembersAt(text, jsonx.Span{End: len(text)}) {
		if key := string(m.Key); (key == "messages" || key == "input") && text[m.At.Start] == '[' {
			edits = append(edits, jsonx.Edit{At: m.At, New: appendSpoken(nil, text, m.At)})
		}
	}
	return jsonx.Apply(nil, text, edits)
}

// appendSpoken appends the list of messages at a place in a text without the system prompts.
func appendSpoken(dst, text []byte, list jsonx.Span) []byte {
	dst = append(dst, '[')
	for at := range jsonx.ElementsAt(text, list) {
		message := jsonx.Value(text[at.Start:at.End])
		if role, _ := message.Get("role").Str(); role == "system" || role == "developer" {
			continue
		}
		if dst[len(dst)-1] != '[' {
			dst = append(dst, ',')
		}
		dst = append(dst, message...)
	}
	return append(dst, ']')
}
