package control_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/limits"
)

func TestBudgetsAndRateLimitsOfAllAreListed(t *testing.T) {
	d := open(t)
	d.call(200, "PATCH", "/api/config", `{"governance":{"teams":[{"id":"t","name":"Web","budget":{"max_limit":10,"reset_duration":"1M","calendar_aligned":true},
		"rate_limit":{"request_max_limit":5,"request_reset_duration":"1m"}}]}}`)
	d.call(200, "POST", keysPath, `{"id":"a","name":"A","budget":{"max_limit":3,"reset_duration":"1h"}}`)
	d.call(200, "POST", keysPath, `{"id":"b","name":"B","budget":{"max_limit":4,"reset_duration":"1d"}}`)
	budget := &limits.Limit{ID: "vk:a:money", Kind: limits.Money, Max: 3_000_000_000, Period: time.Hour}
	_, refusal, err := d.counts.Reserve(t.Context(), "call", []limits.Want{{Limit: budget, Amount: 500_000_000}})
	require.NoError(t, err)
	require.Nil(t, refusal)
	page := d.call(200, "GET", "/api/governance/budgets?limit=1", "")
	require.Equal(t, []any{
		map[string]any{
			"id": "team:t:money", "scope": "team", "owner": "Web", "max_limit": 10.0, "reset_duration": "1M", "calendar_aligned": true,
			"current_usage": 0.0, "held": 0.0, "remaining": 10.0,
		},
		map[string]any{
			"id": "vk:a:money", "scope": "virtual key", "owner": "A", "max_limit": 3.0, "reset_duration": "1h",
			"current_usage": 0.5, "held": 0.5, "remaining": 2.5,
		},
	}, withoutResets(page["budgets"]))
	next := d.call(200, "GET", "/api/governance/budgets?limit=1&after="+page["next_cursor"].(string), "")
	require.Len(t, next["budgets"], 1)
	require.NotContains(t, next, "next_cursor")
	rates := d.call(200, "GET", "/api/governance/rate-limits", "")["rate_limits"].([]any)
	require.Len(t, rates, 1)
	require.Equal(t, "team:t:requests", rates[0].(map[string]any)["id"])
}

// withoutResets takes off what depends on the time.
func withoutResets(budgets any) any {
	for _, b := range budgets.([]any) {
		delete(b.(map[string]any), "resets_in")
	}
	return budgets
}

func TestAKeyIsRotatedAndSaysItsValueOnce(t *testing.T) {
	d := open(t)
	made := d.call(200, "POST", keysPath, `{"id":"a","name":"A","tags":["x"]}`)["virtual_key"].(map[string]any)
	for _, body := range []string{"", `{"overlap":"1d"}`, `{"overlap":"0s"}`} {
		rotated := d.call(200, "POST", keysPath+"/a/rotate", body)["virtual_key"].(map[string]any)
		require.Regexp(t, `^sk-asbru-`, rotated["value"])
		require.NotEqual(t, made["value"], rotated["value"])
		require.Equal(t, []any{"x"}, rotated["tags"])
		made = rotated
	}
	require.EqualValues(t, 1, d.call(200, "GET", keysPath, "")["total_count"])
	d.call(200, "PUT", keysPath+"/a", `{"tags":["y"]}`)
	for _, overlap := range []string{"soon", "-1h", "3Y"} {
		require.Contains(t, fmt.Sprint(d.call(422, "POST", keysPath+"/a/rotate", `{"overlap":"`+overlap+`"}`)), "body.overlap")
	}
	d.call(404, "POST", keysPath+"/b/rotate", "")
}

func TestTheConfigurationIsShownAndChangedInBifrostsForm(t *testing.T) {
	d := open(t)
	d.call(200, "PUT", "/api/config", `{"providers":{"openai":{"keys":[{"name":"a","value":"sk-aaaaaaaaaaaa1111"}]}},"client":{"enable_logging":true}}`)
	got := d.call(200, "GET", "/api/config", "")
	require.Equal(t, map[string]any{"enable_logging": true}, got["client_config"])
	d.call(200, "PUT", "/api/config", `{"client_config":{"enable_logging":false,"id":1},"framework_config":{"pricing_sync_interval":7200}}`)
	require.Equal(t, "sk-aaaaaaaaaaaa1111", d.config().Providers["openai"].Keys[0].Value.Reveal())
	require.Equal(t, 7200, d.config().Framework.Pricing.SyncInterval)
	require.Equal(t, map[string]any{"enable_logging": false}, d.call(200, "GET", "/api/config", "")["client_config"])
}

func TestTheKeysOfAllProvidersAreListed(t *testing.T) {
	d := open(t)
	d.call(200, "PUT", "/api/config", `{"providers":{"openai":{"keys":[{"name":"a","value":"sk-aaaaaaaaaaaa1111"},{"id":"x","value":"v","enabled":false,"models":["m"]}]}}}`)
	var keys []map[string]any
	d.read("/api/keys", &keys)
	require.Equal(t, []map[string]any{
		{"key_id": "a", "name": "a", "provider": "openai", "models": []any{"*"}, "weight": 1.0, "enabled": true},
		{"key_id": "x", "name": "x", "provider": "openai", "models": []any{"m"}, "weight": 1.0, "enabled": false},
	}, keys)
	var version string
	d.read("/api/version", &version)
	require.Equal(t, "test", version)
}

// read reads an answer that is no object.
func (d *desk) read(path string, to any) {
	d.t.Helper()
	req, err := http.NewRequest(http.MethodGet, d.URL+path, http.NoBody)
	require.NoError(d.t, err)
	req.Header.Set("Authorization", "Bearer "+token)
	res, err := http.DefaultClient.Do(req)
	require.NoError(d.t, err)
	defer res.Body.Close()
	require.Equal(d.t, http.StatusOK, res.StatusCode)
	require.NoError(d.t, json.NewDecoder(res.Body).Decode(to))
}
