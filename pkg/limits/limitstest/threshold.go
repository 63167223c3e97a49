package limitstest

import (
	"context"
	"sync"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/limits"
)

// spend takes an amount and settles it.
func (s *suite) spend(l *limits.Limit, amount int64) {
	s.Helper()
	s.settle(s.take(want(l, amount)), amount)
}

func warnsOnce(s *suite) {
	s.Advance(time.Minute) // into a new day, which is a month's and a year's as well
	for _, test := range []struct {
		limit limits.Limit
		next  time.Duration // after which there may be a next time; 0: never
	}{
		{limits.Limit{Kind: limits.Money, Calendar: limits.Day}, 24 * time.Hour},
		{limits.Limit{Kind: limits.Money, Period: time.Hour}, time.Hour + time.Minute},
		{limits.Limit{Kind: limits.Tokens, Period: time.Minute}, time.Minute + time.Second},
		{limits.Limit{Kind: limits.Requests, Calendar: limits.Day}, 24 * time.Hour},
		{limits.Limit{Kind: limits.Money}, 0},
	} {
		s.Clock.now.Store(Start.Add(time.Minute).UnixNano())
		test.limit.Max, test.limit.Warn = 100, 80
		l := limit(test.limit)
		s.spend(l, 79)
		require.Empty(s, s.told())
		s.spend(l, 1)
		reached := s.told()
		require.Len(s, reached, 1, "%+v", test.limit)
		require.Equal(s, l, reached[0].Limit)
		require.Equal(s, int64(80), reached[0].Used)
		if l.Calendar != limits.NoCalendar {
			require.Equal(s, s.Now(), reached[0].Began)
		} else {
			require.Zero(s, reached[0].Began)
		}
		require.Equal(s, s.usage(l).Reset, reached[0].Reset)
		s.spend(l, 5)
		require.Empty(s, s.told())
		more := *l
		more.Warn = 90
		s.spend(&more, 6)
		require.Len(s, s.told(), 1, "a new threshold is a new one")
		s.spend(&more, 1)
		require.Empty(s, s.told())
		if test.next == 0 {
			continue
		}
		s.Advance(test.next)
		s.spend(&more, 89)
		require.Empty(s, s.told(), "%+v", test.limit)
		s.spend(&more, 2)
		require.Len(s, s.told(), 1, "%+v", test.limit)
	}
}

func warnsOfSpent(s *suite) {
	l := limit(limits.Limit{Kind: limits.Money, Max: 100, Warn: 80, Calendar: limits.Month})
	h := s.take(want(l, 60))
	s.spend(l, 30)
	require.Empty(s, s.told(), "60 of 90 may come back")
	s.settle(h, 40)
	require.Empty(s, s.told())
	lost := s.take(want(l, 20))
	s.spend(l, 1)
	require.Empty(s, s.told())
	s.amend(lost, false, 9)
	require.Empty(s, s.told())
	s.amend(lost, true, 9)
	require.Equal(s, int64(80), s.told()[0].Used)
}

func warnsOneOfMany(s *suite) {
	l := limit(limits.Limit{Kind: limits.Money, Max: 1000, Warn: 500, Calendar: limits.Month})
	var done sync.WaitGroup
	for range 100 {
		done.Go(func() {
			h, _, err := s.limiter.Reserve(context.Background(), call(), []limits.Want{want(l, 10)})
			if err == nil {
				err = s.limiter.Settle(context.Background(), h, []int64{10})
			}
			if err != nil {
				s.Error(err)
			}
		})
	}
	done.Wait()
	require.Len(s, s.told(), 1)
}
