package catalog_test

import (
	"testing"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/catalog"
	"github.com/stretchr/testify/require"
)

const sheet = `{
	"sample_spec": {"max_tokens": "set to the max output tokens"},
	"gpt-x": {"litellm_provider": "openai", "max_input_tokens": 400000, "max_output_tokens": 128000,
		"input_cost_per_token": 1e-06, "output_cost_per_token": 1e-05, "cache_read_input_token_cost": 1e-07,
		"input_cost_per_token_above_200k_tokens": 2e-06, "output_cost_per_token_above_200k_tokens": 1.5e-05,
		"supports_vision": true, "supports_audio_input": false},
	"together_ai/org/model": {"litellm_provider": "together_ai", "input_cost_per_token": 2e-07},
	"vertex_ai/claude": {"litellm_provider": "vertex_ai-anthropic_models", "input_cost_per_token": 3e-06},
	"bifrost-form": {"provider": "groq", "input_cost_per_token": 5e-07},
	"broken": {"litellm_provider": "openai", "input_cost_per_token": "free"},
	"negative": {"litellm_provider": "openai", "input_cost_per_token": -1}
}`

func TestASheetIsReadByTheNamesThatProvidersHaveHere(t *testing.T) {
	table, err := catalog.Read([]byte(sheet))
	require.NoError(t, err)
	m := table.Model("openai", "gpt-x")
	require.Equal(t, int64(400_000), m.Context)
	require.Equal(t, int64(128_000), m.MaxOutput)
	require.Equal(t, catalog.Image, m.Can)
	require.Equal(t, catalog.Audio, m.Cannot)
	require.EqualValues(t, 100*1000+10*10_000, m.Price.Cost(&api.Usage{Input: 100, Output: 10}))
	require.EqualValues(t, 300_000*2000, m.Price.Cost(&api.Usage{Input: 300_000}), "a long call")
	for provider, model := range map[string]string{"together": "org/model", "vertex": "claude", "groq": "bifrost-form"} {
		require.NotNil(t, table.Model(provider, model), provider)
	}
	require.Equal(t, []string{"gpt-x"}, table.Names("openai"), "what cannot be read is left out")
	for _, bad := range []string{"", "{", "{}", `{"a":1}`, "no table", "# nothing\n"} {
		_, err := catalog.Read([]byte(bad))
		require.Error(t, err, bad)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(sheet))
	f.Add([]byte("p\tm,n*\t1/2\ttools !image\tin=1 out=2 long=3\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		table, err := catalog.Read(text)
		if err != nil {
			return
		}
		u := api.Usage{Input: 1 << 40, Output: 1 << 40, Reasoning: 1 << 40, Images: 1 << 40, Units: 1 << 40}
		if m := table.Model("p", "m"); m != nil && m.Price != nil {
			require.GreaterOrEqual(t, m.Price.Cost(&u), int64(0))
		}
	})
}
