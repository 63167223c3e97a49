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
