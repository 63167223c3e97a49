package gateway

// Hot path where rules are configured.

import (
	"cmp"
	"strings"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/routing"
)

// compileRules compiles the routing rules, and what they must know of whom callers belong to.
func (s *Snapshot) compileRules(g *config.Governance) (err error) {
	if s.rules, err = routing.New(g.Rules()); s.rules == nil {
		return err
	}
	s.kin = kin{teams: map[string]team{}, customers: map[string]string{}}
	for i := range g.Customers {
		c := &g.Customers[i]
		s.kin.customers[c.ID] = cmp.Or(c.Name, c.ID)
	}
	byID := make(map[string]*config.Team, len(g.Teams))
	for i := range g.Teams {
		byID[g.Teams[i].ID] = &g.Teams[i]
	}
	for id, t := range byID {
		entry := team{name: cmp.Or(t.Name, id), customer: t.CustomerID}
		for range config.MaxTeamDepth {
			if t = byID[t.ParentID]; t == nil {
				break
			}
			entry.above = append(entry.above, t.ID)
			entry.customer = cmp.Or(entry.customer, t.CustomerID)
		}
		s.kin.teams[id] = entry
	}
	for _, r := range s.rules.Rules() {
		s.measures = s.measures || r.Strategy == routing.LeastLatency && len(r.Targets) > 1
	}
	return nil
}

// Rule returns the routing rule that the call has gone by, "" for none.
func (c *Call) Rule() string {
	if c.rule == nil {
		return ""
	}
	return c.rule.Label()
}

// steer lets the routing rules decide on the call. It reports whether one has said
// where it goes.
func (c *Call) steer() (done bool, err *api.Error) {
	p, model := c.meant()
	c.rule = c.snapshot.rules.Match(c.gather(p, model), c.gateway.ruleFailed)
	c.noteChoice()
	return c.obey(p, model)
}

// meant is what the model's name means without rules; with no provider where it means
// nothing.
func (c *Call) meant() (*Provider, string) {
	p, model, unknown := c.snapshot.resolve(c.Head.Model, c.Home)
	if unknown != nil {
		return nil, c.Head.Model
	}
	return p, model
}

// obey does what the call's rule says, if there is one.
func (c *Call) obey(p *Provider, model string) (done bool, err *api.Error) {
	switch r := c.rule; {
	case r == nil:
		return false, nil
	case r.Deny != "":
		return true, &api.Error{Kind: api.KindPermission, Code: "denied_by_rule", Message: r.Deny}
	case len(r.Targets) == 0, !c.steerable():
		return false, nil
	}
	if err := c.toTargets(c.rule, p, model); err != nil {
		return true, err
	}
	return true, c.fallBacks()
}

// steerable says whether the call may go elsewhere than it says: not where it goes on
// with what one provider keeps.
func (c *Call) steerable() bool {
	return !c.Head.Stateful && (!c.relays() || c.Relay.Path == "" && c.Relay.Provider == "" && c.Head.Model != "")
}

// toTargets makes candidates of a rule's targets, in the order of its strategy. One
// that the call may not or cannot go to is left out, unless there is no other.
func (c *Call) toTargets(r *routing.Rule, p *Provider, model string) *api.Error {
	var found [routing.MaxTargets]candidate
	var options [routing.MaxTargets]routing.Option
	var first *api.Error
	var at [routing.MaxTargets]uint8 // of what is found, among the targets
	n := 0
	for i := range r.Targets[:min(len(r.Targets), routing.MaxTargets)] {
		to, err := c.target(&r.Targets[i], p, model)
		if err == nil {
			err = c.may(to.provider, to.model)
		}
		if err != nil {
			first = cmp.Or(first, err)
			c.noteRefused(i, err)
			continue
		}
		found[n], options[n], at[n] = to, c.option(r, i, &to), uint8(i)
		c.noteOption(i, r.Strategy, &to, &options[n])
		n++
	}
	if n == 0 {
		return first
	}
	var order [routing.MaxTargets]uint8
	for place, i := range r.Strategy.Order(options[:n], c.stickiness(r), &order) {
		c.candidates = append(c.candidates, found[i])
		c.notePlace(int(at[i]), place+1)
	}
	return nil
}

// target is what a rule's target means for a call: what it does not say stays as the
// call has it.
func (c *Call) target(t *routing.Target, p *Provider, model string) (to candidate, err *api.Error) {
	s := c.snapshot
	if t.Provider != "" {
		if p = s.providers[t.Provider]; p == nil {
			return to, api.Errorf(api.KindUnavailable, "unknown_provider", "A routing rule leads to provider %s, which is not configured.", t.Provider)
		}
	}
	if t.Model != "" {
		if name, rest, ok := strings.Cut(t.Model, "/"); ok && t.Provider == "" && s.providers[name] != nil {
			p, model = s.providers[name], rest
		} else {
			model = t.Model
		}
	}
	if p == nil {
		if p, model, err = s.resolve(model, c.Home); err != nil {
			return to, err
		}
	}
	if model == "" {
		return to, api.Invalid("missing_model", "model", `No model was named. Use "provider/model".`)
	}
	return candidate{provider: p, model: model, key: t.Key}, nil
}

// option is what the rule's strategy must know of a target.
func (c *Call) option(r *routing.Rule, i int, to *candidate) routing.Option {
	o := routing.Option{Weight: r.Targets[i].Weight, Ready: true}
	if len(r.Targets) == 1 {
		return o
	}
	o.Ready = c.ready(to)
	switch r.Strategy {
	case routing.LeastLatency:
		o.Latency = c.latency(to)
	case routing.LeastCost:
		o.Cost = c.expectedCost(to)
	case routing.LeastBusy:
		o.Busy = to.provider.busy()
	case routing.Sticky:
		o.Name = routing.Hash(to.provider.Name) ^ routing.Hash(to.model)<<1 ^ routing.Hash(to.key)<<2
	}
	return o
}

// ready says whether the call could be sent there now: with a key that neither cools
// down nor fails.
func (c *Call) ready(to *candidate) bool {
	if c.brings(to.provider) {
		return true
	}
	mask, served := to.provider.eligible(to.model, c.pin(to), c, 0)
	return served && to.provider.keys.Ready(c.began.UnixNano(), mask)
}

func (c *Call) latency(to *candidate) time.Duration {
	return c.gateway.latencies.Of(to.provider.Name, to.model, c.Head.Stream, c.began)
}

// expectedCost is what the call is expected to cost there, in nano-dollars; -1 where
// no price is known.
func (c *Call) expectedCost(to *candidate) int64 {
	of := sold{provider: to.provider, model: to.model, own: to.model}
	price := c.gateway.priceFor(c.snapshot, &of, c.identity)
	if price == nil {
		return -1
	}
	expected := c.expected()
	return price.Cost(&expected)
}

// busy is the part of the provider's slots that is in use, with those who wait for one.
func (p *Provider) busy() float64 {
	busy, waiting, slots := p.pool.Stats()
	return float64(busy+waiting) / float64(max(slots, 1))
}

// stickiness is what stays with its target: the session, or else the end user; 0 for
// nothing.
func (c *Call) stickiness(r *routing.Rule) uint64 {
	if r.Strategy != routing.Sticky {
		return 0
	}
	of := cmp.Or(c.Session, c.User)
	if of == "" && !c.relays() {
		of = userInBody(c.Body)
	}
	if of == "" {
		return 0
	}
	return routing.Hash(of)
}

// ruleFallBacks adds the fallbacks of the call's rule, as far as the call may go there.
func (c *Call) ruleFallBacks() {
	for _, name := range c.rule.Fallbacks {
		p, model, err := c.snapshot.resolve(name, "")
		if err == nil && len(c.candidates) < maxCandidates && c.may(p, model) == nil {
			c.candidates = append(c.candidates, candidate{provider: p, model: model})
		}
	}
}
