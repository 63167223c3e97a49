package genai

import (
	"strings"

	"github.com/asbru-gateway/asbru/pkg/dialect/put"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// decodeModels reads the model list: https://ai.google.dev/api/models#method:-models.list
func decodeModels(v jsonx.Value, r *api.Response) {
	for m := range v.Get("models").Elements() {
		r.Models = append(r.Models, decodeModel(m))
	}
	if next := v.Get("nextPageToken"); next != nil {
		r.Extra = extra(r.Extra, atTop, "nextPageToken", next)
	}
}

func decodeModel(v jsonx.Value) api.Model {
	m := api.Model{
		ID:          strings.TrimPrefix(text(v, "name", "name"), models+"/"),
		DisplayName: text(v, "displayName", "display_name"),
		OwnedBy:     "google",
	}
	m.InputLimit, _ = integer(v.Get("inputTokenLimit"))
	m.OutputLimit, _ = integer(v.Get("outputTokenLimit"))
	return m
}

// appendModels writes the model list, or the one model that the path asks for.
func appendModels(dst []byte, h *dialect.Head, r *api.Response) []byte {
	if h.Model != "" && len(r.Models) == 1 {
		return appendModel(dst, &r.Models[0])
	}
	o := put.Begin(dst)
	o.Key("models")
	o.Dst = append(o.Dst, '[')
	for i := range r.Models {
		o.Dst = put.Comma(o.Dst)
		o.Dst = appendModel(o.Dst, &r.Models[i])
	}
	o.Dst = append(o.Dst, ']')
	o.Extras(own(r.Extra, r.ExtraOf), atTop)
	return o.End()
}

func appendModel(dst []byte, m *api.Model) []byte {
	o := put.Begin(dst)
	o.Text("name", resourceName(m.ID))
	o.Some("displayName", m.DisplayName)
	if m.InputLimit > 0 {
		o.Int("inputTokenLimit", m.InputLimit)
	}
	if m.OutputLimit > 0 {
		o.Int("outputTokenLimit", m.OutputLimit)
	}
	o.Strings("supportedGenerationMethods", methodsOf(m.ID))
	return o.End()
}

var (
	chatMethods  = []string{"generateContent", "streamGenerateContent", "countTokens"}
	embedMethods = []string{"embedContent", "batchEmbedContents", "countTokens"}
)

// methodsOf guesses from its name what a model can do: the canonical list does
// not say, and clients leave out models without the method they need.
func methodsOf(id string) []string {
	if strings.Contains(id, "embed") {
		return embedMethods
	}
	return chatMethods
}

// decodeCount reads {totalTokens, cachedContentTokenCount}.
func decodeCount(v jsonx.Value) api.Usage {
	u := api.Usage{Known: true}
	u.Input, _ = integer(v.Get("totalTokens"))
	u.CacheRead, _ = integer(v.Get("cachedContentTokenCount"))
	return u
}

func appendCountAnswer(dst []byte, r *api.Response) []byte {
	o := put.Begin(dst)
	o.Int("totalTokens", r.Usage.Input)
	if r.Usage.CacheRead > 0 {
		o.Int("cachedContentTokenCount", r.Usage.CacheRead)
	}
	return o.End()
}
