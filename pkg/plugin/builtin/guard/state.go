package guard

import (
	"context"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/asbru-gateway/asbru/pkg/plugin/builtin/pii"
)

// state is what a Guard knows of one call.
type state struct {
	guard  *Guard
	rules  []*rule // that are for the call
	vault  pii.Vault
	asked  int // how often a model was asked again for a schema's sake
	stream *stream
}

// of returns the guard's state of a call. Which rules are for it is told once.
func (g *Guard) of(c *plugin.Call) *state {
	if s, ok := c.Value(g).(*state); ok {
		return s
	}
	s := &state{guard: g}
	facts := factsOf(c)
	for _, r := range g.rules {
		if r.holdsOf(c, facts) {
			s.rules = append(s.rules, r)
		}
	}
	c.SetValue(g, s)
	return s
}

// pass is one look at the texts of a call or of an answer.
type pass struct {
	*state
	ctx      context.Context //nolint:containedctx // a pass is over before its context is
	side     Side
	verdicts []Verdict
	refusal  *api.Error
	scratch  []finding
}

// verdict returns the verdict of a check in this pass.
func (p *pass) verdict(r *rule, k *check, text string) *Verdict {
	for i := range p.verdicts {
		if v := &p.verdicts[i]; v.Rule == r.label && v.Check == k.name {
			return v
		}
	}
	p.verdicts = append(p.verdicts, Verdict{Rule: r.label, Check: k.name, Side: p.side, Action: k.action, Hash: hashOf(text)})
	return &p.verdicts[len(p.verdicts)-1]
}

// text has a check look at a text, and returns what becomes of it.
func (p *pass) text(r *rule, k *check, text string) string {
	found := k.look.look(p.scratch[:0], text)
	if p.scratch = found[:0]; len(found) == 0 {
		return text
	}
	p.tell(r, k, text, found)
	if k.action == Redact {
		return k.redact(&p.vault, text, found)
	}
	return text
}

// tell takes what a check has found into its verdict.
func (p *pass) tell(r *rule, k *check, text string, found []finding) {
	v := p.verdict(r, k, text)
	for _, f := range found {
		v.add(f.what)
		v.Score = max(v.Score, f.score)
	}
	if k.action == Refuse {
		p.refuse(r, k, "")
	}
}

// breaks tells what a call or an answer does not satisfy.
func (p *pass) breaks(r *rule, k *check, text, reason string) {
	v := p.verdict(r, k, text)
	v.Reason = reason
	v.add("")
	if k.action == Refuse {
		p.refuse(r, k, reason)
	}
}

// judge has a model judge a text.
func (p *pass) judge(r *rule, k *check, text string) {
	if text == "" || p.refusal != nil {
		return
	}
	j, err := k.model.judge(p.ctx, p.guard.env.Chat, text)
	if err != nil {
		p.failed(r, k, err)
		return
	}
	if *j.Score == 0 || *j.Score < k.model.threshold {
		return
	}
	v := p.verdict(r, k, text)
	for _, c := range j.Categories {
		v.add(c)
	}
	v.Score, v.Count = *j.Score, 1
	if k.action == Refuse {
		p.refuse(r, k, "")
	}
}

// failed is for a check that could not be made.
func (p *pass) failed(r *rule, k *check, err error) {
	if log := p.guard.env.Log; log != nil {
		log.Warn("a guardrail's check could not be made", "rule", r.label, "check", k.name, "error", err)
	}
	v := p.verdict(r, k, "")
	v.Hash, v.Action, v.Reason, v.Count = "", Note, "the check could not be made", 1
	if !r.failOpen && p.refusal == nil {
		v.Action = Refuse
		p.refusal = api.Errorf(api.KindUnavailable, "guardrail_failed", "A check of the guardrail %q could not be made.", r.label)
	}
}

func (p *pass) refuse(r *rule, k *check, reason string) {
	if p.refusal != nil {
		return
	}
	message := k.message
	if message == "" {
		what := "request"
		if p.side == Output {
			what = "answer"
		}
		message = "The " + what + " was refused by the guardrail \"" + r.label + "\" (" + k.name + ")."
		if reason != "" {
			message = message[:len(message)-1] + ": " + reason + "."
		}
	}
	p.refusal = &api.Error{Kind: api.KindInvalid, Code: "guardrail_blocked", Message: message}
}

// report notes what was found in the call's row of the log, counts it, and tells of it.
func (p *pass) report(c *plugin.Call) *api.Error {
	for i := range p.verdicts {
		v := &p.verdicts[i]
		if p.guard.env.Report != nil {
			p.guard.env.Report(v.incident(p.guard.Name(), c))
		}
		c.Note("guardrail", v.Rule+"/"+v.Check+"="+string(v.Action))
		if p.guard.env.Count != nil {
			p.guard.env.Count(string(v.Action))
		}
	}
	return p.refusal
}
