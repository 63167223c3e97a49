package control

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/asbru-gateway/asbru/pkg/catalog"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/provider"
	"github.com/danielgtaylor/huma/v2"
)

func (c *Control) catalogRoutes() {
	huma.Register(c.api, at(http.MethodGet, "/api/providers/catalog", "list-known-providers", "List the providers that are known, and what each does"), c.knownProviders)
	huma.Register(c.api, at(http.MethodGet, "/api/models", "list-known-models", "List the models that the built-in catalogue names in full"), c.knownModels)
	huma.Register(c.api, at(http.MethodPost, "/api/pricing/force-sync", "sync-pricing", "Have every node fetch the catalogue of models now"), c.syncPricing)
}

// knownProvider is a row of the table of providers.
type knownProvider struct {
	Name       string   `json:"name"`
	Title      string   `json:"title"`
	BaseURL    string   `json:"base_url,omitempty" doc:"Its address; none where each user has another."`
	Example    string   `json:"example_base_url,omitempty" doc:"Such an address."`
	Dialects   []string `json:"dialects" doc:"The first is its own; bodies of callers of any of them pass as they are."`
	Operations []string `json:"operations"`
	KeyHeader  string   `json:"key_header,omitempty" doc:"The header that its key is sent in, where it is sent in one."`
	SignIn     string   `json:"other_sign_in,omitempty" doc:"Other ways to sign in than by a key's value."`
	KeyLess    bool     `json:"key_less" doc:"Whether it needs no key."`
	Refused    []string `json:"refused_fields,omitempty" doc:"Fields that it answers with an error: a call is refused, or made without them where drop_params is set."`
}

type knownProvidersOutput struct {
	Body struct {
		Providers []knownProvider `json:"providers"`
	}
}

func (*Control) knownProviders(context.Context, *struct{}) (*knownProvidersOutput, error) {
	out := &knownProvidersOutput{}
	for i := range provider.Table {
		p := &provider.Table[i]
		row := knownProvider{
			Name: p.Name, Title: p.Title, Example: p.Example, KeyHeader: p.Auth.Header, SignIn: p.SignIn, KeyLess: p.KeyLess,
			Dialects: []string{p.Dialect}, Operations: p.Ops.Names(),
		}
		if p.BaseURL != "" {
			row.BaseURL = p.BaseURL + p.Version
		}
		for _, also := range p.Also {
			row.Dialects = append(row.Dialects, also.Dialect)
		}
		if diet := p.Quirks.Diet; diet != nil {
			row.Refused = diet.Refused
		}
		out.Body.Providers = append(out.Body.Providers, row)
	}
	return out, nil
}

// knownModel is a model of the catalogue. Prices are in dollars for a million tokens.
type knownModel struct {
	Name      string   `json:"name"`
	Provider  string   `json:"provider"`
	Context   int64    `json:"context_window,omitempty" doc:"Tokens."`
	MaxOutput int64    `json:"max_output_tokens,omitempty" doc:"Tokens."`
	Can       []string `json:"can,omitempty"`
	Cannot    []string `json:"cannot,omitempty"`
	Input     float64  `json:"input_price,omitempty" doc:"Dollars for a million tokens."`
	CacheRead float64  `json:"cache_read_price,omitempty" doc:"Dollars for a million tokens."`
	Output    float64  `json:"output_price,omitempty" doc:"Dollars for a million tokens."`
}

type knownModelsInput struct {
	Provider string   `query:"provider" doc:"Of this provider alone."`
	Query    string   `query:"query" doc:"With this in their names."`
	Keys     []string `query:"keys" maxItems:"200" doc:"That one of these keys of providers serves, by id or by name, with commas between."`
	Limit    int      `query:"limit" minimum:"1" maximum:"10000" default:"1000"`
}

type knownModelsOutput struct {
	Body struct {
		Models []knownModel `json:"models"`
		Total  int          `json:"total" doc:"How many there are, with those beyond the limit."`
	}
}

func (c *Control) knownModels(ctx context.Context, in *knownModelsInput) (*knownModelsOutput, error) {
	served := func(string, string) bool { return true }
	if len(in.Keys) > 0 {
		cfg, err := c.NewestConfig(ctx)
		if err != nil {
			return nil, c.explain("read the configuration", err)
		}
		served = servedBy(cfg, in.Keys)
	}
	out := &knownModelsOutput{}
	out.Body.Models = []knownModel{}
	table := catalog.BuiltIn()
	for i := range provider.Table {
		name := provider.Table[i].Name
		if in.Provider != "" && in.Provider != name {
			continue
		}
		for _, model := range table.Names(name) {
			if !strings.Contains(model, in.Query) || !served(name, model) {
				continue
			}
			if out.Body.Total++; len(out.Body.Models) < in.Limit {
				out.Body.Models = append(out.Body.Models, knownModelOf(name, model, table.Model(name, model)))
			}
		}
	}
	return out, nil
}

// servedBy returns what says whether one of some keys, each named by its id or its name,
// serves a model of a provider.
func servedBy(cfg *config.Config, keys []string) func(provider, model string) bool {
	lists := map[string][]config.Allow{}
	for name, p := range cfg.Providers {
		for i := range p.Keys {
			if k := &p.Keys[i]; slices.Contains(keys, k.ID) || slices.Contains(keys, k.Name) {
				lists[name] = append(lists[name], cfg.Allow(k.Models, k.Blocked))
			}
		}
	}
	return func(provider, model string) bool {
		return slices.ContainsFunc(lists[provider], func(a config.Allow) bool { return a.Allows(model) })
	}
}

func knownModelOf(provider, name string, m *catalog.Model) knownModel {
	k := knownModel{Name: name, Provider: provider, Context: m.Context, MaxOutput: m.MaxOutput, Can: m.Can.Names(), Cannot: m.Cannot.Names()}
	if p := m.Price; p != nil {
		const one = 1e6 // of pico-dollars for a token
		k.Input, k.CacheRead, k.Output = float64(p.Input)/one, float64(p.CacheRead)/one, float64(p.Output)/one
	}
	return k
}

// syncPricing commits another time of fetching, which every node hears of as of any
// other change.
func (c *Control) syncPricing(ctx context.Context, in *Waiting) (*configOutput, error) {
	w := &writeConfig{Waiting: *in, Message: "fetch the catalogue of models"}
	return c.write(ctx, w, func(old *config.Document) (json.RawMessage, error) {
		patch, err := json.Marshal(map[string]any{"framework": map[string]any{"pricing": map[string]any{"synced_at": time.Now().UTC().Format(time.RFC3339Nano)}}})
		if err != nil {
			return nil, err
		}
		return old.Patched(patch)
	})
}
