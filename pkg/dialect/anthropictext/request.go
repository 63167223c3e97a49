package anthropictext

import (
	"strings"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/take"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// What begins a turn of a prompt.
const (
	human     = "\n\nHuman:"
	assistant = "\n\nAssistant:"
)

// peeked are the members that routing and policy read.
var peeked = []dialect.Spelling{
	{Key: "model", Name: "model"},
	{Key: "stream", Name: "stream"},
	{Key: "max_tokens_to_sample", Name: "max_tokens_to_sample"},
	{Key: "prompt", Name: "prompt"},
	{Key: "fallbacks", Name: "fallbacks"},
}

// Peek implements dialect.Codec.
func (codec) Peek(h *dialect.Head, body []byte) *api.Error {
	seen, err := h.PeekFields(body, peeked, "Spell it in lower case, once.", func(name string, m jsonx.Member) *api.Error {
		return peek(h, name, m, body)
	})
	switch {
	case err != nil:
		return err
	case h.Model == "":
		return take.Invalid("missing_model", "model", "Name the model to use as a string, for example provider/model.")
	case !seen["prompt"]:
		return take.Invalid("missing_prompt", "prompt", `Give the text to go on with, as "\n\nHuman: …\n\nAssistant:".`)
	}
	return nil
}

func peek(h *dialect.Head, name string, m jsonx.Member, body []byte) *api.Error {
	v := m.At.Of(body)
	switch name {
	case "model":
		model, ok := v.Str()
		if !ok {
			return take.WrongType(name, "a string")
		}
		h.Model, h.ModelAt, h.ModelKeyAt = model, m.At, m.KeyAt
	case "stream":
		on, ok := v.Bool()
		if !ok && !v.IsNull() {
			return take.WrongType(name, "true or false")
		}
		h.Stream = on
	case "max_tokens_to_sample":
		n, ok := v.Int()
		if !ok && !v.IsNull() {
			return take.WrongType(name, "an integer")
		}
		if n < 0 {
			return take.Invalid("invalid_value", name, "The value must not be negative.")
		}
		h.MaxTokens = n
	case "prompt":
		prompt, ok := v.Str()
		if !ok {
			return take.WrongType(name, "a string")
		}
		if strings.TrimSpace(prompt) == "" {
			return take.Invalid("missing_prompt", name, "The prompt must not be empty.")
		}
	case "fallbacks":
		h.Own = append(h.Own, jsonx.Edit{At: jsonx.DeleteMember(body, m)})
		return h.ReadFallbacks(v)
	}
	return nil
}

// DecodeRequest implements dialect.Codec.
func (codec) DecodeRequest(_ *dialect.Head, body []byte, into *api.Request) *api.Error {
	s := &into.Sampling
	for key, v := range jsonx.Value(body).Members() {
		var err *api.Error
		switch key {
		case "prompt":
			prompt, _ := v.Str()
			err = decodePrompt(into, prompt)
		case "max_tokens_to_sample":
			err = take.Int(v, key, &s.MaxTokens)
		case "temperature":
			err = take.Float(v, key, &s.Temperature)
		case "top_p":
			err = take.Float(v, key, &s.TopP)
		case "top_k":
			err = take.Int(v, key, &s.TopK)
		case "stop_sequences":
			err = take.Strings(v, key, &s.Stop)
		case "metadata":
			err = take.String(v.Get("user_id"), "metadata.user_id", &into.User)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// decodePrompt makes turns of a prompt. What stands before the first is the system's
// prompt, and a text without any is one of the user's. An Assistant's turn at the end
// that says nothing yet is the one that the answer is.
func decodePrompt(into *api.Request, prompt string) *api.Error {
	if strings.HasPrefix(prompt, human[2:]) || strings.HasPrefix(prompt, assistant[2:]) {
		prompt = human[:2] + prompt // trimmed by who has sent it
	}
	before, role, rest := nextTurn(prompt)
	if rest == "" && role == noTurn {
		into.Messages = append(into.Messages, said(api.RoleUser, prompt))
		return nil
	}
	if system := strings.TrimSpace(before); system != "" {
		into.System = append(into.System, api.Part{Text: system})
	}
	for role != noTurn {
		var text string
		speaker := role
		text, role, rest = nextTurn(rest)
		if text = strings.TrimSpace(text); text != "" {
			into.Messages = append(into.Messages, said(api.Role(speaker), text))
		}
	}
	if len(into.Messages) == 0 {
		return take.Invalid("missing_prompt", "prompt", "The prompt's turns are all empty.")
	}
	return nil
}

// noTurn stands for the role of a turn where there is none.
const noTurn = -1

// nextTurn returns what stands before the next turn of a prompt, whose it is, and what is
// behind its beginning.
func nextTurn(prompt string) (before string, role int, rest string) {
	h, a := strings.Index(prompt, human), strings.Index(prompt, assistant)
	switch {
	case h >= 0 && (a < 0 || h < a):
		return prompt[:h], int(api.RoleUser), prompt[h+len(human):]
	case a >= 0:
		return prompt[:a], int(api.RoleAssistant), prompt[a+len(assistant):]
	}
	return prompt, noTurn, ""
}

func said(role api.Role, text string) api.Message {
	return api.Message{Role: role, Parts: []api.Part{{Kind: api.PartText, Text: text}}}
}
