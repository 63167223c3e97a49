package control

import (
	"context"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/catalog"
	"github.com/asbru-gateway/asbru/pkg/gateway"
)

// modelDetail is a model as Bifrost describes it. Prices are in dollars for one token.
type modelDetail struct {
	Name         string            `json:"name"`
	Provider     string            `json:"provider"`
	Context      int64             `json:"context_length,omitempty" doc:"Tokens of a call."`
	MaxInput     int64             `json:"max_input_tokens,omitempty"`
	MaxOutput    int64             `json:"max_output_tokens,omitempty"`
	TokenPrices                    // of the catalogue
	Architecture modelArchitecture `json:"architecture"`
	Keys         []string          `json:"accessible_by_keys,omitempty" doc:"Those of the keys asked about that serve it."`
	Overridden   *TokenPrices      `json:"overridden_pricing,omitempty" doc:"The prices that the configuration gives it, where that gives it others."`
}

// TokenPrices are dollars for a token of each kind.
type TokenPrices struct {
	Input      float64 `json:"input_cost_per_token,omitempty"`
	Output     float64 `json:"output_cost_per_token,omitempty"`
	CacheWrite float64 `json:"cache_creation_input_token_cost,omitempty"`
	CacheRead  float64 `json:"cache_read_input_token_cost,omitempty"`
}

// modelArchitecture says what goes into a model and what comes out, in OpenRouter's words,
// as Bifrost has them.
type modelArchitecture struct {
	Modality string   `json:"modality" example:"text+image->text"`
	Input    []string `json:"input_modalities"`
	Output   []string `json:"output_modalities"`
}

type modelDetailsInput struct {
	ModelFilter
	Limit  int `query:"limit" minimum:"1" maximum:"1000" default:"20"`
	Offset int `query:"offset" minimum:"0" maximum:"1000000"`
}

type modelDetailsOutput struct {
	Body struct {
		Models []modelDetail `json:"models"`
		Total  int           `json:"total" doc:"How many there are, with those of other pages."`
	}
}

func (c *Control) modelDetails(ctx context.Context, in *modelDetailsInput) (*modelDetailsOutput, error) {
	cfg, err := c.NewestConfig(ctx)
	if err != nil {
		return nil, c.explain("read the configuration", err)
	}
	models := modelsThat(cfg, &in.ModelFilter)
	prices := gateway.NewPrices(cfg, &catalog.Live{})
	out := &modelDetailsOutput{}
	out.Body.Models, out.Body.Total = []modelDetail{}, len(models)
	models = models[min(in.Offset, len(models)):]
	for _, m := range models[:min(in.Limit, len(models))] {
		d := modelDetail{
			Name: m.name, Provider: m.provider, Keys: m.keys, Architecture: architectureOf(m.known.Can),
			Context: m.known.Context, MaxInput: m.known.Context, MaxOutput: m.known.MaxOutput,
		}
		if m.known.Price != nil {
			d.TokenPrices = pricesBy(func(u *api.Usage) int64 { return m.known.Price.Cost(u) })
		}
		inForce := pricesBy(func(u *api.Usage) int64 {
			cost, _ := prices.Cost(m.provider, m.name, "", "", u)
			return cost
		})
		if inForce != d.TokenPrices {
			d.Overridden = &inForce
		}
		out.Body.Models = append(out.Body.Models, d)
	}
	return out, nil
}

// pricesBy finds out what a token costs by asking for the cost of some, in nano-dollars.
// Prices are whole pico-dollars, so that of a thousand tokens it is exact, and so few are
// below the bound of any price for long calls.
func pricesBy(cost func(*api.Usage) int64) TokenPrices {
	const some = 1000
	nothing := cost(&api.Usage{})
	each := func(u api.Usage) float64 { return float64(cost(&u)-nothing) / some / 1e9 }
	return TokenPrices{
		Input: each(api.Usage{Input: some}), Output: each(api.Usage{Output: some}),
		CacheWrite: each(api.Usage{Input: some, CacheWrite: some}), CacheRead: each(api.Usage{Input: some, CacheRead: some}),
	}
}

func architectureOf(can catalog.Abilities) modelArchitecture {
	a := modelArchitecture{Input: []string{"text"}, Output: []string{"text"}}
	a.Input = append(a.Input, (can & (catalog.Image | catalog.Audio | catalog.Video | catalog.File)).Names()...)
	a.Modality = strings.Join(a.Input, "+") + "->" + strings.Join(a.Output, "+")
	return a
}
