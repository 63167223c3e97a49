package limitstest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/asbru-gateway/asbru/pkg/limits"
)

// modelled is a limit, and all that was ever taken from it.
type modelled struct {
	limit *limits.Limit
	taken []*taken
}

type taken struct {
	at      time.Time
	amount  int64
	settled bool
}

// used returns how much is used at least, and at most: a window may hold on to
// something for a hundredth of its period.
func (m *modelled) used(now time.Time) (least, most int64) {
	for _, t := range m.taken {
		counts, lingers := true, true
		switch m.limit.Shape() {
		case limits.Window:
			counts = now.Before(t.at.Add(m.limit.Period))
			lingers = now.Before(t.at.Add(m.limit.Period + m.limit.Period/100))
		case limits.Fixed:
			then, _ := m.limit.Calendar.Bounds(t.at)
			start, _ := m.limit.Calendar.Bounds(now)
			counts = then.Equal(start)
			lingers = counts
		case limits.InUse:
			counts = !t.settled
			lingers = counts
		}
		if counts {
			least += t.amount
		}
		if lingers {
			most += t.amount
		}
	}
	return least, most
}

// pending is a call of the model that is not settled.
type pending struct {
	hold  limits.Hold
	taken []*taken
}

// random makes calls at random and compares what happens with the model.
func random(s *suite) {
	if testing.Short() {
		s.Skip("takes a second")
	}
	rapid.Check(s, func(t *rapid.T) {
		all := []*modelled{
			{limit: requests(rapid.Int64Range(1, 20).Draw(t, "requests"))},
			{limit: tokens(rapid.Int64Range(1, 1000).Draw(t, "tokens"))},
			{limit: limit(limits.Limit{Kind: limits.Concurrency, Max: rapid.Int64Range(1, 5).Draw(t, "places")})},
			{limit: limit(limits.Limit{
				Kind: limits.Money, Max: rapid.Int64Range(1, limits.MostMax).Draw(t, "money"),
				Calendar: rapid.SampledFrom([]limits.Calendar{limits.NoCalendar, limits.Day, limits.Week, limits.Month, limits.Year}).Draw(t, "calendar"),
			})},
		}
		var open []pending
		t.Repeat(map[string]func(*rapid.T){
			"": func(*rapid.T) {},
			"reserve": func(t *rapid.T) {
				if p := s.reserveAsModel(t, all); p != nil {
					open = append(open, *p)
				}
			},
			"settle": func(t *rapid.T) {
				if len(open) == 0 {
					t.Skip()
				}
				i := rapid.IntRange(0, len(open)-1).Draw(t, "which")
				s.settleAsModel(t, open[i])
				open = append(open[:i], open[i+1:]...)
			},
			"a moment": func(t *rapid.T) {
				s.Advance(time.Duration(rapid.Int64Range(0, 2000).Draw(t, "ms")) * time.Millisecond)
			},
			"a while": func(t *rapid.T) {
				s.Advance(time.Duration(rapid.Int64Range(0, 90).Draw(t, "s")) * time.Second)
			},
			"long": func(t *rapid.T) {
				s.Advance(time.Duration(rapid.Int64Range(1, 10*24).Draw(t, "h")) * time.Hour)
			},
		})
	})
}

func (s *suite) reserveAsModel(t *rapid.T, all []*modelled) *pending {
	var p pending
	var wants []limits.Want
	fits, mayFit := true, true
	for _, m := range all {
		if !rapid.Bool().Draw(t, "subject to "+m.limit.Kind.String()) {
			continue
		}
		amount := int64(1)
		if m.limit.Kind == limits.Tokens || m.limit.Kind == limits.Money {
			amount = rapid.Int64Range(0, m.limit.Max/2+1).Draw(t, m.limit.Kind.String())
		}
		least, most := m.used(s.Now())
		fits = fits && most+amount <= m.limit.Max
		mayFit = mayFit && least+amount <= m.limit.Max
		wants = append(wants, want(m.limit, amount))
		p.taken = append(p.taken, &taken{at: s.Now(), amount: amount})
	}
	var refusal *limits.Refusal
	var err error
	p.hold, refusal, err = s.limiter.Reserve(context.Background(), call(), wants)
	require.NoError(t, err)
	if refusal != nil {
		require.False(t, fits, "refused by %s although there is room", refusal.Limit.Kind)
		return nil
	}
	require.True(t, mayFit, "admitted although there is no room")
	for i, w := range wants {
		for _, m := range all {
			if m.limit == w.Limit {
				m.taken = append(m.taken, p.taken[i])
			}
		}
	}
	return &p
}

func (s *suite) settleAsModel(t *rapid.T, p pending) {
	actual := make([]int64, len(p.taken))
	for i, was := range p.taken {
		actual[i] = was.amount
		if p.hold.Wants[i].Limit.Shape() != limits.InUse {
			actual[i] = rapid.Int64Range(0, was.amount+was.amount/4).Draw(t, "actual")
			was.amount = actual[i]
		}
		was.settled = true
	}
	require.NoError(t, s.limiter.Settle(context.Background(), p.hold, actual))
	for _, w := range p.hold.Wants {
		_, err := s.limiter.Usage(context.Background(), w.Limit)
		require.NoError(t, err)
	}
}
