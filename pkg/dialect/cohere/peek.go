package cohere

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
	textsField
	imagesField
	inputsField
	queryField
	documentsField
	textField
	messageField
	historyField
	resultsField
	typesField
	fallbacksField
	dropParamsField
	fields
)

var fieldNames = [fields]string{
	"", "model", "stream", "max_tokens", "messages", "texts", "images", "inputs", "query", "documents",
	"text", "message", "chat_history", "tool_results", "embedding_types", "fallbacks", "drop_params",
}

var sealMark = []byte(dialect.SealMark)

// Peek implements dialect.Codec. A list of models has no body.
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
	if p.owns > 0 {
		h.Own = jsonx.AppendDeletes(h.Own, body, p.own[:p.owns]...)
	}
	return p.missing()
}

// peek is the state of one scan.
type peek struct {
	head *dialect.Head
	body []byte
	seen [fields]bool
	own  [2]jsonx.Member // fields of the gateway's own, of which there are so many
	owns int
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
			"A field is spelt like %q in another case. Spell it in lower case, once.", fieldNames[f])
	}
	if p.seen[f] {
		return api.Invalid("duplicate_field", fieldNames[f], "The field %q is given more than once. Give it once.", fieldNames[f])
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
		model, ok := v.Str()
		if !ok {
			return take.WrongType("model", "a string")
		}
		h.Model, h.ModelAt = model, m.At
	case streamField:
		on, ok := v.Bool()
		if !ok && !v.IsNull() {
			return take.WrongType("stream", take.ABoolean)
		}
		h.Stream = on && h.Op == api.OpChat
	case maxTokensField:
		return p.limit(v)
	case queryField:
		if s, ok := v.Str(); h.Op == api.OpRerank && (!ok || s == "") {
			return take.WrongType("query", "a text")
		}
	case textField, messageField:
		if _, ok := v.Str(); !ok && !v.IsNull() {
			return take.WrongType(fieldNames[f], "a text")
		}
		p.seen[f] = !v.IsNull()
		p.echo(f, v)
	case messagesField, textsField, imagesField, inputsField, documentsField, historyField, resultsField:
		if v.Kind() != jsonx.Array && !v.IsNull() {
			return take.WrongType(fieldNames[f], "an array")
		}
		p.seen[f] = !empty(v)
		p.echo(f, v)
	case typesField:
		return p.types(v)
	case fallbacksField:
		p.disown(m)
		return p.head.ReadFallbacks(v)
	case dropParamsField:
		on, ok := v.Bool()
		if !ok && !v.IsNull() {
			return take.WrongType("drop_params", take.ABoolean)
		}
		p.disown(m)
		h.DropParams = on
	}
	return nil
}

// echo keeps what the first version repeats in its answers.
func (p *peek) echo(f field, v jsonx.Value) {
	if !p.head.Legacy {
		return
	}
	switch f {
	case messageField:
		p.head.Echo.Message = v
	case historyField:
		p.head.Echo.History = v
	case resultsField:
		p.head.Echo.Results = v
	case textsField:
		p.head.Echo.Texts = v
	}
}

func (p *peek) limit(v jsonx.Value) *api.Error {
	n, ok := v.Int()
	switch {
	case v.IsNull():
		return nil
	case !ok:
		return take.WrongType("max_tokens", take.AnInteger)
	case n < 0:
		return api.Invalid("invalid_value", "max_tokens", `The field "max_tokens" must not be negative.`)
	}
	if p.head.Op == api.OpChat {
		p.head.MaxTokens = n
	}
	return nil
}

// types notes whether embeddings are asked for in base64 and nothing else.
func (p *peek) types(v jsonx.Value) *api.Error {
	var list []string
	if err := take.Strings(v, "embedding_types", &list); err != nil {
		return err
	}
	p.head.Base64 = len(list) == 1 && list[0] == "base64"
	if p.head.Op == api.OpEmbedding && len(list) > 0 {
		p.head.Legacy = false // asked for by type, the first version answers as the second
	}
	return nil
}

// empty says whether v is null or an array of nothing.
func empty(v jsonx.Value) bool {
	return v.IsNull() || v.Kind() == jsonx.Array && len(bytes.TrimSpace(v[1:len(v)-1])) == 0
}

// disown has one of the gateway's own fields cut out of the body.
func (p *peek) disown(m jsonx.Member) {
	p.own[p.owns] = m
	p.owns++
}

// missing checks that there is what no request can be without.
func (p *peek) missing() *api.Error {
	h := p.head
	switch {
	case h.Model == "":
		return api.Invalid("missing_model", "model", `Name the model to use in the field "model", for example "provider/model".`)
	case h.Op == api.OpChat && h.Legacy:
		if !p.seen[messageField] {
			return api.Invalid("missing_messages", "message", "message must be a text: give what the user says.")
		}
	case h.Op == api.OpCountTokens && !p.seen[textField]:
		return api.Invalid("missing_input", "text", "Give the text whose tokens are to be counted in the field text.")
	case h.Op == api.OpChat && !p.seen[messagesField]:
		return api.Invalid("missing_messages", "messages", "messages must not be empty: give the conversation as an array of messages.")
	case h.Op == api.OpRerank && !p.seen[queryField]:
		return api.Invalid("missing_query", "query", "query must be a text: say what the documents are to be sorted by.")
	case h.Op == api.OpRerank && !p.seen[documentsField]:
		return api.Invalid("missing_documents", "documents", "documents must be an array of texts, or of objects with a text.")
	case h.Op == api.OpEmbedding && !p.seen[textsField] && !p.seen[imagesField] && !p.seen[inputsField]:
		return api.Invalid("missing_input", "texts", "Give what to embed in the field texts, images or inputs.")
	}
	return nil
}

// AppendEdits implements dialect.Codec.
func (codec) AppendEdits(dst []jsonx.Edit, h *dialect.Head, model string, _ *dialect.Quirks) []jsonx.Edit {
	first := len(dst)
	if model != h.Model && !h.ModelAt.Empty() {
		dst = append(dst, jsonx.Edit{At: h.ModelAt, New: jsonx.AppendString(nil, model)})
	}
	dst = append(dst, h.Own...)
	edits := dst[first:]
	for i := 1; i < len(edits); i++ { // a few, in the order of the body
		for j := i; j > 0 && edits[j].At.Start < edits[j-1].At.Start; j-- {
			edits[j], edits[j-1] = edits[j-1], edits[j]
		}
	}
	return dst
}
