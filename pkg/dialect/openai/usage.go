package openai

// Hot path.

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect/put"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// maxTokens is the most tokens that a count of one call is believed to have; a
// larger or a negative one is a provider's mistake and would spoil every budget.
const maxTokens = 1_000_000_000

// usageOf reads a usage object; Known is false if it says nothing that can be believed.
// It does not allocate.
func usageOf(v jsonx.Value) api.Usage {
	var u api.Usage
	var total, hits int64
	var said, saidTotal bool
	for name, v := range v.Members() {
		switch name {
		case "prompt_tokens":
			u.Input, said = tokens(v, said)
		case "completion_tokens":
			u.Output, said = tokens(v, said)
		case "total_tokens":
			total, saidTotal = tokens(v, false)
		case "prompt_cache_hit_tokens": // DeepSeek
			hits, _ = v.Int()
		case "prompt_tokens_details":
			readInputDetails(v, &u)
		case "completion_tokens_details":
			readOutputDetails(v, &u)
		}
	}
	switch {
	case !said && !saidTotal:
		return api.Usage{}
	case !said: // some embedding endpoints say the total only
		u.Input = total
	case u.Reasoning > 0 && saidTotal && total == u.Input+u.Output+u.Reasoning:
		u.Output += u.Reasoning // xAI does not count reasoning as completion
	}
	if u.CacheRead == 0 {
		u.CacheRead = hits
	}
	u.Known = true
	for _, n := range [...]int64{u.Input, u.CacheRead, u.CacheWrite, u.Output, u.Reasoning, u.AudioIn, u.AudioOut, u.ImageIn, u.ImageOut} {
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

func readInputDetails(v jsonx.Value, u *api.Usage) {
	for name, v := range v.Members() {
		switch name {
		case "cached_tokens":
			u.CacheRead, _ = v.Int()
		case "cache_write_tokens":
			u.CacheWrite, _ = v.Int()
		case "audio_tokens":
			u.AudioIn, _ = v.Int()
		case "image_tokens":
			u.ImageIn, _ = v.Int()
		}
	}
}

func readOutputDetails(v jsonx.Value, u *api.Usage) {
	for name, v := range v.Members() {
		switch name {
		case "reasoning_tokens":
			u.Reasoning, _ = v.Int()
		case "audio_tokens":
			u.AudioOut, _ = v.Int()
		case "image_tokens":
			u.ImageOut, _ = v.Int()
		}
	}
}

// appendUsage writes the value of usage for a chat or a completion.
func appendUsage(dst []byte, u *api.Usage) []byte {
	dst = append(dst, '{')
	dst = put.Int(dst, "prompt_tokens", u.Input)
	dst = put.Int(dst, "completion_tokens", u.Output)
	dst = put.Int(dst, "total_tokens", u.Total())
	dst = append(put.Key(dst, "prompt_tokens_details"), '{')
	dst = put.Int(dst, "cached_tokens", u.CacheRead)
	if u.CacheWrite > 0 {
		dst = put.Int(dst, "cache_write_tokens", u.CacheWrite)
	}
	dst = append(put.Int(dst, "audio_tokens", u.AudioIn), '}')
	dst = append(put.Key(dst, "completion_tokens_details"), '{')
	dst = put.Int(dst, "reasoning_tokens", u.Reasoning)
	dst = append(put.Int(dst, "audio_tokens", u.AudioOut), '}')
	return append(dst, '}')
}
