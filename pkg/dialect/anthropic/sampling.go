package anthropic

import (
	"strings"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// minThinkingTopP is the least top_p that the provider accepts while the model thinks.
const minThinkingTopP = 0.95

// appendSampling writes temperature, top_p and top_k. A caller of this dialect gets
// what it asked for, an error too; callers of others do not know which of them
// which Claude takes.
func appendSampling(dst []byte, r *api.Request, t *thinking) []byte {
	s := r.Sampling
	if r.ExtraOf != name && strings.Contains(r.Model, "claude") {
		if !TakesSampling(r.Model) {
			return dst
		}
		if s.Temperature.Set {
			s.TopP.Set = false // since Claude 4.1 it is one or the other
		}
	}
	if s.Temperature.Set && (!t.on() || s.Temperature.V == 1) {
		dst = appendKey(dst, "temperature")
		dst = jsonx.AppendFloat(dst, min(s.Temperature.V, 1))
	}
	if s.TopP.Set && (!t.on() || s.TopP.V >= minThinkingTopP) {
		dst = appendKey(dst, "top_p")
		dst = jsonx.AppendFloat(dst, s.TopP.V)
	}
	if s.TopK.Set && !t.on() {
		dst = appendKey(dst, "top_k")
		dst = appendInt(dst, s.TopK.V)
	}
	return dst
}

// TakesSampling says whether a Claude can be told how to sample: those after 4.6 refuse it.
func TakesSampling(model string) bool {
	return ThinksByBudget(model) || strings.Contains(model, "-4-6")
}
