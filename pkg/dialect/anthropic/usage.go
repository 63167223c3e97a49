package anthropic

// Hot path.

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// wireUsage counts as the dialect does: what was read from the prompt cache and
// written to it stands beside the input, not within it. In a stream each figure
// is cumulative, and one that is not repeated still holds.
type wireUsage struct {
	input, cacheRead, cacheWrite, output, thinking int64
	known                                          bool
}

// merge takes over what v, a usage object, says.
func (u *wireUsage) merge(v jsonx.Value) {
	if v.Kind() != jsonx.Object {
		return
	}
	u.known = true
	for key, n := range v.Members() {
		switch key {
		case "input_tokens":
			mergeCount(&u.input, n)
		case "cache_read_input_tokens":
			mergeCount(&u.cacheRead, n)
		case "cache_creation_input_tokens":
			mergeCount(&u.cacheWrite, n)
		case "output_tokens":
			mergeCount(&u.output, n)
		case "output_tokens_details":
			mergeCount(&u.thinking, n.Get("thinking_tokens"))
		}
	}
}

func mergeCount(into *int64, v jsonx.Value) {
	if n, ok := v.Int(); ok && n >= 0 {
		*into = n
	}
}

// usage returns u as the vocabulary counts.
func (u *wireUsage) usage() api.Usage {
	return api.Usage{
		Input:      u.input + u.cacheRead + u.cacheWrite,
		CacheRead:  u.cacheRead,
		CacheWrite: u.cacheWrite,
		Output:     u.output,
		Reasoning:  u.thinking,
		Known:      u.known,
	}
}

// appendUsage writes the members of a usage object that are counts, with its
// opening brace; a service tier may follow.
func appendUsage(dst []byte, u *api.Usage) []byte {
	dst = append(dst, `{"input_tokens":`...)
	dst = appendInt(dst, max(0, u.Input-u.CacheRead-u.CacheWrite))
	dst = append(dst, `,"cache_creation_input_tokens":`...)
	dst = appendInt(dst, u.CacheWrite)
	dst = append(dst, `,"cache_read_input_tokens":`...)
	dst = appendInt(dst, u.CacheRead)
	dst = append(dst, `,"output_tokens":`...)
	dst = appendInt(dst, u.Output)
	if u.Reasoning > 0 {
		dst = append(dst, `,"output_tokens_details":{"thinking_tokens":`...)
		dst = appendInt(dst, u.Reasoning)
		dst = append(dst, '}')
	}
	return dst
}
