// Hot path, but for New.

package routing

import (
	"cmp"
	"fmt"
	"slices"
)

// Table is a set of rules, compiled. It never changes. A nil Table has none.
type Table struct {
	scoped map[owner][]*compiled // of one virtual key, team or customer, in order
	global []*compiled
	scopes [Global]bool // which of the others have any
	used   bool         // a rule asks what is used of limits
	rules  []Rule
}

// owner is whose requests some rules are for.
type owner struct {
	scope Scope
	id    string
}

// compiled is a rule and its expression.
type compiled struct {
	*Rule
	index int
	when  *expression // nil: of every request
}

// New compiles rules. It returns nil where there is none. Those that are disabled are
// kept for [Table.Explain] alone.
func New(rules []Rule) (*Table, error) {
	if len(rules) == 0 {
		return nil, nil //nolint:nilnil // no rules are no table
	}
	t := &Table{scoped: map[owner][]*compiled{}, rules: slices.Clone(rules)}
	for i := range t.rules {
		r := &compiled{Rule: &t.rules[i], index: i}
		if r.Expression != "" && !r.Disabled {
			var err error
			if r.when, err = compile(r.Expression); err != nil {
				return nil, fmt.Errorf("rule %d: %w", i, err)
			}
			t.used = t.used || r.when.used
		}
		if r.Scope == Global {
			t.global = append(t.global, r)
			continue
		}
		t.scopes[r.Scope] = true
		of := owner{r.Scope, r.ScopeID}
		t.scoped[of] = append(t.scoped[of], r)
	}
	for _, all := range t.scoped {
		sortRules(all)
	}
	sortRules(t.global)
	return t, nil
}

func sortRules(all []*compiled) {
	slices.SortStableFunc(all, func(a, b *compiled) int { return cmp.Compare(a.Priority, b.Priority) })
}

// AskUsed says whether a rule asks what is used of limits.
func (t *Table) AskUsed() bool { return t != nil && t.used }

// Rules returns the rules as they were given.
func (t *Table) Rules() []Rule {
	if t == nil {
		return nil
	}
	return t.rules
}

// Outcome is what became of a rule that was tried.
type Outcome struct {
	Rule  *Rule
	Index int // of the rule among all that are configured
	State State
	Err   error // of a rule that failed
}

// State is how a rule that was tried stands to a request.
type State uint8

// The states.
const (
	NoMatch State = iota
	Matched
	Failed
	Off // it is disabled
)

// String returns the state's name.
func (s State) String() string { return [...]string{"no_match", "matched", "error", "disabled"}[s] }

// Match returns the first rule that holds of a request, nil if none does. A rule that
// fails is passed over, and failed is called with it.
func (t *Table) Match(f *Facts, failed func(*Rule, error)) *Rule {
	var found *compiled
	t.each(f, func(r *compiled) bool {
		switch holds, err := r.holds(f); {
		case err != nil:
			failed(r.Rule, err)
		case holds:
			found = r
		}
		return found == nil
	})
	if found == nil {
		return nil
	}
	return found.Rule
}

// Explain is Match that tells of each rule that is tried, disabled ones among them.
func (t *Table) Explain(f *Facts) (rule *Rule, tried []Outcome) {
	t.each(f, func(r *compiled) bool {
		o := Outcome{Rule: r.Rule, Index: r.index}
		switch holds, err := r.holds(f); {
		case r.Disabled:
			o.State = Off
		case err != nil:
			o.State, o.Err = Failed, err
		case holds:
			o.State, rule = Matched, r.Rule
		}
		tried = append(tried, o)
		return rule == nil
	})
	return rule, tried
}

// each goes through the rules for a request in their order: of the virtual key, of its
// team and those above, of its customer, and of all.
func (t *Table) each(f *Facts, yield func(*compiled) bool) {
	if t == nil {
		return
	}
	if !t.eachOf(VirtualKey, f.VirtualKeyID, yield) || !t.eachOf(Team, f.TeamID, yield) {
		return
	}
	for _, team := range f.Above {
		if !t.eachOf(Team, team, yield) {
			return
		}
	}
	if !t.eachOf(Customer, f.CustomerID, yield) {
		return
	}
	for _, r := range t.global {
		if !yield(r) {
			return
		}
	}
}

func (t *Table) eachOf(scope Scope, id string, yield func(*compiled) bool) bool {
	if id == "" || !t.scopes[scope] {
		return true
	}
	for _, r := range t.scoped[owner{scope, id}] {
		if !yield(r) {
			return false
		}
	}
	return true
}

func (r *compiled) holds(f *Facts) (bool, error) {
	if r.when == nil {
		return !r.Disabled, nil
	}
	return r.when.holds(f)
}
