package storetest

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/store"
	"github.com/stretchr/testify/require"
)

// ReportRuns tests a record of reports; open returns an empty one.
func ReportRuns(t *testing.T, open func(t *testing.T) store.ReportRuns) {
	for _, c := range []struct {
		name string
		test func(*testing.T, store.ReportRuns)
	}{
		{"a run is planned once", runPlannedOnce},
		{"what becomes of a run is recorded by one of several, and the next one planned", runRecordedOnce},
		{"a run that waits can be dropped, one that was sent cannot", runDropped},
		{"runs are listed from the newest, and old ones pruned", runsListed},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, open(t)) })
	}
}

func someRun(schedule string, days int) store.ReportRun {
	since := noon.AddDate(0, 0, days)
	return store.ReportRun{
		Schedule: schedule, Since: since, Until: since.AddDate(0, 0, 1), Due: since.AddDate(0, 0, 1).Add(time.Hour), State: store.RunWaiting,
	}
}

func runPlannedOnce(t *testing.T, runs store.ReportRuns) {
	later := someRun("it's", 0)
	later.Due = later.Due.Add(time.Hour)
	require.NoError(t, runs.Plan(t.Context(), someRun("it's", 0)))
	require.NoError(t, runs.Plan(t.Context(), later))
	require.NoError(t, runs.Plan(t.Context(), someRun("other", -1)))
	waiting, err := runs.Waiting(t.Context())
	require.NoError(t, err)
	require.Equal(t, []store.ReportRun{someRun("other", -1), someRun("it's", 0)}, waiting)
}

func runRecordedOnce(t *testing.T, runs store.ReportRuns) {
	r, next := someRun("a", 0), someRun("a", 1)
	require.NoError(t, runs.Plan(t.Context(), r))
	failed := r
	failed.Tries, failed.Fault = 1, "nobody ✗ there"
	require.NoError(t, runs.Record(t.Context(), failed, 0, nil))
	require.ErrorIs(t, runs.Record(t.Context(), failed, 0, nil), store.ErrRunChanged)
	sent := failed
	sent.State, sent.Ended = store.RunSent, noon
	var all sync.WaitGroup
	var done atomic.Int32
	for range 4 {
		all.Go(func() {
			if runs.Record(t.Context(), sent, 1, &next) == nil {
				done.Add(1)
			}
		})
	}
	all.Wait()
	require.EqualValues(t, 1, done.Load())
	found, err := runs.Runs(t.Context(), "a", 10)
	require.NoError(t, err)
	require.Equal(t, []store.ReportRun{next, sent}, found)
}

func runDropped(t *testing.T, runs store.ReportRuns) {
	sent := someRun("a", 0)
	require.NoError(t, runs.Plan(t.Context(), sent))
	require.NoError(t, runs.Plan(t.Context(), someRun("a", 1)))
	sent.State, sent.Ended = store.RunSent, noon
	require.NoError(t, runs.Record(t.Context(), sent, 0, nil))
	for day := range 2 {
		require.NoError(t, runs.Drop(t.Context(), someRun("a", day)))
	}
	found, err := runs.Runs(t.Context(), "", 10)
	require.NoError(t, err)
	require.Equal(t, []store.ReportRun{sent}, found)
}

func runsListed(t *testing.T, runs store.ReportRuns) {
	for day := range 4 {
		r := someRun("a", day)
		require.NoError(t, runs.Plan(t.Context(), r))
		if day < 3 {
			r.State, r.Ended = store.RunGivenUp, r.Due
			require.NoError(t, runs.Record(t.Context(), r, 0, nil))
		}
	}
	found, err := runs.Runs(t.Context(), "a", 2)
	require.NoError(t, err)
	require.Len(t, found, 2)
	require.Equal(t, someRun("a", 3), found[0])
	require.Equal(t, store.RunGivenUp, found[1].State)
	require.NoError(t, runs.Prune(t.Context(), someRun("a", 2).Due))
	found, err = runs.Runs(t.Context(), "", 10)
	require.NoError(t, err)
	require.Len(t, found, 2)
	none, err := runs.Runs(t.Context(), "b", 10)
	require.NoError(t, err)
	require.Empty(t, none)
}
