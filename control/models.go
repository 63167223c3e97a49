package control

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/catalog"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/provider"
	"github.com/danielgtaylor/huma/v2"
)

func (c *Control) modelRoutes() {
	huma.Register(c.api, at(http.MethodGet, "/api/models", "list-known-models", "List the models that the built-in catalogue, or a provider's key, names in full"), c.knownModels)
	huma.Register(c.api, at(http.MethodGet, "/api/models/details", "list-model-details", "List these models with what a token of each costs, by the catalogue and by the configuration"), c.modelDetails)
	huma.Register(c.api, at(http.MethodGet, "/api/models/base", "list-base-models", "List the names of models, each once, without its date and whoever sells it"), c.baseModels)
	huma.Register(c.api, at(http.MethodGet, "/api/models/parameters", "get-model-parameters", "Show which parameters a model takes, and what it can"), c.modelParameters)
}

// ModelFilter narrows a list of models down.
type ModelFilter struct {
	Provider string   `query:"provider" doc:"Of this provider alone."`
	Query    string   `query:"query" doc:"With this in their names."`
	Keys     []string `query:"keys" maxItems:"200" doc:"That one of these keys of providers serves, by id or by name, with commas between."`
}

// listedModel is a model that has passed a filter.
type listedModel struct {
	provider, name string
	keys           []string       // those of the filter that serve it
	known          *catalog.Model // the catalogue's; an empty one, where it does not know it
}

// modelsThat are the models that pass a filter: the catalogue's, and those that the
// configuration names besides.
func modelsThat(cfg *config.Config, f *ModelFilter) []listedModel {
	table := catalog.BuiltIn()
	var models []listedModel
	for _, s := range sellersOf(cfg) {
		if f.Provider != "" && f.Provider != s.provider {
			continue
		}
		lists := listsOf(cfg, s.provider, f.Keys)
		for _, name := range s.names(cfg, table) {
			if !strings.Contains(name, f.Query) {
				continue
			}
			m := listedModel{provider: s.provider, name: name, known: table.Model(s.catalogue, name)}
			if m.known == nil {
				m.known = &catalog.Model{}
			}
			for _, l := range lists {
				if l.Allows(name) {
					m.keys = append(m.keys, l.key)
				}
			}
			if len(f.Keys) == 0 || m.keys != nil {
				models = append(models, m)
			}
		}
	}
	return models
}

// seller is a provider, and whose models the catalogue takes its for.
type seller struct{ provider, catalogue string }

// sellersOf are the built-in providers and, behind them, the configuration's own.
func sellersOf(cfg *config.Config) []seller {
	var sellers []seller
	for i := range provider.Table {
		name := provider.Table[i].Name
		sellers = append(sellers, seller{name, name})
	}
	for _, name := range slices.Sorted(maps.Keys(cfg.Providers)) {
		if custom := cfg.Providers[name].Custom; custom != nil {
			sellers = append(sellers, seller{name, custom.BaseProviderType})
		}
	}
	return sellers
}

// names are those of a provider's models, in order. Of one of the configuration's own they
// are what its keys name: it need not have all that its base has.
func (s seller) names(cfg *config.Config, table *catalog.Table) []string {
	var names []string
	if s.provider == s.catalogue {
		names = table.Names(s.provider)
	}
	for i := range cfg.Providers[s.provider].Keys {
		k := &cfg.Providers[s.provider].Keys[i]
		names = slices.AppendSeq(append(names, k.Models...), maps.Keys(k.Aliases))
	}
	slices.Sort(names)
	return slices.DeleteFunc(slices.Compact(names), func(name string) bool { return name == "*" })
}

// keyList is which models a key of a provider serves.
type keyList struct {
	config.Allow
	key string
}

// listsOf are those of some of a provider's keys, each named by its id or its name.
func listsOf(cfg *config.Config, of string, keys []string) []keyList {
	var lists []keyList
	p := cfg.Providers[of]
	for i := range p.Keys {
		k := &p.Keys[i]
		for _, named := range []string{k.ID, k.Name} {
			if named != "" && slices.Contains(keys, named) {
				lists = append(lists, keyList{cfg.Allow(k.Models, k.Blocked), named})
				break
			}
		}
	}
	return lists
}

// knownModel is a model of the catalogue. Prices are in dollars for a million tokens.
type knownModel struct {
	Name      string   `json:"name"`
	Provider  string   `json:"provider"`
	Keys      []string `json:"accessible_by_keys,omitempty" doc:"Those of the keys asked about that serve it."`
	Context   int64    `json:"context_window,omitempty" doc:"Tokens."`
	MaxOutput int64    `json:"max_output_tokens,omitempty" doc:"Tokens."`
	Can       []string `json:"can,omitempty"`
	Cannot    []string `json:"cannot,omitempty"`
	Input     float64  `json:"input_price,omitempty" doc:"Dollars for a million tokens."`
	CacheRead float64  `json:"cache_read_price,omitempty" doc:"Dollars for a million tokens."`
	Output    float64  `json:"output_price,omitempty" doc:"Dollars for a million tokens."`
}

type knownModelsInput struct {
	ModelFilter
	Limit int `query:"limit" minimum:"1" maximum:"10000" default:"1000"`
}

type knownModelsOutput struct {
	Body struct {
		Models []knownModel `json:"models"`
		Total  int          `json:"total" doc:"How many there are, with those beyond the limit."`
	}
}

func (c *Control) knownModels(ctx context.Context, in *knownModelsInput) (*knownModelsOutput, error) {
	cfg, err := c.NewestConfig(ctx)
	if err != nil {
		return nil, c.explain("read the configuration", err)
	}
	models := modelsThat(cfg, &in.ModelFilter)
	out := &knownModelsOutput{}
	out.Body.Models, out.Body.Total = []knownModel{}, len(models)
	for _, m := range models[:min(in.Limit, len(models))] {
		out.Body.Models = append(out.Body.Models, knownModelOf(&m))
	}
	return out, nil
}

func knownModelOf(m *listedModel) knownModel {
	k := knownModel{
		Name: m.name, Provider: m.provider, Keys: m.keys, Context: m.known.Context, MaxOutput: m.known.MaxOutput,
		Can: m.known.Can.Names(), Cannot: m.known.Cannot.Names(),
	}
	if p := m.known.Price; p != nil {
		const one = 1e6 // of pico-dollars for a token
		k.Input, k.CacheRead, k.Output = float64(p.Input)/one, float64(p.CacheRead)/one, float64(p.Output)/one
	}
	return k
}
