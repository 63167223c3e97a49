package memory

import (
	"context"

	"github.com/asbru-gateway/asbru/pkg/limits"
)

// Usage implements [limits.Limiter].
func (m *Limiter) Usage(_ context.Context, l *limits.Limit) (limits.Usage, error) {
	now := m.now()
	c := m.countOf(l.ID, now)
	c.mu.Lock()
	u := limits.Usage{Used: c.used(l, now)}
	u.Reset = c.reset(l, now)
	u.Remaining = max(m.max(l)-u.Used, 0)
	since := c.since(l, now)
	c.mu.Unlock()
	if l.Kind == limits.Money {
		u.Held, u.Unsettled = m.held(c, since, now)
	}
	return u, nil
}

// Usages implements [limits.Reader].
func (m *Limiter) Usages(ctx context.Context, of []*limits.Limit) ([]limits.Usage, error) {
	all := make([]limits.Usage, len(of))
	for i, l := range of {
		u, err := m.Usage(ctx, l)
		if err != nil {
			return nil, err
		}
		all[i] = u
	}
	return all, nil
}

// held looks through all calls for what is held of one count, by those under way
// and by those that must have been lost, of what is counted since somewhere.
func (m *Limiter) held(of *count, since int64, now moment) (held, lost int64) {
	for i := range m.calls {
		s := &m.calls[i]
		s.mu.Lock()
		for _, c := range s.calls {
			if !c.ready.Load() {
				continue
			}
			for _, p := range c.parts {
				switch {
				case p.count != of || p.where < since:
				case c.at+int64(m.options.HoldFor) <= now.mono:
					lost += p.amount
				default:
					held += p.amount
				}
			}
		}
		s.mu.Unlock()
	}
	return held, lost
}
