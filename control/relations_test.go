package control_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

func idsOf(t *testing.T, list any) (ids []any) {
	t.Helper()
	require.IsType(t, []any{}, list, "a list, also of nothing")
	for _, o := range list.([]any) {
		ids = append(ids, o.(map[string]any)["id"])
	}
	return ids
}

func TestWhatBelongsToACustomerIsShownWithIt(t *testing.T) {
	d := open(t)
	made := d.call(200, "POST", "/api/governance/customers", `{"id":"acme","name":"Acme"}`)["customer"].(map[string]any)
	require.Empty(t, idsOf(t, made["teams"]))
	require.Empty(t, idsOf(t, made["virtual_keys"]))
	d.call(200, "POST", "/api/governance/teams", `{"id":"search","name":"Search","customer_id":"acme"}`)
	d.call(200, "POST", keysPath, `{"id":"direct","name":"direct","customer_id":"acme"}`)
	ofTeam := d.call(200, "POST", keysPath, `{"id":"below","name":"below","team_id":"search"}`)["virtual_key"].(map[string]any)
	require.Equal(t, "Search", ofTeam["team"].(map[string]any)["name"])
	require.NotContains(t, ofTeam, "customer")

	acme := d.call(200, "GET", "/api/governance/customers/acme", "")["customer"].(map[string]any)
	listed := d.call(200, "GET", "/api/governance/customers?from_memory=true", "")["customers"].([]any)
	for _, c := range []map[string]any{acme, listed[0].(map[string]any)} {
		require.Equal(t, []any{"search"}, idsOf(t, c["teams"]))
		require.Equal(t, []any{"direct"}, idsOf(t, c["virtual_keys"]), "without those of its teams")
	}
	team := d.call(200, "GET", "/api/governance/teams/search", "")["team"].(map[string]any)
	require.Equal(t, []any{"below"}, idsOf(t, team["virtual_keys"]))
	key := d.call(200, "GET", keysPath+"?customer_id=acme", "")["virtual_keys"].([]any)[0].(map[string]any)
	require.Equal(t, "Acme", key["customer"].(map[string]any)["name"])
	narrow := d.call(200, "GET", "/api/governance/customers?fields=id", "")["customers"].([]any)
	require.Equal(t, map[string]any{"id": "acme"}, narrow[0])

	for path, shown := range map[string]any{"/api/governance/customers/acme": acme, "/api/governance/teams/search": team, keysPath + "/direct": key} {
		back, err := json.Marshal(shown)
		require.NoError(t, err)
		d.call(200, "PUT", path, string(back)) // an answer may be sent back
	}
	require.Empty(t, d.config().Governance.VirtualKeys, "what is shown is not written")
}
