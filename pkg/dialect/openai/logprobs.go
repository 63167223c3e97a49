package openai

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect/put"
	"github.com/asbru-gateway/asbru/pkg/dialect/take"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// logProbs reads logprobs.content (or .refusal) of a chat.
func logProbs(v jsonx.Value) []api.LogProb {
	var list []api.LogProb
	for e := range v.Elements() {
		p := logProb(e)
		for top := range e.Get("top_logprobs").Elements() {
			p.Top = append(p.Top, logProb(top))
		}
		list = append(list, p)
	}
	return list
}

func logProb(v jsonx.Value) api.LogProb {
	p := api.LogProb{Token: take.Text(v, "token")}
	p.LogProb, _ = v.Get("logprob").Float()
	if b := v.Get("bytes"); b.Kind() == jsonx.Array {
		p.Bytes = api.JSON(b)
	}
	return p
}

// appendLogProbs writes a choice's logprobs: of its refusal if that is what it is.
func appendLogProbs(dst []byte, c *api.Choice) []byte {
	refused := false
	for i := range c.Parts {
		refused = refused || c.Parts[i].Kind == api.PartRefusal
	}
	return appendLogProbList(dst, c.LogProbs, refused)
}

func appendLogProbList(dst []byte, list []api.LogProb, refused bool) []byte {
	dst = put.Key(dst, "logprobs")
	if len(list) == 0 {
		return append(dst, "null"...)
	}
	if refused {
		dst = append(dst, `{"content":null,"refusal":[`...)
	} else {
		dst = append(dst, `{"content":[`...)
	}
	for i := range list {
		dst = appendLogProb(put.Comma(dst), &list[i])
		dst = append(put.Key(dst, "top_logprobs"), '[')
		for j := range list[i].Top {
			dst = append(appendLogProb(put.Comma(dst), &list[i].Top[j]), '}')
		}
		dst = append(dst, "]}"...)
	}
	if refused {
		return append(dst, "]}"...)
	}
	return append(dst, `],"refusal":null}`...)
}

// appendLogProb leaves the object open.
func appendLogProb(dst []byte, p *api.LogProb) []byte {
	dst = put.Text(append(dst, '{'), "token", p.Token)
	dst = jsonx.AppendFloat(put.Key(dst, "logprob"), p.LogProb)
	dst = put.Key(dst, "bytes")
	if p.Bytes == nil {
		return append(dst, "null"...)
	}
	return jsonx.AppendCompact(dst, jsonx.Value(p.Bytes))
}
