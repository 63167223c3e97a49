package config

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/routing"
)

// BifrostGuardrails are guardrails as Bifrost Enterprise has them: rules, and what they have
// look at texts (https://docs.getbifrost.ai/deployment-guides/config-json/guardrails).
type BifrostGuardrails struct {
	Providers []BifrostGuardrailProvider `json:"guardrail_providers,omitempty" doc:"What looks at texts. Those of provider_name regex are used; others, which are services elsewhere, are set aside."`
	Rules     []BifrostGuardrailRule     `json:"guardrail_rules,omitempty" doc:"Of which calls. They hold beside guardrails.rules."`
}

// BifrostGuardrailProvider looks at texts.
type BifrostGuardrailProvider struct {
	ID       int    `json:"id,omitempty" minimum:"0" doc:"By which rules name it."`
	Kind     string `json:"provider_name,omitempty" required:"true" doc:"What it is: regex."`
	Policy   string `json:"policy_name,omitempty" maxLength:"64" doc:"What its check is called."`
	Enabled  *bool  `json:"enabled,omitempty" switch:"true" default:"true" doc:"Whether it is used."`
	Timeout  Unused `json:"timeout,omitzero" doc:"Seconds that it may take."`
	Settings Raw    `json:"config,omitempty" kind:"object" doc:"Its settings. Of regex: mode, and patterns with pattern, description, flags (i, m, s) and action."`
}

// BifrostGuardrailRule says of which calls.
type BifrostGuardrailRule struct {
	ID           int      `json:"id,omitempty" minimum:"0" doc:"Its number."`
	Name         string   `json:"name,omitempty" maxLength:"128" doc:"Its name."`
	Description  string   `json:"description,omitempty" unused:"true" doc:"What it is for."`
	Enabled      *bool    `json:"enabled,omitempty" switch:"true" default:"true" doc:"Whether it holds."`
	Target       string   `json:"target,omitempty" enum:"llm,mcp" default:"llm" doc:"Calls of models, or of tools: those rules are set aside."`
	CEL          string   `json:"cel_expression,omitempty" maxLength:"4096" doc:"Of which calls, in CEL with what routing rules can ask."`
	ApplyTo      string   `json:"apply_to,omitempty" enum:"input,output,both" default:"both" doc:"Which side of a call it looks at."`
	SamplingRate *float64 `json:"sampling_rate,omitempty" minimum:"0" maximum:"100" default:"100" doc:"Share of the calls, in percent."`
	Timeout      Unused   `json:"timeout,omitzero" doc:"Milliseconds that it may take."`
	MaxTurns     Unused   `json:"max_turns_to_send,omitzero" doc:"How much of a conversation is looked at: all of it is."`
	Providers    []int    `json:"provider_config_ids,omitempty" minimum:"0" doc:"Ids of what looks."`
}

// bifrostPatterns are the settings of a provider of the kind regex.
type bifrostPatterns struct {
	Mode     string           `json:"mode,omitempty" enum:"block,detect_only,redact" default:"block" doc:"What is done where a pattern does not say."`
	Patterns []bifrostPattern `json:"patterns,omitempty" required:"true" doc:"What is looked for."`
}

type bifrostPattern struct {
	Pattern     string `json:"pattern,omitempty" required:"true" maxLength:"4096" doc:"The expression, as RE2 has it."`
	Description string `json:"description,omitempty" doc:"What it finds."`
	EntityType  string `json:"entity_type,omitempty" doc:"The word of its placeholder."`
	Flags       string `json:"flags,omitempty" doc:"i, m, s."`
	Action      string `json:"action,omitempty" enum:"block,detect_only,redact" doc:"What is done."`
	Strategy    string `json:"redaction_strategy,omitempty" unused:"true" doc:"How what was found is replaced: by a placeholder, always."`
}

const bifrostRegex = "regex"

// bifrostActions are our words for Bifrost's.
var bifrostActions = map[string]string{"block": "refuse", "detect_only": "note", "redact": "redact"}

// GuardrailRules are all rules of the configuration: its own, and those of Bifrost's section.
func (c *Config) GuardrailRules() []GuardrailRule {
	own := c.Guardrails.Rules
	for i := range c.GuardrailsConfig.Rules {
		r := &c.GuardrailsConfig.Rules[i]
		if (r.Enabled != nil && !*r.Enabled) || r.Target == "mcp" {
			continue
		}
		rule := GuardrailRule{Name: r.label(), CEL: r.CEL, ApplyTo: r.ApplyTo, SamplingRate: r.SamplingRate}
		for _, id := range r.Providers {
			rule.Checks = append(rule.Checks, c.GuardrailsConfig.checks(id)...)
		}
		if len(rule.Checks) > 0 {
			own = append(slices.Clip(own), rule)
		}
	}
	return own
}

func (r *BifrostGuardrailRule) label() string {
	if r.Name != "" {
		return r.Name
	}
	return fmt.Sprintf("rule-%d", r.ID)
}

// checks are those of a provider: one for each action that its patterns have.
func (g *BifrostGuardrails) checks(id int) (checks []GuardrailCheck) {
	i := slices.IndexFunc(g.Providers, func(p BifrostGuardrailProvider) bool { return p.ID == id })
	if i < 0 {
		return nil
	}
	p := &g.Providers[i]
	var s bifrostPatterns
	if p.Kind != bifrostRegex || p.Enabled != nil && !*p.Enabled || Decode(jsonOf(p.Settings), &s) != nil {
		return nil
	}
	for _, action := range []string{"block", "redact", "detect_only"} {
		k := GuardrailCheck{Type: "regex", Name: p.Policy, Action: bifrostActions[action]}
		for n := range s.Patterns {
			if q := &s.Patterns[n]; q.action(s.Mode) == action {
				k.Patterns = append(k.Patterns, GuardrailPattern{Name: q.name(n), Regex: q.regex()})
			}
		}
		if len(k.Patterns) > 0 {
			checks = append(checks, k)
		}
	}
	return checks
}

func jsonOf(r Raw) []byte { return r }

func (p *bifrostPattern) action(mode string) string {
	if p.Action != "" {
		return p.Action
	}
	return mode
}

func (p *bifrostPattern) regex() string {
	if p.Flags == "" {
		return p.Pattern
	}
	return "(?" + p.Flags + ")" + p.Pattern
}

// name is what a pattern is called in verdicts and placeholders: letters, digits and underscores.
func (p *bifrostPattern) name(n int) string {
	const most = 32
	of := p.EntityType
	if of == "" {
		of = p.Description
	}
	name := strings.Trim(strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
			return r
		}
		return '_'
	}, of), "_")
	if name == "" {
		return fmt.Sprintf("pattern_%d", n+1)
	}
	return name[:min(len(name), most)]
}

// bifrostGuardrails checks Bifrost's section, and names what of it is not used.
func (c *checker) bifrostGuardrails(at string, g *BifrostGuardrails) {
	ids := map[int]string{}
	for i := range g.Providers {
		p, at := &g.Providers[i], element(child(at, "guardrail_providers"), i)
		unique(c, child(at, "id"), p.ID, ids)
		if p.Kind != bifrostRegex {
			c.note(child(at, "provider_name"), "this version has no such provider of guardrails: what it would find is not looked for")
			continue
		}
		c.bifrostPatterns(child(at, "config"), p.Settings)
	}
	for i := range g.Rules {
		r, at := &g.Rules[i], element(child(at, "guardrail_rules"), i)
		if err := routing.CheckExpression(r.CEL); err != nil {
			c.problem(child(at, "cel_expression"), "%s", err)
		}
		if r.Target == "mcp" {
			c.note(child(at, "target"), "rules of calls of tools are not used by this version")
		}
		for j, id := range r.Providers {
			if ids[id] == "" {
				c.problem(element(child(at, "provider_config_ids"), j), "there is no guardrail provider of this id")
			}
		}
	}
}

func (c *checker) bifrostPatterns(at string, settings Raw) {
	var s bifrostPatterns
	if err := Decode(jsonOf(settings), &s); err != nil {
		c.problem(at, "%s", strings.ReplaceAll(err.Error(), "\n", "; "))
		return
	}
	for i := range s.Patterns {
		at := element(child(at, "patterns"), i)
		if strings.Trim(s.Patterns[i].Flags, "ims") != "" {
			c.problem(child(at, "flags"), "may have i, m and s")
			continue
		}
		if _, err := regexp.Compile(s.Patterns[i].regex()); err != nil {
			c.problem(child(at, "pattern"), "is no regular expression that RE2 has")
		}
	}
}
