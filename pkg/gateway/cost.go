package gateway

// Hot path.

import (
	"regexp"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/catalog"
	"github.com/asbru-gateway/asbru/pkg/config"
)

// override is a price of the configuration's for some of a provider's models.
type override struct {
	fits  func(model string) bool
	price catalog.Price
}

// overridesOf compiles a provider's prices. They have been checked.
func overridesOf(all []config.PriceOverride) []override {
	var out []override
	for i := range all {
		o := &all[i]
		out = append(out, override{modelMatch(o), priceOf(o)})
	}
	return out
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

// priceOf is the price that an override states. What it does not, costs what the
// kind costs that it is a part of.
func priceOf(o *config.PriceOverride) catalog.Price {
	pico := func(dollars *float64, instead int64) int64 {
		if dollars == nil {
			return instead
		}
		return catalog.PicoPerToken(*dollars)
	}
	var p catalog.Price
	p.Input, p.Output = pico(o.Input, 0), pico(o.Output, 0)
	p.CacheRead, p.CacheWrite = pico(o.CacheRead, p.Input), pico(o.CacheWrite, p.Input)
	p.AudioIn, p.AudioOut = pico(o.AudioIn, p.Input), pico(o.AudioOut, p.Output)
	p.Search = pico(o.Search, 0)
	return p
}

// price is what a model costs at the provider, by the caller's name for it or else
// by the provider's own; nil where it is not known.
func (p *Provider) price(model, own string) *catalog.Price {
	for i := range p.overrides {
		if o := &p.overrides[i]; o.fits(model) || own != model && o.fits(own) {
			return &o.price
		}
	}
	price := catalog.BuiltIn().Price(p.Name, model)
	if price == nil && own != model {
		price = catalog.BuiltIn().Price(p.Name, own)
	}
	return price
}

// costOf is what a usage costs at the call's present candidate, in nano-dollars; 0
// where the price is not known.
func (c *Call) costOf(u *api.Usage) int64 {
	if !u.Known || len(c.candidates) == 0 {
		return 0
	}
	to := &c.candidates[min(c.at, len(c.candidates)-1)]
	own := to.model
	if key := c.exchange.key; c.exchange.provider == to.provider && key >= 0 && key < len(to.provider.creds) {
		own = to.provider.creds[key].upstreamModel(own)
	}
	if price := to.provider.price(to.model, own); price != nil {
		return price.Cost(u)
	}
	return 0
}
