package edge_test

import (
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/limits/memory"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
	"github.com/stretchr/testify/require"
)

// spent is an answer to a call that used a thousand tokens each way.
const spent = `{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1000,"completion_tokens":1000,"total_tokens":2000}}`

func hello(model string) string {
	return `{"model":"` + model + `","max_tokens":1000,"messages":[{"role":"user","content":"hi"}]}`
}

func TestEachCallHasItsCost(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) { x.JSON(200, spent) })
	dollar := 1e-6
	cfg := over(up.URL)
	cfg = with(cfg, "openai", func(p *config.Provider) {
		p.Keys = []config.Key{{
			Name: "k", Value: "sk-1", Weight: 1, Aliases: map[string]string{"mine": "gpt-4o"},
			PricingOverrides: []config.PriceOverride{{ModelPattern: "gpt-4.1-key", Input: &dollar, Output: &dollar}},
		}}
		p.PricingOverrides = []config.PriceOverride{
			{ModelPattern: "gpt-4.1*", MatchType: config.MatchWildcard, Input: &dollar},
			{ModelPattern: "^o[0-9]$", MatchType: config.MatchRegex, Output: &dollar},
		}
	})
	call := 0.5
	cfg.Governance.VirtualKeys = []config.VirtualKey{{ID: "1", Name: "team", Value: "sk-bf-limited"}}
	cfg.Governance.PricingOverrides = []config.ScopedPrice{
		{Price: config.PriceOverride{ModelPattern: "*", MatchType: config.MatchWildcard, Call: &call}, VirtualKeyID: "team"},
		{Price: config.PriceOverride{ModelPattern: "gpt-4.1-any", Input: &call}},
		{Price: config.PriceOverride{ModelPattern: "only-here", Output: &dollar}},
		{Price: config.PriceOverride{ModelPattern: "no-such", Output: &dollar}, Provider: "anthropic"},
	}
	records := make(chan telemetry.Record, 1)
	d := openWith(t, cfg, gateway.Hooks{Done: func(r *telemetry.Record) { records <- *r }})
	for model, nano := range map[string]int64{
		"gpt-4o":      1000*2500 + 1000*10_000,
		"mine":        1000*2500 + 1000*10_000, // by the provider's own name
		"gpt-4.1-any": 1000 * 1000,
		"o3":          1000 * 1000,
		"gpt-4.1-key": 2000 * 1000, // the key's own price
		"only-here":   1000 * 1000,
		"no-such":     0,
	} {
		require.Equal(t, 200, d.post(t, "/v1/chat/completions", hello("openai/"+model)).Status)
		require.Equal(t, nano, (<-records).CostNano, model)
	}
	require.Equal(t, 200, d.post(t, "/v1/chat/completions", hello("openai/gpt-4.1-key"), limitedKey).Status)
	require.EqualValues(t, 500_000_000, (<-records).CostNano, "the caller's own price")
	d.settled(t, `asbru_cost_dollars_total{dialect="openai",model="gpt-4o",operation="chat",provider="openai"} 0.0125`)
}

func TestAVirtualKeySpendsNoMoreThanItsBudget(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) { x.JSON(200, spent) })
	cfg := over(up.URL)
	cfg.Governance.VirtualKeys = []config.VirtualKey{{
		ID: "1", Name: "team", Value: "sk-bf-limited", Budget: config.Budget{MaxLimit: 0.05, ResetDuration: "1M", CalendarAligned: true},
	}}
	limiter := memory.New(memory.Options{})
	d := startWith(t, cfg, gateway.Options{Limits: limiter})
	t.Cleanup(func() { d.stop(t, 5*time.Second) })
	for range 3 { // 0.0125 dollars each, and about 0.01 are reserved
		require.Equal(t, 200, d.post(t, "/v1/chat/completions", hello("openai/gpt-4o"), limitedKey).Status)
	}
	require.Eventually(t, func() bool {
		return d.post(t, "/v1/chat/completions", hello("openai/gpt-4o"), limitedKey).Status == 402
	}, 10*time.Second, time.Millisecond, "the fourth or, had it been reserved before the third was settled, the fifth")
	require.LessOrEqual(t, up.Hits(), 5)
	res := d.post(t, "/v1/chat/completions", hello("openai/gpt-4o"), limitedKey)
	code, message := errorOf(t, "openai", res)
	require.Equal(t, "budget_exceeded", code)
	require.Contains(t, message, "0.05")
	require.Equal(t, 200, d.post(t, "/v1/chat/completions", hello("openai/no-such"), limitedKey).Status, "what has no price costs nothing")
}
