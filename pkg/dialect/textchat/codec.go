package textchat

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
)

// Codec returns a codec that has what codec has, but for text completions, which it takes
// for chats on the side of the provider.
func Codec(codec dialect.Codec) dialect.Codec { return chatted{codec} }

type chatted struct{ dialect.Codec }

// AppendRequest implements dialect.Codec.
func (c chatted) AppendRequest(dst []byte, r *api.Request, q *dialect.Quirks) ([]byte, *api.Error) {
	if r.Op != api.OpCompletion {
		return c.Codec.AppendRequest(dst, r, q)
	}
	if err := unsaid(r); err != nil {
		return dst, err
	}
	chat := *r
	chat.Op, chat.Inputs, chat.Completion = api.OpChat, nil, api.CompletionOptions{}
	chat.Messages = []api.Message{{Role: api.RoleUser, Parts: []api.Part{{Kind: api.PartText, Text: r.Inputs[0].Text}}}}
	return c.Codec.AppendRequest(dst, &chat, q)
}

// unsaid refuses what a chat cannot do.
func unsaid(r *api.Request) *api.Error {
	var field string
	switch {
	case len(r.Inputs) != 1 || r.Inputs[0].Tokens != nil:
		field = "prompt"
	case r.Completion.Suffix != "":
		field = "suffix"
	case r.Completion.Echo.V:
		field = "echo"
	case r.Completion.BestOf.V > 1:
		field = "best_of"
	default:
		return nil
	}
	err := api.Errorf(api.KindUnsupported, "unsupported_field",
		"The model is asked for a chat, since it completes no texts: that takes one prompt, which is a text, and no suffix, echo or best_of.")
	err.Param = field
	return err
}

// Inspect implements dialect.Codec.
func (c chatted) Inspect(op api.Op, body []byte) (api.Usage, *api.Error) {
	return c.Codec.Inspect(chatFor(op), body)
}

// DecodeResponse implements dialect.Codec.
func (c chatted) DecodeResponse(op api.Op, body []byte, into *api.Response) *api.Error {
	err := c.Codec.DecodeResponse(chatFor(op), body, into)
	into.Op = op
	return err
}

// Reader implements dialect.Codec.
func (c chatted) Reader(op api.Op) dialect.StreamReader { return c.Codec.Reader(chatFor(op)) }

// AppendPath implements dialect.Codec.
func (c chatted) AppendPath(dst []byte, op api.Op, model string, stream bool) []byte {
	return c.Codec.AppendPath(dst, chatFor(op), model, stream)
}

func chatFor(op api.Op) api.Op {
	if op == api.OpCompletion {
		return api.OpChat
	}
	return op
}
