package edge_test

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
	"github.com/stretchr/testify/require"
)

func TestVirtualKeys(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) { x.JSON(200, wholeAnswers["openai"]) })
	cfg := over(up.URL)
	off := false
	cfg.Client.EnforceAuthOnInference = true
	cfg.Governance.VirtualKeys = []config.VirtualKey{
		{Name: "all", Value: "sk-asbru-all"},
		{Name: "off", Value: "sk-asbru-off", IsActive: &off},
		{Name: "some", Value: "sk-asbru-some", Providers: []config.VirtualKeyProvider{{Provider: "openai", AllowedModels: []string{"gpt-4o"}}}},
	}
	d := open(t, cfg)
	for _, tc := range []struct {
		header, model, code string
		status              int
	}{
		{"Authorization: Bearer sk-asbru-all", "openai/m", "", 200},
		{"x-api-key: sk-asbru-all", "openai/m", "", 200},
		{"api-key: sk-asbru-all", "openai/m", "", 200},
		{"x-goog-api-key: sk-asbru-all", "openai/m", "", 200},
		{"x-bf-vk: sk-asbru-all", "openai/m", "", 200},
		{"X: y", "openai/m", "virtual_key_required", 401},
		{"Authorization: Bearer sk-wrong", "openai/m", "virtual_key_not_found", 403},
		{"Authorization: Bearer sk-asbru-wrong", "openai/m", "virtual_key_not_found", 403},
		{"Authorization: Bearer sk-asbru-off", "openai/m", "virtual_key_blocked", 403},
		{"Authorization: Bearer sk-asbru-some", "openai/gpt-4o", "", 200},
		{"Authorization: Bearer sk-asbru-some", "openai/m", "model_blocked", 403},
		{"Authorization: Bearer sk-asbru-some", "anthropic/m", "provider_blocked", 403},
	} {
		t.Run(tc.header+" "+tc.model, func(t *testing.T) {
			res := d.post(t, "/v1/chat/completions", speakers("")[0].body(fmt.Sprintf("%q", tc.model), ""), tc.header)
			require.Equal(t, tc.status, res.Status, res.Body)
			if tc.code != "" {
				code, _ := errorOf(t, "openai", res)
				require.Equal(t, tc.code, code)
			}
		})
	}
}

func TestDirectKeysReachTheProvider(t *testing.T) {
	var seen atomic.Value
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		seen.Store(strings.Join(x.Header["Authorization"], ","))
		x.JSON(200, wholeAnswers["openai"])
	})
	cfg := over(up.URL)
	cfg.Client.AllowDirectKeys = true
	d := open(t, cfg)
	res := d.chat(t, "openai", "openai", "", "Authorization: Bearer sk-of-the-caller")
	require.Equal(t, 200, res.Status)
	require.Equal(t, "Bearer sk-of-the-caller", seen.Load())
}

func TestAKeyThatIsRefusedCoolsDownAndAnotherAnswers(t *testing.T) {
	for _, status := range []int{401, 429} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			seen := map[string]int{}
			up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
				key := x.Header.Get("Authorization")
				seen[key]++
				if strings.HasSuffix(key, "-bad") {
					x.JSON(status, `{"error":{"message":"no","type":"x","code":"y"}}`, "Retry-After: 60")
					return
				}
				x.JSON(200, wholeAnswers["openai"])
			})
			d := open(t, with(over(up.URL), "openai", func(p *config.Provider) {
				p.Keys = []config.Key{{Name: "bad", Value: "sk-bad", Weight: 1}, {Name: "good", Value: "sk-good", Weight: 1}}
			}))
			for range 20 {
				res := d.chat(t, "openai", "openai", "")
				require.Equal(t, 200, res.Status, res.Body)
				require.Equal(t, "good", res.Header.Get("x-asbru-key"))
			}
			require.Equal(t, 1, seen["Bearer sk-bad"], "a key that is cooling was used")
		})
	}
}

// keyring is a provider that notes which keys it was asked with, and refuses some.
type keyring struct {
	*upstreamtest.Server
	mu      sync.Mutex
	seen    map[string]int
	refused map[string]int // status by key
}

func newKeyring(t *testing.T, refused map[string]int) *keyring {
	k := &keyring{seen: map[string]int{}, refused: refused}
	k.Server = upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		key := strings.TrimPrefix(x.Header.Get("Authorization"), "Bearer ")
		k.mu.Lock()
		k.seen[key]++
		k.mu.Unlock()
		if status := refused[key]; status != 0 {
			x.JSON(status, `{"error":{"message":"no","type":"x","code":"y"}}`, "Retry-After: 60")
			return
		}
		x.JSON(200, wholeAnswers["openai"])
	})
	return k
}

func (k *keyring) calls(key string) int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.seen[key]
}

// over returns a configuration of openai with these keys.
func (k *keyring) over(keys ...config.Key) *config.Config {
	return with(over(k.URL), "openai", func(p *config.Provider) { p.Keys = keys })
}

func TestACallersOwnKeyIsItsOwnAffair(t *testing.T) {
	for _, status := range []int{401, 429} {
		up := newKeyring(t, map[string]int{"sk-theirs": status})
		cfg := up.over(config.Key{Name: "a", Value: "sk-a", Weight: 1}, config.Key{Name: "b", Value: "sk-b", Weight: 1})
		cfg.Client.AllowDirectKeys = true
		d := open(t, cfg)
		for range 3 {
			res := d.chat(t, "openai", "openai", "", "Authorization: Bearer sk-theirs")
			require.Equal(t, status, res.Status, res.Body)
			require.Empty(t, res.Header.Get("x-asbru-key"))
			require.Equal(t, "1", res.Header.Get("x-asbru-attempts"))
		}
		require.Equal(t, 3, up.calls("sk-theirs"))
		metrics := do(t, "GET", d.URL("/metrics"), "").Body
		require.Contains(t, metrics, `asbru_key_cooling{key="a",provider="openai"} 0`)
		require.Contains(t, metrics, `asbru_key_cooling{key="b",provider="openai"} 0`)
		require.Equal(t, 200, d.chat(t, "openai", "openai", "").Status, "without one, a configured key is used")
	}
}

func TestACallersOwnKeyGoesToTheProviderThatTheCallNamesAlone(t *testing.T) {
	up := newKeyring(t, map[string]int{"sk-theirs": 503})
	another := newKeyring(t, nil)
	for name, change := range map[string]func(*config.Config){
		"a fallback": func(*config.Config) {},
		"where a rule sends it": func(c *config.Config) {
			c.Governance.RoutingRules = []config.RoutingRule{{Name: "r", Targets: []config.RoutingTarget{{Provider: "another", Model: "m"}}}}
		},
		"what its text means": func(c *config.Config) {
			c.Cache = config.Cache{Enabled: true, Semantic: config.CacheSemantic{Enabled: true, Model: "another/embed"}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := with(up.over(config.Key{Name: "a", Value: "sk-a", Weight: 1}), "another", func(p *config.Provider) {
				p.Custom = &config.Custom{BaseProviderType: "openai"}
				p.Keys, p.Network.BaseURL = []config.Key{{Name: "b", Value: "sk-b", Weight: 1}}, another.URL
			})
			cfg.Client.AllowDirectKeys = true
			change(cfg)
			d := open(t, cfg)
			before := another.calls("sk-b")
			res := do(t, "POST", d.URL("/v1/chat/completions"), `{"model":"openai/m","fallbacks":["another/m"],"messages":[{"role":"user","content":"hello"}]}`, "Authorization: Bearer sk-theirs")
			require.Equal(t, 200, res.Status, res.Body)
			require.Equal(t, "another", res.Header.Get("x-asbru-provider"))
			require.Greater(t, another.calls("sk-b"), before)
			require.Zero(t, another.calls("sk-theirs"))
			require.Zero(t, up.calls("sk-a"), "the provider that it names is asked with it")
		})
	}
}

func TestWhereACallMustBringItsKeyOneWithoutIsToldSo(t *testing.T) {
	cfg := over("http://127.0.0.1:1")
	cfg.Client.AllowDirectKeys = true
	d := open(t, with(cfg, "openai", func(p *config.Provider) { p.Keys = nil }))
	res := d.chat(t, "openai", "openai", "")
	require.Equal(t, 401, res.Status, res.Body)
	code, _ := errorOf(t, "openai", res)
	require.Equal(t, "no_provider_key", code)
}

func TestAKeyCanBePinnedByNameOrID(t *testing.T) {
	up := newKeyring(t, nil)
	d := open(t, up.over(
		config.Key{ID: "id-a", Name: "a", Value: "sk-a", Weight: 1}, config.Key{ID: "id-b", Name: "b", Value: "sk-b", Weight: 1}))
	for _, tc := range []struct{ header, key string }{
		{"x-asbru-key: a", "a"}, {"x-asbru-key: id-b", "b"}, {"x-bf-api-key: b", "b"}, {"x-bf-api-key-id: id-a", "a"},
	} {
		for range 4 {
			res := d.chat(t, "openai", "openai", "", tc.header)
			require.Equal(t, 200, res.Status, res.Body)
			require.Equal(t, tc.key, res.Header.Get("x-asbru-key"), tc.header)
		}
	}
	res := d.chat(t, "openai", "openai", "", "x-asbru-key: c")
	require.Equal(t, 400, res.Status)
	code, _ := errorOf(t, "openai", res)
	require.Equal(t, "key_not_found", code)
}

func TestASessionStaysWithOneKey(t *testing.T) {
	up := newKeyring(t, nil)
	var keys []config.Key
	for i := range 5 {
		keys = append(keys, config.Key{Name: fmt.Sprint("k", i), Value: config.Secret(fmt.Sprint("sk-", i)), Weight: 1})
	}
	d := open(t, up.over(keys...))
	used := map[string]bool{}
	for i := range 20 {
		header := "x-asbru-session: s" + fmt.Sprint(i)
		key := d.chat(t, "openai", "openai", "", header).Header.Get("x-asbru-key")
		used[key] = true
		for range 3 {
			require.Equal(t, key, d.chat(t, "openai", "openai", "", header).Header.Get("x-asbru-key"))
		}
		require.Equal(t, key, d.chat(t, "openai", "openai", "", strings.Replace(header, "asbru-session", "bf-session-id", 1)).Header.Get("x-asbru-key"))
	}
	require.Greater(t, len(used), 1, "all sessions share a key")
}

func TestASessionMovesOnFromAKeyThatIsRefused(t *testing.T) {
	up := newKeyring(t, map[string]int{"sk-bad": 429})
	d := open(t, up.over(config.Key{Name: "bad", Value: "sk-bad", Weight: 1}, config.Key{Name: "good", Value: "sk-good", Weight: 1}))
	for i := range 20 {
		res := d.chat(t, "openai", "openai", "", "x-asbru-session: "+fmt.Sprint(i))
		require.Equal(t, 200, res.Status, res.Body)
		require.Equal(t, "good", res.Header.Get("x-asbru-key"))
	}
	require.Equal(t, 1, up.calls("sk-bad"))
}

func TestKeysServeTheModelsTheyListAndAliasesAreResolved(t *testing.T) {
	var asked atomic.Value
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		asked.Store(x.Header.Get("Authorization") + " " + string(x.BodyBytes))
		x.JSON(200, wholeAnswers["openai"])
	})
	d := open(t, with(over(up.URL), "openai", func(p *config.Provider) {
		p.Keys = []config.Key{
			{Name: "small", Value: "sk-small", Weight: 1, Models: []string{"mini"}},
			{Name: "large", Value: "sk-large", Weight: 1, Models: []string{"maxi"}, Aliases: map[string]string{"best": "maxi-2026-01-01"}},
		}
	}))
	for _, tc := range []struct{ model, key, sent string }{
		{"openai/mini", "small", "mini"}, {"mini", "small", "mini"}, {"openai/maxi", "large", "maxi"}, {"openai/best", "large", "maxi-2026-01-01"}, {"best", "large", "maxi-2026-01-01"},
	} {
		for range 3 {
			res := d.post(t, "/v1/chat/completions", speakers("")[0].body(fmt.Sprintf("%q", tc.model), ""))
			require.Equal(t, 200, res.Status, res.Body)
			require.Equal(t, tc.key, res.Header.Get("x-asbru-key"))
			require.Contains(t, asked.Load(), fmt.Sprintf(`"model":%q`, tc.sent))
		}
	}
}

func TestACustomProviderDoesWhatItsConfigurationAllows(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) { x.JSON(200, wholeAnswers["openai"]) })
	cfg := over(up.URL)
	for name, allowed := range map[string]map[string]bool{
		"whole": {"chat_completion": true, "chat_completion_stream": false}, "none": {}, "all": nil,
	} {
		cfg.Providers[name] = config.Provider{
			Network: config.Network{BaseURL: up.URL},
			Custom:  &config.Custom{BaseProviderType: "openai", IsKeyLess: true, AllowedRequests: allowed},
		}
	}
	d := open(t, cfg)
	require.Equal(t, 200, d.chat(t, "openai", "whole", "").Status)
	require.Equal(t, 200, d.chat(t, "openai", "all", "").Status)
	for _, res := range []answer{d.stream(t, "openai", "whole", ""), d.chat(t, "openai", "none", "")} {
		require.Equal(t, 400, res.Status, res.Body)
		code, _ := errorOf(t, "openai", res)
		require.Equal(t, "operation_not_supported", code)
	}
	require.Equal(t, 2, up.Hits())
}
