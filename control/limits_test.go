package control_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/limits"
)

func TestWhatCallsHaveReservedIsListed(t *testing.T) {
	d := open(t)
	l := &limits.Limit{ID: "team:search:money", Kind: limits.Money, Max: 100, Calendar: limits.Month}
	var calls []any
	for _, id := range []string{"call-1", limits.BatchPrefix + "x"} {
		_, refusal, err := d.counts.Reserve(t.Context(), id, []limits.Want{{Limit: l, Amount: 40}})
		require.NoError(t, err)
		require.Nil(t, refusal)
	}
	for after := ""; ; {
		page := d.call(http.StatusOK, http.MethodGet, "/api/limits/reservations?limit_id=team:search:money&limit=1&after="+after, "")
		for _, each := range page["reservations"].([]any) {
			r := each.(map[string]any)
			require.Equal(t, "team:search:money", r["limit_id"])
			require.EqualValues(t, 40, r["amount"])
			require.Equal(t, "held", r["state"])
			require.NotEmpty(t, r["since"])
			require.NotEmpty(t, r["expires_at"])
			require.Equal(t, r["call_id"] != "call-1", r["batch"] == true)
			calls = append(calls, r["call_id"])
		}
		next, more := page["next_cursor"].(string)
		if !more {
			break
		}
		after = next
	}
	require.ElementsMatch(t, []any{"call-1", "lease:x"}, calls)
	require.Empty(t, d.call(http.StatusOK, http.MethodGet, "/api/limits/reservations?limit_id=team:other:money", "")["reservations"])
	d.call(http.StatusUnprocessableEntity, http.MethodGet, "/api/limits/reservations?after=nonsense", "")
	d.call(http.StatusUnprocessableEntity, http.MethodGet, "/api/limits/reservations?limit=0", "")
}

func TestLimitsAreShownWithWhatIsUsedOfThem(t *testing.T) {
	d := open(t)
	d.call(http.StatusOK, http.MethodPut, "/api/config", `{"governance":{
		"teams":[{"id":"search","name":"Search","budget":{"max_limit":10,"reset_duration":"1M","calendar_aligned":true},
			"rate_limit":{"request_max_limit":5,"request_reset_duration":"1h"}}],
		"customers":[{"id":"acme","budget":{"max_limit":1,"reset_duration":"1d"}}]}}`)
	made := d.call(http.StatusOK, http.MethodPost, "/api/governance/virtual-keys", `{"name":"web","provider_configs":[{"provider":"*","allowed_models":["*"]}],
		"budget":{"max_limit":2,"reset_duration":"1M"},"user_budget":{"max_limit":1,"reset_duration":"1d"}}`)
	key := made["virtual_key"].(map[string]any)["id"].(string)
	ids := func(answer map[string]any) (all []string) {
		for _, l := range answer["limits"].([]any) {
			all = append(all, l.(map[string]any)["id"].(string))
		}
		return all
	}
	require.Equal(t, []string{"customer:acme:money", "team:search:money", "team:search:requests"}, ids(d.call(http.StatusOK, http.MethodGet, "/api/limits", "")))
	page := d.call(http.StatusOK, http.MethodGet, "/api/limits?limit=2", "")
	require.Equal(t, []string{"customer:acme:money", "team:search:money"}, ids(page))
	page = d.call(http.StatusOK, http.MethodGet, "/api/limits?limit=2&after="+page["next_cursor"].(string), "")
	require.Equal(t, []string{"team:search:requests"}, ids(page))
	require.NotContains(t, page, "next_cursor")

	l := &limits.Limit{ID: "team:search:money", Kind: limits.Money, Max: 10_000_000_000, Calendar: limits.Month}
	_, _, err := d.counts.Reserve(t.Context(), "call", []limits.Want{{Limit: l, Amount: 40}})
	require.NoError(t, err)
	named := d.call(http.StatusOK, http.MethodGet, "/api/limits?id=team:search:money&id=vk:"+key+":money&id=enduser:"+key+":a:b:money", "")
	require.Equal(t, []string{"enduser:" + key + ":a:b:money", "team:search:money", "vk:" + key + ":money"}, ids(named))
	team := named["limits"].([]any)[1].(map[string]any)
	require.NotEmpty(t, team["resets_at"])
	delete(team, "resets_at")
	require.Equal(t, map[string]any{
		"id": "team:search:money", "kind": "money", "scope": "team", "owner": "Search", "calendar": "month",
		"max": 1e10, "warn": 8e9, "used": 40.0, "held": 40.0, "unsettled": 0.0, "remaining": 1e10 - 40,
	}, team)
	for _, unknown := range []string{"team:other:money", "vk:none:money", "enduser:" + key + ":x:tokens", "enduser:none:x:money", "nonsense"} {
		refused := d.call(http.StatusNotFound, http.MethodGet, "/api/limits?id="+unknown, "")
		require.Equal(t, "not_found", code(refused))
	}
}
