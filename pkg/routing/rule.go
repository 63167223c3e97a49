package routing

// Rule is a rule as it is written.
type Rule struct {
	ID, Name   string
	Disabled   bool
	Expression string // in CEL; empty holds of every request
	Scope      Scope
	ScopeID    string // of the virtual key, team or customer
	Priority   int    // within the scope, the lowest is tried first

	Targets   []Target
	Strategy  Strategy
	Fallbacks []string // models to try behind the targets, as "provider/model"
	Deny      string   // what a caller is told who is refused; "" for nobody
	Shadow    Shadow
}

// Target is where a rule sends requests. What is empty stays as the request has it.
type Target struct {
	Provider, Model string
	Key             string // id or name of the only key that is used
	Weight          float64
}

// Shadow is where copies of a part of the requests go, of whose answers nobody hears.
type Shadow struct {
	Percent         float64
	Provider, Model string
}

// Label is what a rule is called: its name, or else its id.
func (r *Rule) Label() string {
	if r.Name != "" {
		return r.Name
	}
	return r.ID
}

// Scope says whose requests a rule is for.
type Scope uint8

// The scopes, in the order in which their rules are tried.
const (
	VirtualKey Scope = iota
	Team
	Customer
	Global
)

var scopeNames = [...]string{"virtual_key", "team", "customer", "global"}

// String returns the scope's name in configurations.
func (s Scope) String() string { return scopeNames[s] }

// ParseScope reads a scope's name; empty is Global.
func ParseScope(name string) (s Scope, ok bool) {
	if name == "" {
		return Global, true
	}
	for i, n := range scopeNames {
		if n == name {
			return Scope(i), true
		}
	}
	return Global, false
}

// MaxTargets is how many targets and fallbacks a rule may have together: no more are
// tried for one request.
const MaxTargets = 8
