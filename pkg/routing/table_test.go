package routing

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// matched is the id of the rule that holds, "" for none.
func matched(t *testing.T, f *Facts, rules ...Rule) string {
	t.Helper()
	table, err := New(rules)
	require.NoError(t, err)
	if r := table.Match(f, func(r *Rule, err error) { t.Errorf("%s: %s", r.Expression, err) }); r != nil {
		return r.ID
	}
	return ""
}

func TestExpressionsHoldOfTheRequestsTheyAreFor(t *testing.T) {
	r := &request{
		headers:  map[string]any{"x-tier": "premium", "x-empty": ""},
		params:   map[string]any{"temperature": 0.5, "n": int64(2), "region": "eu", "store": true},
		metadata: map[string]any{"project": "search"},
	}
	f := factsOf(r)
	f.VirtualKey, f.Team, f.CustomerID, f.Customer, f.UserID = "search key", "search", "c1", "acme", "ann"
	for text, holds := range map[string]bool{
		`true`: true,
		`model == "gpt-4o" && provider == "openai" && request_type == "chat" && !stream`: true,
		`headers["x-tier"] == "premium"`:                                       true,
		`headers["X-Tier"] == "premium"`:                                       true,
		`headers["x-none"] == "premium"`:                                       false,
		`headers["x-none"] != "premium"`:                                       false, // a missing key makes the rule not hold
		`headers["x-none"] == "premium" || model == "gpt-4o"`:                  true,
		`"x-tier" in headers && !("x-none" in headers)`:                        true,
		`has(headers.host) || "x-empty" in headers`:                            true,
		`headers.exists(h, h.startsWith("x-t"))`:                               true,
		`size(headers) == 2`:                                                   true,
		`model.startsWith("gpt") && model.endsWith("4o")`:                      true,
		`model.matches("^gpt-[0-9]")`:                                          true,
		`model in ["gpt-4o", "o3"]`:                                            true,
		`budget_used > 40 && budget_used > 40.5 && request < 50`:               true,
		`tokens_used >= 42.0`:                                                  true,
		`virtual_key_id == "vk-1" && virtual_key_name == "search key"`:         true,
		`team_id == "t1" && team_name == "search" && customer_id == "c1"`:      true,
		`customer_name == "acme" && user_id == "ann"`:                          true,
		`metadata["project"] == "search"`:                                      true,
		`estimated_tokens > 999 && estimated_tokens <= 1000`:                   true,
		`hour == 9 && weekday == 3`:                                            true,
		`now > timestamp("2026-11-25T00:00:00Z") && now.getFullYear() == 2026`: true,
		`params["temperature"] < 1.0 && params["n"] == 2 && params["store"]`:   true,
		`params["region"].startsWith("e")`:                                     true,
		`params["none"] == 1`:                                                  false,
		`model.size() > 100`:                                                   false,
	} {
		want := ""
		if holds {
			want = "r"
		}
		require.Equal(t, want, matched(t, f, Rule{ID: "r", Expression: text, Scope: Global}), text)
	}
}

func TestRulesAreTriedInTheOrderOfTheirScopesAndPriorities(t *testing.T) {
	f := factsOf(&request{})
	f.Above, f.CustomerID = []string{"t0"}, "c1"
	rules := []Rule{
		{ID: "global 1", Scope: Global, Priority: 1},
		{ID: "global 0", Scope: Global},
		{ID: "customer", Scope: Customer, ScopeID: "c1"},
		{ID: "team above", Scope: Team, ScopeID: "t0"},
		{ID: "team", Scope: Team, ScopeID: "t1", Priority: 9},
		{ID: "key", Scope: VirtualKey, ScopeID: "vk-1", Priority: 99},
		{ID: "another's", Scope: VirtualKey, ScopeID: "vk-2"},
	}
	for _, want := range []string{"key", "team", "team above", "customer", "global 0", "global 1", ""} {
		require.Equal(t, want, matched(t, f, rules...))
		for i := range rules {
			if rules[i].ID == want {
				rules[i].Disabled = true
			}
		}
	}
	require.Equal(t, "first", matched(t, f, Rule{ID: "first", Scope: Global}, Rule{ID: "second", Scope: Global}), "of the same priority, the one that is written first")
}

func TestARuleThatFailsIsPassedOverAndShown(t *testing.T) {
	f := factsOf(&request{params: map[string]any{"n": "two"}})
	table, err := New([]Rule{
		{ID: "fails", Scope: Global, Expression: `params["n"] + 1 > 2`},
		{ID: "neither", Scope: Global, Expression: `params["n"]`},
		{ID: "off", Scope: Global, Expression: `true`, Disabled: true},
		{ID: "no", Scope: Global, Expression: `stream`},
		{ID: "yes", Scope: Global},
		{ID: "behind", Scope: Global},
	})
	require.NoError(t, err)
	failed := 0
	rule := table.Match(f, func(*Rule, error) { failed++ })
	require.Equal(t, "yes", rule.ID)
	require.Equal(t, 2, failed)
	rule, tried := table.Explain(f)
	require.Equal(t, "yes", rule.ID)
	var states []string
	for _, o := range tried {
		states = append(states, o.Rule.ID+" "+o.State.String())
		require.Equal(t, o.State == Failed, o.Err != nil)
	}
	require.Equal(t, []string{"fails error", "neither error", "off disabled", "no no_match", "yes matched"}, states)
}

func TestATableKnowsWhetherLimitsAreAskedFor(t *testing.T) {
	for text, asks := range map[string]bool{`request > 80`: true, `stream && tokens_used > 80`: true, `request_type == "request"`: false, ``: false} {
		table, err := New([]Rule{{Expression: text, Scope: Global}})
		require.NoError(t, err)
		require.Equal(t, asks, table.AskUsed(), text)
	}
}

func TestNoRulesAreNoTable(t *testing.T) {
	table, err := New(nil)
	require.NoError(t, err)
	require.Nil(t, table)
	require.Nil(t, table.Match(factsOf(&request{}), nil))
	require.Empty(t, table.Rules())
	require.False(t, table.AskUsed())
}

func TestABadExpressionIsRefusedWithItsPlace(t *testing.T) {
	for text, says := range map[string]string{
		`model == `:                    "(line 1, column",
		`modell == "x"`:                "undeclared reference to 'modell'",
		"true &&\n  nope":              "(line 2, column 3 of the expression)",
		`model == 3`:                   "no matching overload",
		`model`:                        "must be true or false, and is of type string",
		`model.matches("(")`:           "invalid matches argument (line 1, column 15",
		`now > timestamp("yesterday")`: "invalid timestamp",
		`[1].all(x, [2].all(y, [3].all(z, x == y)))`:                 "nesting",
		strings.Repeat("(", 300) + "true" + strings.Repeat(")", 300): "recursion limit",
		`model == "` + strings.Repeat("x", MaxExpression) + `"`:      "characters long",
		`request.auth.uid == "x"`:                                    "does not support field selection",
	} {
		require.ErrorContains(t, CheckExpression(text), says, text[:min(len(text), 60)])
	}
	require.NoError(t, CheckExpression(""))
	require.NoError(t, CheckExpression(`request > 90`))
}

// What is asked of a request is data, however it reads.
func TestAValueIsNeverReadAsAnExpression(t *testing.T) {
	f := factsOf(&request{headers: map[string]any{"x-tier": `" || true || "`}})
	f.Model = `x" || true || "`
	require.Empty(t, matched(t, f, Rule{ID: "r", Scope: Global, Expression: `headers["x-tier"] == "premium" || model == "y"`}))
}

func TestAnEvaluationThatCostsTooMuchFails(t *testing.T) {
	many := map[string]any{}
	for i := range 1000 {
		many[strings.Repeat("x", 20)+string(rune('a'+i%26))+strings.Repeat("y", i)] = strings.Repeat("z", 1000)
	}
	table, err := New([]Rule{{ID: "r", Scope: Global, Expression: `headers.exists(h, headers[h].matches("(z*)*y|(zz)+x"))`}})
	require.NoError(t, err)
	_, tried := table.Explain(factsOf(&request{headers: many}))
	require.Equal(t, Failed, tried[0].State)
	require.ErrorContains(t, tried[0].Err, "cost limit exceeded")
}

func TestNamesOfScopesAndStrategiesAreReadBack(t *testing.T) {
	for i := range scopeNames {
		s, ok := ParseScope(Scope(i).String())
		require.True(t, ok)
		require.Equal(t, Scope(i), s)
	}
	for i, name := range StrategyNames() {
		s, ok := ParseStrategy(name)
		require.True(t, ok)
		require.Equal(t, Strategy(i), s)
	}
	for _, bad := range []string{"x", "Global"} {
		_, ok := ParseScope(bad)
		require.False(t, ok)
		_, ok = ParseStrategy(bad)
		require.False(t, ok)
	}
	s, ok := ParseScope("")
	require.Equal(t, Global, s)
	require.True(t, ok)
	require.Equal(t, "b", (&Rule{ID: "a", Name: "b"}).Label())
	require.Equal(t, "a", (&Rule{ID: "a"}).Label())
}

// No expression panics, nor takes long.
func FuzzExpression(f *testing.F) {
	for _, text := range []string{
		`model == "x"`, `headers["x-tier"] == "premium"`, `params["n"] > 2 ? stream : true`, `headers.exists(h, h.matches("a*"))`,
		`[1, 2].map(x, x * 2).size() > int(budget_used)`, `now - duration("1h") < now`, `"\u{1F600}" in metadata`, `{"a": model}["a"] == b"x"`,
	} {
		f.Add(text, "premium")
	}
	f.Fuzz(func(t *testing.T, text, value string) {
		if CheckExpression(text) != nil {
			return
		}
		table, err := New([]Rule{{Expression: text, Scope: Global}})
		require.NoError(t, err)
		facts := factsOf(&request{headers: map[string]any{"x-tier": value}, params: map[string]any{"n": value}, metadata: map[string]any{value: value}})
		facts.Model = value
		table.Match(facts, func(*Rule, error) {})
	})
}
