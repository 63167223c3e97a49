package config

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func problemsOf(t *testing.T, document string) []string {
	t.Helper()
	_, _, err := Parse([]byte(document), Auto, testOptions...)
	if err == nil {
		return nil
	}
	var problems *Problems
	require.ErrorAs(t, err, &problems)
	var out []string
	for _, p := range problems.List {
		out = append(out, p.Path+": "+p.Message)
	}
	return out
}

func TestGovernanceRefusesWhatCannotHold(t *testing.T) {
	chain := "governance: {teams: [{id: t1}"
	for _, pair := range []string{"t2 t1", "t3 t2", "t4 t3", "t5 t4", "t6 t5"} {
		id, parent, _ := strings.Cut(pair, " ")
		chain += ", {id: " + id + ", parent_id: " + parent + "}"
	}
	tests := []struct{ name, document, want string }{
		{"an unknown team", "governance: {virtual_keys: [{value: v, team_id: t}]}", "governance.virtual_keys[0].team_id: there is no such team"},
		{"an unknown customer", "governance: {teams: [{id: t, customer_id: c}]}", "governance.teams[0].customer_id: there is no such customer"},
		{"an unknown user", "governance: {virtual_keys: [{value: v, user_id: u}]}", "governance.virtual_keys[0].user_id: there is no such user"},
		{"an unknown team of a user", "governance: {users: [{id: u, team_id: t}]}", "governance.users[0].team_id: there is no such team"},
		{"an unknown parent", "governance: {teams: [{id: t, parent_id: x}]}", "governance.teams[0].parent_id: there is no such team"},
		{"a team that is its own parent", "governance: {teams: [{id: t, parent_id: t}]}", "governance.teams[0].parent_id: the team is its own parent, or that of one of its parents"},
		{"a cycle of teams", "governance: {teams: [{id: a, parent_id: b}, {id: b, parent_id: a}]}", "governance.teams[0].parent_id: the team is its own parent, or that of one of its parents"},
		{"too many teams above each other", chain + "]}", "governance.teams[5].parent_id: puts more than 5 teams above each other"},
		{"another customer than the parent's", "governance: {customers: [{id: a}, {id: b}], teams: [{id: p, customer_id: a}, {id: t, parent_id: p, customer_id: b}]}", "governance.teams[1].customer_id: is another one than that of the team above"},
		{"a team and a customer", "governance: {customers: [{id: c}], teams: [{id: t}], virtual_keys: [{value: v, team_id: t, customer_id: c}]}", "governance.virtual_keys[0].customer_id: is given beside team_id: a key belongs to a team or to a customer"},
		{"an id twice", "governance: {customers: [{id: c}, {id: c}]}", "governance.customers[1].id: is the same as governance.customers[0].id"},
		{"no id", "governance: {teams: [{name: t}]}", "governance.teams[0].id: is required"},
		{"a name twice", "governance: {teams: [{id: a, name: n}, {id: b, name: n}]}", "governance.teams[1].name: is the same as governance.teams[0].name"},
		{"a name of a key twice", "governance: {virtual_keys: [{value: a, name: n}, {value: b, name: n}]}", "governance.virtual_keys[1].name: is the same as governance.virtual_keys[0].name"},
		{"a name that is too long", "governance: {customers: [{id: c, name: " + strings.Repeat("é", 201) + "}]}", "governance.customers[0].name: must have at most 200 characters"},
		{"a negative amount", "governance: {users: [{id: u, budget: {max_limit: -1, reset_duration: 1d}}]}", "governance.users[0].budget.max_limit: must be ≥ 0"},
		{"a period that is none", "governance: {providers: [{provider: openai, rate_limit: {request_max_limit: 1, request_reset_duration: soon}}]}", `governance.providers[0].rate_limit.request_reset_duration: "soon" is no period: want a number with s, m, h, d, w, M or Y, such as 1h`},
		{"a budget without a period", "governance: {model_configs: [{model_name: m, budgets: [{max_limit: 1}]}]}", "governance.model_configs[0].budgets[0].reset_duration: is required beside max_limit"},
		{"a budget that is not there", "governance: {customers: [{id: c, budget_id: b}]}", "governance.customers[0].budget_id: there is no such budget in governance.budgets"},
		{"a rate limit that is not there", "governance: {virtual_keys: [{value: v, provider_configs: [{provider: openai, rate_limit_id: r}]}]}", "governance.virtual_keys[0].provider_configs[0].rate_limit_id: there is no such rate limit in governance.rate_limits"},
		{"a budget without an id", "governance: {budgets: [{max_limit: 1, reset_duration: 1d}]}", "governance.budgets[0].id: is required"},
		{"two budgets of one period", "governance: {customers: [{id: c, budget: {max_limit: 1, reset_duration: 1d}, budgets: [{max_limit: 2, reset_duration: 24h}]}]}", "governance.customers[0].budgets[0].reset_duration: is the same as governance.customers[0].budget"},
		{"a calendar that is none", "governance: {virtual_keys: [{value: v, calendar_aligned: true, budget: {max_limit: 1, reset_duration: 5m}}]}", "governance.virtual_keys[0].budget.reset_duration: must be 1d, 1w, 1M or 1Y when periods are those of the calendar"},
		{"a model twice", "governance: {model_configs: [{model_name: m, provider: openai}, {model_name: m}, {model_name: m, provider: openai}]}", "governance.model_configs[2].model_name: is the same as governance.model_configs[0].model_name"},
		{"a provider twice", "governance: {providers: [{provider: openai}, {name: openai}]}", "governance.providers[1].provider: is the same as governance.providers[0].provider"},
		{"an operation that is none", "governance: {virtual_keys: [{value: v, allowed_endpoints: [chad]}]}", `governance.virtual_keys[0].allowed_endpoints[0]: unknown operation, did you mean "chat"?`},
		{"a header that is none", "governance: {required_headers: ['x y']}", "governance.required_headers[0]: is not a header name"},
		{"a time that is none", "governance: {virtual_keys: [{value: v, expires_at: tomorrow}]}", "governance.virtual_keys[0].expires_at: must be a time such as 2027-01-31T00:00:00Z"},
		{"a rule of nobody", "governance: {routing_rules: [{scope: team}]}", "governance.routing_rules[0].scope_id: is required for the scope team"},
		{"a budget of a provider's key", "providers: {openai: {keys: [{value: v, budget: {max_limit: 1}}]}}", "providers.openai.keys[0].budget.reset_duration: is required beside max_limit"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			require.Contains(t, problemsOf(t, tt.document), tt.want)
		})
	}
}

func TestBoundsAreJoinedByTheirIDs(t *testing.T) {
	c := parseTest(t, `
governance:
  budgets: [{id: b, max_limit: 100, reset_duration: 1M}]
  rate_limits: [{id: r, request_max_limit: 5, request_reset_duration: 1m}]
  customers: [{id: c, budget_id: b, budgets: [{max_limit: 10, reset_duration: 1d}, {reset_duration: 1Y}], rate_limit_id: r}]
  virtual_keys: [{value: v, budget: {id: b, max_limit: 7, reset_duration: 1w}, budget_id: gone, calendar_aligned: true}]`)
	g := &c.Governance
	customer := g.Customers[0].Bounds(g)
	require.Equal(t, 5, customer.RateLimit.RequestMaxLimit)
	require.Len(t, customer.Budgets, 2, "one without a maximum is none")
	require.Equal(t, []float64{100, 10}, []float64{customer.Budgets[0].MaxLimit, customer.Budgets[1].MaxLimit})
	key := g.VirtualKeys[0].Bounds(g)
	require.Len(t, key.Budgets, 1)
	require.Equal(t, 7.0, key.Budgets[0].MaxLimit, "its own, whatever is referred to")
	require.True(t, key.Budgets[0].CalendarAligned)
	require.Equal(t, 80, key.Budgets[0].SoftPercent())
	require.Equal(t, 5, g.Joined("r", "b").RateLimit.RequestMaxLimit)
}
