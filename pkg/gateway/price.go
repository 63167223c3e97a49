package gateway

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/catalog"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/provider"
)

// Prices are what calls cost by a configuration, for who reckons after the fact. They do
// not change.
type Prices struct {
	gateway   Gateway
	snapshot  Snapshot
	providers map[string]*Provider
}

// NewPrices compiles the prices of a configuration that has been checked. What it does not
// state is as in the catalogue.
func NewPrices(cfg *config.Config, known *catalog.Live) *Prices {
	p := &Prices{gateway: Gateway{catalog: known}, providers: map[string]*Provider{}}
	p.snapshot.priced(cfg.Governance.PricingOverrides)
	for name := range cfg.Providers {
		pc := cfg.Providers[name]
		sells := &Provider{Provider: provider.Provider{Name: name}, prices: overridesOf(pc.PricingOverrides)}
		for i := range pc.Keys {
			k := &pc.Keys[i]
			sells.creds = append(sells.creds, credential{id: k.ID, name: k.Name, aliases: k.Aliases, prices: overridesOf(k.PricingOverrides)})
		}
		p.providers[name] = sells
	}
	return p
}

// Cost is what a usage costs in nano-dollars, of a model at a provider with a key, for a
// virtual key of an id; false where no price is known.
func (p *Prices) Cost(seller, model, key, virtualKey string, u *api.Usage) (int64, bool) {
	s := sold{provider: p.providers[seller], model: model, own: model}
	if s.provider == nil {
		s.provider = &Provider{Provider: provider.Provider{Name: seller}} // it is gone; what it sold may be known
	}
	for i := range s.provider.creds {
		if c := &s.provider.creds[i]; c.name == key {
			s.credential, s.own = c, c.upstreamModel(model)
		}
	}
	price := p.gateway.priceFor(&p.snapshot, &s, &Identity{ID: virtualKey})
	if price == nil {
		return 0, false
	}
	return price.Cost(u), true
}
