package control

import (
	"context"
	"maps"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"
)

func (c *Control) allKeyRoutes() {
	huma.Register(c.api, at(http.MethodGet, "/api/keys", "list-keys", "List the keys of all providers"), c.allKeys)
	huma.Register(c.api, at(http.MethodGet, "/api/version", "get-version-name", "Show the version of this control"), c.version)
}

// ProviderKey is a key of a provider, by the names that others refer to it by.
type ProviderKey struct {
	KeyID    string   `json:"key_id"`
	Name     string   `json:"name"`
	Provider string   `json:"provider"`
	Models   []string `json:"models" doc:"Models that it serves; [\"*\"]: all."`
	Weight   float64  `json:"weight"`
	Enabled  bool     `json:"enabled"`
}

type allKeysOutput struct{ Body []ProviderKey }

func (c *Control) allKeys(ctx context.Context, _ *struct{}) (*allKeysOutput, error) {
	cfg, err := c.NewestConfig(ctx)
	if err != nil {
		return nil, c.explain("read the configuration", err)
	}
	out := &allKeysOutput{Body: []ProviderKey{}}
	for _, provider := range slices.Sorted(maps.Keys(cfg.Providers)) {
		for _, k := range cfg.Providers[provider].Keys {
			models := k.Models
			if len(models) == 0 && cfg.Version != 2 {
				models = []string{"*"}
			}
			out.Body = append(out.Body, ProviderKey{k.ID, k.Name, provider, append([]string{}, models...), k.Weight, k.IsEnabled()})
		}
	}
	return out, nil
}

type versionNameOutput struct{ Body string }

func (c *Control) version(context.Context, *struct{}) (*versionNameOutput, error) {
	return &versionNameOutput{c.o.Version}, nil
}
