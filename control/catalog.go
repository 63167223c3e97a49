package control

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/provider"
	"github.com/danielgtaylor/huma/v2"
)

func (c *Control) catalogRoutes() {
	huma.Register(c.api, at(http.MethodGet, "/api/providers/catalog", "list-known-providers", "List the providers that are known, and what each does"), c.knownProviders)
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
