package bedrock

// Hot path.

import (
	"strings"

	"github.com/asbru-gateway/asbru/pkg/dialect/take"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// Peek implements dialect.Codec.
func (codec) Peek(h *dialect.Head, body []byte) *api.Error {
	if h.Op != api.OpChat && h.Op != api.OpCountTokens {
		return unsupportedOp(h.Op)
	}
	if h.Model == "" {
		return take.Invalid("missing_model", "model", "Name the model in the path, as /model/MODEL/converse.")
	}
	o := objectPeek{head: h, body: body, fields: inConverse, top: true}
	if h.Op == api.OpCountTokens {
		o.fields = inCount
	}
	end, err := jsonx.ScanObject(body, func(m jsonx.Member) error { return o.member(m) })
	if err != nil {
		return dialect.PeekError(err)
	}
	h.BodyEnd = end
	h.StreamUsage = true
	h.Sealed = strings.Contains(jsonx.Borrow(body), dialect.SealMark)
	switch {
	case h.Op == api.OpCountTokens && !o.seen.has(inputField):
		return take.Invalid("missing_input", "input", "Give what to count as an object with converse or invokeModel.")
	case h.Op == api.OpChat && !o.seen.has(messagesField) && !strings.Contains(h.Model, storedPrompt):
		return take.Invalid("missing_messages", "messages", "Give the conversation as an array of messages.")
	}
	return nil
}

// storedPrompt is in the id of a prompt that Bedrock keeps, which has messages of its own.
const storedPrompt = ":prompt/"

// objectPeek is the scan of one object of the body. Head gets what it finds.
type objectPeek struct {
	head   *dialect.Head
	body   []byte
	fields fieldSet
	seen   fieldSet
	top    bool
}

func (o *objectPeek) member(m jsonx.Member) error {
	if o.top {
		o.head.Members++
	}
	f, exact := o.fields.fieldOf(m.Key)
	if f == noField {
		return nil
	}
	if escaped := m.KeyAt.End-m.KeyAt.Start-2 != len(m.Key); escaped || !exact {
		return take.Invalid("ambiguous_field", fieldNames[f], "A field is spelt like this one in another case or with escapes. Spell it plainly, once.")
	}
	if o.seen.has(f) {
		return take.Invalid("duplicate_field", fieldNames[f], "The field is given more than once. Give it once.")
	}
	o.seen |= 1 << f
	if err := o.read(f, m); err != nil {
		return err
	}
	return nil
}

func (o *objectPeek) read(f field, m jsonx.Member) *api.Error {
	v := m.At.Of(o.body)
	switch f {
	case fallbacksField:
		o.head.Own = append(o.head.Own, jsonx.Edit{At: jsonx.DeleteMember(o.body, m)})
		return o.head.ReadFallbacks(v)
	case messagesField:
		if v.Kind() != jsonx.Array {
			return take.WrongType(fieldNames[f], "an array of messages")
		}
		for range v.Elements() {
			return nil
		}
		return take.Invalid("missing_messages", "messages", "The array must have at least one element.")
	case inputField:
		if v.Kind() != jsonx.Object {
			return take.WrongType(fieldNames[f], "an object")
		}
	case inferenceField:
		return o.inside(v)
	case maxTokensField:
		return readCount(v, &o.head.MaxTokens)
	}
	return nil
}

// inside scans the object of inference settings; null counts as absent.
func (o *objectPeek) inside(v jsonx.Value) *api.Error {
	if v.IsNull() {
		return nil
	}
	if v.Kind() != jsonx.Object {
		return take.WrongType(fieldNames[inferenceField], "an object")
	}
	in := objectPeek{head: o.head, body: v, fields: inSettings}
	if _, err := jsonx.ScanObject(v, func(m jsonx.Member) error { return in.member(m) }); err != nil {
		return dialect.PeekError(err)
	}
	return nil
}

func readCount(v jsonx.Value, into *int64) *api.Error {
	const param = inInference + "maxTokens"
	if v.IsNull() {
		return nil
	}
	n, ok := v.Int()
	if !ok {
		return take.WrongType(param, "a whole number")
	}
	if n < 0 {
		return take.Invalid("invalid_value", param, "The value must not be negative.")
	}
	*into = n
	return nil
}

// AppendEdits implements dialect.Codec. The model stands in the path.
func (codec) AppendEdits(dst []jsonx.Edit, h *dialect.Head, _ string, _ *dialect.Quirks) []jsonx.Edit {
	return append(dst, h.Own...)
}
