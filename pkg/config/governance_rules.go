package config

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/routing"
)

// RoutingRule says where the calls go that it is for.
type RoutingRule struct {
	ID            string          `json:"id,omitempty" maxLength:"200" doc:"Identifies the rule."`
	Name          string          `json:"name,omitempty" maxLength:"200" doc:"Name of the rule in logs and explanations."`
	Description   string          `json:"description,omitempty" doc:"Free text."`
	Enabled       *bool           `json:"enabled,omitempty" default:"true" doc:"Whether the rule is used."`
	CELExpression string          `json:"cel_expression,omitempty" doc:"Which calls the rule is for, in CEL. Absent or empty: all."`
	Targets       []RoutingTarget `json:"targets,omitempty" doc:"Where these calls go: to one of them, by strategy."`
	Fallbacks     []string        `json:"fallbacks,omitempty" doc:"Models, as provider/model, that are tried in turn when the target fails. Those that the caller names stand before them."`
	Strategy      string          `json:"strategy,omitempty" enum:"weighted,priority,least_latency,least_cost,least_busy,sticky" default:"weighted" doc:"How a target is chosen. weighted: by chance, by weight; priority: the first; least_latency, least_cost, least_busy: the one that is quickest, cheapest, or has the fewest calls; sticky: the same one for each session. The others are fallbacks."`
	DenyMessage   string          `json:"deny_message,omitempty" maxLength:"1000" doc:"The calls are refused with this message, and go nowhere."`
	Shadow        *Shadow         `json:"shadow,omitempty" doc:"A part of the calls is sent a second time, to another model, whose answer nobody gets."`
	Scope         string          `json:"scope,omitempty" enum:"global,customer,team,virtual_key" default:"global" doc:"Whose calls the rule is for. A rule of a virtual key goes before one of a team, that before one of a customer, and that before a global one."`
	ScopeID       string          `json:"scope_id,omitempty" doc:"Id of the customer, team or virtual key."`
	Priority      int             `json:"priority,omitempty" minimum:"0" doc:"Order of the rules of one scope, the lowest first."`

	Query     Unused `json:"query,omitzero" kind:"object" doc:"The expression as Bifrost's editor keeps it."`
	ChainRule Unused `json:"chain_rule,omitzero" doc:"Whether Bifrost looks at further rules."`
}

// IsEnabled says whether the rule is used.
func (r *RoutingRule) IsEnabled() bool { return r.Enabled == nil || *r.Enabled }

// RoutingTarget is a place that a rule may send a call to.
type RoutingTarget struct {
	Provider string   `json:"provider,omitempty" doc:"The provider. Absent: as the caller has it."`
	Model    string   `json:"model,omitempty" doc:"The model. Absent: as the caller has it."`
	KeyID    string   `json:"key_id,omitempty" doc:"Id or name of the provider's key that is used. Absent: any."`
	Weight   *float64 `json:"weight,omitempty" minimum:"0" default:"1" doc:"Share of the calls, relative to the other targets'."`
}

// Shadow is a second request for some of the calls of a rule.
type Shadow struct {
	Percent float64 `json:"percent,omitempty" minimum:"0" maximum:"100" doc:"Part of the calls, in percent."`
	Target  string  `json:"target,omitempty" required:"true" doc:"Where they go, as provider/model."`
}

// Rules returns the routing rules, which have been checked, as package routing has them.
func (g *Governance) Rules() []routing.Rule {
	var all []routing.Rule
	for i := range g.RoutingRules {
		r := g.RoutingRules[i].rule()
		r.ID = cmp.Or(r.ID, r.Name, "rule-"+strconv.Itoa(i+1)) // as the admin API knows it, so that its calls can be found
		all = append(all, r)
	}
	return all
}

func (r *RoutingRule) rule() routing.Rule {
	scope, _ := routing.ParseScope(r.Scope)
	strategy, _ := routing.ParseStrategy(r.Strategy)
	out := routing.Rule{
		ID: r.ID, Name: r.Name, Disabled: !r.IsEnabled(), Expression: r.CELExpression,
		Scope: scope, ScopeID: r.ScopeID, Priority: r.Priority,
		Strategy: strategy, Fallbacks: r.Fallbacks, Deny: r.DenyMessage,
	}
	for _, t := range r.Targets {
		weight := 1.0
		if t.Weight != nil {
			weight = *t.Weight
		}
		out.Targets = append(out.Targets, routing.Target{Provider: t.Provider, Model: t.Model, Key: t.KeyID, Weight: weight})
	}
	if r.Shadow != nil {
		out.Shadow.Percent = r.Shadow.Percent
		out.Shadow.Provider, out.Shadow.Model, _ = strings.Cut(r.Shadow.Target, "/")
	}
	return out
}
