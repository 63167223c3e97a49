package alert

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/asbru-gateway/asbru/pkg/config"
)

// Rule says when something is alerted of.
type Rule struct {
	Name     string
	Kind     Kind
	Severity Severity
	For      time.Duration // how long it must be so
	Repeat   time.Duration // how often it is told again
	Subjects []string      // patterns; none: all subjects
	Channels []string      // names; none: each channel that takes it
	// Of kinds that look at the share of calls that fail; Percent also of BudgetSoft.
	Percent float64
	Calls   int
	Window  time.Duration
	BuiltIn bool
}

// Rules returns the rules of a configuration: its own, and the built-in ones that it
// neither replaces nor switches off. The order is that of the built-in rules, then the
// file's.
func Rules(a *config.Alerts) []Rule {
	var rules []Rule
	replaced := func(name string) bool {
		return slices.ContainsFunc(a.Rules, func(r config.AlertRule) bool { return r.Name == name })
	}
	if a.BuiltIn() {
		for _, r := range builtIn {
			if !replaced(r.Name) {
				r.BuiltIn = true
				rules = append(rules, r)
			}
		}
	}
	for i := range a.Rules {
		if a.Rules[i].On() {
			rules = append(rules, ruleOf(&a.Rules[i]))
		}
	}
	return rules
}

// ruleOf fills what a rule leaves out from the built-in rule of its kind.
func ruleOf(c *config.AlertRule) Rule {
	var r Rule
	if i := slices.IndexFunc(builtIn, func(b Rule) bool { return b.Kind == Kind(c.Type) }); i >= 0 {
		r = builtIn[i]
	}
	r.Name, r.Kind, r.Subjects, r.Channels = c.Name, Kind(c.Type), c.Subjects, c.Channels
	r.Severity = cmp.Or(Severity(c.Severity), r.Severity)
	r.Percent, r.Calls = cmp.Or(c.Percent, r.Percent), cmp.Or(c.Calls, r.Calls)
	for _, d := range []struct {
		given *int
		to    *time.Duration
	}{{c.For, &r.For}, {c.RepeatEvery, &r.Repeat}, {c.Window, &r.Window}} {
		if d.given != nil {
			*d.to = time.Duration(*d.given) * time.Second
		}
	}
	return r
}

// takes says whether a signal is one that the rule alerts of.
func (r *Rule) takes(s *Signal) bool {
	if len(r.Subjects) > 0 && !matchAny(r.Subjects, s.Subject) {
		return false
	}
	if r.Kind == BudgetSoft && s.Percent > 0 {
		return s.Percent >= r.Percent
	}
	return true
}

func matchAny(patterns []string, text string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return match(p, text) })
}

// match says whether a text is as a pattern says, in which * stands for any characters.
func match(pattern, text string) bool {
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return pattern == text
	}
	first, last := parts[0], parts[len(parts)-1]
	if !strings.HasPrefix(text, first) {
		return false
	}
	text = text[len(first):]
	for _, part := range parts[1 : len(parts)-1] {
		i := strings.Index(text, part)
		if i < 0 {
			return false
		}
		text = text[i+len(part):]
	}
	return strings.HasSuffix(text, last)
}
