package gateway

// Hot path.

import (
	"regexp"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/catalog"
	"github.com/asbru-gateway/asbru/pkg/config"
)

// override is a price of the configuration's for some models.
type override struct {
	fits       func(model string) bool
	price      *catalog.Price
	provider   string // "" for all
	virtualKey string // id or name; "" for all
}

// overridesOf compiles prices, which have been checked.
func overridesOf(all []config.PriceOverride) []override {
	var out []override
	for i := range all {
		out = append(out, overrideOf(&all[i]))
	}
	return out
}

func overrideOf(o *config.PriceOverride) override {
	return override{fits: modelMatch(o), price: priceOf(o)}
}

func modelMatch(o *config.PriceOverride) func(model string) bool {
	switch o.MatchType {
	case config.MatchRegex:
		return regexp.MustCompile(o.ModelPattern).MatchString
	case config.MatchWildcard:
		return catalog.NewPattern(o.ModelPattern).Fits
	}
	return func(model string) bool { return model == o.ModelPattern }
}

// priceOf is the price that an override states; of one that states nothing, a price
// of zero.
func priceOf(o *config.PriceOverride) *catalog.Price {
	const million = 1e6
	var all []catalog.Stated
	for _, s := range [...]struct {
		name  string
		said  *float64
		times float64
	}{
		{"in", o.Input, million},
		{"cached", o.CacheRead, million},
		{"write", o.CacheWrite, million},
		{"audioin", o.AudioIn, million},
		{"imagein", o.ImageIn, million},
		{"out", o.Output, million},
		{"reason", o.Reasoning, million},
		{"audioout", o.AudioOut, million},
		{"imageout", o.ImageOut, million},
		{"image", o.Image, 1},
		{"call", o.Call, 1},
		{"unit", o.Unit, 1},
	} {
		if s.said != nil {
			all = append(all, catalog.Stated{Name: s.name, Dollars: *s.said * s.times})
		}
	}
	price, err := catalog.NewPrice(all)
	if err != nil || price == nil { // the configuration's check has bounded them
		return &catalog.Price{}
	}
	return price
}

// priced compiles the prices that are no provider's or key's own.
func (s *Snapshot) priced(all []config.ScopedPrice) {
	for i := range all {
		o := overrideOf(&all[i].Price)
		o.provider, o.virtualKey = all[i].Provider, all[i].VirtualKeyID
		if o.virtualKey != "" {
			s.callersPrices = append(s.callersPrices, o)
		} else {
			s.prices = append(s.prices, o)
		}
	}
}

// sold is a model as it is asked for: at a provider, by the caller's name for it and
// the provider's own, with a key.
type sold struct {
	provider   *Provider
	credential *credential // nil while none is chosen
	model, own string
}

// sold returns what the call asks its present candidate for.
func (c *Call) sold() sold {
	to := &c.candidates[min(c.at, len(c.candidates)-1)]
	s := sold{provider: to.provider, model: to.model, own: to.model}
	if key := c.exchange.key; c.exchange.provider == to.provider && key >= 0 && key < len(to.provider.creds) {
		s.credential = &to.provider.creds[key]
		s.own = s.credential.upstreamModel(to.model)
	}
	return s
}

// known returns what the catalogue knows of a model; nil for nothing.
func (g *Gateway) known(s *sold) *catalog.Model {
	m := g.catalog.Model(s.provider.Name, s.model)
	if m == nil && s.own != s.model {
		m = g.catalog.Model(s.provider.Name, s.own)
	}
	return m
}

// find returns the first price that fits; nil for none.
func find(all []override, s *sold, id *Identity) *catalog.Price {
	for i := range all {
		o := &all[i]
		switch {
		case o.provider != "" && o.provider != s.provider.Name:
		case o.virtualKey != "" && (id == nil || o.virtualKey != id.ID && o.virtualKey != id.Name):
		case o.fits(s.model), s.own != s.model && o.fits(s.own):
			return o.price
		}
	}
	return nil
}

// priceFor is what a caller pays for a model: the configuration's price for the
// caller, the key, the provider, or all; else the catalogue's; nil where none is known.
func (g *Gateway) priceFor(snapshot *Snapshot, s *sold, id *Identity) *catalog.Price {
	if p := find(snapshot.callersPrices, s, id); p != nil {
		return p
	}
	if s.credential != nil {
		if p := find(s.credential.prices, s, id); p != nil {
			return p
		}
	}
	if p := find(s.provider.prices, s, id); p != nil {
		return p
	}
	if p := find(snapshot.prices, s, id); p != nil {
		return p
	}
	if m := g.known(s); m != nil {
		return m.Price
	}
	return nil
}

// costOf is what a usage costs at the call's present candidate, in nano-dollars; 0
// where the price is not known.
func (c *Call) costOf(u *api.Usage) int64 {
	if !u.Known || len(c.candidates) == 0 {
		return 0
	}
	s := c.sold()
	if price := c.gateway.priceFor(c.snapshot, &s, c.identity); price != nil {
		return price.Cost(u)
	}
	return 0
}
