package store

import (
	"fmt"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/integration/servers"
	"github.com/asbru-gateway/asbru/pkg/usage"
	"github.com/stretchr/testify/require"
)

func TestDaysOfTheLedgerAreMadeAheadAndDroppedWhole(t *testing.T) {
	s, err := Open(t.Context(), servers.Postgres(t).Database(t))
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	l := s.Ledger().(ledger)
	today := time.Now().UTC().Truncate(24 * time.Hour)
	ofDay := func(day, n int) usage.Entry {
		at := today.AddDate(0, 0, day).Add(time.Duration(n) * time.Hour)
		return usage.Entry{CallID: fmt.Sprintf("%s%020x", idAt(at), n), Time: at, Model: "m"}
	}
	put := func(e ...usage.Entry) { require.NoError(t, l.Put(t.Context(), e)) }
	in := func(table string) (n int) {
		require.NoError(t, s.read.NewRaw("select count(*) from "+table).Scan(t.Context(), &n))
		return n
	}
	put(ofDay(0, 1), ofDay(-3, 1), ofDay(2, 1), ofDay(2, 2))
	require.Equal(t, 2, in("ledger_before"))
	require.Equal(t, 2, in("ledger_rest"), "a day that is not there yet")
	for range 2 {
		require.NoError(t, l.Upkeep(t.Context(), today))
	}
	name := "ledger_" + today.AddDate(0, 0, 2).Format(dayForm)
	require.Equal(t, 2, in(name))
	require.Zero(t, in("ledger_rest"))
	put(ofDay(2, 2), ofDay(2, 3), ofDay(3, 4))
	require.Equal(t, 3, in(name), "an entry is there but once")

	n, err := l.Prune(t.Context(), today.AddDate(0, 0, 3).Add(2*dayMargin), 100)
	require.NoError(t, err)
	require.Equal(t, 5, n)
	require.Equal(t, 1, in("ledger"))
	days, err := l.days(t.Context(), ledgerDays)
	require.NoError(t, err)
	require.NotContains(t, days, name)
	require.NoError(t, l.Upkeep(t.Context(), today.AddDate(0, 0, 3)))
	figures, err := s.Log().Figures(t.Context(), LogFilter{}, FigureOptions{})
	require.NoError(t, err)
	require.EqualValues(t, 1, figures[0].Calls)
}

func TestDaysThatAreTooMuchGoAsAWhole(t *testing.T) {
	s, err := Open(t.Context(), servers.Postgres(t).Database(t))
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	l := s.Ledger().(ledger)
	today := time.Now().UTC().Truncate(24 * time.Hour)
	require.NoError(t, l.Upkeep(t.Context(), today))
	const days, aDay = 4, 1000
	for d := range days {
		entries := make([]usage.Entry, aDay)
		for i := range entries {
			at := today.AddDate(0, 0, 1+d).Add(2*time.Hour + time.Duration(i)*time.Millisecond)
			entries[i] = usage.Entry{CallID: fmt.Sprintf("%s%020x", idAt(at), i), Time: at}
		}
		require.NoError(t, l.Put(t.Context(), entries))
	}
	now := today.AddDate(0, 0, days).Add(12 * time.Hour)
	maxBytes := int64(1 << 30)
	excess := func() time.Time {
		before, err := l.Excess(t.Context(), maxBytes, now)
		require.NoError(t, err)
		return before
	}
	for excess().IsZero() {
		maxBytes -= maxBytes / 8
	}
	for left := days - 1; left > 0; left-- {
		before := excess()
		require.Equal(t, today.AddDate(0, 0, 1+days-left).Add(dayMargin), before)
		n, err := l.Prune(t.Context(), before, 100)
		require.NoError(t, err)
		require.Equal(t, aDay, n)
		require.Zero(t, excess(), "as much as is needed")
		for excess().IsZero() && maxBytes > 1 {
			maxBytes -= maxBytes / 8
		}
	}
	require.False(t, excess().After(today.AddDate(0, 0, days).Add(dayMargin)), "today stays")
}
