package gateway

// Hot path.

import (
	"cmp"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/catalog"
)

// candidate is a model at a provider that could answer the call.
type candidate struct {
	provider *Provider
	model    string
	key      string // name or id of the only key that is used, by a routing rule; "" for any
}

// pin is the name or id of the only key that is used for a candidate, "" for any.
func (c *Call) pin(to *candidate) string { return cmp.Or(to.key, c.PinnedKey) }

// maxCandidates bounds the fallbacks of one call, and so what one request can set off.
const maxCandidates = 8

// route turns the model's name, and those of the fallbacks, into candidates; or what
// a routing rule says instead.
func (c *Call) route() *api.Error {
	if c.snapshot.rules != nil {
		if done, err := c.steer(); done || err != nil {
			return err
		}
	}
	return c.routeAsNamed()
}

// routeAsNamed makes candidates of what the request names.
func (c *Call) routeAsNamed() *api.Error {
	if c.relays() {
		if done, err := c.routeRelay(); done || err != nil {
			return err
		}
	}
	if c.identity != nil && c.identity.weighted && c.share() {
		return c.fallBacks()
	}
	if err := c.candidate(c.Head.Model); err != nil {
		return err
	}
	return c.fallBacks()
}

// fallBacks adds the candidates to be tried when the first cannot answer.
func (c *Call) fallBacks() *api.Error {
	if c.Head.Stateful {
		return nil // no other provider can go on with what this one keeps
	}
	for _, name := range c.Head.Fallbacks {
		if err := c.candidate(name); err != nil {
			return err
		}
	}
	if c.Fallbacks != "" {
		for name := range strings.SplitSeq(c.Fallbacks, ",") {
			if err := c.candidate(strings.TrimSpace(name)); err != nil {
				return err
			}
		}
	}
	if c.rule != nil {
		c.ruleFallBacks()
	}
	return nil
}

func (c *Call) candidate(name string) *api.Error {
	if len(c.candidates) == maxCandidates {
		return api.Invalid("too_many_fallbacks", "fallbacks", "At most %d fallbacks can be named.", maxCandidates-1)
	}
	provider, model, err := c.snapshot.resolve(name, c.Home)
	if err != nil {
		return err
	}
	if err := c.may(provider, model); err != nil {
		return err
	}
	c.candidates = append(c.candidates, candidate{provider: provider, model: model})
	return nil
}

// may says whether the call may go to a model of a provider, and can.
func (c *Call) may(provider *Provider, model string) *api.Error {
	if err := c.permits(provider.Name, model); err != nil {
		return err
	}
	if !provider.allows(c.Head.Op, c.Head.Stream) || c.relays() && !provider.relaysFor(c) {
		return c.notDone(provider)
	}
	return nil
}

func (c *Call) notDone(p *Provider) *api.Error {
	if c.Head.Stream && p.allows(c.Head.Op, false) {
		return api.Errorf(api.KindUnsupported, "operation_not_supported", "Provider %s does not stream %s.", p.Name, c.Head.Op)
	}
	return api.Errorf(api.KindUnsupported, "operation_not_supported", "Provider %s does not do %s.", p.Name, c.Head.Op)
}

// resolve finds the provider that a model name means: "provider/model"; or a
// bare name that a key lists, that a well-known maker owns, that is asked for at
// the home provider's own path, or that can only mean the one provider there is.
func (s *Snapshot) resolve(name, home string) (*Provider, string, *api.Error) {
	if name == "" {
		return nil, "", api.Invalid("missing_model", "model", `No model was named. Use "provider/model".`)
	}
	if !wellFormed(name) {
		return nil, "", api.Invalid("invalid_model", "model", "The model's name holds control characters, or two dots in a row.")
	}
	if prefix, model, ok := strings.Cut(name, "/"); ok && model != "" {
		if p := s.providers[prefix]; p != nil {
			return p, model, nil
		}
	}
	if p := s.listed(name); p != nil {
		return p, name, nil
	}
	if p := s.providers[catalog.Owner(name)]; p != nil {
		return p, name, nil
	}
	prefix, _, slash := strings.Cut(name, "/")
	if p := s.providers[home]; p != nil && (!slash || prefix == "tunedModels" || strings.HasPrefix(prefix, arnPrefix)) { // Google's names for tuned models, AWS's for all
		return p, name, nil
	}
	if len(s.ordered) == 1 {
		return s.ordered[0], name, nil
	}
	if slash {
		return nil, "", api.Invalid("unknown_provider", "model", "There is no provider %q here, and no configured key lists the model %q. Configured providers: %s.", prefix, name, s.providerNames)
	}
	return nil, "", api.Errorf(api.KindNotFound, "model_not_found", `The model %q is not known. Name its provider, as in "provider/%s". Configured providers: %s.`, name, name, s.providerNames)
}

// listed returns the first provider, in the order of names, one of whose keys lists the model by name.
func (s *Snapshot) listed(model string) *Provider {
	if !s.anyListed {
		return nil
	}
	for _, p := range s.ordered {
		if p.lists(model) {
			return p
		}
	}
	return nil
}

// wellFormed refuses what has no place in a model's name and would have one
// elsewhere: control characters in a header; two dots in a path, which some
// provider's front may resolve although they are escaped.
func wellFormed(s string) bool {
	if strings.Contains(s, "..") {
		return false
	}
	for i := range len(s) {
		if s[i] < 0x20 || s[i] == 0x7f {
			return false
		}
	}
	return true
}
