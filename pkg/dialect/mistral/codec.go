package mistral

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/openai"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// Codec speaks Mistral's dialect.
var Codec = codec{openai.Codec}

type codec struct{ dialect.Codec }

// Name implements dialect.Codec.
func (codec) Name() string { return "mistral" }

// AppendEdits implements dialect.Codec. Usage need not be asked for.
func (c codec) AppendEdits(dst []jsonx.Edit, h *dialect.Head, model string, q *dialect.Quirks) []jsonx.Edit {
	unasked := *q
	unasked.NoStreamUsage = true
	return c.Codec.AppendEdits(dst, h, model, &unasked)
}

// DecodeRequest implements dialect.Codec.
func (c codec) DecodeRequest(h *dialect.Head, body []byte, into *api.Request) *api.Error {
	return c.Codec.DecodeRequest(h, inOpenAIsWords(body), into)
}

// AppendResponse implements dialect.Codec.
func (c codec) AppendResponse(dst []byte, h *dialect.Head, r *api.Response) []byte {
	if r.Op == api.OpModels {
		return appendModels(dst, h, r)
	}
	whole := *r
	whole.Usage.Known = true
	dst = c.Codec.AppendResponse(dst, h, &whole)
	if r.Op == api.OpEmbedding {
		dst = append(dst[:len(dst)-1], `,"id":"embd"}`...) // the SDK cannot do without, and answers have none
	}
	return dst
}

// Tap implements dialect.Codec.
func (c codec) Tap(h *dialect.Head) dialect.Tap { return c.Codec.Tap(withUsage(h)) }

// Writer implements dialect.Codec.
func (c codec) Writer(h *dialect.Head) dialect.StreamWriter { return c.Codec.Writer(withUsage(h)) }

// withUsage is h of a caller that is told the usage of its stream.
func withUsage(h *dialect.Head) *dialect.Head {
	told := *h
	told.StreamUsage = true
	return &told
}
