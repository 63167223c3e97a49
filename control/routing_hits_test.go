package control_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/usage"
	"github.com/stretchr/testify/require"
)

// ruled opens a desk whose log has calls that rules have decided, and one that none has.
func ruled(t *testing.T) *desk {
	d := open(t)
	at := time.Now().Add(-time.Minute)
	var all []usage.Entry
	add := func(n int, e usage.Entry) {
		for range n {
			e.CallID, e.RequestID, e.Op = fmt.Sprintf("call-%d", len(all)), "r", "chat"
			if e.Time.IsZero() {
				e.Time = at
			}
			all = append(all, e)
		}
	}
	add(3, usage.Entry{RuleID: "cheap", Provider: "house", Model: "small", Status: 200})
	add(1, usage.Entry{RuleID: "cheap", Provider: "openai", Model: "gpt-5", Status: 502, Code: "provider_closed"})
	add(2, usage.Entry{RuleID: "cheap", Provider: "openai", Model: "gpt-5", Status: 200, Shadow: true})
	add(1, usage.Entry{Provider: "house", Model: "small", Status: 200})
	add(1, usage.Entry{RuleID: "closed", Status: 403, Code: "denied_by_rule"})
	add(1, usage.Entry{RuleID: "cheap", Provider: "house", Model: "small", Status: 200, Time: at.Add(-2 * time.Hour)})
	require.NoError(t, d.store.Load().Ledger().Put(t.Context(), all))
	return d
}

func TestTheCallsOfEachRuleAreCountedWithWhereTheyWent(t *testing.T) {
	d := ruled(t)
	d.call(200, "PUT", "/api/config", `{"providers":{"openai":{"keys":[{"name":"main","value":"sk-1"}]},"house":{"keys":[{"name":"h","value":"sk-2"}],"custom_provider_config":{"base_provider_type":"openai"},"network_config":{"base_url":"http://127.0.0.1:9"}}},
		"governance":{"routing_rules":[{"id":"cheap","cel_expression":"stream","targets":[{"provider":"house","model":"small"}],"shadow":{"percent":50,"target":"openai/gpt-5"}}]}}`)
	b := get(d, "/api/routing/hits")
	require.EqualValues(t, 6, b["total_requests"], "copies are no calls of anybody's, and an hour is the last one")
	rules := b["rules"].([]any)
	require.Len(t, rules, 3)
	require.Equal(t, map[string]any{
		"id": "cheap", "total_requests": 4., "failed_requests": 1.,
		"to": []any{
			map[string]any{"provider": "house", "model": "small", "total_requests": 3.},
			map[string]any{"provider": "openai", "model": "gpt-5", "total_requests": 1.},
		},
	}, rules[0])
	require.Empty(t, rules[1].(map[string]any)["id"])
	require.Equal(t, "closed", rules[2].(map[string]any)["id"])

	b = get(d, "/api/routing/hits?start_time="+time.Now().Add(-4*time.Hour).UTC().Format(time.RFC3339)+"&routing_rule_ids=cheap")
	require.EqualValues(t, 5, b["total_requests"])
	d.call(422, "GET", "/api/routing/hits?status=lost", "")
}
