package bedrock

// Hot path.

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect/put"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// usageOf reads a TokenUsage. What was read from and written to the cache stands
// beside the input.
func usageOf(v jsonx.Value) (u api.Usage) {
	for key, m := range v.Members() {
		n, ok := m.Int()
		if !ok || n < 0 {
			continue
		}
		switch key {
		case "inputTokens":
			u.Input += n
			u.Known = true
		case "outputTokens":
			u.Output = n
			u.Known = true
		case "cacheReadInputTokens":
			u.Input += n
			u.CacheRead = n
		case "cacheWriteInputTokens":
			u.Input += n
			u.CacheWrite = n
		}
	}
	return u
}

// appendUsage writes the usage, which an answer always has.
func appendUsage(o *put.Object, u *api.Usage) {
	o.Key("usage")
	in := put.Begin(o.Dst)
	in.Int("inputTokens", max(u.Input-u.CacheRead-u.CacheWrite, 0))
	in.Int("outputTokens", u.Output)
	in.Int("totalTokens", u.Total())
	if u.CacheRead > 0 {
		in.Int("cacheReadInputTokens", u.CacheRead)
	}
	if u.CacheWrite > 0 {
		in.Int("cacheWriteInputTokens", u.CacheWrite)
	}
	o.Dst = in.End()
}
