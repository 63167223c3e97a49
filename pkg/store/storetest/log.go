package storetest

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/store"
	"github.com/asbru-gateway/asbru/pkg/usage"
	"github.com/stretchr/testify/require"
)

// Log tests a log and the ledger that it is of; open returns one that is empty.
func Log(t *testing.T, open func(t *testing.T) (store.Ledger, store.Log)) {
	for name, test := range map[string]func(*testing.T, store.Ledger, store.Log){
		"statistics are what the calls add up to":         figures,
		"an entry that takes another's place counts once": replaced,
		"lists have what the filter means, in order":      lists,
		"pages go on where the one before ended":          logPages,
		"what is taken out of the log still counts":       hidden,
		"a call's price may be set later":                 repriced,
		"sums are of what is kept":                        prunedSums,
		"calls are counted by their marks":                marked,
		"an empty log answers, too":                       emptyLog,
	} {
		t.Run(name, func(t *testing.T) {
			ledger, log := open(t)
			test(t, ledger, log)
		})
	}
}

func marked(t *testing.T, ledger store.Ledger, log store.Log) {
	all := spread(6)
	for i := range all {
		all[i].Marks, all[i].Provider = []string{"guardrail:a/pii=redact", "cache:hit,guardrail:a/pii=redact", "cache:hit"}[i%3], "p"+strconv.Itoa(i%2)
	}
	put(t, ledger, all...)
	got, err := log.Marks(t.Context(), store.LogFilter{}, "guardrail:")
	require.NoError(t, err)
	require.Equal(t, map[string]int64{"guardrail:a/pii=redact": 2, "cache:hit,guardrail:a/pii=redact": 2}, got)
	got, err = log.Marks(t.Context(), store.LogFilter{Since: all[0].Time, Until: all[0].Time.Add(time.Microsecond)}.With(store.Provider, "p0"), "guardrail:")
	require.NoError(t, err)
	require.Equal(t, map[string]int64{"guardrail:a/pii=redact": 1}, got)

	hour := time.Now().UTC().Truncate(time.Hour)
	for i := range all {
		all[i].CallID, all[i].Time, all[i].Status = "over-time-"+strconv.Itoa(i), hour.Add(time.Duration(-i/3)*time.Hour), 418
	}
	put(t, ledger, all...)
	over, whole, err := log.MarksOverTime(t.Context(), store.LogFilter{Since: hour.Add(-time.Hour)}.With(store.Status, "418"), "guardrail:", time.Hour)
	require.NoError(t, err)
	require.True(t, whole)
	require.ElementsMatch(t, []store.MarkCount{
		{Time: hour, Marks: "guardrail:a/pii=redact", Calls: 1},
		{Time: hour, Marks: "cache:hit,guardrail:a/pii=redact", Calls: 1},
		{Time: hour.Add(-time.Hour), Marks: "guardrail:a/pii=redact", Calls: 1},
		{Time: hour.Add(-time.Hour), Marks: "cache:hit,guardrail:a/pii=redact", Calls: 1},
	}, over)
}

// spread makes calls of all kinds: some of this hour, some of last year.
func spread(n int) []usage.Entry {
	random := rand.New(rand.NewPCG(1, 2))
	now := time.Now().UTC().Truncate(time.Microsecond)
	pick := func(name string, of int) string { return name + strconv.Itoa(random.IntN(of)) }
	all := make([]usage.Entry, n)
	for i := range all {
		at := now.Add(-time.Duration(random.Int64N(int64(4 * time.Hour))))
		if i%3 == 0 {
			at = at.Add(-360 * 24 * time.Hour)
		}
		all[i] = usage.Entry{
			CallID: fmt.Sprintf("%012x%06x", at.UnixMilli(), i), RequestID: fmt.Sprintf("req-%d", i), Time: at.Truncate(time.Microsecond),
			Node: pick("edge-", 2), Provider: pick("p", 3), Model: pick("m", 4), Key: pick("k", 2), Op: "chat",
			VirtualKey: pick("vk-", 5), Team: pick("team-", 2), Status: 200,
			Usage:    api.Usage{Input: random.Int64N(1000), Output: random.Int64N(100), CacheRead: 3, Known: true},
			CostNano: random.Int64N(1e9), Took: time.Duration(random.IntN(100_000)) * time.Millisecond,
			Metadata: map[string]string{"app": pick("a", 3), "it's": "100%"}, EndUser: pick("u", 20), Parent: pick("up-", 50),
		}
		e := &all[i]
		switch random.IntN(6) {
		case 0:
			e.Status, e.Code, e.Class, e.Message = 502, "provider_closed", "unavailable", "The 100% provider's_word closed."
		case 1:
			e.Status, e.Code = 499, "client_closed_request"
		case 2:
			e.Stream, e.FirstToken, e.Session, e.CostNano = true, time.Millisecond, "s-1", 0
		case 3:
			e.Marks, e.Dialect, e.Worker = "cache:hit=semantic,similarity:0.93", "anthropic", "worker-1"
		case 4:
			e.Marks, e.Attempts, e.Shadow = "cache:hit", 2, i%12 == 0
		}
	}
	return all
}

func outcome(e *usage.Entry) store.Outcome {
	switch {
	case e.Status == 499:
		return store.Canceled
	case e.Status >= 400:
		return store.Failed
	}
	return store.Succeeded
}

// meant is a filter, and the calls that it means.
type meant struct {
	name   string
	filter store.LogFilter
	means  func(e *usage.Entry) bool
}

func filtersOf(all []usage.Entry) []meant {
	now, yes, no := time.Now(), true, false
	some := all[7]
	hour := now.Add(-90 * time.Minute)
	return []meant{
		{"all", store.LogFilter{}, func(*usage.Entry) bool { return true }},
		{"since", store.LogFilter{Since: hour}, func(e *usage.Entry) bool { return !e.Time.Before(hour) }},
		{"a span", store.LogFilter{Since: now.Add(-400 * 24 * time.Hour), Until: hour}, func(e *usage.Entry) bool { return e.Time.Before(hour) }},
		{"a short span", store.LogFilter{Since: hour, Until: hour.Add(17 * time.Minute)}, func(e *usage.Entry) bool {
			return !e.Time.Before(hour) && e.Time.Before(hour.Add(17*time.Minute))
		}},
		{"two keys", store.LogFilter{}.With(store.VirtualKey, "vk-1", "vk-2"), func(e *usage.Entry) bool {
			return e.VirtualKey == "vk-1" || e.VirtualKey == "vk-2"
		}},
		{"model and provider", store.LogFilter{Since: hour}.With(store.Model, "m1").With(store.Provider, "p2"), func(e *usage.Entry) bool {
			return e.Model == "m1" && e.Provider == "p2" && !e.Time.Before(hour)
		}},
		{"status", store.LogFilter{}.With(store.Status, "502"), func(e *usage.Entry) bool { return e.Status == 502 }},
		{"not a status", store.LogFilter{}.Without(store.Status, "502", "none"), func(e *usage.Entry) bool { return e.Status != 502 }},
		{"not two keys", store.LogFilter{Since: hour}.Without(store.VirtualKey, "vk-1", "vk-2"), func(e *usage.Entry) bool {
			return e.VirtualKey != "vk-1" && e.VirtualKey != "vk-2" && !e.Time.Before(hour)
		}},
		{"a provider without a model", store.LogFilter{}.With(store.Provider, "p1", "p2").Without(store.Model, "m1").Without(store.Provider, "p2"), func(e *usage.Entry) bool {
			return e.Provider == "p1" && e.Model != "m1"
		}},
		{"slow without a provider", store.LogFilter{MinTook: time.Minute, EndUser: "u3"}.Without(store.Provider, "p1"), func(e *usage.Entry) bool {
			return e.Took >= time.Minute && e.EndUser == "u3" && e.Provider != "p1"
		}},
		{"without what none has", store.LogFilter{}.Without(store.Customer, "acme"), func(*usage.Entry) bool { return true }},
		{"with and without", store.LogFilter{}.With(store.Model, "m1").Without(store.Model, "m1"), func(*usage.Entry) bool { return false }},
		{"nothing", store.LogFilter{}.With(store.Model, "none"), func(*usage.Entry) bool { return false }},
		{"failed", store.LogFilter{Outcomes: []store.Outcome{store.Failed, store.Canceled}}, func(e *usage.Entry) bool { return e.Status >= 400 }},
		{"succeeded", store.LogFilter{Outcomes: []store.Outcome{store.Succeeded}}, func(e *usage.Entry) bool { return e.Status == 200 }},
		{"request", store.LogFilter{RequestID: some.RequestID}, func(e *usage.Entry) bool { return e.RequestID == some.RequestID }},
		{"session", store.LogFilter{Session: "s-1"}, func(e *usage.Entry) bool { return e.Session == "s-1" }},
		{"code", store.LogFilter{Code: "provider_closed"}, func(e *usage.Entry) bool { return e.Code == "provider_closed" }},
		{"stream", store.LogFilter{Stream: &yes}, func(e *usage.Entry) bool { return e.Stream }},
		{"latency", store.LogFilter{MinTook: 20 * time.Second, MaxTook: time.Minute}, func(e *usage.Entry) bool {
			return e.Took >= 20*time.Second && e.Took <= time.Minute
		}},
		{"tokens", store.LogFilter{MinTokens: 500}, func(e *usage.Entry) bool { return e.Usage.Input+e.Usage.Output >= 500 }},
		{"cost", store.LogFilter{MaxCostNano: 5e8}, func(e *usage.Entry) bool { return e.CostNano <= 5e8 }},
		{"a narrow cost", store.LogFilter{MinCostNano: some.CostNano, MaxCostNano: some.CostNano + 1}, func(e *usage.Entry) bool {
			return e.CostNano == some.CostNano || e.CostNano == some.CostNano+1
		}},
		{"slow of a provider", store.LogFilter{MinTook: time.Minute}.With(store.Provider, "p1"), func(e *usage.Entry) bool {
			return e.Took >= time.Minute && e.Provider == "p1"
		}},
		{"latency and tokens", store.LogFilter{MaxTook: time.Minute, MinTokens: 900}, func(e *usage.Entry) bool {
			return e.Took <= time.Minute && e.Usage.Input+e.Usage.Output >= 900
		}},
		{"end user", store.LogFilter{EndUser: "u3"}, func(e *usage.Entry) bool { return e.EndUser == "u3" }},
		{"end user, key and cost", store.LogFilter{EndUser: "u3", MinCostNano: 1e8}.With(store.VirtualKey, "vk-1", "vk-2", "vk-3"), func(e *usage.Entry) bool {
			return e.EndUser == "u3" && e.CostNano >= 1e8 && (e.VirtualKey == "vk-1" || e.VirtualKey == "vk-2" || e.VirtualKey == "vk-3")
		}},
		{"failed of a parent", store.LogFilter{Parent: "up-7", Outcomes: []store.Outcome{store.Failed}}, func(e *usage.Entry) bool {
			return e.Parent == "up-7" && e.Status == 502
		}},
		{"failed and slow", store.LogFilter{Code: "provider_closed", MinTook: 50 * time.Second}, func(e *usage.Entry) bool {
			return e.Code == "provider_closed" && e.Took >= 50*time.Second
		}},
		{"mark", store.LogFilter{Mark: "cache:hit"}, func(e *usage.Entry) bool { return e.Marks != "" }},
		{"whole mark", store.LogFilter{Mark: "cache:hit=semantic"}, func(e *usage.Entry) bool { return e.Worker != "" }},
		{"begin of a mark", store.LogFilter{Mark: "cache"}, func(*usage.Entry) bool { return false }},
		{"worker", store.LogFilter{Worker: "worker-1"}, func(e *usage.Entry) bool { return e.Worker != "" }},
		{"dialect", store.LogFilter{Dialect: "anthropic"}, func(e *usage.Entry) bool { return e.Dialect != "" }},
		{"retried", store.LogFilter{Retried: &yes}, func(e *usage.Entry) bool { return e.Attempts > 1 }},
		{"not retried", store.LogFilter{Retried: &no, Worker: "worker-1"}, func(e *usage.Entry) bool { return e.Worker != "" }},
		{"copies", store.LogFilter{Shadow: &yes}, func(e *usage.Entry) bool { return e.Shadow }},
		{"no copies", store.LogFilter{Shadow: &no, Mark: "cache:hit"}, func(e *usage.Entry) bool { return e.Marks != "" && !e.Shadow }},
		{"no price", store.LogFilter{MissingCost: true}, func(e *usage.Entry) bool { return e.CostNano == 0 && e.Usage.Input+e.Usage.Output > 0 }},
		{"metadata", store.LogFilter{Metadata: map[string]string{"app": "a1", "it's": "100%"}}, func(e *usage.Entry) bool { return e.Metadata["app"] == "a1" }},
		{"text", store.LogFilter{Text: "100% PROVIDER's_"}, func(e *usage.Entry) bool { return e.Message != "" }},
		{"text of wildcards", store.LogFilter{Text: "100_"}, func(*usage.Entry) bool { return false }},
		{"an injection", store.LogFilter{Session: "' or 1=1 --"}.With(store.Model, "'); drop table ledger; --"), func(*usage.Entry) bool { return false }},
	}
}

func figures(t *testing.T, ledger store.Ledger, log store.Log) {
	all := spread(600)
	put(t, ledger, all[:400]...)
	put(t, ledger, all[400:]...)
	put(t, ledger, all[:50]...) // again
	for _, m := range filtersOf(all) {
		for _, o := range []store.FigureOptions{
			{},
			{By: []store.Dimension{store.Provider}, Latencies: true},
			{Every: time.Hour},
			{Every: 5 * time.Minute},
			{Every: 24 * time.Hour, By: []store.Dimension{store.Team, store.Status}},
			{Most: 40},
		} {
			want := map[string]*store.Figure{}
			for i := range all {
				if e := &all[i]; m.means(e) {
					addFigure(want, e, &o)
				}
			}
			if all := want[figureKey(&store.Figure{})]; o.Most > 0 && !m.filter.Summed() && all != nil && all.Calls >= int64(o.Most) {
				*all = store.Figure{Calls: int64(o.Most)}
			}
			got, err := log.Figures(t.Context(), m.filter, o)
			require.NoError(t, err, m.name)
			require.True(t, slices.IsSortedFunc(got, func(a, b store.Figure) int { return a.Time.Compare(b.Time) }))
			require.Len(t, got, len(want), m.name)
			for i := range got {
				f := got[i]
				require.Equal(t, o.Latencies, f.Latencies != store.Latencies{}, m.name)
				f.Latencies = store.Latencies{}
				require.Equal(t, *want[figureKey(&f)], f, "%s %+v", m.name, o)
			}
		}
	}
}

func figureKey(f *store.Figure) string { return f.Time.String() + strings.Join(f.By, "|") }

func addFigure(to map[string]*store.Figure, e *usage.Entry, o *store.FigureOptions) {
	f := store.Figure{}
	if o.Every != 0 {
		f.Time = e.Time.Truncate(o.Every) // whole hours and days since the year 1 are those since 1970
	}
	for _, d := range o.By {
		f.By = append(f.By, map[store.Dimension]string{store.Provider: e.Provider, store.Team: e.Team, store.Status: strconv.Itoa(e.Status)}[d])
	}
	at := to[figureKey(&f)]
	if at == nil {
		at = &f
		to[figureKey(&f)] = at
	}
	at.Calls++
	switch outcome(e) {
	case store.Failed:
		at.Failed++
	case store.Canceled:
		at.Canceled++
	case store.Succeeded:
	}
	at.Input, at.Output, at.CacheRead = at.Input+e.Usage.Input, at.Output+e.Usage.Output, at.CacheRead+e.Usage.CacheRead
	at.CostNano, at.Took = at.CostNano+e.CostNano, at.Took+e.Took
	if e.FirstToken > 0 {
		at.FirstToken, at.FirstTokens = at.FirstToken+e.FirstToken, at.FirstTokens+1
	}
}

func replaced(t *testing.T, ledger store.Ledger, log store.Log) {
	estimated, measured := entry(1), entry(1)
	estimated.Usage.Estimated = true
	estimated.Model, estimated.CostNano = "guessed", 1
	for _, e := range []usage.Entry{estimated, measured, estimated} {
		put(t, ledger, e)
	}
	found, err := log.Figures(t.Context(), store.LogFilter{Since: noon.Add(-time.Hour), Until: noon.Add(time.Hour)}, store.FigureOptions{})
	require.NoError(t, err)
	require.Len(t, found, 1)
	require.EqualValues(t, 1, found[0].Calls)
	require.Equal(t, measured.CostNano, found[0].CostNano)
	found, err = log.Figures(t.Context(), store.LogFilter{}.With(store.Model, "guessed"), store.FigureOptions{})
	require.NoError(t, err)
	require.Empty(t, found)
}

func lists(t *testing.T, ledger store.Ledger, log store.Log) {
	all := spread(300)
	put(t, ledger, all...)
	by := map[store.Sort]func(e *usage.Entry) int64{
		store.SortTime: func(e *usage.Entry) int64 { return e.Time.UnixMicro() }, store.SortLatency: func(e *usage.Entry) int64 { return int64(e.Took) },
		store.SortTokens: func(e *usage.Entry) int64 { return e.Usage.Input + e.Usage.Output }, store.SortCost: func(e *usage.Entry) int64 { return e.CostNano },
	}
	for _, m := range filtersOf(all) {
		for sort, of := range by {
			var want []string
			sorted := slices.Clone(all)
			slices.SortFunc(sorted, func(a, b usage.Entry) int {
				return -cmp.Or(cmp.Compare(of(&a), of(&b)), cmp.Compare(a.CallID, b.CallID))
			})
			for i := range sorted {
				if m.means(&sorted[i]) {
					want = append(want, sorted[i].CallID)
				}
			}
			require.Equal(t, want, listed(t, log, m.filter, store.Paging{Sort: sort, Limit: 1000}), "%s by %d", m.name, sort)
			slices.Reverse(want)
			from, to := min(5, len(want)), min(25, len(want))
			require.Equal(t, append([]string(nil), want[from:to]...), listed(t, log, m.filter, store.Paging{Sort: sort, Ascending: true, Offset: 5, Limit: 20}), m.name)
			n, err := log.Count(t.Context(), m.filter, 0)
			require.NoError(t, err)
			require.EqualValues(t, len(want), n, m.name)
		}
	}
	one, err := log.Find(t.Context(), all[3].CallID)
	require.NoError(t, err)
	require.Equal(t, all[3], *one)
	_, err = log.Find(t.Context(), "none")
	require.ErrorIs(t, err, store.ErrNoCall)
}

func listed(t *testing.T, log store.Log, f store.LogFilter, p store.Paging) (ids []string) {
	entries, err := log.List(t.Context(), f, p)
	require.NoError(t, err)
	for i := range entries {
		ids = append(ids, entries[i].CallID)
	}
	return ids
}

func logPages(t *testing.T, ledger store.Ledger, log store.Log) {
	all := spread(100)
	for i := range all {
		all[i].Time = noon.Add(time.Duration(i/10) * time.Second) // several at one time
	}
	put(t, ledger, all...)
	for _, f := range []store.LogFilter{
		{}, store.LogFilter{}.With(store.Provider, "p1", "p2"), {MinTook: 10 * time.Second}, {Metadata: map[string]string{"app": "a1"}},
	} {
		for _, ascending := range []bool{false, true} {
			want := listed(t, log, f, store.Paging{Ascending: ascending, Limit: 1000})
			var got []string
			p := store.Paging{Ascending: ascending, Limit: 7}
			for {
				page, err := log.List(t.Context(), f, p)
				require.NoError(t, err)
				if len(page) == 0 {
					break
				}
				for i := range page {
					got = append(got, page[i].CallID)
				}
				p.After = store.PlaceOf(&page[len(page)-1])
			}
			require.Equal(t, want, got)
		}
	}
}

func hidden(t *testing.T, ledger store.Ledger, log store.Log) {
	put(t, ledger, entry(1), entry(2))
	n, err := log.Hide(t.Context(), []string{"call-0001", "none"})
	require.NoError(t, err)
	require.Equal(t, 1, n)
	require.Equal(t, []string{"call-0002"}, listed(t, log, store.LogFilter{}, store.Paging{Limit: 10}))
	_, err = log.Find(t.Context(), "call-0001")
	require.ErrorIs(t, err, store.ErrNoCall)
	require.EqualValues(t, 2, sum(t, ledger, store.Filter{})[0].Calls)
	kept, err := ledger.Page(t.Context(), store.Filter{CallID: "call-0001"}, store.Place{}, 1)
	require.NoError(t, err)
	require.Empty(t, kept[0].Message+kept[0].Session+kept[0].EndUser)
}

func prunedSums(t *testing.T, ledger store.Ledger, log store.Log) {
	old, young := entry(1), entry(2)
	young.Time = noon.Add(48 * time.Hour)
	put(t, ledger, old, young)
	n, err := ledger.Prune(t.Context(), noon.Add(24*time.Hour), 10)
	require.NoError(t, err)
	require.Equal(t, 1, n)
	found, err := log.Figures(t.Context(), store.LogFilter{}, store.FigureOptions{})
	require.NoError(t, err)
	require.EqualValues(t, 1, found[0].Calls)
}

func emptyLog(t *testing.T, _ store.Ledger, log store.Log) {
	ctx := context.Background()
	found, err := log.Figures(ctx, store.LogFilter{Since: noon, Until: noon}, store.FigureOptions{Every: time.Hour})
	require.NoError(t, err)
	require.Empty(t, found)
	n, err := log.Count(ctx, store.LogFilter{}, 10)
	require.NoError(t, err)
	require.Zero(t, n)
	require.Empty(t, listed(t, log, store.LogFilter{}.With(store.Team, "x"), store.Paging{Limit: 10}))
}

func repriced(t *testing.T, ledger store.Ledger, log store.Log) {
	put(t, ledger, entry(1), entry(2))
	for range 2 {
		n, err := log.Reprice(t.Context(), map[string]int64{"call-0001": 5, "call-0002": entry(2).CostNano, "none": 7})
		require.NoError(t, err)
		require.LessOrEqual(t, n, 1)
	}
	want := 5 + entry(2).CostNano
	require.Equal(t, want, sum(t, ledger, store.Filter{})[0].CostNano)
	figures, err := log.Figures(t.Context(), store.LogFilter{}, store.FigureOptions{})
	require.NoError(t, err)
	require.Equal(t, want, figures[0].CostNano)
	require.EqualValues(t, 2, figures[0].Calls)
}
