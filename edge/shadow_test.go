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

// shadowed is a rule that sends a copy of each call to a model.
func shadowed(target string) config.RoutingRule {
	return config.RoutingRule{ID: "r", Name: "try it", Shadow: &config.Shadow{Percent: 100, Target: target}}
}

func TestAShadowIsSentToAnotherModelAndChargedToNobody(t *testing.T) {
	for _, stream := range []bool{false, true} {
		answer, shadow := everywhere(t), make(chan string, 1)
		other := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
			shadow <- string(x.BodyBytes)
			if stream {
				serveStream(streams["anthropic"])(x)
				return
			}
			x.JSON(200, wholeAnswers["anthropic"])
		})
		if stream {
			answer = upstreamtest.New(t, serveStream(streams["openai"]))
		}
		cfg := with(ruled(answer.URL, shadowed("anthropic/claude-sonnet-4-5")), "anthropic", func(p *config.Provider) { p.Network.BaseURL = other.URL })
		cfg.Governance.VirtualKeys = []config.VirtualKey{{
			ID: "vk-1", Value: "sk-bf-one", Providers: []config.VirtualKeyProvider{{Provider: "openai"}},
			RateLimit: config.RateLimit{RequestMaxLimit: 1, RequestResetDuration: "1h"},
		}}
		counts := memory.New(memory.Options{})
		t.Cleanup(func() { _ = counts.Close() })
		records := make(chan telemetry.Record, 2)
		d := openOptions(t, cfg, gateway.Options{Limits: counts, Hooks: gateway.Hooks{Done: func(r *telemetry.Record) { records <- *r }}})
		rest := ""
		if stream {
			rest = `,"stream":true`
		}
		res := d.chat(t, "openai", "openai", rest, "Authorization: Bearer sk-bf-one")
		require.Equal(t, 200, res.Status, res.Body)
		require.Equal(t, "openai", res.Header.Get("x-asbru-provider"))
		require.Contains(t, <-shadow, "claude-sonnet-4-5")

		call, copied := <-records, <-records
		require.False(t, call.Shadow)
		require.Equal(t, "vk-1", call.VirtualKeyID)
		require.True(t, copied.Shadow)
		require.Equal(t, "anthropic", copied.Provider)
		require.Equal(t, stream, copied.Stream)
		require.Empty(t, copied.VirtualKeyID)
		require.Equal(t, call.RequestID, copied.RequestID)
		require.Equal(t, "try it", copied.Detail.RuleName)
		require.Equal(t, call.RequestID.String(), copied.Detail.Parent)
		require.Positive(t, copied.CostNano)
		d.settled(t, `asbru_shadow_calls_total{outcome="answered"} 1`)
		require.NotContains(t, do(t, "GET", d.URL("/metrics"), "").Body, `asbru_requests_total{dialect="openai",model="claude`)
	}
}

func TestAShadowThatHangsOrFailsIsNobodysTrouble(t *testing.T) {
	asked := make(chan struct{}, 64)
	hold := make(chan struct{})
	hangs := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		asked <- struct{}{}
		<-hold
		x.Reset()
	})
	defer close(hold)
	cfg := with(ruled(everywhere(t).URL, shadowed("anthropic/m")), "anthropic", func(p *config.Provider) {
		p.Network.BaseURL = hangs.URL
		p.Concurrency.Concurrency = 2
	})
	d := start(t, cfg)
	for range 5 {
		require.Equal(t, 200, d.chat(t, "openai", "openai", "").Status)
	}
	<-asked
	<-asked
	d.settled(t, `asbru_shadow_calls_total{outcome="dropped"} 3`) // they take only slots that are free
	d.stop(t, 10*time.Second)
	require.Empty(t, asked)
}

func TestNoShadowIsCastOfWhatOneProviderKeepsOrOfWhatGotNowhere(t *testing.T) {
	up := everywhere(t)
	d := open(t, ruled(up.URL, shadowed("anthropic/m"), config.RoutingRule{}))
	d.post(t, "/v1/responses", `{"model":"openai/m","previous_response_id":"resp_1","input":"hi"}`)
	d.post(t, "/v1/chat/completions", `{"model":"nowhere/m","messages":[]}`)
	d.post(t, "/v1/images/generations", `{"model":"openai/m","prompt":"a cat"}`)
	require.NotContains(t, do(t, "GET", d.URL("/metrics"), "").Body, "asbru_shadow_calls_total{")
}
