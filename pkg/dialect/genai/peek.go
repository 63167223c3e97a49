package genai

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
	if err := unsupportedOp(h.Op); err != nil || h.Op == api.OpModels {
		return err
	}
	if h.Op == api.OpRerank {
		return peekRank(h, body)
	}
	if h.Model == "" {
		return take.Invalid("missing_model", "model", "Name the model in the path, as /v1beta/models/MODEL:generateContent.")
	}
	o := objectPeek{head: h, body: body, fields: topFields(h), top: true}
	end, err := jsonx.ScanObject(body, func(m jsonx.Member) error { return o.member(m) })
	if err != nil {
		return dialect.PeekError(err)
	}
	h.BodyEnd = end
	h.StreamUsage = true
	h.Sealed = strings.Contains(jsonx.Borrow(body), sealMark)
	return missing(h, o.seen)
}

// missing says which field the operation cannot do without and has not got.
func missing(h *dialect.Head, seen fieldSet) *api.Error {
	switch {
	case h.Op == api.OpChat && !seen.has(contentsField),
		h.Op == api.OpCountTokens && !seen.has(contentsField) && !seen.has(wrappedField):
		return take.Invalid("missing_contents", "contents", "Give the conversation as an array of contents.")
	case h.Op == api.OpEmbedding && h.Predict:
		if !seen.has(instancesField) {
			return take.Invalid("missing_requests", "instances", "Give what to embed as an array of instances.")
		}
	case h.Op == api.OpEmbedding && h.Legacy && !seen.has(contentField):
		return take.Invalid("missing_content", "content", "Give the content to embed as an object with parts.")
	case h.Op == api.OpEmbedding && !h.Legacy && !seen.has(requestsField):
		return take.Invalid("missing_requests", "requests", "Give what to embed as an array of requests.")
	}
	return nil
}

// objectPeek is the scan of one object of the body. Head gets what it finds.
type objectPeek struct {
	head   *dialect.Head
	body   []byte
	base   int // offset in body of the text being scanned
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
		return take.Invalid("ambiguous_field", fieldNames[f].camel,
			"A field is spelt like this one in another case or with escapes. Spell it plainly, once.")
	}
	if o.seen.has(f) {
		return take.Invalid("duplicate_field", fieldNames[f].camel, "The field is given more than once. Give it once.")
	}
	o.seen |= 1 << f
	if err := o.read(f, m); err != nil {
		return err
	}
	return nil
}

func (o *objectPeek) read(f field, m jsonx.Member) *api.Error {
	at := jsonx.Span{Start: o.base + m.At.Start, End: o.base + m.At.End}
	v := at.Of(o.body)
	switch f {
	case modelField:
		return o.model(v, at)
	case fallbacksField:
		o.head.Own = append(o.head.Own, jsonx.Edit{At: jsonx.DeleteMember(o.body, m)})
		return o.head.ReadFallbacks(v)
	case contentsField:
		return nonEmptyArray(v, "contents", "missing_contents")
	case contentField:
		return mustBeObject(v, "content")
	case configField:
		return o.inside(v, at, "generationConfig", inConfig)
	case wrappedField:
		return o.wrapped(v, at)
	case requestsField:
		return o.requests(v, at)
	case instancesField:
		return nonEmptyArray(v, "instances", "missing_requests")
	case maxTokensField:
		return readCount(v, "generationConfig.maxOutputTokens", &o.head.MaxTokens)
	case countField:
		return readCount(v, "generationConfig.candidateCount", &o.head.N)
	}
	return nil
}

// model notes where the body names the model: the path's name is the one that
// counts, and AppendEdits makes the body agree.
func (o *objectPeek) model(v jsonx.Value, at jsonx.Span) *api.Error {
	if v.Kind() != jsonx.String {
		return take.WrongType("model", "a string")
	}
	if o.top {
		o.head.ModelAt = at
	} else {
		o.head.ModelsAt = append(o.head.ModelsAt, at)
	}
	return nil
}

// inside scans an object within the one being scanned; null counts as absent.
func (o *objectPeek) inside(v jsonx.Value, at jsonx.Span, param string, fields fieldSet) *api.Error {
	if v.IsNull() {
		return nil
	}
	if err := mustBeObject(v, param); err != nil {
		return err
	}
	in := objectPeek{head: o.head, body: o.body, base: at.Start, fields: fields}
	if _, err := jsonx.ScanObject(v, func(m jsonx.Member) error { return in.member(m) }); err != nil {
		return dialect.PeekError(err)
	}
	return nil
}

// wrapped reads countTokens' generateContentRequest, which stands for contents.
func (o *objectPeek) wrapped(v jsonx.Value, at jsonx.Span) *api.Error {
	if err := mustBeObject(v, "generateContentRequest"); err != nil {
		return err
	}
	if v.Get("contents") == nil {
		return take.Invalid("missing_contents", "generateContentRequest.contents", "Give the conversation as an array of contents.")
	}
	return o.inside(v, at, "generateContentRequest", inWrapped)
}

// requests reads batchEmbedContents' entries.
func (o *objectPeek) requests(v jsonx.Value, at jsonx.Span) *api.Error {
	if err := nonEmptyArray(v, "requests", "missing_requests"); err != nil {
		return err
	}
	start := at.Start + 1
	for e := range v.Elements() {
		for isBetween(o.body[start]) {
			start++
		}
		entry := jsonx.Span{Start: start, End: start + len(e)}
		if err := mustBeObject(e, "requests"); err != nil {
			return err
		}
		if err := o.inside(e, entry, "requests", inBatchEntry); err != nil {
			return err
		}
		start = entry.End
	}
	return nil
}

// isBetween says whether c may stand between two elements of an array.
func isBetween(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ',' }

// mustBeObject returns an error where v, which is there, is no object.
func mustBeObject(v jsonx.Value, param string) *api.Error {
	if v.Kind() != jsonx.Object {
		return take.WrongType(param, "an object")
	}
	return nil
}

func nonEmptyArray(v jsonx.Value, param, code string) *api.Error {
	if v.Kind() != jsonx.Array {
		return take.WrongType(param, "an array")
	}
	for range v.Elements() {
		return nil
	}
	return take.Invalid(code, param, "The array must have at least one element.")
}

// readCount reads a whole number that must not be negative; null counts as absent.
func readCount(v jsonx.Value, param string, into *int64) *api.Error {
	if v.IsNull() {
		return nil
	}
	n, ok := integer(v)
	if !ok {
		return take.WrongType(param, "a whole number")
	}
	if n < 0 {
		return take.Invalid("invalid_value", param, "The value must not be negative.")
	}
	*into = n
	return nil
}
