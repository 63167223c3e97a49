package control_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheCatalogueIsShown(t *testing.T) {
	d := open(t)
	rows := map[string]map[string]any{}
	for _, row := range d.call(200, "GET", "/api/providers/catalog", "")["providers"].([]any) {
		rows[row.(map[string]any)["name"].(string)] = row.(map[string]any)
	}
	require.Equal(t, "https://api.groq.com/openai/v1", rows["groq"]["base_url"])
	require.Contains(t, rows["groq"]["operations"], "chat")
	require.Contains(t, rows["groq"]["refused_fields"], "logprobs")
	require.Contains(t, rows["deepseek"]["dialects"], "anthropic")

	page := d.call(200, "GET", "/api/models?provider=openai&query=gpt-4o-2024-11-20&limit=1", "")
	require.EqualValues(t, 2, page["total"], "the model, and one that was tuned")
	require.Len(t, page["models"], 1)
	all := d.call(200, "GET", "/api/models?provider=openai&query=gpt-4o&unfiltered=true", "")["models"].([]any)
	for _, m := range all {
		if m := m.(map[string]any); m["name"] == "gpt-4o" {
			require.EqualValues(t, 2.5, m["input_price"])
			require.Contains(t, m["can"], "tools")
			return
		}
	}
	t.Fatal("gpt-4o is not listed")
}

func TestModelsAreListedThatKeysServe(t *testing.T) {
	d := open(t)
	d.call(200, "PUT", "/api/config", `{"providers":{
		"openai":{"keys":[{"id":"o","name":"of openai","value":"v","models":["gpt-4o","gpt-4o-mini"],"blacklisted_models":["gpt-4o-mini"]}]},
		"anthropic":{"keys":[{"id":"a","name":"of anthropic","value":"v"}]}}}`)
	for keys, providers := range map[string][]any{
		"o": {"openai"}, "of%20openai": {"openai"}, "nobody": {}, "o,nobody": {"openai"},
	} {
		got := []any{}
		for _, m := range d.call(200, "GET", "/api/models?keys="+keys, "")["models"].([]any) {
			got = append(got, m.(map[string]any)["provider"])
		}
		require.Equal(t, providers, got, keys)
	}
	require.Greater(t, d.call(200, "GET", "/api/models?keys=a", "")["total"], 3.0, "a key without a list serves all")
}

func TestModelsThatOnlyKeysNameAreListed(t *testing.T) {
	d := open(t)
	d.call(200, "PUT", "/api/config", `{"providers":{
		"openai":{"keys":[{"value":"v","models":["*"],"aliases":{"house-model":"gpt-4o"}},{"id":"tuned","value":"v","models":["ft:gpt-4o:house"]}]},
		"ours":{"custom_provider_config":{"base_provider_type":"openai"},"network_config":{"base_url":"http://ours.test"},"keys":[{"value":"v","models":["gpt-4o","own-1"]}]},
		"all":{"custom_provider_config":{"base_provider_type":"openai"},"network_config":{"base_url":"http://all.test"},"keys":[{"value":"v"}]}}}`)
	listed := func(query string) map[string]any {
		got := map[string]any{}
		for _, m := range d.call(200, "GET", "/api/models?"+query, "")["models"].([]any) {
			m := m.(map[string]any)
			got[m["provider"].(string)+"/"+m["name"].(string)] = m["input_price"]
		}
		return got
	}
	require.Equal(t, map[string]any{"ours/gpt-4o": 2.5, "ours/own-1": nil}, listed("provider=ours"), "what the base's costs, where it has it")
	require.Empty(t, listed("provider=all"), "which are not known")
	require.Equal(t, map[string]any{"openai/house-model": nil, "openai/ft:gpt-4o:house": nil}, listed("provider=openai&query=house"))
	require.Contains(t, listed("keys=tuned"), "openai/ft:gpt-4o:house")
	for _, path := range []string{"/api/models/details?provider=ours", "/api/models/base?query=own-1"} {
		require.NotEmpty(t, d.call(200, "GET", path, "")["models"], path)
	}
}

func TestEveryNodeIsToldToFetchTheCatalogue(t *testing.T) {
	d := open(t)
	first := d.call(200, "POST", "/api/pricing/force-sync", "")
	second := d.call(200, "POST", "/api/pricing/force-sync", "")
	at := func(answer map[string]any) any {
		return answer["config"].(map[string]any)["framework"].(map[string]any)["pricing"].(map[string]any)["synced_at"]
	}
	require.NotEqual(t, at(first), at(second))
	require.Greater(t, second["revision"], first["revision"])
}

func TestModelsAreDescribedAsBifrostDoes(t *testing.T) {
	d := open(t)
	d.call(200, "PUT", "/api/config", `{
		"providers":{"openai":{"keys":[{"id":"o","value":"v","models":["gpt-4o"]}],
			"pricing_overrides":[{"model_pattern":"gpt-4o","input_cost_per_token":0.000001}]}}}`)
	page := d.call(200, "GET", "/api/models/details?keys=o", "")
	require.EqualValues(t, 1, page["total"])
	m := page["models"].([]any)[0].(map[string]any)
	require.Equal(t, "gpt-4o", m["name"])
	require.Equal(t, []any{"o"}, m["accessible_by_keys"])
	require.EqualValues(t, 128_000, m["context_length"])
	require.InDelta(t, 2.5e-6, m["input_cost_per_token"], 1e-15)
	require.InDelta(t, 1.25e-6, m["cache_read_input_token_cost"], 1e-15)
	require.InDelta(t, 1e-5, m["output_cost_per_token"], 1e-15)
	require.InDelta(t, 1e-6, m["overridden_pricing"].(map[string]any)["input_cost_per_token"], 1e-15)
	require.Equal(t, "text+image+file->text", m["architecture"].(map[string]any)["modality"])

	all := d.call(200, "GET", "/api/models/details?provider=openai&limit=1000", "")
	second := d.call(200, "GET", "/api/models/details?provider=openai&limit=1&offset=1", "")
	require.Equal(t, all["models"].([]any)[1], second["models"].([]any)[0])
	require.Equal(t, all["total"], second["total"])
	require.Empty(t, d.call(200, "GET", "/api/models/details?offset=1000000", "")["models"])
}

func TestBaseModelsAreNamedOnceAndWithoutTheirDates(t *testing.T) {
	d := open(t)
	page := d.call(200, "GET", "/api/models/base?query=gpt-4o&limit=10000", "")
	require.Contains(t, page["models"], "gpt-4o")
	require.NotContains(t, page["models"], "gpt-4o-2024-11-20")
	require.Len(t, page["models"], int(page["total"].(float64)))
	require.Len(t, d.call(200, "GET", "/api/models/base", "")["models"], 20)
}

func TestParametersOfAModelAreThoseThatItsProviderTakes(t *testing.T) {
	d := open(t)
	named := func(model string) (map[string]any, []any) {
		answer := d.call(200, "GET", "/api/models/parameters?model="+model, "")
		ids := []any{}
		for _, p := range answer["model_parameters"].([]any) {
			ids = append(ids, p.(map[string]any)["id"])
		}
		return answer, ids
	}
	answer, ids := named("gpt-4o")
	require.Equal(t, "openai", answer["provider"])
	require.Equal(t, true, answer["supports_function_calling"])
	require.Equal(t, true, answer["supports_prompt_caching"])
	require.Subset(t, ids, []any{"temperature", "max_completion_tokens", "tools"})
	require.NotContains(t, ids, "reasoning_effort")
	answer, ids = named("cerebras/gpt-oss-120b")
	require.Equal(t, "cerebras", answer["provider"])
	require.NotContains(t, ids, "presence_penalty", "Cerebras refuses it")
	d.call(404, "GET", "/api/models/parameters?model=nobody/knows", "")
	d.call(422, "GET", "/api/models/parameters", "")
}
