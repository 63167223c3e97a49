package limitstest

import (
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/limits"
)

// part is more than the time by which a window may hold something too long.
const part = time.Minute/100 + time.Millisecond

func windowMaximum(s *suite) {
	l := requests(3)
	for _, remaining := range []int64{2, 1, 0} {
		h := s.take(want(l, 1))
		require.Equal(s, remaining, h.Wants[0].Remaining)
		s.Advance(time.Second)
	}
	s.refused(want(l, 1))
	u := s.usage(l)
	require.Equal(s, int64(3), u.Used)
	require.Zero(s, u.Remaining)
	require.Equal(s, 59*time.Second, u.Reset)
}

func windowSlides(s *suite) {
	l := requests(2)
	s.take(want(l, 1))
	s.Advance(30 * time.Second)
	s.take(want(l, 1))
	s.Advance(30*time.Second - time.Millisecond)
	s.refused(want(l, 1))
	s.Advance(time.Millisecond)
	s.take(want(l, 1))
	s.refused(want(l, 1))
	s.Advance(30 * time.Second)
	s.take(want(l, 1))
	s.refused(want(l, 1))
	s.Advance(time.Hour)
	s.take(want(l, 2))
}

func windowBoundary(s *suite) {
	l := requests(10)
	s.Advance(59 * time.Second)
	s.take(want(l, 10))
	for range 58 {
		s.Advance(time.Second)
		s.refused(want(l, 1))
	}
	s.Advance(2 * time.Second)
	s.take(want(l, 10))
}

func retryAfter(s *suite) {
	l := tokens(100)
	for _, amount := range []int64{10, 20, 30, 40} {
		s.take(want(l, amount))
		s.Advance(10 * time.Second)
	}
	for _, test := range []struct {
		amount int64
		wait   time.Duration
	}{{1, 20 * time.Second}, {10, 20 * time.Second}, {11, 30 * time.Second}, {30, 30 * time.Second}, {60, 40 * time.Second}, {100, 50 * time.Second}} {
		r := s.refused(want(l, test.amount))
		require.Equal(s, test.wait, r.RetryAfter, "%d", test.amount)
		require.Equal(s, l, r.Limit)
		require.False(s, r.Unavailable)
	}
	wait := s.refused(want(l, 30)).RetryAfter
	s.Advance(wait - time.Millisecond)
	s.refused(want(l, 30))
	s.Advance(time.Millisecond)
	s.take(want(l, 30))
}

func tooMuch(s *suite) {
	l := tokens(100)
	s.take(want(l, 40))
	r := s.refused(want(l, 101))
	require.Zero(s, r.RetryAfter)
	require.Equal(s, int64(60), r.Remaining)
	none := requests(0)
	require.Zero(s, s.refused(want(none, 1)).RetryAfter)
}

func allOrNothing(s *suite) {
	plenty, little, places := tokens(1000), requests(1), limit(limits.Limit{Kind: limits.Concurrency, Max: 5})
	budget := limit(limits.Limit{Kind: limits.Money, Max: 1000, Calendar: limits.Month})
	all := func() []limits.Want {
		return []limits.Want{want(plenty, 100), want(places, 1), want(budget, 100), want(little, 1)}
	}
	h := s.take(all()...)
	require.Equal(s, []int64{900, 4, 900, 0}, []int64{h.Wants[0].Remaining, h.Wants[1].Remaining, h.Wants[2].Remaining, h.Wants[3].Remaining})
	require.Equal(s, little, s.refused(all()...).Limit)
	require.Equal(s, int64(100), s.usage(plenty).Used)
	require.Equal(s, int64(1), s.usage(places).Used)
	require.Equal(s, int64(100), s.usage(budget).Used)
	s.settle(h, 0, 0, 0, 0)
	require.Zero(s, s.usage(plenty).Used)
	require.Zero(s, s.usage(places).Used)
	require.Zero(s, s.usage(budget).Used)
	s.take(all()...)
}

func longestWait(s *suite) {
	soon := requests(1)
	later := limit(limits.Limit{Kind: limits.Requests, Max: 1, Period: time.Hour})
	s.take(want(soon, 1))
	s.take(want(later, 1))
	r := s.refused(want(soon, 1), want(later, 1))
	require.Equal(s, later, r.Limit)
	require.Equal(s, time.Hour, r.RetryAfter)
	never := tokens(1)
	require.Equal(s, never, s.refused(want(soon, 1), want(never, 2), want(later, 1)).Limit)
}

func burst(s *suite) {
	l := requests(100)
	require.Equal(s, int64(100), s.parallel(1000, l))
	s.Advance(time.Minute + part)
	require.Equal(s, int64(100), s.parallel(1000, l))
}

func spread(s *suite) {
	l := requests(1)
	w := want(l, 1)
	w.Spread = 500 * time.Millisecond
	s.take(w)
	s.Advance(time.Minute)
	require.Equal(s, 500*time.Millisecond, s.refused(want(l, 1)).RetryAfter)
	s.Advance(500 * time.Millisecond)
	s.take(want(l, 1))
}

func replaced(s *suite) {
	l := requests(2)
	s.take(want(l, 2))
	more := *l
	more.Max = 3
	s.take(want(&more, 1))
	s.refused(want(&more, 1))
	s.refused(want(l, 1))
	require.Equal(s, int64(3), s.usage(&more).Used)
}
