package cohere

// Hot path.

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect/put"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// maxCount is the most that a count of one call is believed to be.
const maxCount = 1_000_000_000

// usageOf reads a usage object of chat, or the meta of the other operations. What
// the model has read and written stands in tokens; billed_units is what of it is
// paid for, and all that some operations say.
func usageOf(v jsonx.Value) api.Usage {
	var u api.Usage
	billed := v.Get("billed_units")
	units, searched := count(billed.Get("search_units"), false) // 0 in a chat
	for _, of := range [...]jsonx.Value{v.Get("tokens"), billed} {
		if u.Known {
			break
		}
		u.Input, u.Known = count(of.Get("input_tokens"), u.Known)
		u.Output, u.Known = count(of.Get("output_tokens"), u.Known)
	}
	if u.Units = units; !u.Known {
		return api.Usage{Units: units, Known: searched}
	}
	cached, _ := count(v.Get("cached_tokens"), true)
	u.CacheRead = min(cached, u.Input)
	thought, _ := count(v.Get("tokens").Get("reasoning_tokens"), true)
	u.Reasoning = min(thought, u.Output)
	u.BilledInput, _ = count(billed.Get("input_tokens"), true)
	u.BilledOutput, _ = count(billed.Get("output_tokens"), true)
	if u.BilledInput == u.Input && u.BilledOutput == u.Output {
		u.BilledInput, u.BilledOutput = 0, 0 // all of it
	}
	return u
}

// count reads a number, which the API may write as a float, and says whether that,
// or one before, was there.
func count(v jsonx.Value, before bool) (n int64, said bool) {
	f, ok := v.Float()
	if !ok || f < 0 || f > maxCount {
		return 0, before
	}
	return int64(f), true
}

// appendUsage writes the value of usage. What was thought is counted beside, where a
// provider says it: that member is the gateway's own.
func appendUsage(dst []byte, u *api.Usage) []byte {
	billed := [2]int64{u.Input, u.Output}
	if u.BilledInput > 0 || u.BilledOutput > 0 {
		billed = [2]int64{u.BilledInput, u.BilledOutput}
	}
	dst = append(dst, `{"billed_units":{`...)
	dst = appendTokens(dst, billed[0], billed[1])
	dst = append(dst, `},"tokens":{`...)
	dst = appendTokens(dst, u.Input, u.Output)
	if u.Reasoning > 0 {
		dst = put.Int(dst, "reasoning_tokens", u.Reasoning)
	}
	dst = append(dst, '}')
	if u.CacheRead > 0 {
		dst = put.Int(dst, "cached_tokens", u.CacheRead)
	}
	return append(dst, '}')
}

func appendTokens(dst []byte, input, output int64) []byte {
	dst = put.Int(dst, "input_tokens", input)
	return put.Int(dst, "output_tokens", output)
}
