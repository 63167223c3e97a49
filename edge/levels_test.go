package edge_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/limits"
	"github.com/asbru-gateway/asbru/pkg/limits/memory"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
	"github.com/stretchr/testify/require"
)

// organization has a virtual key that belongs to a user, two teams and a customer.
const organization = `
governance:
  customers: [{id: c, name: Example}]
  teams: [{id: top, name: Engineering, customer_id: c}, {id: t, name: Search, parent_id: top}]
  users: [{id: u, name: Ada}]
  providers: [{provider: openai}]
  model_configs: [{model_name: m}, {model_name: m, provider: openai}]
  virtual_keys: [{id: "1", name: app, value: sk-bf-limited, team_id: t, user_id: u, provider_configs: [{provider: openai}, "*"]}]`

func organized(t *testing.T, up string, change func(*config.Config)) *config.Config {
	t.Helper()
	cfg, _, err := config.Parse([]byte(organization), config.YAML)
	require.NoError(t, err)
	cfg.Providers = over(up).Providers
	change(cfg)
	_, err = cfg.Validate()
	require.NoError(t, err)
	return cfg
}

func hourly(n int) config.RateLimit {
	return config.RateLimit{RequestMaxLimit: n, RequestResetDuration: "1h"}
}

func TestEachLevelRefusesAloneAndNamesItself(t *testing.T) {
	for _, tc := range []struct {
		level, named, id string
		limit            func(*config.Config, config.RateLimit)
	}{
		{"customer", "of the customer Example,", "customer:c:requests", func(c *config.Config, l config.RateLimit) { c.Governance.Customers[0].RateLimit = l }},
		{"team", "of the team Search,", "team:t:requests", func(c *config.Config, l config.RateLimit) { c.Governance.Teams[1].RateLimit = l }},
		{"team above", "of the team Engineering,", "team:top:requests", func(c *config.Config, l config.RateLimit) { c.Governance.Teams[0].RateLimit = l }},
		{"user", "of the user Ada,", "user:u:requests", func(c *config.Config, l config.RateLimit) { c.Governance.Users[0].RateLimit = l }},
		{"virtual key", "of the virtual key app,", "vk:1:requests", func(c *config.Config, l config.RateLimit) { c.Governance.VirtualKeys[0].RateLimit = l }},
		{"end user", "of the end user eve,", "enduser:1:eve:requests", func(c *config.Config, l config.RateLimit) { c.Governance.VirtualKeys[0].UserRateLimit = l }},
		{"virtual key at a provider", "of the virtual key app at provider openai,", "vkp:1:openai:requests", func(c *config.Config, l config.RateLimit) { c.Governance.VirtualKeys[0].Providers[0].RateLimit = l }},
		{"provider", "of the provider openai,", "provider:openai:requests", func(c *config.Config, l config.RateLimit) { c.Governance.Providers[0].RateLimit = l }},
		{"model", "of the model m,", "model:m:requests", func(c *config.Config, l config.RateLimit) { c.Governance.ModelConfigs[0].RateLimit = l }},
		{"model at a provider", "of the model openai/m,", "pmodel:openai/m:requests", func(c *config.Config, l config.RateLimit) { c.Governance.ModelConfigs[1].RateLimit = l }},
		{"provider's key", "of the key in use at provider openai,", "key:openai:openai-key:requests", func(c *config.Config, l config.RateLimit) {
			with(c, "openai", func(p *config.Provider) { p.Keys[0].RateLimit = l })
		}},
	} {
		t.Run(tc.level, func(t *testing.T) {
			up := upstreamtest.New(t, func(x *upstreamtest.Exchange) { x.JSON(200, wholeAnswers["openai"]) })
			counts := memory.New(memory.Options{})
			d := startWith(t, organized(t, up.URL, func(c *config.Config) { tc.limit(c, hourly(1)) }), gateway.Options{Limits: counts})
			t.Cleanup(func() { d.stop(t, 5*time.Second) })
			res := d.chat(t, "openai", "openai", "", limitedKey, "x-asbru-user: eve")
			require.Equal(t, 200, res.Status, res.Body)
			res = d.chat(t, "openai", "openai", "", limitedKey, "x-asbru-user: eve")
			require.Equal(t, 429, res.Status, res.Body)
			code, message := errorOf(t, "openai", res)
			require.Equal(t, "request_limited", code)
			require.Contains(t, message, "The request limit "+tc.named+" 1 an hour, is reached.")
			require.Contains(t, message, "Try again in ")
			require.Equal(t, 1, up.Hits())
			used, err := counts.Usage(t.Context(), &limits.Limit{ID: tc.id, Max: 1, Period: time.Hour})
			require.NoError(t, err)
			require.EqualValues(t, 1, used.Used)
		})
	}
}

func TestABudgetsRefusalSaysWhoseAndUntilWhen(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) { x.JSON(200, spent) })
	dollars := 6.0
	cfg := organized(t, up.URL, func(c *config.Config) {
		c.Governance.Teams[1].Budgets = []config.Budget{
			{MaxLimit: 100, ResetDuration: "1Y"}, {MaxLimit: 10, ResetDuration: "1M", CalendarAligned: true},
		}
		c.Governance.PricingOverrides = []config.ScopedPrice{{Price: config.PriceOverride{ModelPattern: "m", Call: &dollars}}}
	})
	records := make(chan telemetry.Record, 4)
	counts := memory.New(memory.Options{})
	d := startWith(t, cfg, gateway.Options{Limits: counts, Hooks: gateway.Hooks{Done: func(r *telemetry.Record) { records <- *r }}})
	t.Cleanup(func() { d.stop(t, 5*time.Second) })
	require.Equal(t, 200, d.chat(t, "openai", "openai", "", limitedKey, "x-asbru-user: eve").Status)
	r := <-records
	require.Equal(t, []string{"1", "t", "c", "u", "eve"}, []string{r.VirtualKeyID, r.Team, r.Customer, r.User, r.Detail.EndUser})
	res := d.chat(t, "openai", "openai", "", limitedKey)
	require.Equal(t, 402, res.Status)
	_, message := errorOf(t, "openai", res)
	require.Contains(t, message, "The budget of the team Search, $10.00 a month, does not cover this request. Try again in ")
	for id, want := range map[string]int64{"team:t:money": 6e9, "team:t:money:month": 6e9} {
		l := &limits.Limit{ID: id, Kind: limits.Money, Max: 1e12, Calendar: limits.Month}
		if id == "team:t:money" {
			l.Calendar, l.Period = limits.NoCalendar, 365*24*time.Hour
		}
		require.Eventually(t, func() bool {
			used, err := counts.Usage(t.Context(), l)
			return err == nil && used.Used == want && used.Held == 0
		}, 10*time.Second, time.Millisecond, id)
	}
}

func TestALevelThatRefusesLeavesTheOthersUncounted(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) { x.JSON(200, wholeAnswers["openai"]) })
	counts := memory.New(memory.Options{})
	cfg := organized(t, up.URL, func(c *config.Config) {
		c.Governance.Customers[0].RateLimit, c.Governance.VirtualKeys[0].RateLimit = hourly(100), hourly(100)
		c.Governance.Providers[0].RateLimit, c.Governance.Teams[0].RateLimit = hourly(100), hourly(2)
	})
	d := startWith(t, cfg, gateway.Options{Limits: counts})
	t.Cleanup(func() { d.stop(t, 5*time.Second) })
	for i := range 5 {
		res := d.chat(t, "openai", "openai", "", limitedKey)
		require.Equal(t, i < 2, res.Status == 200)
		require.Equal(t, "2", res.Header.Get("x-ratelimit-limit-requests"), "the tightest")
	}
	for _, id := range []string{"customer:c:requests", "team:top:requests", "vk:1:requests", "provider:openai:requests"} {
		used, err := counts.Usage(t.Context(), &limits.Limit{ID: id, Max: 100, Period: time.Hour})
		require.NoError(t, err)
		require.EqualValues(t, 2, used.Used, id)
	}
}

func TestACandidateWithoutRoomIsPassedOver(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		if strings.Contains(x.URL.Path, "chat") {
			x.JSON(200, wholeAnswers["openai"])
			return
		}
		x.JSON(200, wholeAnswers["anthropic"])
	})
	counts := memory.New(memory.Options{})
	cfg := organized(t, up.URL, func(c *config.Config) {
		c.Governance.Providers = []config.ProviderLimits{{Provider: "openai", RateLimit: hourly(1)}, {Provider: "anthropic", RateLimit: hourly(1)}}
		c.Governance.VirtualKeys[0].RateLimit = hourly(100)
	})
	d := startWith(t, cfg, gateway.Options{Limits: counts})
	t.Cleanup(func() { d.stop(t, 5*time.Second) })
	for _, want := range []string{"openai", "anthropic", ""} {
		res := d.chat(t, "openai", "openai", "", limitedKey, "x-asbru-fallbacks: anthropic/m")
		if want == "" {
			require.Equal(t, 429, res.Status)
			_, message := errorOf(t, "openai", res)
			require.Contains(t, message, "provider anthropic", "the last refusal")
			continue
		}
		require.Equal(t, 200, res.Status, res.Body)
		require.Equal(t, want, res.Header.Get("x-asbru-provider"))
	}
	used, err := counts.Usage(t.Context(), &limits.Limit{ID: "vk:1:requests", Max: 100, Period: time.Hour})
	require.NoError(t, err)
	require.EqualValues(t, 2, used.Used)
}

func TestAFallbackGivesBackWhatTheFirstProviderWasToCount(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		if strings.Contains(x.URL.Path, "chat") {
			x.JSON(503, `{"error":{"message":"no"}}`)
			return
		}
		x.JSON(200, wholeAnswers["anthropic"])
	})
	counts := memory.New(memory.Options{})
	tokens := config.RateLimit{RequestMaxLimit: 9, RequestResetDuration: "1h", TokenMaxLimit: 90_000, TokenResetDuration: "1h"}
	cfg := organized(t, up.URL, func(c *config.Config) {
		c.Governance.Providers = []config.ProviderLimits{{Provider: "openai", RateLimit: tokens}, {Provider: "anthropic", RateLimit: tokens}}
		c.Governance.VirtualKeys[0].RateLimit = tokens
		with(c, "openai", func(p *config.Provider) { p.Keys[0].RateLimit = tokens })
	})
	d := startWith(t, cfg, gateway.Options{Limits: counts})
	t.Cleanup(func() { d.stop(t, 5*time.Second) })
	res := d.chat(t, "openai", "openai", "", limitedKey, "x-asbru-fallbacks: anthropic/m")
	require.Equal(t, 200, res.Status, res.Body)
	used := func(id string) int64 {
		u, err := counts.Usage(t.Context(), &limits.Limit{ID: id, Max: 90_000, Period: time.Hour})
		require.NoError(t, err)
		return u.Used
	}
	require.Eventually(t, func() bool { return used("vk:1:tokens") < 100 }, 10*time.Second, time.Millisecond)
	require.Eventually(t, func() bool { return used("key:openai:openai-key:requests") == 0 }, 10*time.Second, time.Millisecond)
	require.Eventually(t, func() bool { return used("provider:anthropic:tokens") == used("vk:1:tokens") }, 10*time.Second, time.Millisecond)
	for id, want := range map[string]int64{
		"vk:1:requests": 1, "provider:openai:requests": 0, "provider:openai:tokens": 0,
		"provider:anthropic:requests": 1, "key:openai:openai-key:tokens": 0,
	} {
		require.Equal(t, want, used(id), id)
	}
}

func TestAKeyOfTheProvidersWithoutRoomIsPassedOver(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) { x.JSON(200, wholeAnswers["openai"]) })
	cfg := with(over(up.URL), "openai", func(p *config.Provider) {
		p.Keys = []config.Key{
			{Name: "a", Value: "sk-a", Weight: 1, RateLimit: hourly(2)}, {Name: "b", Value: "sk-b", Weight: 1, RateLimit: hourly(1)},
		}
	})
	d := startWith(t, cfg, gateway.Options{Limits: memory.New(memory.Options{})})
	t.Cleanup(func() { d.stop(t, 5*time.Second) })
	keys := map[string]int{}
	for range 3 {
		res := d.chat(t, "openai", "openai", "")
		require.Equal(t, 200, res.Status, res.Body)
		keys[res.Header.Get("x-asbru-key")]++
	}
	require.Equal(t, map[string]int{"a": 2, "b": 1}, keys)
	res := d.chat(t, "openai", "openai", "")
	require.Equal(t, 429, res.Status)
	require.NotContains(t, res.Body, "sk-")
}

func TestAVirtualKeyIsKeptToWhatItIsFor(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) { x.JSON(200, wholeAnswers["openai"]) })
	cfg := organized(t, up.URL, func(c *config.Config) {
		c.Client.RequiredHeaders = []string{"x-cost-centre"}
		c.Governance.VirtualKeys[0].RequiredHeaders = []string{"x-team", "x-purpose"}
		c.Governance.VirtualKeys[0].AllowedEndpoints = []string{"chat"}
		c.Governance.VirtualKeys = append(c.Governance.VirtualKeys, config.VirtualKey{ID: "2", Name: "old", Value: "sk-bf-old", ExpiresAt: "2020-01-01T00:00:00Z"})
	})
	d := startWith(t, cfg, gateway.Options{})
	t.Cleanup(func() { d.stop(t, 5*time.Second) })
	for _, tc := range []struct {
		name, path string
		headers    []string
		status     int
		code, says string
	}{
		{"all is there", "/v1/chat/completions", []string{limitedKey, "x-cost-centre: 1", "x-team: 2", "x-purpose: 3"}, 200, "", ""},
		{"a header that all must have is missing", "/v1/chat/completions", []string{limitedKey, "x-team: 2", "x-purpose: 3"}, 400, "missing_required_headers", "x-cost-centre."},
		{"headers of the key are missing", "/v1/chat/completions", []string{limitedKey, "x-cost-centre: 1"}, 400, "missing_required_headers", "x-team, x-purpose."},
		{"another operation", "/v1/embeddings", []string{limitedKey, "x-cost-centre: 1", "x-team: 2", "x-purpose: 3"}, 403, "endpoint_blocked", "embedding"},
		{"the key has ended", "/v1/chat/completions", []string{"Authorization: Bearer sk-bf-old", "x-cost-centre: 1"}, 403, "virtual_key_blocked", "expired"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			body := hello("openai/m")
			if strings.HasSuffix(tc.path, "embeddings") {
				body = `{"model":"openai/m","input":"x"}`
			}
			res := d.post(t, tc.path, body, tc.headers...)
			require.Equal(t, tc.status, res.Status, res.Body)
			if tc.code != "" {
				code, message := errorOf(t, "openai", res)
				require.Equal(t, tc.code, code)
				require.Contains(t, message, tc.says)
			}
		})
	}
}

func TestHeadersThatAreRequiredAreLookedForWhenAConnectionIsOpened(t *testing.T) {
	d := open(t, &config.Config{
		Client:    config.Client{RequiredHeaders: []string{"x-team"}},
		Providers: map[string]config.Provider{"mock": {}},
	})
	require.Equal(t, 400, refusedSocket(t, d, "/v1/responses", nil))
	conn := dialSocket(t, d, "/v1/responses", http.Header{"X-Team": {"search"}})
	say(t, conn, `{"type":"response.create","model":"mock/m","input":"hi"}`)
	require.Contains(t, strings.Join(hear(t, conn, "error"), ""), "provider_unreachable", "it came as far as that")
}

func TestHeadersThatAreRequiredAreLookedForWhenAJobIsTaken(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) { x.JSON(200, wholeAnswers["openai"]) })
	d, run := openJobs(t, up)
	cfg := over(up.URL)
	cfg.Client.RequiredHeaders = []string{"x-team"}
	require.NoError(t, d.Gateway.Apply(cfg))
	run()
	path := "/v1/async/chat/completions"
	body, _ := d.ask(t, 400, "POST", path, "k", hello("openai/m"))
	require.Contains(t, body, "missing_required_headers")
	_, head := d.ask(t, 202, "POST", path, "k", hello("openai/m"), "x-team", "search")
	events, _ := d.ask(t, 200, "GET", head.Get("Location"), "k", "", "Accept", "text/event-stream", "x-team", "search")
	require.Contains(t, events, `"status":"completed"`)
}

func TestWhatACallerUsedWhoLeavesAStreamCountsOnEveryLevel(t *testing.T) {
	ready := make(chan struct{})
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		x.StartStream()
		x.Chunk(streams["openai"][0])
		x.Chunk(streams["openai"][1])
		close(ready)
		x.WaitGone(patience)
	})
	counts := memory.New(memory.Options{})
	tokens := config.RateLimit{TokenMaxLimit: 50_000, TokenResetDuration: "1h"}
	cfg := organized(t, up.URL, func(c *config.Config) {
		g := &c.Governance
		g.Customers[0].RateLimit, g.Teams[0].RateLimit, g.Teams[1].RateLimit, g.Users[0].RateLimit = tokens, tokens, tokens, tokens
		g.VirtualKeys[0].RateLimit, g.VirtualKeys[0].UserRateLimit, g.VirtualKeys[0].Providers[0].RateLimit = tokens, tokens, tokens
		g.Providers[0].RateLimit, g.ModelConfigs[0].RateLimit, g.ModelConfigs[1].RateLimit = tokens, tokens, tokens
		with(c, "openai", func(p *config.Provider) { p.Keys[0].RateLimit = tokens })
	})
	records := make(chan telemetry.Record, 1)
	d := startWith(t, cfg, gateway.Options{Limits: counts, Hooks: gateway.Hooks{Done: func(r *telemetry.Record) { records <- *r }}})
	t.Cleanup(func() { d.stop(t, 5*time.Second) })
	path, body := streamRequest("openai", "openai", "")
	c := d.send(t, path, body, limitedKey, "x-asbru-user: eve")
	<-ready
	readUntil(t, c, "one ")
	require.NoError(t, c.Close())
	r := <-records
	require.True(t, r.Usage.Estimated)
	require.Positive(t, r.Usage.Output)
	for _, id := range []string{
		"customer:c", "team:top", "team:t", "user:u", "vk:1", "enduser:1:eve", "vkp:1:openai", "provider:openai", "model:m", "pmodel:openai/m", "key:openai:openai-key",
	} {
		used, err := counts.Usage(t.Context(), &limits.Limit{ID: id + ":tokens", Kind: limits.Tokens, Max: 50_000, Period: time.Hour})
		require.NoError(t, err)
		require.Equal(t, r.Usage.Total(), used.Used, id)
	}
}
