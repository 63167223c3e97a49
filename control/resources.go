package control

import (
	"encoding/json"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/danielgtaylor/huma/v2"
)

// resources are the parts of the configuration that are managed one by one.
func (c *Control) resources() []*resource {
	named := map[string]*huma.Schema{"name": {Type: "string", Description: "Its name."}}
	return []*resource{
		{
			path: "/api/providers", one: "provider", many: "providers", word: "provider", words: "providers",
			schema: "Provider", place: within("providers"), key: "name", known: "provider", keyed: true, bare: true,
			added: named,
		},
		{
			path: "/api/providers/{provider}/keys", one: "key", many: "keys", word: "provider-key", words: "provider-keys",
			schema: "Key", key: "id", known: "name", unnamed: "key-", lead: "key-", bare: true,
			place: func(in *Named) (list, within config.Path) {
				within = config.Path{"providers", in.Provider}
				return within.With("keys"), within
			},
			filters: []string{"name", "enabled"},
		},
	}
}

// within is the place of a list that stands in the configuration itself.
func within(path ...any) func(*Named) (list, within config.Path) {
	return func(*Named) (list, within config.Path) { return path, nil }
}
