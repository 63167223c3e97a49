package limitstest

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/limits"
)

func settleLess(s *suite) {
	l := tokens(100)
	h := s.take(want(l, 100))
	s.refused(want(l, 1))
	s.settle(h, 30)
	require.Equal(s, int64(30), s.usage(l).Used)
	s.take(want(l, 70))
	s.refused(want(l, 1))
}

func settleMore(s *suite) {
	l := tokens(100)
	h := s.take(want(l, 10))
	s.Advance(time.Second)
	s.settle(h, 150)
	require.Equal(s, int64(150), s.usage(l).Used)
	require.Zero(s, s.usage(l).Remaining)
	require.Equal(s, 59*time.Second, s.refused(want(l, 1)).RetryAfter)
	s.refused(want(l, 0))
	s.Advance(59 * time.Second)
	s.take(want(l, 100))
}

func settleTwice(s *suite) {
	l := tokens(100)
	s.take(want(l, 50))
	h := s.take(want(l, 50))
	s.settle(h, 20)
	s.settle(h, 0)
	s.settle(h, 20)
	require.Equal(s, int64(70), s.usage(l).Used)
}

func settleLate(s *suite) {
	l := tokens(100)
	for _, actual := range []int64{0, 500} {
		h := s.take(want(l, 100))
		s.Advance(time.Minute + part)
		s.take(want(l, 60))
		s.settle(h, actual)
		require.Equal(s, int64(60), s.usage(l).Used)
		s.Advance(time.Minute + part)
	}
}

func reserveTwice(s *suite) {
	l, places := tokens(100), limit(limits.Limit{Kind: limits.Concurrency, Max: 2})
	id := call()
	for range 3 {
		h, refusal, err := s.limiter.Reserve(context.Background(), id, []limits.Want{want(l, 60), want(places, 1)})
		require.NoError(s, err)
		require.Nil(s, refusal)
		require.Equal(s, id, h.CallID)
	}
	require.Equal(s, int64(60), s.usage(l).Used)
	require.Equal(s, int64(1), s.usage(places).Used)
	h := limits.Hold{CallID: id, Wants: []limits.Want{want(l, 60), want(places, 1)}}
	s.settle(h, 10, 1)
	require.Equal(s, int64(10), s.usage(l).Used)
	require.Zero(s, s.usage(places).Used)
}

func amended(s *suite) {
	l := tokens(100)
	budget := limit(limits.Limit{Kind: limits.Money, Max: 100, Calendar: limits.Day})
	h := s.take(want(l, 50), want(budget, 50))
	for _, amount := range []int64{20, 20, 90, 0, 40} {
		s.amend(h, false, amount)
		require.Equal(s, amount, s.usage(l).Used)
		require.Equal(s, amount, s.usage(budget).Used)
		require.Equal(s, amount, s.usage(budget).Held)
	}
	s.amend(h, true, 30)
	s.amend(h, false, 99)
	s.amend(h, true, 99)
	require.Equal(s, int64(30), s.usage(l).Used)
	require.Equal(s, int64(30), s.usage(budget).Used)
	require.Zero(s, s.usage(budget).Held)
}

func (s *suite) amend(h limits.Hold, ends bool, amount int64) {
	s.Helper()
	require.NoError(s, s.limiter.Amend(context.Background(), []limits.Amendment{{Hold: h, Amounts: []int64{amount, amount}, Ends: ends}}))
}

func concurrency(s *suite) {
	l := limit(limits.Limit{Kind: limits.Concurrency, Max: 3})
	var holds []limits.Hold
	for range 3 {
		holds = append(holds, s.take(want(l, 1)))
	}
	r := s.refused(want(l, 1))
	require.Equal(s, limits.SlotRetry, r.RetryAfter)
	s.settle(holds[1], 1)
	s.settle(holds[1], 1)
	require.Equal(s, int64(2), s.usage(l).Used)
	s.take(want(l, 1))
	s.refused(want(l, 1))
}

// contended has more callers than places, who give back what they took.
func contended(s *suite) {
	const places, callers, rounds = 5, 20, 20
	l := limit(limits.Limit{Kind: limits.Concurrency, Max: places})
	budget := limit(limits.Limit{Kind: limits.Money, Max: 1000, Calendar: limits.Month})
	var inside, most, spent atomic.Int64
	var done sync.WaitGroup
	for range callers {
		done.Go(func() {
			for range rounds {
				wants := []limits.Want{want(l, 1), want(budget, 10)}
				h, refusal, err := s.limiter.Reserve(context.Background(), call(), wants)
				if err != nil {
					s.Error(err)
					return
				}
				if refusal != nil {
					continue
				}
				now := inside.Add(1)
				for {
					if seen := most.Load(); now <= seen || most.CompareAndSwap(seen, now) {
						break
					}
				}
				spent.Add(7)
				inside.Add(-1)
				if err := s.limiter.Settle(context.Background(), h, []int64{1, 7}); err != nil {
					s.Error(err)
				}
			}
		})
	}
	done.Wait()
	require.LessOrEqual(s, most.Load(), int64(places))
	require.Zero(s, s.usage(l).Used)
	require.Equal(s, spent.Load(), s.usage(budget).Used)
	require.LessOrEqual(s, spent.Load(), int64(1000))
}

func nonsense(s *suite) {
	l := requests(10)
	for _, test := range []struct {
		id    string
		wants []limits.Want
		err   error
	}{
		{"", []limits.Want{want(l, 1)}, limits.ErrNoCall},
		{call(), []limits.Want{want(l, -1)}, limits.ErrAmount},
		{call(), []limits.Want{want(l, limits.MostMax+1)}, limits.ErrAmount},
		{call(), []limits.Want{want(l, 1), want(l, 1)}, limits.ErrTwice},
	} {
		_, refusal, err := s.limiter.Reserve(context.Background(), test.id, test.wants)
		require.ErrorIs(s, err, test.err)
		require.Nil(s, refusal)
	}
	h := s.take(want(l, 1))
	s.settle(h, -5)
	require.Zero(s, s.usage(l).Used)
	s.settle(limits.Hold{CallID: call(), Wants: []limits.Want{want(l, 1)}}, 1)
	require.Zero(s, s.usage(l).Used)
	s.take()
}

func ended(s *suite) {
	l := requests(10)
	ctx, cancel := context.WithCancel(context.Background())
	h, _, err := s.limiter.Reserve(ctx, call(), []limits.Want{want(l, 1)})
	require.NoError(s, err)
	cancel()
	_, refusal, err := s.limiter.Reserve(ctx, call(), []limits.Want{want(l, 1)})
	require.ErrorIs(s, err, context.Canceled)
	require.Nil(s, refusal)
	require.NoError(s, s.limiter.Settle(ctx, h, []int64{0}))
	require.Zero(s, s.usage(l).Used)
}
