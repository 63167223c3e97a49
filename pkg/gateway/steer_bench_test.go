package gateway

import (
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/dialect/codecs"
	"github.com/stretchr/testify/require"
)

// BenchmarkRoute is what it costs to find where a call goes: without rules, and with
// ten of which the last one holds.
func BenchmarkRoute(b *testing.B) {
	rule := config.RoutingRule{CELExpression: `headers["x-tier"] == "premium" || model.startsWith("claude")`}
	last := config.RoutingRule{CELExpression: `model == "gpt-4o"`, Strategy: "least_cost", Targets: []config.RoutingTarget{
		{Provider: "openai"}, {Provider: "anthropic", Model: "claude-sonnet-4-5"},
	}}
	var ten []config.RoutingRule
	for range 9 {
		ten = append(ten, rule)
	}
	for _, bm := range []struct {
		name  string
		rules []config.RoutingRule
	}{{"no rules", nil}, {"one that holds", []config.RoutingRule{last}}, {"the last of ten holds", append(ten, last)}} {
		cfg := config.Default()
		cfg.Providers = map[string]config.Provider{
			"openai": {Keys: []config.Key{{Value: "sk-1", Weight: 1}}}, "anthropic": {Keys: []config.Key{{Value: "sk-2", Weight: 1}}},
		}
		cfg.Governance.RoutingRules = bm.rules
		g := prepared(cfg, Options{})
		require.NoError(b, g.Apply(cfg))
		c := g.Acquire()
		client := &asked{headers: map[string]string{"x-tier": "basic"}}
		b.Run(bm.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c.gateway, c.snapshot, c.began, c.In, c.Client = g, g.snapshot.Load(), time.Unix(1, 0), codecs.OpenAI, client
				c.Head.Op, c.Head.Model = api.OpChat, "openai/gpt-4o"
				if err := c.route(); err != nil {
					b.Fatal(err)
				}
				c.reset()
			}
		})
	}
}

// What is told of a rule's choice lies in one piece with what is told of the rule.
func TestACallThatARuleDecidesAllocatesItsDetailAndNothingElse(t *testing.T) {
	for name, tc := range map[string]struct {
		targets []config.RoutingTarget
		most    float64
	}{
		"no rule":     {nil, 0},
		"one target":  {[]config.RoutingTarget{{Provider: "openai"}}, 1},
		"two targets": {[]config.RoutingTarget{{Provider: "openai"}, {Provider: "anthropic", Model: "claude-sonnet-4-5"}}, 1},
	} {
		cfg := config.Default()
		cfg.Providers = map[string]config.Provider{
			"openai": {Keys: []config.Key{{Value: "sk-1", Weight: 1}}}, "anthropic": {Keys: []config.Key{{Value: "sk-2", Weight: 1}}},
		}
		if tc.targets != nil {
			cfg.Governance.RoutingRules = []config.RoutingRule{{ID: "all", Strategy: "least_busy", Targets: tc.targets}}
		}
		g := prepared(cfg, Options{})
		require.NoError(t, g.Apply(cfg))
		c := g.Acquire()
		route := func() {
			c.gateway, c.snapshot, c.began, c.In = g, g.snapshot.Load(), time.Unix(1, 0), codecs.OpenAI
			c.Head.Op, c.Head.Model = api.OpChat, "openai/gpt-4o"
			if err := c.route(); err != nil {
				t.Fatal(err)
			}
			c.detailed()
			c.reset()
		}
		require.LessOrEqual(t, testing.AllocsPerRun(100, route), tc.most, name)
	}
}
