package config

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestWhatIsWrongWithARoutingRuleIsSaidWithItsPath(t *testing.T) {
	const document = `{"providers":{"openai":{"keys":[{"name":"main","value":"sk-1"}]}},
		"governance":{"teams":[{"id":"t1"}],"routing_rules":[%]}}`
	for rule, problem := range map[string]string{
		`{"cel_expression":"modell == 'x'"}`:                                     "governance.routing_rules[0].cel_expression: undeclared reference to 'modell'",
		`{"cel_expression":"model =="}`:                                          "governance.routing_rules[0].cel_expression: ",
		`{"cel_expression":"model"}`:                                             "governance.routing_rules[0].cel_expression: must be true or false",
		`{"scope":"team"}`:                                                       "governance.routing_rules[0].scope_id: is required",
		`{"scope":"team","scope_id":"t2"}`:                                       "governance.routing_rules[0].scope_id: there is no such team",
		`{"scope_id":"t1"}`:                                                      "governance.routing_rules[0].scope_id: is given",
		`{"targets":[{"provider":"openai"},{"provider":"anthropic"}]}`:           "governance.routing_rules[0].targets[1].provider: no such provider",
		`{"targets":[{"provider":"openai","key_id":"other"}]}`:                   "governance.routing_rules[0].targets[0].key_id: the provider has no such key",
		`{"targets":[{"model":"a","weight":0}]}`:                                 "governance.routing_rules[0].targets: have no weight above 0",
		`{"targets":[{"model":"a","weight":-1}]}`:                                "governance.routing_rules[0].targets",
		`{"targets":[` + strings.Repeat(`{"model":"a"},`, 8) + `{"model":"b"}]}`: "governance.routing_rules[0].targets: with the fallbacks there are 9, at most 8",
		`{"fallbacks":["gpt-4o"]}`:                                               "governance.routing_rules[0].fallbacks[0]: must be provider/model",
		`{"shadow":{"percent":5,"target":"nowhere/x"}}`:                          "governance.routing_rules[0].shadow.target: no such provider",
		`{"shadow":{"percent":101,"target":"openai/x"}}`:                         "governance.routing_rules[0].shadow.percent",
		`{"strategy":"fastest"}`:                                                 "governance.routing_rules[0].strategy",
		`{"deny_message":"no","targets":[{"model":"a"}]}`:                        "governance.routing_rules[0].deny_message: refuses the calls",
		`{"name":"a\u000ab"}`:                                                    "governance.routing_rules[0].name: must not have line breaks",
		`{"id":"a"},{"id":"a"}`:                                                  "governance.routing_rules[1].id: is the same as",
		`{"cel_expression":"` + strings.Repeat("x", 5000) + `"}`:                 "governance.routing_rules[0].cel_expression: is 5000 characters long",
		`{"enabled":false,"cel_expression":"nonsense("}`:                         "governance.routing_rules[0].cel_expression",
	} {
		problems := problemsOf(t, strings.Replace(document, "%", rule, 1))
		require.NotEmpty(t, problems, rule)
		require.True(t, strings.HasPrefix(problems[0], problem), "%s: %s", rule, problems)
	}
	require.Empty(t, problemsOf(t, strings.Replace(document, "%", `{"id":"r","name":"Premium","cel_expression":"headers['x-tier'] == 'premium'","query":{"rules":[]},
		"targets":[{"provider":"openai","model":"gpt-4o","key_id":"main","weight":0.7},{"model":"gpt-4o-mini","weight":0.3}],"fallbacks":["openai/gpt-4.1"],
		"scope":"virtual_key","scope_id":"anything","priority":3,"strategy":"sticky","shadow":{"percent":5,"target":"openai/o3"}}`, 1)))
}

func TestNoExpressionBringsTheCheckDown(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cfg := Default()
		cfg.Governance.RoutingRules = []RoutingRule{{CELExpression: rapid.String().Draw(t, "expression")}}
		_, _ = cfg.Validate()
	})
}
