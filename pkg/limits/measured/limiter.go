package measured

// Hot path.

import (
	"context"
	"sync/atomic"

	"github.com/asbru-gateway/asbru/pkg/limits"
)

// Limiter is a limiter whose decisions are counted. It is a prometheus.Collector.
type Limiter struct {
	limits.Limiter
	leases *limits.Leases // nil: it has none
	// Refused, where it is set before the first call, is told of each refusal. It does
	// not wait.
	Refused func(*limits.Refusal)

	admitted [sources]atomic.Int64
	passed   [policies]atomic.Int64
	denied   [policies]atomic.Int64
}

const (
	sources  = limits.ByPolicy + 1
	policies = limits.Deny + 1
)

// New returns a limiter that does what l does, and is closed instead of it.
func New(l limits.Limiter) *Limiter {
	leases, _ := l.(*limits.Leases)
	return &Limiter{Limiter: l, leases: leases}
}

// Reserve implements [limits.Limiter].
func (m *Limiter) Reserve(ctx context.Context, callID string, wants []limits.Want) (limits.Hold, *limits.Refusal, error) {
	hold, refusal, err := m.Limiter.Reserve(ctx, callID, wants)
	switch {
	case err != nil:
	case refusal != nil:
		if refusal.ByPolicy {
			m.denied[refusal.Limit.Policy].Add(1)
		}
		if m.Refused != nil {
			m.Refused(refusal)
		}
	default:
		m.admitted[hold.Source].Add(1)
		if hold.Source == limits.ByPolicy {
			for i := range wants {
				m.passed[wants[i].Limit.Policy].Add(1)
			}
		}
	}
	return hold, refusal, err
}
