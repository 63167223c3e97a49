package edge_test

import (
	"strings"
	"testing"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
	"github.com/stretchr/testify/require"
)

func TestCallsWithoutAProviderAreSharedOutByAKeysWeights(t *testing.T) {
	down := false
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		switch {
		case down && strings.Contains(x.URL.Path, "chat"):
			x.JSON(503, `{"error":{"message":"no"}}`)
		case strings.Contains(x.URL.Path, "chat"):
			x.JSON(200, wholeAnswers["openai"])
		default:
			x.JSON(200, wholeAnswers["anthropic"])
		}
	})
	one, three, none := 1.0, 3.0, 0.0
	cfg := over(up.URL)
	both := []string{"shared", "mine"}
	cfg.Governance.VirtualKeys = []config.VirtualKey{{ID: "1", Value: "sk-bf-limited", Providers: []config.VirtualKeyProvider{
		{Provider: "openai", Weight: &three, AllowedModels: both},
		{Provider: "anthropic", Weight: &one, AllowedModels: both[:1]},
		{Provider: "gemini", Weight: &none, AllowedModels: both},
	}}}
	d := open(t, cfg)
	ask := func(model string, headers ...string) (provider string) {
		res := d.post(t, "/v1/chat/completions", hello(model), append(headers, limitedKey)...)
		require.Equal(t, 200, res.Status, res.Body)
		return res.Header.Get("x-asbru-provider")
	}
	got := map[string]int{}
	for range 200 {
		got[ask("shared")]++
	}
	require.Zero(t, got["gemini"])
	require.InDelta(t, 150, got["openai"], 40, "three of four; by chance within 6 sigma")
	sticky := ask("shared", "x-asbru-session: s")
	for range 20 {
		require.Equal(t, sticky, ask("shared", "x-asbru-session: s"))
		require.Equal(t, "openai", ask("mine"), "the other has no such model")
		require.Equal(t, "anthropic", ask("anthropic/shared"), "the caller has said which")
	}
	down = true
	for range 20 {
		require.Equal(t, "anthropic", ask("shared"), "the others are fallbacks")
	}
}
