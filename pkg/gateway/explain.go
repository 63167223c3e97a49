package gateway

import (
	"context"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/limits"
	"github.com/asbru-gateway/asbru/pkg/routing"
)

// Explain says what would become of a request, and asks no provider. counts tells what
// is used of limits; nil where nobody can.
func (g *Gateway) Explain(ctx context.Context, q *Question, counts limits.Reader) *Explanation {
	c := g.Acquire()
	defer g.Release(c)
	c.gateway, c.snapshot, c.began = g, g.snapshot.Load(), time.Now()
	x := explaining{c, &Explanation{
		Live: true, Revision: c.snapshot.Revision, Rules: []ExplainedRule{}, Candidates: []ExplainedCandidate{}, Limits: []ExplainedLimit{}, Refusals: []ExplainedRefusal{},
	}}
	if !x.request(q) {
		return x.out
	}
	x.caller(q)
	if x.routes() {
		x.candidates()
		x.limits(ctx, counts)
	}
	return x.out
}

// explaining is an explanation that is being made.
type explaining struct {
	call *Call
	out  *Explanation
}

func (x *explaining) refuse(stage string, err *api.Error) {
	x.out.Refusals = append(x.out.Refusals, *refusal(stage, err))
}

func refusal(stage string, err *api.Error) *ExplainedRefusal {
	return &ExplainedRefusal{Stage: stage, Status: err.HTTPStatus(), Code: err.Code, Message: err.Message}
}

// caller says who asks.
func (x *explaining) caller(q *Question) {
	c := x.call
	switch {
	case q.Key != nil:
		c.know(identityOf(q.Key))
	case q.KeyID != "":
		id := c.snapshot.identityByID(q.KeyID)
		if id == nil {
			x.refuse("caller", api.Errorf(api.KindPermission, "virtual_key_not_found", "There is no virtual key of this id."))
			return
		}
		c.know(id)
	case q.Team != "" || q.Customer != "" || q.User != "":
		c.know(&Identity{team: q.Team, customer: q.Customer, user: q.User, active: true, all: true})
	}
	if err := c.standing(); err != nil {
		x.refuse("caller", err)
	}
}

func (s *Snapshot) identityByID(id string) *Identity {
	for _, found := range s.identities {
		if found.ID == id {
			return found
		}
	}
	return nil
}

// routes says which rule holds, and where the request goes. It reports whether there
// is anywhere.
func (x *explaining) routes() bool {
	c, out := x.call, x.out
	p, model := c.meant()
	f := c.gather(p, model)
	out.Model, out.Provider, out.RequestType, out.EstimatedTokens = model, f.Provider, f.RequestType, f.Source.Tokens()
	out.Used = ExplainedUsed{f.Source.Used(routing.Money), f.Source.Used(routing.Tokens), f.Source.Used(routing.Requests)}
	if c.identity != nil {
		out.Caller = &ExplainedWho{f.VirtualKeyID, f.VirtualKey, f.TeamID, f.Team, f.Above, f.CustomerID, f.Customer, f.UserID}
	}
	rule, tried := c.snapshot.rules.Explain(f)
	for _, o := range tried {
		r := ExplainedRule{
			Index: o.Index, ID: o.Rule.ID, Name: o.Rule.Name, Scope: o.Rule.Scope.String(), ScopeID: o.Rule.ScopeID,
			Priority: o.Rule.Priority, Outcome: o.State.String(),
		}
		if o.Err != nil {
			r.Error = o.Err.Error()
		}
		out.Rules = append(out.Rules, r)
	}
	c.rule = rule
	if rule != nil {
		out.Rule = rule.Label()
		x.targets(rule, p, model)
	}
	done, err := c.obey(p, model)
	if err != nil {
		stage := "route"
		if rule != nil && rule.Deny != "" {
			stage = "rules"
		}
		x.refuse(stage, err)
		return false
	}
	if !done {
		if err := c.routeAsNamed(); err != nil {
			x.refuse("route", err)
			return false
		}
	}
	return true
}

// targets tells of the targets of the rule that holds.
func (x *explaining) targets(r *routing.Rule, p *Provider, model string) {
	c, out := x.call, x.out
	if r.Shadow.Percent > 0 {
		out.Shadow = r.Shadow.Provider + "/" + r.Shadow.Model
	}
	if len(r.Targets) == 0 || !c.steerable() {
		return
	}
	out.Strategy = r.Strategy.String()
	for i := range r.Targets {
		t := &r.Targets[i]
		e := ExplainedTarget{Provider: t.Provider, Model: t.Model, Key: t.Key, Weight: t.Weight}
		to, err := c.target(t, p, model)
		if err == nil {
			err = c.may(to.provider, to.model)
		}
		if err != nil {
			e.Refusal = refusal("route", err)
		} else {
			e.Provider, e.Model = to.provider.Name, to.model
			e.Ready, e.LatencyMS = c.ready(&to), float64(c.latency(&to))/float64(time.Millisecond)
			e.Busy, e.CostNano = to.provider.busy(), known(c.expectedCost(&to))
		}
		out.Targets = append(out.Targets, e)
	}
}

func known(cost int64) *int64 {
	if cost < 0 {
		return nil
	}
	return &cost
}

// candidates tells of where the request would be sent.
func (x *explaining) candidates() {
	c, out := x.call, x.out
	targets := 0
	for i := range out.Targets {
		if out.Targets[i].Refusal == nil {
			targets++
		}
	}
	for i := range c.candidates {
		to := &c.candidates[i]
		e := ExplainedCandidate{Provider: to.provider.Name, Model: to.model, From: "fallback", CostNano: known(c.expectedCost(to)), Keys: c.keysOf(to)}
		switch {
		case i < targets:
			e.From = "target"
		case i == 0:
			e.From = "request"
		}
		out.Candidates = append(out.Candidates, e)
	}
	if mask, _ := c.candidates[0].provider.eligible(c.Model(), c.pin(&c.candidates[0]), c, 0); mask == 0 {
		c.at = 0
		x.refuse("keys", c.noKey(c.candidates[0].provider, c.candidates[0].model))
	}
}

// keysOf tells of the keys of a candidate's provider.
func (c *Call) keysOf(to *candidate) []ExplainedKey {
	all := []ExplainedKey{}
	pin := c.pin(to)
	for i, state := range to.provider.keys.Snapshot(c.began.UnixNano()) {
		cred := &to.provider.creds[i]
		e := ExplainedKey{Name: cred.name, Weight: state.Weight}
		switch {
		case pin != "" && cred.name != pin && cred.id != pin:
			e.Why = "another key is pinned"
		case !cred.serves(to.model):
			e.Why = "it does not serve the model"
		case !c.permitsKey(to.provider.Name, cred):
			e.Why = "the virtual key may not use it"
		case state.Disabled:
			e.Why = "it is disabled: " + state.Reason
		case !state.CoolUntil.IsZero():
			e.Why, e.CoolUntil = "it cools down: "+state.Reason, &state.CoolUntil
		case state.Broken:
			e.Why = "calls with it fail, so that it is only probed"
		default:
			e.Eligible = true
		}
		all = append(all, e)
	}
	return all
}

// limits tells of the limits that would be asked before the first candidate.
func (x *explaining) limits(ctx context.Context, counts limits.Reader) {
	c := x.call
	c.at = 0
	w := c.wanting(&c.reserved.first)
	w.caller()
	w.candidate()
	wants := c.reserved.first.wants
	of := make([]*limits.Limit, len(wants))
	for i := range wants {
		of[i] = wants[i].Limit
	}
	var usages []limits.Usage
	if counts != nil && len(of) > 0 {
		var err error
		if usages, err = counts.Usages(ctx, of); err != nil {
			usages = nil // that they are not known is what is told
		}
	}
	for i := range wants {
		l := of[i]
		e := ExplainedLimit{ID: l.ID, Scope: l.Scope, Owner: l.Owner, Kind: l.Kind.String(), Max: l.Max, Wanted: wants[i].Amount, Fits: wants[i].Amount <= l.Max}
		if i < len(usages) {
			u := &usages[i]
			e.Used, e.Remaining, e.Fits = &u.Used, &u.Remaining, wants[i].Amount <= u.Remaining
		}
		if !e.Fits {
			full := limits.Refusal{Limit: l}
			if e.Remaining != nil {
				full.Remaining = *e.Remaining
			}
			x.refuse("limits", full.Error())
		}
		x.out.Limits = append(x.out.Limits, e)
	}
}
