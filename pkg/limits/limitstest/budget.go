package limitstest

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/asbru-gateway/asbru/pkg/limits"
)

// budgets reserves, settles, amends, renews and lets expire what calls hold of budgets,
// over the ends of periods and with a clock that is set back, in any order. What is
// used, held and unsettled must be that of a model to the nano-dollar, and nothing be
// admitted for which there is no room.
func budgets(s *suite) {
	if testing.Short() {
		s.Skip("takes a second")
	}
	rapid.Check(s, func(t *rapid.T) {
		s.Clock.now.Store(Start.UnixNano())
		most := rapid.Int64Range(1, 1000)
		m := &budgetModel{suite: s, all: []*budget{
			{limit: limit(limits.Limit{Kind: limits.Money, Max: most.Draw(t, "a day's"), Calendar: limits.Day})},
			{limit: limit(limits.Limit{Kind: limits.Money, Max: most.Draw(t, "an hour's"), Period: time.Hour})},
		}}
		node, renews := s.limiter.(Renewer)
		t.Repeat(map[string]func(*rapid.T){
			"":        m.check,
			"reserve": func(t *rapid.T) { m.reserve(t) },
			"settle":  func(t *rapid.T) { m.settle(t, true) },
			"amend":   func(t *rapid.T) { m.settle(t, false) },
			"renew": func(t *rapid.T) {
				if !renews {
					t.Skip()
				}
				node.Renew()
				for _, c := range m.open {
					c.expires = s.Now().Add(holdFor)
				}
			},
			"a while": func(t *rapid.T) {
				s.Advance(time.Duration(rapid.Int64Range(0, 2*holdFor.Milliseconds()).Draw(t, "ms")) * time.Millisecond)
			},
			"hours": func(t *rapid.T) {
				s.Advance(time.Duration(rapid.Int64Range(1, 8).Draw(t, "hours")) * time.Hour)
			},
			"step back": func(t *rapid.T) {
				by := time.Duration(rapid.Int64Range(0, 60_000).Draw(t, "ms")) * time.Millisecond
				s.Advance(-by)
				m.stepped += by
			},
		})
	})
}

// budgetModel is what budgets are to be like.
type budgetModel struct {
	*suite
	all     []*budget
	open    []*budgetCall
	latest  time.Time     // that the clock has shown
	stepped time.Duration // how far it was set back in all
}

type budget struct {
	limit   *limits.Limit
	entries []*entry
	began   time.Time // the calendar's period that was last counted in
}

// entry is what a call has taken of a budget.
type entry struct {
	at, began time.Time
	amount    int64
	call      *budgetCall
}

type budgetCall struct {
	hold    limits.Hold
	entries []*entry
	expires time.Time
	settled bool
}

// period is the calendar's that is counted in now: one that had begun goes on when the
// clock is set back.
func (b *budget) period(now time.Time) time.Time {
	began, _ := b.limit.Calendar.Bounds(now)
	if began.Before(b.began) {
		return b.began
	}
	return began
}

// usage returns what is used at least and at most, held and unsettled.
func (m *budgetModel) usage(b *budget) (least, most, held, lost int64) {
	now := m.Now()
	for _, e := range b.entries {
		lingers := e.began.Equal(b.period(now))
		counts := lingers
		if b.limit.Shape() == limits.Window {
			counts = m.latest.Before(e.at.Add(b.limit.Period))
			lingers = now.Before(e.at.Add(b.limit.Period + b.limit.Period/100 + m.stepped))
		}
		if counts {
			least += e.amount
		}
		if lingers {
			most += e.amount
		}
		switch {
		case e.call.settled || !counts:
		case now.Before(e.call.expires):
			held += e.amount
		default:
			lost += e.amount
		}
	}
	return least, most, held, lost
}

func (m *budgetModel) check(t *rapid.T) {
	if now := m.Now(); now.After(m.latest) {
		m.latest = now
	}
	for _, b := range m.all {
		least, most, held, lost := m.usage(b)
		u := m.suite.usage(b.limit)
		if b.limit.Shape() == limits.Window {
			require.GreaterOrEqual(t, u.Used, least)
			require.LessOrEqual(t, u.Used, most)
			require.GreaterOrEqual(t, u.Held+u.Unsettled, held+lost)
			require.LessOrEqual(t, u.Held+u.Unsettled, u.Used)
			continue
		}
		require.Equal(t, [3]int64{least, held, lost}, [3]int64{u.Used, u.Held, u.Unsettled})
		require.Equal(t, max(b.limit.Max-u.Used, 0), u.Remaining)
	}
}

func (m *budgetModel) reserve(t *rapid.T) {
	c := &budgetCall{expires: m.Now().Add(holdFor)}
	var wants []limits.Want
	var of []*budget
	fits, mayFit := true, true
	for _, b := range m.all {
		if len(of) > 0 && rapid.Bool().Draw(t, "not of the other") {
			continue
		}
		amount := rapid.Int64Range(0, b.limit.Max/3+1).Draw(t, "estimate")
		least, most, _, _ := m.usage(b)
		fits, mayFit = fits && most+amount <= b.limit.Max, mayFit && least+amount <= b.limit.Max
		wants, of = append(wants, want(b.limit, amount)), append(of, b)
		c.entries = append(c.entries, &entry{at: m.Now(), began: b.period(m.Now()), amount: amount, call: c})
	}
	hold, refusal, err := m.limiter.Reserve(context.Background(), call(), wants)
	require.NoError(t, err)
	if refusal != nil {
		require.False(t, fits, "refused although there is room")
		return
	}
	require.True(t, mayFit, "admitted although there is no room")
	c.hold = hold
	m.open = append(m.open, c)
	for i, b := range of {
		b.began = c.entries[i].began
		b.entries = append(b.entries, c.entries[i])
	}
}

func (m *budgetModel) settle(t *rapid.T, ends bool) {
	if len(m.open) == 0 {
		t.Skip()
	}
	i := rapid.IntRange(0, len(m.open)-1).Draw(t, "which")
	c := m.open[i]
	actual := make([]int64, len(c.entries))
	for j, e := range c.entries {
		actual[j] = rapid.Int64Range(0, 2*e.amount+1).Draw(t, "actual")
		e.amount = actual[j]
	}
	if !ends {
		require.NoError(t, m.limiter.Amend(context.Background(), []limits.Amendment{{Hold: c.hold, Amounts: actual}}))
		return
	}
	require.NoError(t, m.limiter.Settle(context.Background(), c.hold, actual))
	c.settled = true
	m.open = slices.Delete(m.open, i, i+1)
}
