package responses

// Hot path.

import (
	"bytes"
	"strings"

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
	inputField
	maxTokensField
	storeField
	fallbacksField
	dropParamsField
	previousField
	conversationField
	promptField
	backgroundField
	fields
)

var fieldNames = [fields]string{
	"", "model", "stream", "input", "max_output_tokens", "store", "fallbacks", "drop_params",
	"previous_response_id", "conversation", "prompt", "background",
}

var (
	sealMark      = []byte(dialect.SealMark)
	itemReference = []byte(`"item_reference"`)
	notStored     = []byte(`false`)
	storeMember   = []byte(`,"store":false`)
)

// Peek implements dialect.Codec.
func (codec) Peek(h *dialect.Head, body []byte) *api.Error {
	if err := unsupportedOp(h.Op); err != nil {
		return err
	}
	p := peek{head: h, body: body}
	end, err := jsonx.ScanObject(body, func(m jsonx.Member) error { return p.member(m) })
	if err != nil {
		return dialect.PeekError(err)
	}
	h.BodyEnd = end
	return p.finish()
}

// peek is the state of one scan.
type peek struct {
	head *dialect.Head
	body []byte
	seen [fields]bool
	own  [3]jsonx.Member // fields of the gateway's own, of which there are so many
	owns int
	// inputAt is the list of items.
	inputAt jsonx.Span
}

func (p *peek) member(m jsonx.Member) error {
	p.head.Members++
	n, exact := dialect.FieldOf(fieldNames[:], m.Key)
	f := field(n)
	if f == noField {
		return nil
	}
	if !exact {
		return api.Invalid("ambiguous_field", fieldNames[f],
			"A field is spelt like %q in another case, and providers disagree on whether it counts. Spell it in lower case.", fieldNames[f])
	}
	if p.seen[f] {
		return api.Invalid("duplicate_field", fieldNames[f],
			"The field %q is given more than once, and providers disagree on which one counts. Give it once.", fieldNames[f])
	}
	p.seen[f] = true
	if err := p.read(f, m); err != nil {
		return err
	}
	return nil
}

func (p *peek) read(f field, m jsonx.Member) *api.Error {
	h, v := p.head, m.At.Of(p.body)
	switch f {
	case modelField:
		if v.IsNull() {
			return nil
		}
		model, ok := v.Str()
		if !ok {
			return take.WrongType("model", "a string")
		}
		h.ModelAt = m.At
		if !h.ModelInPath {
			h.Model = model
		}
	case streamField:
		on, ok := v.Bool()
		if !ok && !v.IsNull() {
			return take.WrongType("stream", "true or false")
		}
		h.Stream = on && h.Op == api.OpChat
	case inputField:
		return p.input(v, m.At)
	case maxTokensField:
		n, ok := v.Int()
		if !ok && !v.IsNull() {
			return take.WrongType("max_output_tokens", "an integer")
		}
		if n < 0 {
			return api.Invalid("invalid_value", "max_output_tokens", "The field %q must not be negative.", "max_output_tokens")
		}
		h.MaxTokens = n
	case storeField:
		if on, ok := v.Bool(); !ok || on {
			h.StoreEdit = jsonx.Edit{At: m.At, New: notStored}
		}
	case fallbacksField:
		p.disown(m)
		return p.head.ReadFallbacks(v)
	case dropParamsField:
		on, ok := v.Bool()
		if !ok && !v.IsNull() {
			return take.WrongType("drop_params", "true or false")
		}
		p.disown(m)
		h.DropParams = on
	case backgroundField:
		on, _ := v.Bool()
		h.Stateful = h.Stateful || on
	case promptField:
		if dialect.IsOwnPrompt(v) {
			h.Prompt = api.JSON(v)
			p.disown(m)
			return nil
		}
		h.Stateful = h.Stateful || !v.IsNull()
	case previousField, conversationField:
		h.Stateful = h.Stateful || !v.IsNull()
	}
	return nil
}

// input checks what the conversation is given as. Of a list the first item tells
// enough: DecodeRequest, or the provider, looks at all of them.
func (p *peek) input(v jsonx.Value, at jsonx.Span) *api.Error {
	switch v.Kind() {
	case jsonx.Null:
		p.seen[inputField] = false
		return nil
	case jsonx.String:
		p.seen[inputField] = len(v) > len(`""`)
		return nil
	case jsonx.Array:
		first := bytes.TrimLeft(v[1:], " \t\r\n")
		p.seen[inputField] = first[0] != ']'
		p.inputAt = at
		if first[0] == ']' || first[0] == '{' {
			return nil
		}
	}
	return take.WrongType("input", "a string or an array of items")
}

// disown has one of the gateway's own fields cut out of the body.
func (p *peek) disown(m jsonx.Member) {
	p.own[p.owns] = m
	p.owns++
}

// finish checks what can be said only once all members are known.
func (p *peek) finish() *api.Error {
	h := p.head
	if h.Model == "" && h.Bare() {
		return api.Invalid("missing_model", "model", `Name the model to use in the field "model", for example "provider/model".`)
	}
	h.StreamUsage = true // the last event always has it
	h.Stateful = h.Stateful || bytes.Contains(p.body, itemReference)
	if !p.seen[inputField] && !h.Stateful && h.Bare() {
		return api.Invalid("missing_input", "input", "input must not be empty: give the conversation as a string or an array of items.")
	}
	if !p.seen[storeField] {
		h.StoreEdit = jsonx.Edit{At: jsonx.Span{Start: h.BodyEnd, End: h.BodyEnd}, New: storeMember}
	}
	if p.owns > 0 {
		h.Own = jsonx.AppendDeletes(h.Own, p.body, p.own[:p.owns]...)
	}
	if bytes.Contains(p.body, sealMark) {
		h.Own = p.appendUnsealable(h.Own)
	}
	return nil
}

// appendUnsealable appends the edits that cut out reasoning of other dialects', which
// is carried sealed: a provider of this one would refuse it.
func (p *peek) appendUnsealable(dst []jsonx.Edit) []jsonx.Edit {
	kept, from, cutting := p.inputAt.Start+1, 0, false // the end of the last item that stays; where the cut begins
	last := kept
	for at := range jsonx.ElementsAt(p.body, p.inputAt) {
		item := at.Of(p.body)
		foreign := take.Text(item, "type") == "reasoning" && strings.HasPrefix(take.Text(item, "encrypted_content"), dialect.SealMark)
		switch {
		case foreign && !cutting:
			from, cutting = at.Start, true
		case !foreign && cutting: // with the comma behind each item that goes
			dst, cutting = append(dst, jsonx.Edit{At: jsonx.Span{Start: from, End: at.Start}}), false
		}
		if last = at.End; !foreign {
			kept = at.End
		}
	}
	if cutting { // with the comma before the first of them
		dst = append(dst, jsonx.Edit{At: jsonx.Span{Start: kept, End: last}})
	}
	return dst
}

// AppendEdits implements dialect.Codec.
func (codec) AppendEdits(dst []jsonx.Edit, h *dialect.Head, model string, q *dialect.Quirks) []jsonx.Edit {
	first := len(dst)
	if model != h.Model && !h.ModelAt.Empty() {
		dst = append(dst, jsonx.Edit{At: h.ModelAt, New: jsonx.AppendString(nil, model)})
	}
	dst = append(dst, h.Own...)
	if q.NoStore && h.StoreEdit.New != nil && h.Op == api.OpChat {
		dst = append(dst, h.StoreEdit)
	}
	for edits, i := dst[first:], 1; i < len(edits); i++ { // a few, brought in the order of the body
		for j := i; j > 0 && edits[j].At.Start < edits[j-1].At.Start; j-- {
			edits[j], edits[j-1] = edits[j-1], edits[j]
		}
	}
	return dst
}
