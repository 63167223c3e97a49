package config

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write golden files and docs/configuration.md")

// golden requires that the file at path has this content, or, with -update, writes it.
func golden(t *testing.T, path, content string) {
	t.Helper()
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(content), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), content, "stale: run go test ./pkg/config -update")
}

// The files hold every section and key of Bifrost's config.json, made after its
// schema. A .notes file lists what is said of one.
func TestBifrostFilesLoadAsTheyAre(t *testing.T) {
	paths, err := filepath.Glob("testdata/bifrost/*.json")
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			problems, notes := Check(path, testOptions...)
			require.Empty(t, problems)
			var lines strings.Builder
			for _, n := range notes {
				lines.WriteString(n.String() + "\n")
			}
			golden(t, strings.TrimSuffix(path, ".json")+".notes", lines.String())
		})
	}
}

func TestBifrostProvidersMeanTheSameHere(t *testing.T) {
	c, _, err := Load("testdata/bifrost/providers.json", testOptions...)
	require.NoError(t, err)
	p := c.Providers["openai"]
	require.Equal(t, []string{"primary", "secondary", "retired"}, []string{p.Keys[0].Name, p.Keys[1].Name, p.Keys[2].Name})
	require.Equal(t, "retired", p.Keys[2].ID)
	require.False(t, p.Keys[2].IsEnabled())
	require.Equal(t, .7, p.Keys[0].Weight)
	require.Equal(t, "value-of-OPENAI_ORG", p.Network.ExtraHeaders["OpenAI-Organization"].Reveal())
	require.Equal(t, 200, p.Concurrency.Slots())
	require.Equal(t, 800, p.Concurrency.Queue())
	require.Equal(t, "value-of-PROXY_PASSWORD", p.Proxy.Password.Reveal())
	require.Equal(t, "value-of-ANTHROPIC_API_KEY", c.Providers["anthropic"].Keys[0].Value.Reveal())
	require.Equal(t, "openai", c.Providers["internal-llm"].Custom.BaseProviderType)
	require.True(t, c.Providers["internal-llm"].Custom.AllowedRequests["chat_completion"])
}

func TestBifrostProvidersThatAreNotServedAreSetAside(t *testing.T) {
	c, _, err := Load("testdata/bifrost/clouds.json", append(testOptions, WithEnv(func(name string) (string, bool) {
		return "v", name == "OPENAI_API_KEY"
	}))...)
	require.NoError(t, err, "what they refer to may be missing")
	require.Len(t, c.Providers, 1)
	require.Contains(t, c.Providers, "openai")
}

func TestBifrostVirtualKeysMeanTheSameHere(t *testing.T) {
	c, _, err := Load("testdata/bifrost/governance.json", testOptions...)
	require.NoError(t, err)
	require.True(t, c.Client.EnforceAuthOnInference, "also by its older name")
	require.False(t, c.Client.Logs())
	keys := c.Governance.VirtualKeys
	require.Equal(t, "value-of-VK_SEARCH", keys[0].Value.Reveal())
	require.True(t, keys[0].Active())
	require.False(t, keys[1].Active())
	require.Equal(t, []string{"gpt-4o"}, keys[0].Providers[0].AllowedModels)
	require.Equal(t, []string{"k1"}, keys[0].Providers[0].KeyIDs)
	require.Equal(t, 1.0, *keys[0].Providers[0].Weight)
	require.Nil(t, keys[0].Providers[1].Weight)
}

func TestPluginsOfBifrostsAreReadAsTheSectionsThatAreForIt(t *testing.T) {
	c, _, err := Load("testdata/bifrost/stores.json", testOptions...)
	require.NoError(t, err)
	require.Equal(t, Cache{
		Enabled: true, OnlyWhenAsked: true, Store: "redis", TTL: 300,
		Semantic: CacheSemantic{Enabled: true, Model: "openai/text-embedding-3-small", Dimensions: 1536, Threshold: .8},
	}, c.Cache)
	require.Equal(t, Telemetry{ServiceName: "bifrost", Collector: Collector{Endpoint: "http://localhost:4318/v1/traces"}}, c.Telemetry)
}

func TestASettingOfAPluginOfBifrosts(t *testing.T) {
	yes, no := true, false
	read := func(t *testing.T, file string) (*Config, []string) {
		t.Helper()
		path := filepath.Join(t.TempDir(), "config.json")
		require.NoError(t, os.WriteFile(path, []byte(file), 0o600))
		c, notes, err := Load(path, testOptions...)
		require.NoError(t, err)
		var said []string
		for _, n := range notes {
			said = append(said, n.Path+": "+n.Message)
		}
		return c, said
	}
	cached := func(settings string) string {
		return `{"providers": {"openai": {}}, "plugins": [{"name": "semantic_cache", "config": ` + settings + `}]}`
	}
	asCache := []string{"plugins[0].config: is read as cache"}
	for name, test := range map[string]struct {
		file  string
		want  Cache
		notes []string
	}{
		"a namespace for all calls": {cached(`{"default_cache_key": "all", "ttl": 60}`), Cache{Enabled: true, Namespace: "all", Store: "redis", TTL: 60}, asCache},
		"to the letter alone": {
			cached(`{"provider": "openai", "embedding_model": "e", "dimension": 1}`), Cache{Enabled: true, OnlyWhenAsked: true, Store: "redis"}, asCache,
		},
		"what does not tell requests apart": {
			cached(`{"cache_by_model": false, "cache_by_provider": true, "exclude_system_prompt": true}`),
			Cache{Enabled: true, OnlyWhenAsked: true, Store: "redis", ByModel: &no, ByProvider: &yes, AnySystem: true},
			asCache,
		},
		"a time that is none": {
			cached(`{"ttl": "soon"}`),
			Cache{Enabled: true, OnlyWhenAsked: true, Store: "redis"},
			append([]string{"plugins[0].config.ttl: is no time such as 5m: answers are kept as long as cache.ttl has it"}, asCache...),
		},
		"switched off": {`{"plugins": [{"name": "semantic_cache", "enabled": false, "config": {"ttl": 60}}]}`, cacheDefaults, nil},
		"a section of its own": {
			`{"cache": {"enabled": true}, "plugins": [{"name": "semantic_cache", "config": {"ttl": 60}}]}`,
			func() Cache { c := cacheDefaults; c.Enabled = true; return c }(),
			[]string{"plugins[0].config: is not used: cache has been said"},
		},
		"what nobody knows": {cached(`{"colour": 1}`), cacheDefaults, []string{"plugins[0].config: is not used: colour: unknown key; the nearest is \"ttl\""}},
	} {
		t.Run(name, func(t *testing.T) {
			c, notes := read(t, test.file)
			require.Equal(t, test.want, c.Cache)
			require.ElementsMatch(t, test.notes, notes)
		})
	}
	t.Run("a collector as gRPC names it", func(t *testing.T) {
		c, _ := read(t, `{"plugins": [{"name": "otel", "config": {"collector_url": "collector:4317", "protocol": "grpc", "trace_type": "vercel",
			"headers": {"x-team": "blue"}, "metrics_enabled": true, "metrics_endpoint": "https://metrics:4317", "metrics_push_interval": 5}}]}`)
		headers := map[string]Secret{"x-team": "blue"}
		require.Equal(t, Telemetry{
			Collector: Collector{Endpoint: "http://collector:4317", Protocol: "grpc", Headers: headers},
			Metrics:   OTLPMetrics{Enabled: true, Interval: 5, Collector: Collector{Endpoint: "https://metrics:4317", Protocol: "grpc", Headers: headers}},
		}, c.Telemetry)
	})
}
