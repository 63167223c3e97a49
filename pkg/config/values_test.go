package config

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func valuesOf(t *testing.T, json string) map[string]string {
	t.Helper()
	values, err := (&Document{JSON: []byte(json)}).Values()
	require.NoError(t, err)
	return values
}

func TestValuesStandAtTheirPlacesAndListsAreOneValue(t *testing.T) {
	require.Equal(t, map[string]string{
		"client.enable_logging": "true", "client.prometheus_labels": `["a","b"]`, `providers["a.b"]`: "{}", "version": `"2"`,
	}, valuesOf(t, `{"client": {"enable_logging": true, "prometheus_labels": ["a", "b"], "metrics_models_max": null}, "providers": {"a.b": {}}, "version": "2"}`))
}

func TestWhatAnotherDocumentDoesNotKeepIsUnset(t *testing.T) {
	file := valuesOf(t, `{"client": {"enable_logging": true, "metrics_models_max": 5}, "providers": {"openai": {}, "mock": {}, "open": {}}, "logs": {}}`)
	now := valuesOf(t, `{"client": {"enable_logging": false, "metrics_models_max": 5, "drop_excess_requests": true}, "providers": {"openai": {"keys": []}, "mock": {}}, "logs": {}}`)
	gone := Unset(file, now)
	slices.Sort(gone)
	require.Equal(t, []string{"client.enable_logging", "providers.open"}, gone)
	require.Empty(t, Unset(now, now))
}
