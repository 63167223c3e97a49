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
