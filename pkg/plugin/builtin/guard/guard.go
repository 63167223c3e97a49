package guard

import (
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/plugin"
)

// Guard is the guardrails of a configuration. Safe for concurrent use.
type Guard struct {
	env   plugin.Env
	rules []*rule
}

// Make makes the plugin of rules. It has no part in answers where no rule has to do with them.
func Make(env plugin.Env, rules []config.GuardrailRule) (plugin.Plugin, error) {
	compiled, err := New(env, rules)
	if err != nil {
		return nil, err
	}
	if !compiled.answers() {
		return asking{compiled}, nil
	}
	return compiled, nil
}

// New compiles rules. Those that are switched off are left out.
func New(env plugin.Env, rules []config.GuardrailRule) (*Guard, error) {
	g := &Guard{env: env}
	for i := range rules {
		if !rules[i].On() {
			continue
		}
		r, err := newRule(&rules[i])
		if err != nil {
			return nil, err
		}
		g.rules = append(g.rules, r)
	}
	return g, nil
}

// Name implements plugin.Plugin.
func (g *Guard) Name() string {
	if g.env.Name == "" {
		return "guardrails"
	}
	return g.env.Name
}

// answers says whether a rule has to do with answers.
func (g *Guard) answers() bool {
	for _, r := range g.rules {
		if r.out {
			return true
		}
		for _, k := range r.checks {
			if k.restore {
				return true
			}
		}
	}
	return false
}

// asking are guardrails that have to do with requests alone: answers go past them.
type asking struct{ guard *Guard }

// Name implements plugin.Plugin.
func (a asking) Name() string { return a.guard.Name() }
