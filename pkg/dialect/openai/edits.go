package openai

// Hot path.

import (
	"strings"

	"github.com/asbru-gateway/asbru/pkg/dialect/take"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// What is put into a body to ask for usage in the stream, by what is there already.
var (
	usageMember  = []byte(`,"stream_options":{"include_usage":true}`) // no stream_options
	usageOptions = []byte(`{"include_usage":true}`)                   // stream_options: null
	usageFirst   = []byte(`"include_usage":true,`)                    // other options
	usageOnly    = []byte(`"include_usage":true`)                     // {}
	usageOn      = []byte(`true`)                                     // include_usage: false
)

// streamOptions reads stream_options, whose value v begins at offset at of the body.
func (p *peek) streamOptions(v jsonx.Value, at int) *api.Error {
	if v.IsNull() {
		p.askUsage = jsonx.Edit{At: jsonx.Span{Start: at, End: at + len(v)}, New: usageOptions}
		return nil
	}
	if v.Kind() != jsonx.Object {
		return take.WrongType("stream_options", "an object")
	}
	p.askUsage = jsonx.Edit{At: jsonx.Span{Start: at + 1, End: at + 1}, New: usageOnly}
	seen := false
	_, err := jsonx.ScanObject(v, func(m jsonx.Member) error {
		if string(m.Key) != "include_usage" {
			if !seen {
				p.askUsage.New = usageFirst
			}
			return nil
		}
		if seen {
			return api.Invalid("duplicate_field", "stream_options.include_usage",
				`The field "include_usage" is given more than once. Give it once.`)
		}
		seen = true
		on, ok := m.At.Of(v).Bool()
		if !ok && !m.At.Of(v).IsNull() {
			return take.WrongType("stream_options.include_usage", "true or false")
		}
		p.head.StreamUsage = on
		p.askUsage = jsonx.Edit{At: jsonx.Span{Start: at + m.At.Start, End: at + m.At.End}, New: usageOn}
		return nil
	})
	if err != nil {
		return dialect.PeekError(err)
	}
	return nil
}

// usageEdit is the edit that asks for usage in a stream.
func (p *peek) usageEdit() jsonx.Edit {
	switch {
	case p.head.StreamUsage:
		return jsonx.Edit{}
	case p.seen[streamOptionsField]:
		return p.askUsage
	}
	// There is always a member before the end, since model is required.
	return jsonx.Edit{At: jsonx.Span{Start: p.head.BodyEnd, End: p.head.BodyEnd}, New: usageMember}
}

// AppendEdits implements dialect.Codec.
func (codec) AppendEdits(dst []jsonx.Edit, h *dialect.Head, model string, q *dialect.Quirks) []jsonx.Edit {
	first := len(dst)
	if h.ModelInPath {
		dst = append(dst, modelFromPath(h, model))
	} else if model != h.Model && !h.ModelAt.Empty() {
		dst = append(dst, modelEdit(h, model))
	}
	dst = append(dst, h.Own...)
	if h.UsageEdit.New != nil && !q.NoStreamUsage {
		dst = append(dst, h.UsageEdit)
	}
	sortEdits(dst[first:])
	return dst
}

// modelEdit puts model in the place of the caller's. Mostly that only takes the
// provider away from "provider/model", which costs no memory.
func modelEdit(h *dialect.Head, model string) jsonx.Edit {
	at := h.ModelAt
	escaped := at.End-at.Start != len(h.Model)+len(`""`)
	if prefix, ok := strings.CutSuffix(h.Model, model); ok && !escaped && model != "" {
		return jsonx.Edit{At: jsonx.Span{Start: at.Start + 1, End: at.Start + 1 + len(prefix)}}
	}
	return jsonx.Edit{At: at, New: jsonx.AppendString(nil, model)}
}

// modelFromPath writes the model that the path has named into the body, which may
// name another or none.
func modelFromPath(h *dialect.Head, model string) jsonx.Edit {
	if !h.ModelAt.Empty() {
		return jsonx.Edit{At: h.ModelAt, New: jsonx.AppendString(nil, model)}
	}
	lead := `,"model":`
	if h.Members == 0 {
		lead = lead[1:]
	}
	return jsonx.Edit{At: jsonx.Span{Start: h.BodyEnd, End: h.BodyEnd}, New: jsonx.AppendString([]byte(lead), model)}
}

// sortEdits brings a few edits in the order of the body.
func sortEdits(edits []jsonx.Edit) {
	for i := 1; i < len(edits); i++ {
		for j := i; j > 0 && edits[j].At.Start < edits[j-1].At.Start; j-- {
			edits[j], edits[j-1] = edits[j-1], edits[j]
		}
	}
}
