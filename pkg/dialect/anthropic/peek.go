package anthropic

// Hot path.

import (
	"bytes"

	"github.com/asbru-gateway/asbru/pkg/dialect/take"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// field is a member of the body that routing or policy reads.
type field uint8

const (
	noField field = iota
	modelField
	streamField
	maxTokensField
	messagesField
	fallbacksField
	fields
)

var fieldNames = [fields]string{"", "model", "stream", "max_tokens", "messages", "fallbacks"}

var sealMark = []byte(dialect.SealMark)

// Peek implements dialect.Codec.
func (codec) Peek(h *dialect.Head, body []byte) *api.Error {
	if err := unsupportedOp(h.Op); err != nil || h.Op == api.OpModels {
		return err
	}
	p := peek{head: h, body: body}
	end, err := jsonx.ScanObject(body, func(m jsonx.Member) error { return p.member(m) })
	if err != nil {
		return dialect.PeekError(err)
	}
	h.BodyEnd = end
	h.StreamUsage = true
	h.Sealed = bytes.Contains(body, sealMark)
	if h.Model == "" {
		return take.Invalid("missing_model", "model", "Name the model to use as a string, for example provider/model.")
	}
	if !p.seen[messagesField] {
		return take.Invalid("missing_messages", "messages", "Give the conversation as an array of messages.")
	}
	return nil
}

// peek is the state of one scan.
type peek struct {
	head *dialect.Head
	body []byte
	seen [fields]bool
}

func (p *peek) member(m jsonx.Member) error {
	p.head.Members++
	f, exact := fieldOf(m.Key)
	if f == noField {
		return nil
	}
	if !exact {
		return take.Invalid("ambiguous_field", fieldNames[f],
			"A field is spelt like this one in another case. Spell it in lower case, once.")
	}
	if p.seen[f] {
		return take.Invalid("duplicate_field", fieldNames[f], "The field is given more than once. Give it once.")
	}
	p.seen[f] = true
	if err := p.read(f, m); err != nil {
		return err
	}
	return nil
}

// fieldOf returns the field that key stands for to any decoder, and whether the
// key is the field's own name.
func fieldOf(key []byte) (f field, exact bool) {
	switch string(key) {
	case "model":
		return modelField, true
	case "stream":
		return streamField, true
	case "max_tokens":
		return maxTokensField, true
	case "messages":
		return messagesField, true
	case "fallbacks":
		return fallbacksField, true
	}
	for f := modelField; f < fields; f++ {
		if len(key) >= len(fieldNames[f]) && jsonx.EqualFold(key, fieldNames[f]) {
			return f, false
		}
	}
	return noField, false
}

func (p *peek) read(f field, m jsonx.Member) *api.Error {
	h, v := p.head, m.At.Of(p.body)
	switch f {
	case modelField:
		model, ok := v.Str()
		if !ok {
			return take.WrongType("model", "a string")
		}
		h.Model, h.ModelAt, h.ModelKeyAt = model, m.At, m.KeyAt
	case streamField:
		on, ok := v.Bool()
		if !ok && !v.IsNull() {
			return take.WrongType("stream", "true or false")
		}
		h.Stream = on && h.Op == api.OpChat
	case maxTokensField:
		n, ok := v.Int()
		if !ok && !v.IsNull() {
			return take.WrongType("max_tokens", "an integer")
		}
		if n < 0 {
			return take.Invalid("invalid_value", "max_tokens", "The value must not be negative.")
		}
		h.MaxTokens = n
	case messagesField:
		if v.Kind() != jsonx.Array {
			return take.WrongType("messages", "an array of messages")
		}
		if len(bytes.TrimSpace(v[1:len(v)-1])) == 0 { // Len would walk all of it
			return take.Invalid("missing_messages", "messages", "The array must have at least one message.")
		}
	case fallbacksField:
		h.Own = append(h.Own, jsonx.Edit{At: jsonx.DeleteMember(p.body, m)})
		return p.head.ReadFallbacks(v)
	}
	return nil
}

// AppendEdits implements dialect.Codec.
func (codec) AppendEdits(dst []jsonx.Edit, h *dialect.Head, model string, q *dialect.Quirks) []jsonx.Edit {
	first := len(dst)
	if q.BodyVersion != "" && !h.ModelAt.Empty() {
		all := jsonx.Span{Start: h.ModelKeyAt.Start, End: h.ModelAt.End}
		dst = append(dst, jsonx.Edit{At: all, New: appendModel(nil, h.Op, model, q)})
	} else if model != h.Model && !h.ModelAt.Empty() {
		dst = append(dst, jsonx.Edit{At: h.ModelAt, New: jsonx.AppendString(nil, model)})
	}
	dst = append(dst, h.Own...)
	if len(dst) == first+2 && dst[first].At.Start > dst[first+1].At.Start {
		dst[first], dst[first+1] = dst[first+1], dst[first]
	}
	return dst
}
