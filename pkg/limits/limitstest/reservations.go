package limitstest

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/limits"
)

func renewed(s *suite) {
	node, ok := s.limiter.(Renewer)
	if !ok {
		s.Skip("its calls go on as long as it does")
	}
	s.Advance(time.Minute) // into a new day
	l, rate := limit(limits.Limit{Kind: limits.Money, Max: 1000, Calendar: limits.Day}), tokens(1000)
	h := s.take(want(rate, 10), want(l, 400))
	ended := s.take(want(l, 100))
	s.settle(ended, 70)
	for range 5 {
		s.Advance(holdFor - time.Second)
		node.Renew()
		u := s.usage(l)
		require.Equal(s, [3]int64{470, 400, 0}, [3]int64{u.Used, u.Held, u.Unsettled})
	}
	s.Advance(holdFor)
	u := s.usage(l)
	require.Equal(s, [3]int64{470, 0, 400}, [3]int64{u.Used, u.Held, u.Unsettled})
	node.Renew() // the node was only slow
	require.Equal(s, int64(400), s.usage(l).Held)
	s.settle(h, 5, 50)
	u = s.usage(l)
	require.Equal(s, [3]int64{120, 0, 0}, [3]int64{u.Used, u.Held, u.Unsettled})
	node.Renew()
	require.Zero(s, s.usage(l).Held)
}

func usages(s *suite) {
	budget, none := limit(limits.Limit{Kind: limits.Money, Max: 100, Calendar: limits.Month}), tokens(10)
	s.take(want(budget, 30))
	all, err := s.limiter.Usages(context.Background(), []*limits.Limit{none, budget})
	require.NoError(s, err)
	require.Equal(s, []limits.Usage{s.usage(none), s.usage(budget)}, all)
	require.Equal(s, int64(30), all[1].Held)
	all, err = s.limiter.Usages(context.Background(), nil)
	require.NoError(s, err)
	require.Empty(s, all)
}

func reservations(s *suite) {
	a := limit(limits.Limit{Kind: limits.Money, Max: 1000, Calendar: limits.Month})
	b := limit(limits.Limit{Kind: limits.Money, Max: 1000, Period: time.Hour})
	b.ID += ":*[x]" // of no meaning
	var want, ofB []limits.Reservation
	for i := range int64(5) {
		h := s.take(limits.Want{Limit: a, Amount: 10 + i}, limits.Want{Limit: b, Amount: 20 + i}, limits.Want{Limit: tokens(10), Amount: 1})
		since := s.Now().UTC()
		want = append(want,
			limits.Reservation{CallID: h.CallID, LimitID: a.ID, Amount: 10 + i, Since: since, Expires: since.Add(holdFor)},
			limits.Reservation{CallID: h.CallID, LimitID: b.ID, Amount: 20 + i, Since: since, Expires: since.Add(holdFor)})
		ofB = append(ofB, want[len(want)-1])
		s.Advance(time.Second)
	}
	for _, most := range []int{1, 3, 100} {
		require.Equal(s, sorted(ofB), s.reserved(b.ID, most))
	}
	all := slices.DeleteFunc(s.reserved("", 3), func(r limits.Reservation) bool { // others' tests have some, too
		return r.LimitID != a.ID && r.LimitID != b.ID
	})
	require.Equal(s, sorted(want), all)
	s.settle(limits.Hold{CallID: want[0].CallID, Wants: []limits.Want{{Limit: a}, {Limit: b}, {Limit: tokens(10)}}}, 1, 1, 1)
	require.Equal(s, sorted(ofB[1:]), s.reserved(b.ID, 2))
	for _, nonsense := range []string{"x", "-1-", "--"} {
		_, _, err := s.limiter.Reservations(context.Background(), "", nonsense, 10)
		require.ErrorIs(s, err, limits.ErrPlace, nonsense)
	}
}

// reserved returns all reservations, by pages.
func (s *suite) reserved(limitID string, most int) []limits.Reservation {
	s.Helper()
	all, after := []limits.Reservation{}, ""
	for {
		page, next, err := s.limiter.Reservations(context.Background(), limitID, after, most)
		require.NoError(s, err)
		all = append(all, page...)
		if after = next; next == "" {
			return sorted(all)
		}
	}
}

func sorted(all []limits.Reservation) []limits.Reservation {
	slices.SortFunc(all, func(a, b limits.Reservation) int {
		return strings.Compare(a.CallID+" "+a.LimitID, b.CallID+" "+b.LimitID)
	})
	return all
}
