package openai

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
	streamOptionsField
	fallbacksField
	dropParamsField
	maxTokensField
	maxCompletionTokensField
	nField
	messagesField
	promptField
	inputField
	encodingField
	fields
)

var fieldNames = [fields]string{
	"", "model", "stream", "stream_options", "fallbacks", "drop_params", "max_tokens", "max_completion_tokens", "n",
	"messages", "prompt", "input", "encoding_format",
}

// Peek implements dialect.Codec. A list of models has no body.
func (codec) Peek(h *dialect.Head, body []byte) *api.Error {
	if err := unsupportedOp(h.Op); err != nil && !isRelayed(h.Op) || h.Op == api.OpModels {
		return err
	}
	if h.Op == api.OpRerank {
		return peekRerank(h, body)
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
	// askUsage is what turns a given stream_options into one that asks for usage.
	askUsage jsonx.Edit
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
		if h.ModelInPath {
			h.ModelAt = m.At
			return nil
		}
		if v.IsNull() {
			return nil
		}
		model, ok := v.Str()
		if !ok {
			return take.WrongType("model", "a string")
		}
		h.Model, h.ModelAt = model, m.At
	case streamField:
		on, ok := v.Bool()
		if !ok && !v.IsNull() {
			return take.WrongType("stream", "true or false")
		}
		h.Stream = on && h.Op != api.OpEmbedding
	case streamOptionsField:
		h.StreamOptionsAt = m.At
		return p.streamOptions(v, m.At.Start)
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
	case maxTokensField:
		n, err := count(v, "max_tokens", 0)
		if h.MaxTokens == 0 { // else max_completion_tokens stands before it
			h.MaxTokens = n
		}
		return err
	case maxCompletionTokensField:
		n, err := count(v, "max_completion_tokens", 0)
		if n != 0 {
			h.MaxTokens = n
		}
		return err
	case nField:
		n, err := count(v, "n", 1)
		h.N = n
		return err
	case messagesField:
		if k := v.Kind(); k != jsonx.Array && k != jsonx.Null && h.Op == api.OpChat {
			return take.WrongType("messages", "an array of messages")
		}
		p.seen[f] = !empty(v)
	case promptField, inputField:
		if f == promptField && h.Op == api.OpChat {
			p.prompt(m)
			return nil
		}
		if k := v.Kind(); k != jsonx.Array && k != jsonx.Null && k != jsonx.String {
			return take.WrongType(fieldNames[f], "a string or an array")
		}
		p.seen[f] = !empty(v)
	case encodingField:
		s, ok := v.Str()
		if !ok && !v.IsNull() {
			return take.WrongType("encoding_format", `"float" or "base64"`)
		}
		h.Base64 = s == "base64"
	}
	return nil
}

// prompt takes a prompt of the repository that a chat names out of the body.
func (p *peek) prompt(m jsonx.Member) {
	if v := m.At.Of(p.body); dialect.IsOwnPrompt(v) {
		p.head.Prompt = api.JSON(v)
		p.disown(m)
	}
}

// empty says whether v is null, "" or [].
func empty(v jsonx.Value) bool {
	switch v.Kind() {
	case jsonx.Null:
		return true
	case jsonx.String:
		return len(v) == len(`""`)
	case jsonx.Array:
		return len(bytes.TrimSpace(v[1:len(v)-1])) == 0
	}
	return false
}

// count reads a number of things that is at least least; 0 for null.
func count(v jsonx.Value, param string, least int64) (int64, *api.Error) {
	if v.IsNull() {
		return 0, nil
	}
	n, ok := v.Int()
	if !ok {
		return 0, take.WrongType(param, "an integer")
	}
	if n < least {
		return 0, api.Invalid("invalid_value", param, "The field %q must be at least %d.", param, least)
	}
	return n, nil
}

// disown has one of the gateway's own fields cut out of the body.
func (p *peek) disown(m jsonx.Member) {
	p.own[p.owns] = m
	p.owns++
}

// finish checks what can be said only once all members are known.
func (p *peek) finish() *api.Error {
	h := p.head
	if h.Model == "" && !isRelayed(h.Op) && h.Bare() {
		return api.Invalid("missing_model", "model", `Name the model to use in the field "model", for example "provider/model".`)
	}
	if h.Stream && !isRelayed(h.Op) {
		h.UsageEdit = p.usageEdit()
	}
	if p.owns > 0 {
		h.Own = jsonx.AppendDeletes(h.Own, p.body, p.own[:p.owns]...)
	}
	switch {
	case h.Op == api.OpChat && !p.seen[messagesField] && h.Bare():
		return api.Invalid("missing_messages", "messages", "messages must not be empty: give the conversation as an array of messages.")
	case h.Op == api.OpCompletion && !p.seen[promptField]:
		return api.Invalid("missing_prompt", "prompt", "prompt must not be empty: give the text to complete.")
	case h.Op == api.OpEmbedding && !p.seen[inputField]:
		return api.Invalid("missing_input", "input", "input must not be empty: give the text to embed.")
	}
	return nil
}
