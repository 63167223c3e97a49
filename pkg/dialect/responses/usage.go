package responses

// Hot path.

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect/put"
	"github.com/asbru-gateway/asbru/pkg/dialect/take"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// maxTokens is the most tokens that a count of one call is believed to have; a
// larger or a negative one is a provider's mistake and would spoil every budget.
const maxTokens = 1_000_000_000

// usageOf reads a usage object; Known is false if it says nothing that can be believed.
// It does not allocate. Some providers call the counts as chat completions do.
func usageOf(v jsonx.Value) api.Usage {
	var u api.Usage
	said := false
	for key, v := range v.Members() {
		switch key {
		case "input_tokens", "prompt_tokens":
			u.Input, said = tokens(v, said)
		case "output_tokens", "completion_tokens":
			u.Output, said = tokens(v, said)
		case "input_tokens_details", "prompt_tokens_details":
			u.CacheRead, u.CacheWrite = take.Integer(v, "cached_tokens"), take.Integer(v, "cache_write_tokens")
		case "output_tokens_details", "completion_tokens_details":
			u.Reasoning = take.Integer(v, "reasoning_tokens")
		}
	}
	if !said {
		return api.Usage{}
	}
	u.Known = true
	for _, n := range [...]int64{u.Input, u.CacheRead, u.CacheWrite, u.Output, u.Reasoning} {
		if n < 0 || n > maxTokens {
			return api.Usage{}
		}
	}
	return u
}

// tokens reads a number of tokens, and says whether that, or one before, was there.
func tokens(v jsonx.Value, before bool) (n int64, said bool) {
	n, ok := v.Int()
	return n, ok || before
}

// appendUsage writes the value of usage: null where it is not known.
func appendUsage(dst []byte, u *api.Usage) []byte {
	if !u.Known {
		return append(dst, "null"...)
	}
	dst = put.Int(append(dst, '{'), "input_tokens", u.Input)
	dst = append(put.Key(dst, "input_tokens_details"), '{')
	dst = put.Int(dst, "cached_tokens", u.CacheRead)
	dst = append(put.Int(dst, "cache_write_tokens", u.CacheWrite), '}')
	dst = put.Int(dst, "output_tokens", u.Output)
	dst = append(put.Key(dst, "output_tokens_details"), '{')
	dst = append(put.Int(dst, "reasoning_tokens", u.Reasoning), '}')
	return append(put.Int(dst, "total_tokens", u.Total()), '}')
}
