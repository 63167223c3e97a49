package control_test

import (
	"encoding/csv"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// audit returns the entries, oldest first.
func (d *desk) audit(query string) []map[string]any {
	d.t.Helper()
	list := d.call(200, "GET", "/api/audit"+query, "")["entries"].([]any)
	entries := make([]map[string]any, len(list))
	for i := range list {
		entries[len(list)-1-i] = list[i].(map[string]any)
	}
	return entries
}

func text(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func TestEveryChangeIsInTheAuditWithWhatWasChanged(t *testing.T) {
	d := open(t)
	d.hire("ann", "admin")
	p := d.signIn("ann")
	p.ask(200, "PATCH", "/api/config", `{"providers":{"house":{"keys":[{"name":"k","value":"sk-canary-0123456789","models":["*"]}],"custom_provider_config":{"base_provider_type":"openai"},"network_config":{"base_url":"https://house.example"}}}}`, "X-Request-Id", "my-request")
	p.ask(200, "PATCH", "/api/config", `{"client":{"drop_excess_requests":true}}`)
	made := p.ask(200, "POST", "/api/governance/virtual-keys", `{"name":"web"}`)["virtual_key"].(map[string]any)
	p.ask(200, "PUT", "/api/governance/virtual-keys/"+made["id"].(string), `{"name":"web 2"}`)
	p.ask(404, "DELETE", "/api/governance/virtual-keys/none", "")
	p.ask(200, "GET", "/api/governance/virtual-keys", "")
	p.ask(200, "POST", "/api/session/ws-ticket", "")

	entries := d.audit("")
	operations := make([]any, len(entries))
	for i, e := range entries {
		operations[i] = e["operation"]
	}
	require.Equal(t, []any{"create-person", "login", "patch-config", "patch-config", "create-virtual-key", "update-virtual-key", "delete-virtual-key"}, operations)
	require.Equal(t, map[string]any{"kind": "admin_token", "name": "admin token"}, entries[0]["caller"])
	require.Equal(t, "ann", entries[1]["caller"].(map[string]any)["name"])
	require.Equal(t, "my-request", entries[2]["request_id"])
	require.Contains(t, text(entries[2]["changes"]), "house.example")
	require.JSONEq(t, `[{"object":"/api/config","patch":[{"op":"add","path":"/client","value":{"drop_excess_requests":true}}]}]`, text(entries[3]["changes"]))
	require.Contains(t, text(entries[5]["changes"]), `{"op":"replace","path":"/name","value":"web 2"}`)
	require.Equal(t, "refused", entries[6]["outcome"])
	require.Equal(t, "not_found", entries[6]["code"])
	whole := text(entries)
	for _, secret := range []string{"sk-canary", "correct horse", made["value"].(string), p.cookie.Value, p.csrf} {
		require.NotContains(t, whole, secret)
	}
	lines := json.NewDecoder(d.open("/api/audit/export?operation=patch-config").Body)
	var newest map[string]any
	require.NoError(t, lines.Decode(&newest))
	require.Equal(t, entries[3], newest)
	table, err := csv.NewReader(d.open("/api/audit/export?format=csv").Body).ReadAll()
	require.NoError(t, err)
	require.Len(t, table, 8)
	require.Equal(t, []string{"operation", "delete-virtual-key", "update-virtual-key"}, []string{table[0][7], table[1][7], table[2][7]})
	report := d.call(200, "GET", "/api/audit/verify", "")
	require.Equal(t, true, report["whole"])
	require.Equal(t, entries[6]["hash"], report["head_hash"])
}

func TestWhatIsRefusedIsInTheAudit(t *testing.T) {
	d := open(t)
	d.hire("ann", "viewer")
	p := d.signIn("ann")
	p.ask(403, "PATCH", "/api/config", `{}`)
	d.call(401, "POST", "/api/session/login", `{"username":"ann","password":"wrong"}`)
	d.call(422, "PATCH", "/api/config", `{"nothing":1}`)
	d.call(401, "PATCH", "/api/config", `{}`, "Authorization", "Bearer wrong")
	entries := d.audit("?outcome=refused")
	require.Len(t, entries, 3, "nobody in particular leaves no trace")
	for i, want := range []string{"not_permitted", "sign_in_failed", "invalid_configuration"} {
		require.Equal(t, want, entries[i]["code"])
	}
	require.Len(t, d.audit("?caller=ann&operation=login"), 2)
	first := d.call(200, "GET", "/api/audit?limit=1", "")
	second := d.call(200, "GET", "/api/audit?limit=1&after="+first["next_cursor"].(string), "")
	require.NotEqual(t, first["entries"], second["entries"])
	d.call(422, "GET", "/api/audit?after=x", "")
}

func TestWhatChangesWhileTheStoreIsAwayIsEnteredLater(t *testing.T) {
	d := open(t)
	kept := d.store.Swap(nil)
	d.call(200, "PATCH", "/api/config", `{"client":{"drop_excess_requests":true}}`)
	d.call(422, "PATCH", "/api/config", `{"nothing":1}`)
	d.store.Store(kept)
	require.Empty(t, d.audit(""))
	require.NoError(t, d.control.FlushAudit(t.Context()))
	require.NoError(t, d.control.FlushAudit(t.Context()))
	require.Len(t, d.audit(""), 2)

	d.store.Store(nil)
	for range 1000 {
		d.call(404, "POST", "/api/jobs/none/retry", "")
	}
	require.Equal(t, "audit_unavailable", code(d.call(503, "POST", "/api/jobs/none/retry", "")))
	d.store.Store(kept)
	require.NoError(t, d.control.FlushAudit(t.Context()))
	d.call(404, "POST", "/api/jobs/none/retry", "")
	require.EqualValues(t, 1003, d.call(200, "GET", "/api/audit/verify", "")["entries"])
}

func TestARequestIsNamedByItsCallerOrByUs(t *testing.T) {
	d := open(t)
	for _, id := range []string{"", "bad id", strings.Repeat("x", 101)} {
		d.call(404, "POST", "/api/jobs/none/retry", "", "X-Request-Id", id)
	}
	for _, e := range d.audit("") {
		require.Regexp(t, `^[a-z2-7]{26}$`, e["request_id"])
	}
}
