package cohere

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/put"
	"github.com/asbru-gateway/asbru/pkg/dialect/take"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// The model list: https://docs.cohere.com/reference/list-models

func decodeModels(into *api.Response, rows jsonx.Value) {
	for e := range rows.Elements() {
		m := api.Model{ID: take.Text(e, "name"), OwnedBy: name}
		if m.ID == "" {
			continue
		}
		m.InputLimit, _ = count(e.Get("context_length"), true)
		into.Models = append(into.Models, m)
	}
}

// appendModels writes all models as one page, or the one model that the path asks for.
func appendModels(dst []byte, h *dialect.Head, r *api.Response) []byte {
	if h.Model != "" && len(r.Models) == 1 {
		return appendModel(dst, &r.Models[0])
	}
	dst = append(dst, `{"models":[`...)
	for i := range r.Models {
		dst = appendModel(put.Comma(dst), &r.Models[i])
	}
	return append(dst, "]}"...)
}

// appendModel writes a row. What a model can be used for is not known here: chat is
// what most can, and clients look for their operation in the list.
func appendModel(dst []byte, m *api.Model) []byte {
	dst = put.Text(append(dst, '{'), "name", m.ID)
	dst = append(dst, `,"endpoints":["chat","embed","rerank"],"finetuned":false,"default_endpoints":[]`...)
	if m.InputLimit > 0 {
		dst = put.Int(dst, "context_length", m.InputLimit)
	}
	return append(dst, '}')
}
