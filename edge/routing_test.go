package edge_test

import (
	"strings"
	"testing"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/limits/memory"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
	"github.com/stretchr/testify/require"
)

// everywhere starts an upstream for all providers, which answers each in its dialect.
func everywhere(t *testing.T, fails ...string) *upstreamtest.Server {
	t.Helper()
	return upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		name := "openai"
		switch {
		case strings.Contains(x.RequestURI, "/messages"):
			name = "anthropic"
		case strings.Contains(x.RequestURI, ":generateContent"):
			name = "gemini"
		}
		for _, f := range fails {
			if f == name {
				x.JSON(503, `{"error":{"message":"down"}}`)
				return
			}
		}
		x.JSON(200, wholeAnswers[name])
	})
}

// ruled is a configuration with rules.
func ruled(url string, rules ...config.RoutingRule) *config.Config {
	cfg := over(url)
	cfg.Governance.RoutingRules = rules
	return cfg
}

func to(targets ...string) (all []config.RoutingTarget) {
	for _, t := range targets {
		provider, model, _ := strings.Cut(t, "/")
		all = append(all, config.RoutingTarget{Provider: provider, Model: model})
	}
	return all
}

func TestARuleSendsCallsElsewhere(t *testing.T) {
	records := make(chan telemetry.Record, 8)
	d := openWith(t, ruled(everywhere(t).URL,
		config.RoutingRule{ID: "r-1", Name: "premium", CELExpression: `headers["x-tier"] == "premium"`, Targets: to("anthropic/claude")},
		config.RoutingRule{ID: "r-2", CELExpression: `params["temperature"] > 1.5 || params["q"] == "x"`, Targets: to("gemini/")},
		config.RoutingRule{ID: "r-3", CELExpression: `model == "fast"`, Targets: to("/gemini/flash")},
		config.RoutingRule{ID: "r-4", CELExpression: `metadata["project"] == "search" && request_type == "chat_completion"`, Targets: to("/other")},
	), gateway.Hooks{Done: func(r *telemetry.Record) { records <- *r }})
	for _, tc := range []struct {
		provider, rest, header, rule, at string
	}{
		{"openai", "", "x-tier: premium", "premium", "anthropic/claude"},
		{"openai", "", "x-tier: basic", "", "openai/m"},
		{"openai", `,"temperature":1.8`, "x-a: b", "r-2", "gemini/m"},
		{"openai", "", "x-asbru-metadata: team=a, Project=search", "r-4", "openai/other"},
	} {
		res := d.chat(t, "openai", tc.provider, tc.rest, tc.header)
		require.Equal(t, 200, res.Status, res.Body)
		require.Equal(t, tc.rule, res.Header.Get("x-asbru-rule"))
		require.Equal(t, tc.at, res.Header.Get("x-asbru-provider")+"/"+res.Header.Get("x-asbru-model"))
		if r := <-records; tc.rule != "" {
			require.Contains(t, []string{r.Detail.RuleID, r.Detail.RuleName}, tc.rule)
		}
	}

	body := `{"model":"fast","messages":[{"role":"user","content":"hi"}]}`
	res := d.post(t, "/v1/chat/completions", body)
	require.Equal(t, "gemini/flash", res.Header.Get("x-asbru-provider")+"/"+res.Header.Get("x-asbru-model"), "a name that only a rule knows")
	res = d.post(t, "/v1/chat/completions?Q=x", strings.Replace(body, "fast", "openai/m", 1))
	require.Equal(t, "r-2", res.Header.Get("x-asbru-rule"), "a parameter of the query")
}

func TestTheRecordOfACallTellsHowARuleHasChosen(t *testing.T) {
	records := make(chan telemetry.Record, 8)
	cfg := ruled(everywhere(t).URL,
		config.RoutingRule{ID: "many", CELExpression: `model == "m"`, Targets: to("anthropic/claude", "gemini/", "openai/gpt"), Strategy: "least_busy"},
		config.RoutingRule{ID: "one", CELExpression: `model == "n"`, Targets: to("gemini/flash")},
		config.RoutingRule{ID: "no", CELExpression: `model == "closed"`, DenyMessage: "Closed."},
	)
	cfg.Governance.VirtualKeys = []config.VirtualKey{{ID: "vk-1", Name: "search", Value: "sk-bf-one", Providers: []config.VirtualKeyProvider{{Provider: "openai"}, {Provider: "gemini"}}}}
	d := openWith(t, cfg, gateway.Hooks{Done: func(r *telemetry.Record) { records <- *r }})
	choice := func(model string) *telemetry.Choice {
		d.post(t, "/v1/chat/completions", `{"model":"`+model+`","messages":[{"role":"user","content":"hi"}]}`, "Authorization: Bearer sk-bf-one")
		r := <-records
		if r.Detail == nil {
			return nil
		}
		return r.Detail.Choice
	}
	c := choice("openai/m")
	require.Equal(t, "openai/m", c.Asked.String())
	require.Equal(t, "least_busy", c.Strategy)
	require.Len(t, c.Options, 3)
	blocked, asCalled, named := c.Options[0], c.Options[1], c.Options[2]
	require.Equal(t, telemetry.Option{Provider: "anthropic", Model: "claude", Weight: 1, Refused: "provider_blocked", CostNano: -1, Busy: -1}, blocked)
	require.Equal(t, "gemini", asCalled.Provider)
	require.Empty(t, asCalled.Model, "the call named it")
	require.True(t, asCalled.Ready)
	require.GreaterOrEqual(t, asCalled.Busy, 0.0)
	require.ElementsMatch(t, []int{1, 2}, []int{asCalled.Place, named.Place})

	c = choice("openai/n")
	require.Equal(t, []telemetry.Option{{Provider: "gemini", Model: "flash", Weight: 1, Ready: true, CostNano: -1, Busy: -1, Place: 1}}, c.Options)
	c = choice("openai/closed")
	require.Equal(t, "openai/closed", c.Asked.String())
	require.Empty(t, c.Options)
	require.Nil(t, choice("openai/other"), "no rule has decided")
}

func TestARuleRefusesCalls(t *testing.T) {
	up := everywhere(t)
	d := open(t, ruled(up.URL, config.RoutingRule{ID: "no", CELExpression: `estimated_tokens > 5000`, DenyMessage: "Too long for us."}))
	res := d.chat(t, "openai", "openai", `,"max_tokens":9999`)
	require.Equal(t, 403, res.Status)
	require.Contains(t, res.Body, `"denied_by_rule"`)
	require.Contains(t, res.Body, "Too long for us.")
	require.Equal(t, "no", res.Header.Get("x-asbru-rule"))
	require.Zero(t, up.Hits())
	require.Equal(t, 200, d.chat(t, "openai", "openai", "").Status)
}

func TestARuleDoesNotLetACallerGoWhereItMayNot(t *testing.T) {
	up := everywhere(t)
	cfg := ruled(up.URL,
		config.RoutingRule{ID: "one", CELExpression: `model == "m"`, Targets: to("anthropic/claude")},
		config.RoutingRule{ID: "two", CELExpression: `model == "n"`, Targets: to("anthropic/claude", "gemini/flash"), Strategy: "priority"},
	)
	cfg.Governance.VirtualKeys = []config.VirtualKey{{ID: "vk-1", Name: "search", Value: "sk-bf-one", Providers: []config.VirtualKeyProvider{{Provider: "openai"}, {Provider: "gemini"}}}}
	d := open(t, cfg)
	res := d.chat(t, "openai", "openai", "", "Authorization: Bearer sk-bf-one")
	require.Equal(t, 403, res.Status)
	require.Contains(t, res.Body, "provider_blocked")
	require.Zero(t, up.Hits())
	res = d.post(t, "/v1/chat/completions", `{"model":"openai/n","messages":[{"role":"user","content":"hi"}]}`, "Authorization: Bearer sk-bf-one")
	require.Equal(t, "gemini", res.Header.Get("x-asbru-provider"), "another of the rule's targets, which it may use")
	require.Equal(t, "1", res.Header.Get("x-asbru-attempts"))
}

func TestWhenATargetFailsTheOthersAndTheFallbacksAreTried(t *testing.T) {
	d := open(t, ruled(everywhere(t, "anthropic", "gemini").URL, config.RoutingRule{
		ID: "r", Targets: to("anthropic/a", "gemini/b"), Strategy: "priority", Fallbacks: []string{"openai/c"},
	}))
	res := d.chat(t, "openai", "openai", "")
	require.Equal(t, 200, res.Status, res.Body)
	require.Equal(t, "openai/c", res.Header.Get("x-asbru-provider")+"/"+res.Header.Get("x-asbru-model"))
	require.Equal(t, "3", res.Header.Get("x-asbru-attempts"))
}

func TestARulePinsAKey(t *testing.T) {
	cfg := with(ruled(everywhere(t).URL, config.RoutingRule{ID: "r", CELExpression: `headers["x-key"] != ""`, Targets: []config.RoutingTarget{{Provider: "openai", KeyID: "second"}}}),
		"openai", func(p *config.Provider) {
			p.Keys = append(p.Keys, config.Key{Name: "second", Value: "sk-2", Models: []string{"m"}})
		})
	d := open(t, cfg)
	for range 5 {
		require.Equal(t, "second", d.chat(t, "openai", "openai", "", "x-key: 1").Header.Get("x-asbru-key"))
	}
	res := d.post(t, "/v1/chat/completions", `{"model":"openai/unknown","messages":[{"role":"user","content":"hi"}]}`, "x-key: 1")
	require.Equal(t, 502, res.Status)
	require.Contains(t, res.Body, "no_provider_key")
}

func TestRulesGoByWhatIsUsedOfACallersLimits(t *testing.T) {
	cfg := ruled(everywhere(t).URL, config.RoutingRule{ID: "spare", CELExpression: `request >= 50`, Targets: to("gemini/flash")})
	cfg.Governance.VirtualKeys = []config.VirtualKey{{ID: "vk-1", Value: "sk-bf-one", RateLimit: config.RateLimit{RequestMaxLimit: 4, RequestResetDuration: "1h"}}}
	counts := memory.New(memory.Options{})
	t.Cleanup(func() { _ = counts.Close() })
	d := openOptions(t, cfg, gateway.Options{Limits: counts})
	var went []string
	for range 4 {
		went = append(went, d.chat(t, "openai", "openai", "", "Authorization: Bearer sk-bf-one").Header.Get("x-asbru-provider"))
	}
	require.Equal(t, []string{"openai", "openai", "gemini", "gemini"}, went)
}

func TestARuleThatFailsIsCountedAndPassedOver(t *testing.T) {
	d := open(t, ruled(everywhere(t).URL, config.RoutingRule{ID: "bad", CELExpression: `params["model"] + 1 > 2`}))
	require.Equal(t, 200, d.chat(t, "openai", "openai", "").Status)
	require.Contains(t, do(t, "GET", d.URL("/metrics"), "").Body, `asbru_routing_rule_errors_total{rule="bad"} 1`)
}

func TestAConversationThatOneProviderKeepsIsNotLedAway(t *testing.T) {
	d := open(t, ruled(everywhere(t).URL, config.RoutingRule{ID: "r", Targets: to("anthropic/claude")}))
	res := d.post(t, "/v1/responses", `{"model":"openai/m","previous_response_id":"resp_1","input":"hi"}`)
	require.NotEqual(t, "anthropic", res.Header.Get("x-asbru-provider"))
}
