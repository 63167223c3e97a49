package guard

import (
	"fmt"
	"hash/fnv"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/asbru-gateway/asbru/pkg/routing"
)

// rule is a rule, compiled.
type rule struct {
	label    string
	when     *routing.Condition
	in, out  bool
	percent  float64
	checks   []*check
	failOpen bool
}

func newRule(r *config.GuardrailRule) (*rule, error) {
	compiled := &rule{
		label: r.Label(), in: r.ApplyTo != "output", out: r.ApplyTo != "input", percent: 100, failOpen: r.OnError == "allow",
	}
	if r.SamplingRate != nil {
		compiled.percent = *r.SamplingRate
	}
	var err error
	if compiled.when, err = routing.NewCondition(r.CEL); err != nil {
		return nil, fmt.Errorf("rule %s: %w", r.Label(), err)
	}
	for i := range r.Checks {
		k, err := newCheck(&r.Checks[i])
		if err != nil {
			return nil, fmt.Errorf("rule %s: %w", r.Label(), err)
		}
		compiled.checks = append(compiled.checks, k)
	}
	return compiled, nil
}

// samples says whether the rule looks at a call. It is the same for both of the call's sides.
func (r *rule) samples(callID string) bool {
	if r.percent >= 100 {
		return true
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(r.label))
	_, _ = h.Write([]byte(callID))
	const parts = 10_000
	return float64(h.Sum32()%parts) < r.percent/100*parts
}

// holdsOf says whether the rule is for a call. One that cannot be evaluated is for all, unless
// calls are let through when something fails.
func (r *rule) holdsOf(c *plugin.Call, facts *routing.Facts) bool {
	if !r.samples(c.ID) {
		return false
	}
	holds, err := r.when.Holds(facts)
	if err != nil {
		return !r.failOpen
	}
	return holds
}
