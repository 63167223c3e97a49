package genai

import (
	"slices"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// AppendEdits implements dialect.Codec. The model stands in the path; where the
// body names it too (embeddings, countTokens), each place gets the provider's name.
func (codec) AppendEdits(dst []jsonx.Edit, h *dialect.Head, model string, _ *dialect.Quirks) []jsonx.Edit {
	first := len(dst)
	dst = append(dst, h.Own...)
	if h.ModelAt.Empty() && len(h.ModelsAt) == 0 {
		return dst
	}
	resource := jsonx.AppendString(nil, resourceName(model))
	if h.Op == api.OpRerank {
		resource = jsonx.AppendString(nil, model)
	}
	if !h.ModelAt.Empty() {
		dst = append(dst, jsonx.Edit{At: h.ModelAt, New: resource})
	}
	for _, at := range h.ModelsAt {
		dst = append(dst, jsonx.Edit{At: at, New: resource})
	}
	slices.SortFunc(dst[first:], func(a, b jsonx.Edit) int { return a.At.Start - b.At.Start })
	return dst
}
