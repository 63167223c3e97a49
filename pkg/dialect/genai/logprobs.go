package genai

import (
	"github.com/asbru-gateway/asbru/pkg/api"
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
func appendLogProbs(o *object, all []api.LogProb) {
	if len(all) == 0 {
		return
	}
	o.key("logprobsResult")
	r := begin(o.dst)
	r.key("chosenCandidates")
	r.dst = appendLogProbList(r.dst, all)
	if len(all[0].Top) > 0 {
		r.key("topCandidates")
		r.dst = append(r.dst, '[')
		for i := range all {
			r.dst = appendComma(r.dst, i)
			r.dst = append(r.dst, `{"candidates":`...)
			r.dst = append(appendLogProbList(r.dst, all[i].Top), '}')
		}
		r.dst = append(r.dst, ']')
	}
	o.dst = r.end()
}

func appendLogProbList(dst []byte, all []api.LogProb) []byte {
	dst = append(dst, '[')
	for i := range all {
		dst = appendComma(dst, i)
		p := begin(dst)
		p.str("token", all[i].Token)
		p.float("logProbability", all[i].LogProb)
		dst = p.end()
	}
	return append(dst, ']')
}
