package dialecttest

import (
	"pgregory.net/rapid"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
)

// Response draws an answer to a conversation.
func Response(c dialect.Codec, can Can) *rapid.Generator[api.Response] {
	return rapid.Custom(func(t *rapid.T) api.Response {
		d := drawer{t: t, can: &can, dialect: c.Name()}
		r := api.Response{Op: api.OpChat, ID: can.AnswerIDs + genID().Draw(t, "id"), Model: can.Model, Usage: d.usage()}
		if can.NoID {
			r.ID = ""
		}
		if can.NoModel {
			r.Model = ""
		}
		if can.Created {
			r.Created = rapid.Int64Range(1, 1<<32).Draw(t, "created")
		}
		choices := 1
		if can.N {
			choices = rapid.IntRange(1, 3).Draw(t, "choices")
		}
		for i := range choices {
			choice := d.answer()
			choice.Index = i
			r.Choices = append(r.Choices, choice)
		}
		return r
	})
}

func (d *drawer) answer() (c api.Choice) {
	if maybe(d.t, "refuses", d.can.Refusals) {
		c.Parts = []api.Part{{Kind: api.PartRefusal, Text: genText().Draw(d.t, "refusal")}}
		c.Finish = api.FinishStop
		return c
	}
	c.Parts = d.said([]api.Tool{{Name: "get_weather"}, {Name: "search"}})
	if c.Parts[0].Kind != api.PartReasoning && maybe(d.t, "shows thoughts", d.can.Reasoning) {
		thought := api.Part{Kind: api.PartReasoning, Text: genText().Draw(d.t, "thought")}
		c.Parts = append([]api.Part{thought}, c.Parts...)
	}
	c.Finish = rapid.SampledFrom([]api.Finish{api.FinishStop, api.FinishLength, api.FinishFilter}).Draw(d.t, "finish")
	for i := range c.Parts {
		switch p := &c.Parts[i]; p.Kind {
		case api.PartToolCall:
			c.Finish = api.FinishToolCalls
		case api.PartText:
			d.cite(p)
		}
	}
	if d.can.LogProbs {
		c.LogProbs = d.logProbs()
	}
	return c
}

// cite draws citations of pages for the first words of p.
func (d *drawer) cite(p *api.Part) {
	if !maybe(d.t, "cites", d.can.Citations) {
		return
	}
	p.Citations = []api.Citation{{
		URL:   "https://example.com/" + genName().Draw(d.t, "page"),
		Title: genText().Draw(d.t, "title"),
		End:   1,
	}}
}

func (d *drawer) logProbs() []api.LogProb {
	one := rapid.Custom(func(t *rapid.T) api.LogProb {
		return api.LogProb{Token: genText().Draw(t, "token"), LogProb: -hundredths(0, 2000).Draw(t, "logprob")}
	})
	all := rapid.SliceOfN(one, 0, 3).Draw(d.t, "logprobs")
	for i := range all {
		all[i].Top = rapid.SliceOfN(one, 1, 2).Draw(d.t, "top")
	}
	return all
}

func (d *drawer) usage() api.Usage {
	count := rapid.Int64Range(0, 1000)
	u := api.Usage{Known: true}
	u.CacheRead = count.Draw(d.t, "cache read")
	if d.can.CacheWrites {
		u.CacheWrite = count.Draw(d.t, "cache write")
	}
	if !d.can.NoReasoning {
		u.Reasoning = count.Draw(d.t, "reasoning")
	}
	u.Input = u.CacheRead + u.CacheWrite + count.Draw(d.t, "input")
	u.Output = u.Reasoning + count.Draw(d.t, "output")
	return u
}
