package gateway_test

import (
	"testing"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/stretchr/testify/require"
)

func guarded(rules ...config.GuardrailRule) *config.Config {
	cfg := config.Default()
	cfg.Providers = map[string]config.Provider{"mock": {}}
	cfg.Guardrails.Rules = rules
	return cfg
}

func TestGuardrailsStandAroundAllPlugins(t *testing.T) {
	var sent string
	h := &hooks{name: "h", attempt: func(c *plugin.Call) (*plugin.Answer, *api.Error) {
		sent = c.Request.Messages[0].Parts[0].Text
		return answered("Dear [HELLO_1]"), nil
	}}
	g, records := pluggedGateway(t, nil, nil, h)
	require.NoError(t, g.Apply(guarded(config.GuardrailRule{
		Name:   "greetings",
		Checks: []config.GuardrailCheck{{Type: "pii", Kinds: []string{}, Patterns: []config.GuardrailPattern{{Name: "hello", Regex: "Hello"}}}},
	})))
	said, err := ask(t, g)
	require.NoError(t, err)
	require.Equal(t, "[HELLO_1]", sent)
	require.Equal(t, "Dear Hello", said)
	require.Len(t, *records, 1)
}

func TestAGuardrailRefusesACallAndRulesThatAreOffDoNot(t *testing.T) {
	g, _ := pluggedGateway(t, nil, nil)
	off := false
	rule := config.GuardrailRule{Name: "no-hello", Checks: []config.GuardrailCheck{{Type: "words", Words: []string{"hello"}}}}
	require.NoError(t, g.Apply(guarded(rule)))
	_, err := ask(t, g)
	require.ErrorContains(t, err, `refused by the guardrail "no-hello"`)
	rule.Enabled = &off
	require.NoError(t, g.Apply(guarded(rule)))
	_, err = ask(t, g)
	require.NoError(t, err)
	require.Error(t, g.Apply(guarded(config.GuardrailRule{Name: "x", CEL: "model =="})))
}

func TestWhatGuardrailsFindIsReportedWithoutWhatWasSaid(t *testing.T) {
	var found []plugin.Incident
	g, done := newGateway(gateway.Options{Incidents: func(i *plugin.Incident) { found = append(found, *i) }})
	t.Cleanup(done)
	require.NoError(t, g.Apply(guarded(
		config.GuardrailRule{Name: "seen", Checks: []config.GuardrailCheck{{Type: "words", Words: []string{"hello"}, Action: "note"}}},
		config.GuardrailRule{Name: "no-hello", Checks: []config.GuardrailCheck{{Type: "words", Words: []string{"hello"}}}},
	)))
	_, err := ask(t, g)
	require.Error(t, err)
	require.Len(t, found, 2)
	require.Equal(t, []any{"seen", "note", false}, []any{found[0].Rule, found[0].Action, found[0].Blocked})
	i := found[1]
	require.Equal(t, []any{"guardrails", "no-hello", "words", "input", "refuse", 1, true}, []any{i.Plugin, i.Rule, i.Check, i.Side, i.Action, i.Count, i.Blocked})
	require.Contains(t, i.ID, i.CallID+"/no-hello/words/input")
	require.NotEmpty(t, i.Hash)
	require.Empty(t, i.Found, "not which word it was")
}

func TestBifrostsGuardrailsHold(t *testing.T) {
	g, _ := pluggedGateway(t, nil, nil)
	cfg := guarded()
	cfg.GuardrailsConfig = config.BifrostGuardrails{
		Providers: []config.BifrostGuardrailProvider{{ID: 1, Kind: "regex", Policy: "greetings", Settings: config.Raw(`{"patterns":[{"pattern":"hello","flags":"i"}]}`)}},
		Rules:     []config.BifrostGuardrailRule{{ID: 1, Name: "no-hello", ApplyTo: "input", Providers: []int{1}}},
	}
	require.NoError(t, g.Apply(cfg))
	_, err := ask(t, g)
	require.ErrorContains(t, err, `refused by the guardrail "no-hello" (greetings)`)
}
