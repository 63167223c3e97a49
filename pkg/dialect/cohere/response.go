package cohere

import (
	"bytes"

	"github.com/asbru-gateway/asbru/pkg/dialect/take"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/put"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// DecodeResponse implements dialect.Codec.
func (codec) DecodeResponse(op api.Op, body []byte, into *api.Response) *api.Error {
	if err := unsupportedOp(op); err != nil {
		return err
	}
	a, err := scanAnswer(op, body)
	if err != nil {
		return err
	}
	into.Op, into.Usage, into.ExtraOf = op, a.usage, name
	v := jsonx.Value(bytes.TrimSpace(body))
	into.ID = take.Text(v, "id")
	switch op {
	case api.OpModels:
		decodeModels(into, a.proper)
		return nil
	case api.OpCountTokens:
		return nil
	case api.OpEmbedding:
		return decodeEmbeddings(a.proper, into)
	case api.OpRerank:
		return decodeRanks(a.proper, into)
	}
	return decodeMessage(into, v, a.proper)
}

func decodeMessage(into *api.Response, v, message jsonx.Value) *api.Error {
	parts, err := assistantParts(message, "content")
	if err != nil {
		return badAnswer("a message whose content is of an unknown form")
	}
	reason := take.Text(v, "finish_reason")
	choice := api.Choice{Parts: parts, Finish: finishOf(reason), LogProbs: logProbs(v.Get("logprobs"))}
	if choice.Finish == api.FinishOther {
		choice.FinishRaw = reason
	}
	into.Choices = append(into.Choices, choice)
	for key, member := range v.Members() {
		switch key {
		case "id", "message", "finish_reason", "usage", "logprobs":
		default:
			into.Extra = append(into.Extra, api.Field{Name: key, Value: api.JSON(member)})
		}
	}
	return nil
}

// logProbs reads the log-probabilities of chunks of text, each that of its tokens together.
func logProbs(v jsonx.Value) []api.LogProb {
	var list []api.LogProb
	for e := range v.Elements() {
		list = append(list, logProb(e))
	}
	return list
}

func logProb(v jsonx.Value) api.LogProb {
	p := api.LogProb{Token: take.Text(v, "text")}
	for n := range v.Get("logprobs").Elements() {
		f, _ := n.Float()
		p.LogProb += f
	}
	return p
}

// appendLogProb writes one; the numbers of the tokens are not known to the vocabulary.
func appendLogProb(dst []byte, p *api.LogProb) []byte {
	dst = put.Text(append(dst, '{'), "text", p.Token)
	dst = append(dst, `,"token_ids":[],"logprobs":[`...)
	return append(jsonx.AppendFloat(dst, p.LogProb), "]}"...)
}

// AppendResponse implements dialect.Codec.
func (codec) AppendResponse(dst []byte, h *dialect.Head, r *api.Response) []byte {
	switch h.Op {
	case api.OpModels:
		return appendModels(dst, h, r)
	case api.OpEmbedding:
		return appendEmbeddings(dst, h, r)
	case api.OpRerank:
		return appendRanks(dst, h, r)
	case api.OpCountTokens:
		return appendTokenList(dst, r.Usage.Input)
	}
	if h.Legacy {
		return appendV1Response(dst, h, r)
	}
	var none api.Choice
	choice := &none // a caller of this dialect asks for one
	if len(r.Choices) > 0 {
		choice = &r.Choices[0]
	}
	dst = put.Text(append(dst, '{'), "id", r.ID)
	dst = append(dst, `,"message":{"role":"assistant"`...)
	dst = append(appendSaid(dst, choice.Parts, true), '}')
	dst = put.Text(dst, "finish_reason", reasonOf(choice, r.ExtraOf))
	dst = append(dst, `,"usage":`...)
	dst = appendUsage(dst, &r.Usage)
	if len(choice.LogProbs) > 0 {
		dst = append(put.Key(dst, "logprobs"), '[')
		for i := range choice.LogProbs {
			dst = appendLogProb(put.Comma(dst), &choice.LogProbs[i])
		}
		dst = append(dst, ']')
	}
	return append(appendExtra(dst, r.Extra, r.ExtraOf), '}')
}

// reasonOf is why a choice ended: the provider's own word where it speaks this dialect.
func reasonOf(c *api.Choice, of string) string {
	if c.Finish == api.FinishOther && of == name {
		return c.FinishRaw
	}
	called := false
	for i := range c.Parts {
		called = called || c.Parts[i].Kind == api.PartToolCall
	}
	return finishWord(c.Finish, c.StopSequence, called)
}
