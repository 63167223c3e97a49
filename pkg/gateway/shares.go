package gateway

// Hot path where virtual keys have weights for providers.

import (
	"strings"

	"github.com/asbru-gateway/asbru/pkg/catalog"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/routing"
)

// share makes candidates of the providers that the caller's key has weights for, if the
// call names a model and no provider: one by chance, and the others behind it, unless
// the caller names fallbacks of its own. Calls of one session stay with one provider. It
// reports whether there are any that have the model.
func (c *Call) share() bool {
	name := c.Head.Model
	if c.Head.Stateful || c.relays() || name == "" || !wellFormed(name) || c.snapshot.providers[c.Home] != nil {
		return false
	}
	if prefix, model, ok := strings.Cut(name, "/"); ok && model != "" && c.snapshot.providers[prefix] != nil {
		return false
	}
	var found [routing.MaxTargets]*Provider
	var options [routing.MaxTargets]routing.Option
	n := 0
	for i := range c.identity.providers {
		g := &c.identity.providers[i]
		p := c.snapshot.providers[g.provider]
		if p == nil || g.weight <= 0 || n == len(found) || !c.sells(p, g, name) || c.may(p, name) != nil {
			continue
		}
		options[n] = routing.Option{Weight: g.weight, Ready: true, Name: routing.Hash(p.Name)}
		if !c.brings(p) {
			mask, served := p.eligible(name, c.PinnedKey, c, 0)
			options[n].Ready = served && p.keys.Ready(c.began.UnixNano(), mask)
		}
		found[n] = p
		n++
	}
	var session uint64
	if c.Session != "" {
		session = routing.Hash(c.Session)
	}
	var order [routing.MaxTargets]uint8
	for _, i := range routing.Sticky.Order(options[:n], session, &order) {
		if len(c.candidates) > 0 && (len(c.Head.Fallbacks) > 0 || c.Fallbacks != "") || len(c.candidates) == maxCandidates {
			break
		}
		c.candidates = append(c.candidates, candidate{provider: found[i], model: name})
	}
	return n > 0
}

// sells says whether a provider is known to have a model: the virtual key, or one of the
// provider's keys, names it, or the catalogue does.
func (c *Call) sells(p *Provider, g *grant, model string) bool {
	return g.models.Names(model) || p.lists(model) || catalog.Owner(model) == p.Name || c.gateway.catalog.Model(p.Name, model) != nil
}

// weightOf is a provider's weight for a virtual key; 0 where the key has none for it.
func weightOf(provider string, weight *float64) float64 {
	if weight == nil || provider == config.EveryProvider {
		return 0
	}
	return *weight
}
