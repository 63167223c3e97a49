package control_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

const keysPath = "/api/governance/virtual-keys"

func TestEveryFieldOfAVirtualKeyIsKept(t *testing.T) {
	d := open(t)
	d.call(200, "PATCH", "/api/config", `{"governance":{"teams":[{"id":"t"}],"users":[{"id":"u"}],
		"rate_limits":[{"id":"slow","request_max_limit":1,"request_reset_duration":"1m"}]}}`)
	sent := `{"id":"own","name":"web","description":"d","owner":"ann","tags":["a","b"],"is_active":true,"team_id":"t","user_id":"u",
		"expires_at":"2030-01-31T00:00:00Z","required_headers":["x-a"],"allowed_endpoints":["chat"],"log_bodies":true,
		"mcp_configs":[{"mcp_client_name":"m","tools_to_execute":["*"]}],"mcp_agent":{"max_depth":3,"max_cost":0.5,"max_time":60},
		"budget":{"max_limit":12.5,"reset_duration":"1M","calendar_aligned":true,"soft_limit_percent":50},
		"budgets":[{"max_limit":1,"reset_duration":"1h"}],
		"user_budget":{"max_limit":2,"reset_duration":"1d"},"user_rate_limit":{"request_max_limit":3,"request_reset_duration":"1m"},
		"provider_configs":[{"provider":"openai","weight":0.5,"allowed_models":["gpt-5"],"key_ids":["k"],"rate_limit_id":"slow",
			"budget":{"max_limit":4,"reset_duration":"1w"}}]}`
	made := d.call(200, "POST", keysPath, sent)["virtual_key"].(map[string]any)
	for _, own := range []string{"value", "created_at", "updated_at", "revision", "team"} {
		require.Contains(t, made, own)
		delete(made, own)
	}
	got, err := json.Marshal(made)
	require.NoError(t, err)
	require.JSONEq(t, sent, string(got))

	shown := d.call(200, "GET", keysPath+"/own", "")["virtual_key"]
	back, err := json.Marshal(shown)
	require.NoError(t, err)
	d.call(200, "PUT", keysPath+"/own", string(back)) // an answer may be sent back
	changed := d.call(200, "PUT", keysPath+"/own", `{"team_id":null,"user_budget":{},"provider_configs":null,"budget":{"max_limit":20}}`)["virtual_key"].(map[string]any)
	require.NotContains(t, changed, "team_id")
	require.NotContains(t, changed, "provider_configs")
	require.NotContains(t, changed, "user_budget")
	require.Equal(t, map[string]any{"max_limit": 20.0, "reset_duration": "1M", "calendar_aligned": true, "soft_limit_percent": 50.0}, changed["budget"])
}

func TestVirtualKeysAreFilteredAndSorted(t *testing.T) {
	d := open(t)
	for i, fields := range []string{`"owner":"ann","tags":["prod"]`, `"is_active":false`, `"owner":"ann","expires_at":"2031-01-01T00:00:00Z"`} {
		d.call(200, "POST", keysPath, fmt.Sprintf(`{"id":"k%d","name":"N%d",%s}`, i, 9-i, fields))
	}
	for query, want := range map[string][]any{
		"owner=ann":                               {"k0", "k2"},
		"tag=prod":                                {"k0"},
		"is_active=false":                         {"k1"},
		"sort_by=name":                            {"k2", "k1", "k0"},
		"sort_by=created_at&order=desc":           {"k2", "k1", "k0"},
		"sort_by=expires_at&order=desc&limit=1":   {"k2"},
		"export=true&limit=1&search=N":            {"k0", "k1", "k2"},
		"sort_by=name&order=desc&owner=ann":       {"k0", "k2"},
		"sort_by=name&offset=1&limit=1&fields=id": {"k1"},
	} {
		ids := []any{}
		for _, k := range d.call(200, "GET", keysPath+"?"+query, "")["virtual_keys"].([]any) {
			ids = append(ids, k.(map[string]any)["id"])
		}
		require.Equal(t, want, ids, query)
	}
	d.call(422, "GET", keysPath+"?sort_by=digest", "")
}

func TestAVirtualKeyIsMadeOnceForEachIdempotencyKey(t *testing.T) {
	d := open(t)
	first := d.call(200, "POST", keysPath, `{"name":"web"}`, "Idempotency-Key", "one")["virtual_key"].(map[string]any)
	again := d.call(200, "POST", keysPath, `{"name":"web"}`, "Idempotency-Key", "one")["virtual_key"].(map[string]any)
	require.Equal(t, first["id"], again["id"])
	require.Regexp(t, `^\*\*\*\*....$`, again["value"])
	require.Equal(t, "already_exists", code(d.call(409, "POST", keysPath, `{"name":"other"}`, "Idempotency-Key", "one")))
	taken := d.call(409, "POST", keysPath, `{"name":"web"}`)
	require.Contains(t, fmt.Sprint(taken), "body.name")
	d.call(200, "POST", keysPath, `{"name":"other"}`)
	d.call(409, "PUT", keysPath+"/"+first["id"].(string), `{"name":"other"}`)
	require.EqualValues(t, 2, d.call(200, "GET", keysPath, "")["total_count"])
}

func TestManyVirtualKeysAreMadeAllOrNone(t *testing.T) {
	d := open(t)
	refused := d.call(422, "POST", keysPath+"/bulk", `{"virtual_keys":[{"name":"a"},{"name":"b","budget":{"max_limit":1,"reset_duration":"soon"}}]}`)
	require.Contains(t, fmt.Sprint(refused), "body.virtual_keys[1].budget.reset_duration")
	require.EqualValues(t, 0, d.call(200, "GET", keysPath, "")["total_count"])
	d.call(422, "POST", keysPath+"/bulk", `{"virtual_keys":[{"name":"a"},{"name":"a"}]}`)
	d.call(422, "POST", keysPath+"/bulk", `{"virtual_keys":[]}`)

	made := d.call(200, "POST", keysPath+"/bulk", `{"virtual_keys":[{"id":"x","name":"a"},{"id":"y","name":"b"}]}`)["virtual_keys"].([]any)
	require.Len(t, made, 2)
	require.Regexp(t, `^sk-asbru-`, made[1].(map[string]any)["value"])
	gone := d.call(200, "POST", keysPath+"/bulk-delete", `{"ids":["x","nobody","y"]}`)
	require.Equal(t, []any{"x", "y"}, gone["deleted"])
	require.Equal(t, []any{"nobody"}, gone["not_found"])
	require.EqualValues(t, 0, d.call(200, "GET", keysPath, "")["total_count"])
}
