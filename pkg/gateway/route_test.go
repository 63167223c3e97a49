package gateway

import (
	"testing"

	"github.com/asbru-gateway/asbru/pkg/provider"
	"github.com/stretchr/testify/require"
)

func snapshotOf(providers ...*Provider) *Snapshot {
	s := &Snapshot{providers: map[string]*Provider{}}
	for _, p := range providers {
		s.add(p)
	}
	return s
}

func named(name string, models ...string) *Provider {
	p := &Provider{Provider: provider.Provider{Name: name}}
	if len(models) > 0 {
		p.creds, p.anyListed = []credential{{named: models}}, true
	}
	return p
}

func TestModelNamesFindTheirProvider(t *testing.T) {
	s := snapshotOf(named("anthropic"), named("openai"), named("house", "llama", "meta/llama-3"))
	for _, tc := range []struct{ name, home, provider, model string }{
		{"openai/gpt-4o", "", "openai", "gpt-4o"},
		{"openai/ft:gpt/x", "", "openai", "ft:gpt/x"},
		{"gpt-4o", "", "openai", "gpt-4o"},
		{"gpt-4o", "anthropic", "openai", "gpt-4o"},
		{"claude-x", "", "anthropic", "claude-x"},
		{"llama", "", "house", "llama"},
		{"meta/llama-3", "", "house", "meta/llama-3"},
		{"new-model", "anthropic", "anthropic", "new-model"},
	} {
		p, model, err := s.resolve(tc.name, tc.home)
		require.Nil(t, err, tc.name)
		require.Equal(t, tc.provider, p.Name, tc.name)
		require.Equal(t, tc.model, model, tc.name)
	}
	for name, code := range map[string]string{
		"": "missing_model", "x": "model_not_found", "nowhere/x": "unknown_provider", "openai/\r\nx": "invalid_model", "openai/": "unknown_provider",
	} {
		_, _, err := s.resolve(name, "")
		require.NotNil(t, err, name)
		require.Equal(t, code, err.Code, name)
	}
}

func TestABareNameMeansTheOnlyProviderThereIs(t *testing.T) {
	p, model, err := snapshotOf(named("house")).resolve("whatever", "")
	require.Nil(t, err)
	require.Equal(t, "house", p.Name)
	require.Equal(t, "whatever", model)
}
