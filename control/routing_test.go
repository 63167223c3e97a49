package control_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestARequestIsExplainedByTheNewestConfiguration(t *testing.T) {
	d := open(t)
	d.call(200, "PUT", "/api/config", `{"providers":{"openai":{"keys":[{"name":"main","value":"sk-1","weight":1}]},"anthropic":{"keys":[{"name":"c","value":"sk-2","weight":1}]}},
		"governance":{"teams":[{"id":"search","name":"Search"}],"routing_rules":[
			{"id":"r-1","name":"premium","cel_expression":"headers['x-tier'] == 'premium' && team_name == 'Search'","targets":[{"provider":"anthropic","model":"claude-sonnet-4-5"}]}]}}`)
	key := d.call(200, "POST", "/api/governance/virtual-keys", `{"name":"k","team_id":"search"}`)
	id := key["virtual_key"].(map[string]any)["id"].(string)
	e := d.call(200, "POST", "/api/routing/explain", `{"virtual_key_id":"`+id+`","headers":{"X-Tier":"premium"},"body":{"model":"openai/gpt-4o","messages":[{"role":"user","content":"hi"}]},"metadata":{"a":"b"}}`)
	require.Equal(t, "premium", e["rule"])
	require.Equal(t, false, e["live"])
	first := e["candidates"].([]any)[0].(map[string]any)
	require.Equal(t, "anthropic", first["provider"])
	require.Equal(t, "target", first["from"])
	require.Equal(t, "c", first["keys"].([]any)[0].(map[string]any)["name"])
	require.Empty(t, e["refusals"])

	d.call(200, "PATCH", "/api/config", `{"governance":{"routing_rules":[{"id":"r-2","deny_message":"Closed."}]}}`)
	e = d.call(200, "POST", "/api/routing/explain", `{"team_id":"search","model":"openai/gpt-4o"}`)
	require.Equal(t, "r-2", e["rule"])
	require.Equal(t, "denied_by_rule", e["refusals"].([]any)[0].(map[string]any)["code"])
	require.Equal(t, "Closed.", e["refusals"].([]any)[0].(map[string]any)["message"])

	e = d.call(200, "POST", "/api/routing/explain", `{"virtual_key_id":"nobody","model":"openai/gpt-4o"}`)
	require.Equal(t, "virtual_key_not_found", e["refusals"].([]any)[0].(map[string]any)["code"])
	d.call(422, "POST", "/api/routing/explain", `{"model":1}`)
	d.call(422, "POST", "/api/routing/explain", `{"models":"x"}`)
}

func TestABadRuleChangesNothing(t *testing.T) {
	d := open(t)
	d.call(200, "PUT", "/api/config", `{"providers":{"openai":{"keys":[{"name":"main","value":"sk-1"}]}}}`)
	res := d.call(422, "PATCH", "/api/config", `{"governance":{"routing_rules":[{"id":"a"},{"id":"b","cel_expression":"headers['x'] == "}]}}`)
	detail := res["error"].(map[string]any)["details"].([]any)[0].(map[string]any)
	require.Equal(t, "governance.routing_rules[1].cel_expression", detail["path"])
	require.Contains(t, detail["message"], "line 1, column 17")
	require.NotContains(t, d.call(200, "GET", "/api/config", "")["config"].(map[string]any), "governance")
}

func TestAnExpressionIsCheckedBeforeItIsSaved(t *testing.T) {
	d := open(t)
	const path = "/api/routing/check-expression"
	require.Equal(t, map[string]any{}, d.call(200, "POST", path, `{"cel_expression":"model == \"gpt-5\""}`))
	require.Equal(t, map[string]any{}, d.call(200, "POST", path, `{"cel_expression":""}`))
	require.Contains(t, d.call(200, "POST", path, `{"cel_expression":"model =="}`)["fault"], "line 1, column")
	require.Contains(t, d.call(200, "POST", path, `{"cel_expression":"model"}`)["fault"], "must be true or false")
	d.call(422, "POST", path, `{}`)
	require.Empty(t, d.audit("?operation=check-expression&outcome=done"))
}
