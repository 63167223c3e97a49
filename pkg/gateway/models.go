package gateway

import (
	"cmp"
	"sync"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/catalog"
)

// modelList is the merged model list of all providers, kept for a while: SDKs
// and editors ask for it far more often than it changes.
type modelList struct {
	mu     sync.Mutex
	models []api.Model
	until  time.Time
}

const (
	modelsKept    = 5 * time.Minute
	modelsRetried = 10 * time.Second // after a provider did not answer
)

func (l *modelList) forget() {
	l.mu.Lock()
	l.until = time.Time{}
	l.mu.Unlock()
}

// listModels answers with the models of all providers that the caller may use,
// as "provider/model". A provider that is down contributes the models its keys
// list by name; it does not fail the list.
func (c *Call) listModels() *api.Error {
	c.answer.Reset()
	c.request = &c.decoded
	wanted := c.wantedModel()
	for _, m := range c.gateway.allModels(c.snapshot) {
		provider, model, _ := c.snapshot.resolve(m.ID, "")
		if provider != nil && c.permits(provider.Name, model) == nil && (wanted == "" || wanted == m.ID) {
			c.answer.Models = append(c.answer.Models, m)
		}
	}
	if wanted != "" && len(c.answer.Models) == 0 {
		return api.Errorf(api.KindNotFound, "model_not_found", "There is no model %q here.", c.Head.Model)
	}
	c.Status = 200
	c.finishAnswer()
	return nil
}

// wantedModel returns the one model that is asked for as the list names it,
// "provider/model"; empty for the whole list.
func (c *Call) wantedModel() string {
	if c.Head.Model == "" {
		return ""
	}
	if p, model, err := c.snapshot.resolve(c.Head.Model, c.Home); err == nil {
		return p.Name + "/" + model
	}
	return c.Head.Model
}

func (g *Gateway) allModels(s *Snapshot) []api.Model {
	g.models.mu.Lock()
	defer g.models.mu.Unlock()
	if time.Now().Before(g.models.until) {
		return g.models.models
	}
	lists := make([][]api.Model, len(s.ordered))
	ok := make([]bool, len(s.ordered))
	var wg sync.WaitGroup
	for i, p := range s.ordered {
		wg.Go(func() { lists[i], ok[i] = g.modelsOf(s, p) })
	}
	wg.Wait()
	g.models.models = nil
	kept := modelsKept
	for i, list := range lists {
		g.models.models = append(g.models.models, list...)
		if !ok[i] {
			kept = modelsRetried
		}
	}
	g.models.until = time.Now().Add(kept)
	return g.models.models
}

// modelsTimeout bounds how long a slow provider can hold up the list.
const modelsTimeout = 3 * time.Second

// modelsOf asks one provider for its models.
func (g *Gateway) modelsOf(s *Snapshot, p *Provider) (models []api.Model, ok bool) {
	seen := map[string]bool{}
	add := func(m api.Model, own string) {
		if name := m.ID; !seen[name] {
			seen[name] = true
			g.describe(s, &sold{provider: p, model: name, own: own}, &m)
			m.ID = p.Name + "/" + name
			models = append(models, m)
		}
	}
	for i := range p.creds {
		for _, name := range p.creds[i].named {
			if name != "*" {
				add(api.Model{ID: name, OwnedBy: p.Name}, p.creds[i].upstreamModel(name))
			}
		}
		for alias, own := range p.creds[i].aliases {
			add(api.Model{ID: alias, OwnedBy: p.Name}, own)
		}
	}
	if !p.Ops.Has(api.OpModels) {
		for _, name := range g.catalog.Names(p.Name) {
			if p.servesAny(name) {
				add(api.Model{ID: name, OwnedBy: p.Name}, name)
			}
		}
		return models, true
	}
	c := g.Acquire()
	defer g.Release(c)
	c.gateway, c.snapshot, c.began = g, s, time.Now()
	c.Head.Op = api.OpModels
	c.deadline = c.began.Add(min(modelsTimeout, p.timeout))
	c.candidates = append(c.candidates, candidate{provider: p, model: ""})
	if err := c.attempt(); err != nil {
		g.log.Warn("model list not to be had", "provider", p.Name, "error", err.Message)
		return models, false
	}
	for _, m := range c.answer.Models {
		if p.servesAny(m.ID) {
			m.ID, m.DisplayName, m.OwnedBy = clone(m.ID), clone(m.DisplayName), clone(m.OwnedBy)
			add(m, m.ID)
		}
	}
	return models, true
}

// describe adds what the catalogue and the configuration know of a model.
func (g *Gateway) describe(s *Snapshot, as *sold, m *api.Model) {
	if price := g.priceFor(s, as, nil); price != nil {
		m.Prices = &api.TokenPrices{Input: price.Input, CacheRead: price.CacheRead, CacheWrite: price.CacheWrite, Output: price.Output}
	}
	known := g.known(as)
	if known == nil {
		return
	}
	m.InputLimit = cmp.Or(m.InputLimit, known.Context)
	m.OutputLimit = cmp.Or(m.OutputLimit, known.MaxOutput)
	const media = catalog.Image | catalog.Audio | catalog.Video | catalog.File
	m.Takes, m.Knows = (known.Can & media).Names(), (known.Can &^ media).Names()
}

func (p *Provider) servesAny(model string) bool {
	for i := range p.creds {
		if p.creds[i].serves(model) {
			return true
		}
	}
	return false
}

// clone copies a string that borrows from an answer's bytes.
func clone(s string) string { return string([]byte(s)) }
