package openai

// Hot path.

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// maxTokens is the most tokens that a count of one call is believed to have; a
// larger or a negative one is a provider's mistake and would spoil every budget.
const maxTokens = 1_000_000_000

// usageOf reads a usage object; Known is false if it says nothing that can be believed.
// It does not allocate.
func usageOf(v jsonx.Value) api.Usage {
	var u api.Usage
	if v.Kind() != jsonx.Object {
		return u
	}
	input, saidInput := v.Get("prompt_tokens").Int()
	output, saidOutput := v.Get("completion_tokens").Int()
	total, saidTotal := v.Get("total_tokens").Int()
	if !saidInput && !saidOutput && !saidTotal {
		return u
	}
	if !saidInput && !saidOutput { // some embedding endpoints say the total only
		input = total
	}
	u = api.Usage{Input: input, Output: output, Known: true}
	if d := v.Get("prompt_tokens_details"); d != nil {
		u.CacheRead = integer(d, "cached_tokens")
		u.CacheWrite = integer(d, "cache_write_tokens")
		u.AudioIn = integer(d, "audio_tokens")
	}
	if u.CacheRead == 0 {
		u.CacheRead = integer(v, "prompt_cache_hit_tokens") // DeepSeek
	}
	if d := v.Get("completion_tokens_details"); d != nil {
		u.Reasoning = integer(d, "reasoning_tokens")
		u.AudioOut = integer(d, "audio_tokens")
	}
	// xAI does not count reasoning as completion; its total gives that away.
	if u.Reasoning > 0 && saidTotal && total == input+output+u.Reasoning {
		u.Output += u.Reasoning
	}
	for _, n := range [...]int64{u.Input, u.CacheRead, u.CacheWrite, u.Output, u.Reasoning, u.AudioIn, u.AudioOut} {
		if n < 0 || n > maxTokens {
			return api.Usage{}
		}
	}
	return u
}

// appendUsage writes the value of usage for a chat or a completion.
func appendUsage(dst []byte, u *api.Usage) []byte {
	dst = append(dst, '{')
	dst = appendInt(dst, "prompt_tokens", u.Input)
	dst = appendInt(dst, "completion_tokens", u.Output)
	dst = appendInt(dst, "total_tokens", u.Total())
	dst = append(appendKey(dst, "prompt_tokens_details"), '{')
	dst = appendInt(dst, "cached_tokens", u.CacheRead)
	if u.CacheWrite > 0 {
		dst = appendInt(dst, "cache_write_tokens", u.CacheWrite)
	}
	dst = append(appendInt(dst, "audio_tokens", u.AudioIn), '}')
	dst = append(appendKey(dst, "completion_tokens_details"), '{')
	dst = appendInt(dst, "reasoning_tokens", u.Reasoning)
	dst = append(appendInt(dst, "audio_tokens", u.AudioOut), '}')
	return append(dst, '}')
}
