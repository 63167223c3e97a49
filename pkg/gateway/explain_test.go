package gateway_test

import (
	"context"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/limits"
	"github.com/asbru-gateway/asbru/pkg/limits/memory"
	"github.com/asbru-gateway/asbru/pkg/virtualkey"
	"github.com/stretchr/testify/require"
)

// governed is a gateway with rules, keys and limits, whose providers nobody can reach.
func governed(t *testing.T) *gateway.Gateway {
	t.Helper()
	cfg := config.Default()
	at := config.Network{BaseURL: "http://127.0.0.1:1"}
	cfg.Providers = map[string]config.Provider{
		"openai":    {Network: at, Keys: []config.Key{{Name: "main", Value: "sk-1", Weight: 1}, {Name: "small", Value: "sk-2", Weight: 1, Models: []string{"gpt-4o-mini"}}}},
		"anthropic": {Network: at, Keys: []config.Key{{Name: "claude", Value: "sk-3", Weight: 1}}},
	}
	off := false
	g := &cfg.Governance
	g.Customers = []config.Customer{{ID: "acme", Name: "Acme"}}
	g.Teams = []config.Team{{ID: "lab", CustomerID: "acme"}, {ID: "search", Name: "Search", ParentID: "lab", Budget: config.Budget{MaxLimit: 0.000001, ResetDuration: "1d"}}}
	g.VirtualKeys = []config.VirtualKey{
		{ID: "vk-1", Name: "search key", Value: "sk-bf-1", TeamID: "search", RateLimit: config.RateLimit{RequestMaxLimit: 10, RequestResetDuration: "1h"}},
		{ID: "vk-2", Value: "sk-bf-2", Providers: []config.VirtualKeyProvider{{Provider: "openai", KeyIDs: []string{"main"}}}},
		{ID: "vk-3", Value: "sk-bf-3", IsActive: &off},
	}
	g.RoutingRules = []config.RoutingRule{
		{ID: "night", Enabled: &off},
		{ID: "bad", CELExpression: `params["temperature"] + 1 > 1.5`},
		{
			ID: "premium", Name: "Premium", CELExpression: `headers["x-tier"] == "premium"`, Strategy: "least_cost", Fallbacks: []string{"openai/gpt-4o-mini"},
			Targets: []config.RoutingTarget{{Provider: "openai", Model: "gpt-4o"}, {Provider: "anthropic", Model: "claude-sonnet-4-5"}, {Provider: "anthropic", Model: "unpriced"}},
		},
		{ID: "team", CELExpression: `metadata["project"] == "x" && customer_name == "Acme"`, Scope: "team", ScopeID: "lab", DenyMessage: "Not for us."},
	}
	_, err := cfg.Validate()
	require.NoError(t, err)
	gw, err := gateway.New(t.Context(), cfg, gateway.Options{})
	require.NoError(t, err)
	t.Cleanup(gw.Close)
	return gw
}

func TestARequestIsExplainedWithoutAskingAProvider(t *testing.T) {
	g := governed(t)
	counts := memory.New(memory.Options{})
	defer func() { _ = counts.Close() }()
	e := g.Explain(t.Context(), &gateway.Question{
		KeyID: "vk-1", Headers: map[string]string{"X-Tier": "premium"},
		Body: []byte(`{"model":"openai/gpt-4o","temperature":"high","max_tokens":100,"messages":[{"role":"user","content":"hello"}],"fallbacks":["anthropic/other"]}`),
	}, counted{counts})
	require.Equal(t, "gpt-4o", e.Model)
	require.Equal(t, "openai", e.Provider)
	require.Equal(t, "chat_completion", e.RequestType)
	require.EqualValues(t, 135, e.EstimatedTokens)
	require.Equal(t, &gateway.ExplainedWho{VirtualKeyID: "vk-1", VirtualKey: "search key", TeamID: "search", Team: "Search", Above: []string{"lab"}, CustomerID: "acme", Customer: "Acme"}, e.Caller)

	var outcomes []string
	for _, r := range e.Rules {
		outcomes = append(outcomes, r.ID+" "+r.Outcome)
		require.Equal(t, r.Outcome == "error", r.Error != "")
	}
	require.Equal(t, []string{"team no_match", "night disabled", "bad error", "premium matched"}, outcomes)
	require.Equal(t, 3, e.Rules[0].Index)
	require.Equal(t, "Premium", e.Rule)
	require.Equal(t, "least_cost", e.Strategy)
	require.Len(t, e.Targets, 3)
	require.True(t, e.Targets[0].Ready)
	require.Positive(t, *e.Targets[0].CostNano)
	require.Less(t, *e.Targets[0].CostNano, *e.Targets[1].CostNano)
	require.Nil(t, e.Targets[2].CostNano)

	var to []string
	for _, c := range e.Candidates {
		to = append(to, c.From+" "+c.Provider+"/"+c.Model)
	}
	require.Equal(t, []string{"target openai/gpt-4o", "target anthropic/claude-sonnet-4-5", "target anthropic/unpriced", "fallback anthropic/other", "fallback openai/gpt-4o-mini"}, to)
	require.Equal(t, []gateway.ExplainedKey{{Name: "main", Eligible: true, Weight: 1}, {Name: "small", Why: "it does not serve the model", Weight: 1}}, e.Candidates[0].Keys)

	require.Len(t, e.Limits, 2)
	require.Equal(t, "vk:vk-1:requests", e.Limits[0].ID)
	require.True(t, e.Limits[0].Fits)
	require.EqualValues(t, 10, *e.Limits[0].Remaining)
	require.Equal(t, "team:search:money", e.Limits[1].ID)
	require.False(t, e.Limits[1].Fits)
	require.Len(t, e.Refusals, 1)
	require.Equal(t, "limits", e.Refusals[0].Stage)
	require.Equal(t, "budget_exceeded", e.Refusals[0].Code)
}

// counted reads the counts of a limiter in process.
type counted struct{ *memory.Limiter }

func (c counted) Usages(ctx context.Context, of []*limits.Limit) (all []limits.Usage, err error) {
	for _, l := range of {
		u, err := c.Usage(ctx, l)
		if err != nil {
			return nil, err
		}
		all = append(all, u)
	}
	return all, nil
}

func (counted) Reservations(context.Context, string, string, int) ([]limits.Reservation, string, error) {
	return nil, "", nil
}

func TestAnExplanationSaysWhyARequestWouldBeRefused(t *testing.T) {
	g := governed(t)
	for name, tc := range map[string]struct {
		question gateway.Question
		stage    string
		code     string
	}{
		"by a rule":                     {gateway.Question{Team: "search", Model: "openai/gpt-4o", Metadata: "project=x"}, "rules", "denied_by_rule"},
		"an unknown key":                {gateway.Question{KeyID: "vk-9", Model: "openai/gpt-4o"}, "caller", "virtual_key_not_found"},
		"a key switched off":            {gateway.Question{KeyID: "vk-3", Model: "openai/gpt-4o"}, "caller", "virtual_key_blocked"},
		"another provider":              {gateway.Question{KeyID: "vk-2", Model: "anthropic/x"}, "route", "provider_blocked"},
		"a key that may not be used":    {gateway.Question{KeyID: "vk-2", Model: "openai/gpt-4o", Headers: map[string]string{"x-asbru-key": "small"}}, "keys", "key_not_found"},
		"an unknown model":              {gateway.Question{Model: "mystery"}, "route", "model_not_found"},
		"what is not done":              {gateway.Question{Endpoint: "embedding", Model: "anthropic/x"}, "route", "operation_not_supported"},
		"no such endpoint":              {gateway.Question{Endpoint: "tea", Model: "openai/gpt-4o"}, "request", "operation_not_supported"},
		"no such dialect":               {gateway.Question{Dialect: "tea", Model: "openai/gpt-4o"}, "request", "operation_not_supported"},
		"a body that is none":           {gateway.Question{Body: []byte(`{"model":`)}, "request", "invalid_json"},
		"a stored key that has expired": {gateway.Question{Key: &virtualkey.Record{ID: "vk-7", Active: true, Expires: time.Unix(1, 0)}, Model: "openai/gpt-4o"}, "caller", "virtual_key_blocked"},
	} {
		e := g.Explain(t.Context(), &tc.question, nil)
		require.NotEmpty(t, e.Refusals, name)
		require.Equal(t, tc.stage, e.Refusals[0].Stage, name)
		require.Equal(t, tc.code, e.Refusals[0].Code, name)
	}
	require.Empty(t, g.Explain(t.Context(), &gateway.Question{Model: "openai/gpt-4o", Endpoint: "image_generation"}, nil).Refusals)
	require.Empty(t, g.Explain(t.Context(), &gateway.Question{Model: "gpt-4o", Endpoint: "responses", User: "ann"}, nil).Refusals)
}

func TestRequestsAreExplainedWhateverPluginsThereAre(t *testing.T) {
	cfg := config.Default()
	cfg.Plugins = []config.Plugin{{Name: "p", Kind: "that only nodes have", OnError: "deny"}}
	require.NoError(t, gateway.NewExplainer().Apply(cfg, 1))
	require.Len(t, cfg.Plugins, 1, "the configuration is another's, too")
}
