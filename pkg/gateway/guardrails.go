package gateway

import (
	"fmt"
	"slices"
	"time"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/asbru-gateway/asbru/pkg/plugin/builtin/guard"
)

// guardrailsName is what the plugin of the section guardrails is called.
const guardrailsName = "guardrails"

// guardrailsTimeout leaves a model that judges the time to answer.
const guardrailsTimeout = 30 * time.Second

// compileGuardrails makes the plugin of the configuration's guardrails, which stands before
// all others; nil where no rule holds.
func (g *Gateway) compileGuardrails(cfg *config.Config) (*plugin.Entry, error) {
	rules := cfg.GuardrailRules()
	if !slices.ContainsFunc(rules, func(r config.GuardrailRule) bool { return r.On() }) {
		return nil, nil //nolint:nilnil // no rules are no plugin
	}
	p := config.Plugin{Name: guardrailsName}
	state := g.plugins.state(p.Name, g.log)
	made, err := guard.Make(g.pluginEnv(&p, state), rules)
	if err != nil {
		return nil, fmt.Errorf("guardrails: %w", err)
	}
	settings := plugin.Settings{Placement: plugin.BeforeBuiltIn, Order: -1 << 30, Timeout: guardrailsTimeout, Deny: true}
	return plugin.NewEntry(p.Name, plugin.NewMade(made, state), settings), nil
}
