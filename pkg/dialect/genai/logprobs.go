package genai

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect/put"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// decodeLogProbs reads logprobsResult: the tokens chosen and, step by step, the
// likeliest ones. https://ai.google.dev/api/generate-content#LogprobsResult
func decodeLogProbs(v jsonx.Value) []api.LogProb {
	chosen := v.Get("chosenCandidates")
	if chosen == nil {
		return nil
	}
	all := make([]api.LogProb, 0, chosen.Len())
	for c := range chosen.Elements() {
		all = append(all, decodeLogProb(c))
	}
	i := 0
	for top := range v.Get("topCandidates").Elements() {
		if i >= len(all) {
			break
		}
		for c := range top.Get("candidates").Elements() {
			all[i].Top = append(all[i].Top, decodeLogProb(c))
		}
		i++
	}
	return all
}

func decodeLogProb(v jsonx.Value) api.LogProb {
	p := api.LogProb{Token: text(v, "token", "token")}
	p.LogProb, _ = v.Get("logProbability").Float()
	return p
}

// appendLogProbs writes logprobsResult; nothing where there are none.
func appendLogProbs(o *put.Object, all []api.LogProb) {
	if len(all) == 0 {
		return
	}
	o.Key("logprobsResult")
	r := put.Begin(o.Dst)
	r.Key("chosenCandidates")
	r.Dst = appendLogProbList(r.Dst, all)
	if len(all[0].Top) > 0 {
		r.Key("topCandidates")
		r.Dst = append(r.Dst, '[')
		for i := range all {
			r.Dst = put.Comma(r.Dst)
			r.Dst = append(r.Dst, `{"candidates":`...)
			r.Dst = append(appendLogProbList(r.Dst, all[i].Top), '}')
		}
		r.Dst = append(r.Dst, ']')
	}
	o.Dst = r.End()
}

func appendLogProbList(dst []byte, all []api.LogProb) []byte {
	dst = append(dst, '[')
	for i := range all {
		dst = put.Comma(dst)
		p := put.Begin(dst)
		p.Text("token", all[i].Token)
		p.Float("logProbability", all[i].LogProb)
		dst = p.End()
	}
	return append(dst, ']')
}
