package config

import (
	"slices"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/routing"
)

func (c *checker) routingRules() {
	ids, names := make(map[string]string), make(map[string]string)
	for i := range c.config.Governance.RoutingRules {
		r := &c.config.Governance.RoutingRules[i]
		path := element("governance.routing_rules", i)
		c.idIfAny(path, r.ID, ids)
		c.name(path, r.Name, names)
		c.headerSafe(child(path, "id"), r.ID)
		c.headerSafe(child(path, "name"), r.Name)
		c.ruleScope(child(path, "scope_id"), r)
		if err := routing.CheckExpression(r.CELExpression); err != nil {
			c.problem(child(path, "cel_expression"), "%s", err)
		}
		c.ruleTargets(path, r)
	}
}

func (c *checker) ruleScope(path string, r *RoutingRule) {
	switch {
	case r.Scope == "" || r.Scope == "global":
		if r.ScopeID != "" {
			c.problem(path, "is given, and the scope is global")
		}
	case r.ScopeID == "":
		c.problem(path, "is required for the scope %s", r.Scope)
	case r.Scope == "team" && !slices.ContainsFunc(c.config.Governance.Teams, func(t Team) bool { return t.ID == r.ScopeID }):
		c.problem(path, "there is no such team")
	case r.Scope == "customer" && !slices.ContainsFunc(c.config.Governance.Customers, func(o Customer) bool { return o.ID == r.ScopeID }):
		c.problem(path, "there is no such customer")
	}
}

// ruleTargets checks where a rule sends calls.
func (c *checker) ruleTargets(path string, r *RoutingRule) {
	if n := len(r.Targets) + len(r.Fallbacks); n > routing.MaxTargets {
		c.problem(child(path, "targets"), "with the fallbacks there are %d, at most %d are tried for one call", n, routing.MaxTargets)
	}
	if r.DenyMessage != "" && (len(r.Targets) > 0 || len(r.Fallbacks) > 0 || r.Shadow != nil) {
		c.problem(child(path, "deny_message"), "refuses the calls, and there is also something said of where they go")
	}
	weighs := len(r.Targets) == 0
	for i := range r.Targets {
		t := &r.Targets[i]
		at := element(child(path, "targets"), i)
		weighs = weighs || t.Weight == nil || *t.Weight > 0
		if t.Provider == "" && t.Model == "" && t.KeyID == "" {
			c.note(at, "changes nothing: it names no provider, model or key")
		}
		c.targetProvider(child(at, "provider"), t.Provider)
		if p, ok := c.config.Providers[t.Provider]; ok && t.KeyID != "" && !slices.ContainsFunc(p.Keys, func(k Key) bool { return t.KeyID == k.ID || t.KeyID == k.Name }) {
			c.problem(child(at, "key_id"), "the provider has no such key")
		}
		c.headerSafe(child(at, "model"), t.Model)
	}
	if !weighs {
		c.problem(child(path, "targets"), "have no weight above 0 among them")
	}
	for i, name := range r.Fallbacks {
		c.fullModel(element(child(path, "fallbacks"), i), name)
	}
	if r.Shadow != nil {
		c.fullModel(child(child(path, "shadow"), "target"), r.Shadow.Target)
	}
}

// fullModel checks a model that is named as provider/model.
func (c *checker) fullModel(path, name string) {
	c.headerSafe(path, name)
	provider, model, ok := strings.Cut(name, "/")
	if !ok || provider == "" || model == "" {
		c.problem(path, "must be provider/model")
		return
	}
	c.targetProvider(path, provider)
}

// targetProvider checks a provider that calls are sent to.
func (c *checker) targetProvider(path, name string) {
	if _, ok := c.config.Providers[name]; ok || name == "" {
		return
	}
	c.problem(path, "no such provider is configured")
}
