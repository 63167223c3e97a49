package gateway_test

import (
	"fmt"
	"testing"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/dialect/codecs"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/stretchr/testify/require"
)

// BenchmarkModelList lists the models of 20 providers with 60 models each, from the cache.
func BenchmarkModelList(b *testing.B) {
	cfg := &config.Config{Providers: map[string]config.Provider{}}
	for p := range 20 {
		models := make([]string, 60)
		for m := range models {
			models[m] = fmt.Sprintf("gpt-4o-%d", m)
		}
		cfg.Providers[fmt.Sprintf("own-%d", p)] = config.Provider{
			Keys:    []config.Key{{Value: "sk", Weight: 1, Models: models}},
			Network: config.Network{BaseURL: "http://127.0.0.1:9"},
			Custom:  &config.Custom{BaseProviderType: "cloudflare"}, // which has no list of its own
		}
	}
	g, err := gateway.New(b.Context(), cfg, gateway.Options{})
	require.NoError(b, err)
	defer g.Close()
	list := func() int {
		c := g.Acquire()
		defer g.Release(c)
		c.In, c.Head.Op = codecs.OpenAI, api.OpModels
		if err := g.Do(c); err != nil {
			b.Fatal(err)
		}
		return len(c.Answer)
	}
	require.Greater(b, list(), 80_000)
	b.ReportAllocs()
	for b.Loop() {
		list()
	}
}
