package limitstest

import (
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/limits"
)

func calendars(s *suite) {
	// Start is a minute before the end of a year, a month and a day, and in the
	// midst of a week.
	for calendar, wait := range map[limits.Calendar]time.Duration{
		limits.Day: time.Minute, limits.Month: time.Minute, limits.Year: time.Minute,
		limits.Week: 4*24*time.Hour + time.Minute,
	} {
		for _, kind := range []limits.Kind{limits.Requests, limits.Tokens, limits.Money} {
			l := limit(limits.Limit{Kind: kind, Max: 10, Calendar: calendar})
			s.Clock.now.Store(Start.UnixNano())
			require.Equal(s, wait, s.take(want(l, 10)).Wants[0].Ends)
			r := s.refused(want(l, 1))
			require.Equal(s, wait, r.RetryAfter)
			require.Equal(s, wait, s.usage(l).Reset)
			s.Advance(wait - time.Millisecond)
			s.refused(want(l, 1))
			s.Advance(time.Millisecond)
			s.take(want(l, 10))
			s.refused(want(l, 1))
			s.Advance(23 * time.Hour)
			s.refused(want(l, 1))
		}
	}
}

func settleLastPeriod(s *suite) {
	l := limit(limits.Limit{Kind: limits.Money, Max: 10, Calendar: limits.Month})
	less, more := s.take(want(l, 5)), s.take(want(l, 5))
	s.Advance(time.Minute)
	require.Zero(s, s.usage(l).Held)
	s.take(want(l, 3))
	s.settle(less, 0)
	s.settle(more, 10)
	require.Equal(s, int64(3), s.usage(l).Used)
}

func endless(s *suite) {
	l := limit(limits.Limit{Kind: limits.Money, Max: 10})
	s.take(want(l, 10))
	s.Advance(3 * 365 * 24 * time.Hour)
	require.Zero(s, s.refused(want(l, 1)).RetryAfter)
	require.Zero(s, s.usage(l).Reset)
}

func money(s *suite) {
	for _, l := range []*limits.Limit{
		limit(limits.Limit{Kind: limits.Money, Max: 1000, Calendar: limits.Day}),
		limit(limits.Limit{Kind: limits.Money, Max: 1000, Period: 24 * time.Hour}),
		limit(limits.Limit{Kind: limits.Money, Max: 1000}),
	} {
		a, b := s.take(want(l, 400)), s.take(want(l, 500))
		s.refused(want(l, 101))
		u := s.usage(l)
		require.Equal(s, [4]int64{900, 900, 0, 100}, [4]int64{u.Used, u.Held, u.Unsettled, u.Remaining})
		s.settle(a, 250)
		u = s.usage(l)
		require.Equal(s, [4]int64{750, 500, 0, 250}, [4]int64{u.Used, u.Held, u.Unsettled, u.Remaining})
		s.settle(b, 600)
		u = s.usage(l)
		require.Equal(s, [4]int64{850, 0, 0, 150}, [4]int64{u.Used, u.Held, u.Unsettled, u.Remaining})
	}
}

func unsettled(s *suite) {
	s.Advance(time.Minute) // into a new day
	for _, l := range []*limits.Limit{
		limit(limits.Limit{Kind: limits.Money, Max: 1000, Calendar: limits.Day}),
		limit(limits.Limit{Kind: limits.Money, Max: 1000, Period: 24 * time.Hour}),
	} {
		lost := s.take(want(l, 400))
		s.Advance(holdFor / 2)
		s.take(want(l, 100))
		s.Advance(holdFor / 2)
		u := s.usage(l)
		require.Equal(s, [4]int64{500, 100, 400, 500}, [4]int64{u.Used, u.Held, u.Unsettled, u.Remaining})
		s.refused(want(l, 501))
		s.settle(lost, 50)
		u = s.usage(l)
		require.Equal(s, [4]int64{150, 100, 0, 850}, [4]int64{u.Used, u.Held, u.Unsettled, u.Remaining})
	}
}
