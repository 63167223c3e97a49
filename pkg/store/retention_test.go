package store_test

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/store"
	"github.com/asbru-gateway/asbru/pkg/usage"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/require"
)

const day = 24 * time.Hour

// removesWhatIsOld is what a retention promises over any store.
func removesWhatIsOld(t *testing.T, url string) {
	l := open(t, url).Ledger()
	keep, mine, turns, ended := time.Duration(0), false, 0, 0
	r := store.Retention{
		Ledger: l, Removed: prometheus.NewCounter(prometheus.CounterOpts{Name: "removed"}), Log: slog.New(slog.DiscardHandler),
		Keep: func(context.Context) (time.Duration, error) { return keep, nil },
		Turn: func(context.Context) (func(), bool, error) {
			turns++
			return func() { ended++ }, mine, nil
		},
	}
	have := func() int64 {
		total, err := l.Sum(t.Context(), store.Filter{})
		require.NoError(t, err)
		return total[0].Calls
	}
	put := func(n int, age time.Duration) {
		entries := make([]usage.Entry, n)
		for i := range entries {
			entries[i] = usage.Entry{CallID: fmt.Sprint(age, i), Time: time.Now().Add(-age)}
		}
		require.NoError(t, l.Put(t.Context(), entries))
	}
	prune := func() { require.NoError(t, r.Prune(t.Context())) }

	prune() // nothing is there
	put(2500, 91*day)
	prune() // for ever
	require.Zero(t, turns)
	keep = 90 * day
	prune() // it is another's turn
	mine = true
	prune() // nothing would be left
	require.EqualValues(t, 2500, have())
	put(3, 89*day)
	prune()
	require.EqualValues(t, 3, have())
	require.EqualValues(t, 2500, testutil.ToFloat64(r.Removed))
	require.Equal(t, turns-1, ended, "a turn ends")
}
