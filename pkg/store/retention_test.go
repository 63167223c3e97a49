package store_test

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/store"
	"github.com/asbru-gateway/asbru/pkg/transcript"
	"github.com/asbru-gateway/asbru/pkg/usage"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/require"
)

const day = 24 * time.Hour

// removesWhatIsOld is what a retention promises over any store.
func removesWhatIsOld(t *testing.T, url string) {
	st := open(t, url)
	l := st.Ledger()
	keep, mine, turns, ended := time.Duration(0), false, 0, 0
	r := store.Retention{
		Ledger: l, Removed: prometheus.NewCounter(prometheus.CounterOpts{Name: "removed"}), Log: slog.New(slog.DiscardHandler),
		Transcripts: st.Transcripts(),
		Keep:        func(context.Context) (entries, said store.Kept, err error) { return store.Kept{For: keep}, said, nil },
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

func TestWhatIsMoreThanEntriesMayTakeIsRemoved(t *testing.T) {
	const days, aDay = 5, 1000
	s := open(t, fileURL(t))
	l := s.Ledger()
	now := time.Now()
	var oldest, newest string
	for d := range days {
		entries := make([]usage.Entry, aDay)
		said := make([]transcript.Transcript, aDay)
		for i := range entries {
			at := now.AddDate(0, 0, -d).Add(-time.Duration(i) * time.Millisecond)
			entries[i] = usage.Entry{CallID: fmt.Sprintf("%012x%020x", at.UnixMilli(), i), Time: at, Session: fmt.Sprint(d, i)}
			said[i] = transcript.Transcript{CallID: entries[i].CallID, Time: at, Request: transcript.Body{Text: fmt.Sprintf("said on day %d, as number %d", d, i)}}
		}
		require.NoError(t, l.Put(t.Context(), entries))
		require.NoError(t, s.Transcripts().PutTranscripts(t.Context(), said))
		if oldest = entries[aDay-1].CallID; d == 0 {
			newest = entries[0].CallID
		}
	}
	var maxBytes int64
	r := store.Retention{
		Ledger: l, Transcripts: s.Transcripts(), Removed: prometheus.NewCounter(prometheus.CounterOpts{Name: "removed"}), Log: slog.New(slog.DiscardHandler),
		Keep: func(context.Context) (entries, said store.Kept, err error) {
			return store.Kept{Bytes: maxBytes}, said, nil
		},
		Turn: func(context.Context) (func(), bool, error) { return func() {}, true, nil },
	}
	require.NoError(t, r.Prune(t.Context()))
	require.Zero(t, testutil.ToFloat64(r.Removed), "without end")

	excess := func() time.Time {
		before, err := l.Excess(t.Context(), maxBytes, now)
		require.NoError(t, err)
		return before
	}
	for maxBytes = 1 << 30; excess().IsZero(); maxBytes -= maxBytes / 4 {
		require.Positive(t, maxBytes)
	}
	for rounds := 0; !excess().IsZero(); rounds++ {
		require.Less(t, rounds, 20, "it comes to an end")
		require.NoError(t, r.Prune(t.Context()))
	}
	left, err := l.Sum(t.Context(), store.Filter{})
	require.NoError(t, err)
	require.EqualValues(t, days*aDay-int(testutil.ToFloat64(r.Removed)), left[0].Calls)
	require.Greater(t, left[0].Calls, int64(aDay), "no more than needed")
	_, err = s.Log().Find(t.Context(), newest)
	require.NoError(t, err)
	_, err = s.Log().Find(t.Context(), oldest)
	require.ErrorIs(t, err, store.ErrNoCall)
	for id, there := range map[string]bool{newest: true, oldest: false} {
		said, err := s.Log().Transcript(t.Context(), id)
		require.NoError(t, err)
		require.Equal(t, there, said != nil)
	}

	maxBytes = 1
	for range 10 {
		require.NoError(t, r.Prune(t.Context()))
	}
	left, err = l.Sum(t.Context(), store.Filter{})
	require.NoError(t, err)
	require.EqualValues(t, aDay, left[0].Calls, "the last hour stays")
}
