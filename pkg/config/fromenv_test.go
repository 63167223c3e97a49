package config

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheDocumentOfTheEnvironmentSaysTheSame(t *testing.T) {
	env := WithEnv(func(name string) (string, bool) { return "key-of-" + name, name != "ANTHROPIC_API_KEY" })
	d := DocumentFromEnv(env)
	c, _, err := d.Config()
	require.NoError(t, err)
	require.Equal(t, FromEnv(env).Providers, c.Providers)
	require.Equal(t, "{}", string(DocumentFromEnv(WithEnv(func(string) (string, bool) { return "", false })).JSON))
}

func TestProvidersAreMadeFromWellKnownVariables(t *testing.T) {
	env := func(vars map[string]string) Option {
		return WithEnv(func(name string) (string, bool) { v, ok := vars[name]; return v, ok })
	}
	c := FromEnv(env(map[string]string{"OPENAI_API_KEY": "o", "ANTHROPIC_API_KEY": "", "GOOGLE_API_KEY": "g"}))
	require.Equal(t, []string{"gemini", "openai"}, slices.Sorted(maps.Keys(c.Providers)))
	require.Equal(t, "GOOGLE_API_KEY", c.Providers["gemini"].Keys[0].Name)
	require.Equal(t, "g", c.Providers["gemini"].Keys[0].Value.Reveal())
	require.Equal(t, 1.0, c.Providers["openai"].Keys[0].Weight)
	_, err := c.Validate(WithProviders(testProviders))
	require.NoError(t, err)

	c = FromEnv(env(map[string]string{"GOOGLE_API_KEY": "g", "GEMINI_API_KEY": "h"}))
	require.Equal(t, "h", c.Providers["gemini"].Keys[0].Value.Reveal())

	require.Equal(t, Default(), FromEnv(env(nil)))
	require.Empty(t, Default().Providers)
}
