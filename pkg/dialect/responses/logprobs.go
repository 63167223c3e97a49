package responses

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect/put"
	"github.com/asbru-gateway/asbru/pkg/dialect/take"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

func decodeLogProbs(v jsonx.Value) []api.LogProb {
	var list []api.LogProb
	for e := range v.Elements() {
		p := decodeLogProb(e)
		for top := range e.Get("top_logprobs").Elements() {
			p.Top = append(p.Top, decodeLogProb(top))
		}
		list = append(list, p)
	}
	return list
}

func decodeLogProb(v jsonx.Value) api.LogProb {
	p := api.LogProb{Token: take.Text(v, "token")}
	p.LogProb, _ = v.Get("logprob").Float()
	if b := v.Get("bytes"); b.Kind() == jsonx.Array {
		p.Bytes = api.JSON(b)
	}
	return p
}

// appendLogProbs writes the member logprobs of a text, unless there are none.
func appendLogProbs(dst []byte, list []api.LogProb) []byte {
	if len(list) == 0 {
		return dst
	}
	dst = append(put.Key(dst, "logprobs"), '[')
	for i := range list {
		dst = appendLogProb(put.Comma(dst), &list[i])
		dst = append(put.Key(dst, "top_logprobs"), '[')
		for j := range list[i].Top {
			dst = append(appendLogProb(put.Comma(dst), &list[i].Top[j]), '}')
		}
		dst = append(dst, "]}"...)
	}
	return append(dst, ']')
}

// appendLogProb leaves the object open.
func appendLogProb(dst []byte, p *api.LogProb) []byte {
	dst = put.Text(append(dst, '{'), "token", p.Token)
	dst = jsonx.AppendFloat(put.Key(dst, "logprob"), p.LogProb)
	dst = put.Key(dst, "bytes")
	if p.Bytes == nil {
		return append(dst, "[]"...)
	}
	return jsonx.AppendCompact(dst, jsonx.Value(p.Bytes))
}
