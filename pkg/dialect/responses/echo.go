package responses

import (
	"slices"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect/put"
)

// An answer repeats the settings of its request, and clients' types want some of
// them: https://platform.openai.com/docs/api-reference/responses/object

// settings are those members, in the order of the answer, and what they are where
// the request does not say.
var settings = [...]struct{ name, unsaid string }{
	{"instructions", "null"},
	{"max_output_tokens", "null"},
	{"metadata", "{}"},
	{"parallel_tool_calls", "true"},
	{"reasoning", `{"effort":null,"summary":null}`},
	{"store", "false"},
	{"temperature", "null"},
	{"text", `{"format":{"type":"text"}}`},
	{"tool_choice", `"auto"`},
	{"tools", "[]"},
	{"top_logprobs", "0"},
	{"top_p", "null"},
	{"truncation", `"disabled"`},
	{"user", "null"},
}

// echoed says whether an answer repeats a request's member. Nothing is stored by
// the gateway, whatever the request says of it.
func echoed(key string) bool {
	for _, s := range settings {
		if s.name == key {
			return key != "store"
		}
	}
	return false
}

func appendSettings(dst []byte, echo []api.Field) []byte {
	for _, s := range settings {
		dst = put.Key(dst, s.name)
		i := slices.IndexFunc(echo, func(f api.Field) bool { return f.Name == s.name })
		if i < 0 {
			dst = append(dst, s.unsaid...)
		} else {
			dst = append(dst, echo[i].Value...)
		}
	}
	return dst
}
