package edge_test

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/limits"
	"github.com/asbru-gateway/asbru/pkg/limits/memory"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
)

// TestACachedAnswerCostsWhatIsConfigured holds, for calls in any order of which some are
// answered out of the cache, that what budgets count is what the records add up to: with
// free what the provider was asked for, with full each call.
func TestACachedAnswerCostsWhatIsConfigured(t *testing.T) {
	const each = 3_000_000 // nano-dollars
	for how, costs := range map[string]func(calls, asked int) int{
		"free": func(_, asked int) int { return asked },
		"full": func(calls, _ int) int { return calls },
	} {
		t.Run(how, func(t *testing.T) {
			up := upstreamtest.New(t, func(x *upstreamtest.Exchange) { x.JSON(200, wholeAnswers["openai"]) })
			cfg, counts, price := over(up.URL), memory.New(memory.Options{}), each/1e9
			cfg.Cache = config.Cache{Enabled: true, OnCached: how}
			cfg.Governance.PricingOverrides = []config.ScopedPrice{{Price: config.PriceOverride{ModelPattern: "*", MatchType: "wildcard", Call: &price}}}
			budget := config.Budget{MaxLimit: 1000, ResetDuration: "1h"}
			cfg.Governance.Teams = []config.Team{{ID: "t", Budget: budget}}
			cfg.Governance.VirtualKeys = []config.VirtualKey{{ID: "1", Value: "sk-bf-cached", TeamID: "t", Budget: budget}}
			var recorded atomic.Int64
			d := startWith(t, cfg, gateway.Options{Limits: counts, Hooks: gateway.Hooks{Done: func(r *telemetry.Record) {
				recorded.Add(r.CostNano)
			}}})
			t.Cleanup(func() { d.stop(t, 5*time.Second) })
			calls, asked := 0, map[int]bool{}
			rapid.Check(t, func(rt *rapid.T) {
				for _, which := range rapid.SliceOfN(rapid.IntRange(0, 40), 1, 4).Draw(rt, "requests") {
					body := fmt.Sprintf(`{"model":"openai/m","messages":[{"role":"user","content":"number %d"}]}`, which)
					answer := d.post(t, "/v1/chat/completions", body, "Authorization: Bearer sk-bf-cached")
					require.Equal(rt, 200, answer.Status, answer.Body)
					require.Equal(rt, asked[which], answer.Header.Get("x-asbru-cache") == "hit")
					calls, asked[which] = calls+1, true
				}
				want := int64(costs(calls, len(asked)) * each)
				for _, id := range []string{"vk:1:money", "team:t:money"} {
					require.Eventually(rt, func() bool { // it is settled behind the answer
						u, err := counts.Usage(t.Context(), &limits.Limit{ID: id, Kind: limits.Money, Max: 1000e9, Period: time.Hour})
						return err == nil && u.Used == want && u.Held == 0
					}, patience, time.Millisecond, id)
				}
				require.Eventually(rt, func() bool { return recorded.Load() == want }, patience, time.Millisecond, "the ledger's sum is the count")
			})
		})
	}
}
