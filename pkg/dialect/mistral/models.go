package mistral

import (
	"strconv"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// appendModels writes the model list, or the one model that the path asks for.
func appendModels(dst []byte, h *dialect.Head, r *api.Response) []byte {
	if h.Model != "" && len(r.Models) == 1 {
		return appendModel(dst, &r.Models[0])
	}
	dst = append(dst, `{"object":"list","data":[`...)
	for i := range r.Models {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendModel(dst, &r.Models[i])
	}
	return append(dst, "]}"...)
}

// appendModel writes a model as one that is nobody's own. What it can do is not
// known of all, so none is said to lack it.
func appendModel(dst []byte, m *api.Model) []byte {
	dst = jsonx.AppendString(append(dst, `{"id":`...), m.ID)
	dst = strconv.AppendInt(append(dst, `,"object":"model","created":`...), m.Created, 10)
	dst = jsonx.AppendString(append(dst, `,"owned_by":`...), m.OwnedBy)
	if m.DisplayName != "" {
		dst = jsonx.AppendString(append(dst, `,"name":`...), m.DisplayName)
	}
	if m.InputLimit > 0 {
		dst = strconv.AppendInt(append(dst, `,"max_context_length":`...), m.InputLimit, 10)
	}
	return append(dst, `,"type":"base","capabilities":{"completion_chat":true,"function_calling":true,"vision":true}}`...)
}
