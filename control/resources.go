package control

import (
	"context"
	"encoding/json"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/virtualkey"
	"github.com/danielgtaylor/huma/v2"
)

// resources are the parts of the configuration that are managed one by one.
func (c *Control) resources() []*resource {
	return []*resource{
		c.mcpResource(),
		c.pluginResource(),
		reportSchedules(),
		{
			path: "/api/guardrails", one: "guardrail", many: "guardrails", word: "guardrail", words: "guardrails",
			schema: "GuardrailRule", example: `{"id":"no-cards","name":"No card numbers","apply_to":"input","checks":[{"type":"pii","kinds":["card"],"action":"redact"}]}`,
			place: placed("guardrails", "rules"), key: "id", known: "name", unnamed: "guardrail-", lead: "guardrail-",
			filters: []string{"enabled", "apply_to"},
		},
		{
			path: "/api/providers", one: "provider", many: "providers", word: "provider", words: "providers",
			schema: "Provider", example: `{"provider":"openai","keys":[{"name":"main","value":"env.OPENAI_API_KEY","models":["*"],"weight":1}]}`,
			place: placed("providers"), key: "name", known: "provider", keyed: true, bare: true,
			shown: c.showStatus, added: map[string]*huma.Schema{
				"name":            {Type: "string", Description: "Its name."},
				"provider_status": {Type: "string", Enum: []any{"active", "error"}, Description: "error: no key of it can be used at the moment."},
			},
		},
		{
			path: "/api/providers/{provider}/keys", one: "key", many: "keys", word: "provider-key", words: "provider-keys",
			schema: "Key", example: `{"id":"second","value":"env.SECOND_KEY","models":["gpt-5-mini"],"weight":0.5}`,
			key: "id", known: "name", unnamed: "key-", lead: "key-", bare: true,
			place: func(in *Named) (list, within config.Path) {
				within = config.Path{"providers", in.Provider}
				return within.With("keys"), within
			},
			filters: []string{"name", "enabled"},
		},
		{
			path: "/api/governance/customers", one: "customer", many: "customers", word: "customer", words: "customers",
			schema: "Customer", example: `{"id":"acme","name":"Acme","budget":{"max_limit":1000,"reset_duration":"1M","calendar_aligned":true}}`,
			place: placed("governance", "customers"), key: "id", lead: "customer-",
			used: c.usedByKeys(ofCustomer), related: relations{c.withKeys(ofCustomer), withTeams},
			added: map[string]*huma.Schema{"virtual_keys": relatedKeys, "teams": relatedTeams},
		},
		{
			path: "/api/governance/teams", one: "team", many: "teams", word: "team", words: "teams",
			schema: "Team", example: `{"id":"search","name":"Search","budget":{"max_limit":100,"reset_duration":"1M"}}`,
			place: placed("governance", "teams"), key: "id", lead: "team-", ofTeams: true,
			filters: []string{"customer_id", "parent_id"},
			used:    c.usedByKeys(ofTeam), related: relations{c.withKeys(ofTeam)},
			added: map[string]*huma.Schema{"virtual_keys": relatedKeys},
		},
		{
			path: "/api/governance/users", one: "user", many: "users", word: "user", words: "users",
			schema: "User", example: `{"id":"ann","name":"Ann","email":"ann@example.com","tags":["on-call"]}`,
			place: placed("governance", "users"), key: "id", lead: "user-",
			filters: []string{"team_id", "email"},
			used:    c.usedByKeys(func(q *virtualkey.Query, id string) { q.UserID = id }),
		},
		{
			path: "/api/governance/model-configs", one: "model_config", many: "model_configs", word: "model-config", words: "model-configs",
			schema: "ModelConfig", example: `{"id":"gpt-5","model_name":"gpt-5","provider":"openai","rate_limit":{"request_max_limit":60,"request_reset_duration":"1m"}}`,
			place: placed("governance", "model_configs"), key: "id", unnamed: "model-config-", lead: "model-config-",
			filters: []string{"provider", "model_name"},
		},
		{
			path: "/api/governance/routing-rules", one: "rule", many: "rules", word: "routing-rule", words: "routing-rules",
			schema: "RoutingRule", example: `{"id":"short","name":"Short prompts","cel_expression":"model == \"gpt-5\"","targets":[{"provider":"openai","model":"gpt-5-mini","weight":1}],"priority":10}`,
			place: placed("governance", "routing_rules"), key: "id", known: "name", unnamed: "rule-", lead: "rule-",
			filters: []string{"scope", "scope_id", "enabled"},
		},
		{
			path: "/api/governance/providers", one: "provider", many: "providers", word: "provider-limit", words: "provider-limits",
			schema: "ProviderLimits", example: `{"budget":{"max_limit":500,"reset_duration":"1d"}}`,
			place: placed("governance", "providers"), key: "provider", known: "name", byPut: true,
		},
	}
}

// placed is the place of a list that stands in the configuration itself.
func placed(path ...any) func(*Named) (list, within config.Path) {
	return func(*Named) (list, within config.Path) { return path, nil }
}

// usedByKeys tells which virtual keys belong to something.
func (c *Control) usedByKeys(narrow func(q *virtualkey.Query, id string)) func(context.Context, string) ([]Detail, error) {
	const most = 20
	return func(ctx context.Context, id string) ([]Detail, error) {
		q := virtualkey.Query{Limit: most}
		narrow(&q, id)
		page, err := c.o.Keys.Page(ctx, q)
		var users []Detail
		for _, r := range page.Records {
			users = append(users, Detail{virtualKeysPath + "/" + r.ID, "the virtual key " + r.Name + " belongs to it"})
		}
		return users, err
	}
}

// showStatus says of a provider whether a key of it can be used.
func (c *Control) showStatus(_ *Named, key string, members map[string]json.RawMessage) {
	status := `"active"`
	var keys []struct{ Enabled *bool }
	if json.Unmarshal(members["keys"], &keys) == nil && len(keys) > 0 { // without keys, it needs none, or signs in by the machine
		status = `"error"`
		for _, k := range keys {
			if k.Enabled == nil || *k.Enabled {
				status = `"active"`
			}
		}
	}
	if c.allBroken(key) {
		status = `"error"`
	}
	members["provider_status"] = json.RawMessage(status)
}

// allBroken says whether every node that tells of a provider's keys has taken all of
// them out of use.
func (c *Control) allBroken(provider string) bool {
	told := false
	for _, n := range c.o.Nodes.List() {
		for _, p := range n.Providers {
			if p.Name != provider {
				continue
			}
			for _, k := range p.Keys {
				if told = true; !k.Broken {
					return false
				}
			}
		}
	}
	return told
}
