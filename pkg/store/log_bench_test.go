package store_test

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/integration/servers"
	"github.com/asbru-gateway/asbru/pkg/store"
	"github.com/asbru-gateway/asbru/pkg/usage"
	"github.com/stretchr/testify/require"
)

// BenchmarkLog tells how long the log's queries take. The store is that of ASBRU_BENCH_STORE,
// which is filled up to ASBRU_BENCH_CALLS calls of the last 24 hours and kept, so that a
// large one has to be made but once; without it, one of 100,000 calls.
//
//	ASBRU_BENCH_STORE=sqlite:/tmp/calls.db ASBRU_BENCH_CALLS=10000000 go test ./pkg/store -run xxx -bench Log$ -benchtime 5x -timeout 30m
func BenchmarkLog(b *testing.B) {
	url, calls := os.Getenv("ASBRU_BENCH_STORE"), 100_000
	if n := os.Getenv("ASBRU_BENCH_CALLS"); n != "" {
		_, err := fmt.Sscan(n, &calls)
		require.NoError(b, err)
	}
	switch url {
	case "":
		url = fileURL(b)
	case "postgres":
		url = servers.Postgres(b).Database(b)
	}
	s := open(b, url)
	fill(b, s, calls)
	now, yes := time.Now(), true
	day := store.LogFilter{Since: now.Add(-24 * time.Hour), Until: now}
	page := store.Paging{Limit: 50}
	list := func(f store.LogFilter, p store.Paging) func() error {
		return func() error { return showPage(b, s.Log(), f, p) }
	}
	figures := func(f store.LogFilter, o store.FigureOptions) func() error {
		return func() error { _, err := s.Log().Figures(b.Context(), f, o); return err }
	}
	of := func(name, value string) store.LogFilter {
		return store.LogFilter{Metadata: map[string]string{name: value}}
	}
	for _, of := range []struct {
		name string
		do   func() error
	}{
		{"page", list(store.LogFilter{}, page)},
		{"page at offset 10000", list(store.LogFilter{}, store.Paging{Limit: 50, Offset: 10_000})},
		{"page of a provider", list(day.With(store.Provider, "provider-2"), page)},
		{"page of a model", list(day.With(store.Model, "model-7"), page)},
		{"page of a rare model", list(day.With(store.Model, "model-rare"), page)},
		{"page of a key", list(day.With(store.VirtualKey, "vk-700"), page)},
		{"page of a key and a model", list(day.With(store.VirtualKey, "vk-3").With(store.Model, "model-1"), page)},
		{"page of a team", list(day.With(store.Team, "team-4"), page)},
		{"page of a status", list(day.With(store.Status, "502"), page)},
		{"page of failed calls", list(store.LogFilter{Outcomes: []store.Outcome{store.Failed}}, page)},
		{"page of a code", list(store.LogFilter{Code: "provider_closed"}, page)},
		{"page of a code that none has", list(store.LogFilter{Code: "none"}, page)},
		{"page of nothing", list(day.With(store.Team, "none"), page)},
		{"page of streams", list(store.LogFilter{Stream: &yes}, page)},
		{"page of latency up to 1 s", list(store.LogFilter{MaxTook: time.Second}, page)},
		{"page of latency above 20 s", list(store.LogFilter{MinTook: 20 * time.Second}, page)},
		{"page of latency above 50 s", list(store.LogFilter{MinTook: 50 * time.Second}, page)},
		{"page of latency above 5 min", list(store.LogFilter{MinTook: 5 * time.Minute}, page)},
		{"page of tokens above 3000", list(store.LogFilter{MinTokens: 3000}, page)},
		{"page of tokens above 5990", list(store.LogFilter{MinTokens: 5990}, page)},
		{"page of tokens from 2000 to 2001", list(store.LogFilter{MinTokens: 2000, MaxTokens: 2001}, page)},
		{"page of cost above $0.09", list(store.LogFilter{MinCostNano: 9e7}, page)},
		{"page of cost above $0.09999", list(store.LogFilter{MinCostNano: 99_990_000}, page)},
		{"page of cost above $1", list(store.LogFilter{MinCostNano: 1e9}, page)},
		{"page of no price", list(store.LogFilter{MissingCost: true}, page)},
		{"page of metadata of half", list(of("env", "production"), page)},
		{"page of metadata of few", list(of("app", "app-9"), page)},
		{"page of metadata of 50", list(of("env", "rare"), page)},
		{"page of metadata of one", list(of("ticket", "ticket-123450"), page)},
		{"page of metadata of none", list(of("ticket", "none"), page)},
		{"page of a session", list(store.LogFilter{Session: "session-77"}, page)},
		{"page of an end user", list(store.LogFilter{EndUser: "user-777"}, page)},
		{"page of a provider, above 30 s", list(store.LogFilter{MinTook: 30 * time.Second}.With(store.Provider, "provider-2"), page)},
		{"page of a key, metadata and cost", list(store.LogFilter{Metadata: map[string]string{"app": "app-3"}, MinCostNano: 9e7}.With(store.VirtualKey, "vk-3"), page)},
		{"page of an error's text", list(store.LogFilter{Text: "before it answered"}, page)},
		{"page of a text of none", list(store.LogFilter{Text: "zebra"}, page)},
		{"page by latency", list(store.LogFilter{}, store.Paging{Sort: store.SortLatency, Limit: 50})},
		{"page by tokens", list(store.LogFilter{}, store.Paging{Sort: store.SortTokens, Limit: 50})},
		{"page by cost", list(store.LogFilter{}, store.Paging{Sort: store.SortCost, Limit: 50})},
		{"request", list(store.LogFilter{RequestID: "none"}, page)},
		{"statistics of 24 h", figures(day, store.FigureOptions{Latencies: true})},
		{"statistics of 24 h by key", figures(day, store.FigureOptions{By: []store.Dimension{store.VirtualKey}})},
		{"statistics of 24 h of a key", figures(day.With(store.VirtualKey, "vk-3"), store.FigureOptions{Latencies: true})},
		{"histogram of 24 h by model", figures(day, store.FigureOptions{Every: time.Hour, By: []store.Dimension{store.Model}})},
		{"histogram of 24 h in quarters", figures(day, store.FigureOptions{Every: 15 * time.Minute})},
		{"statistics of 24 h of slow calls", figures(store.LogFilter{Since: day.Since, MinTook: 30 * time.Second}, store.FigureOptions{Latencies: true})},
		{"histogram of latency", figures(day, store.FigureOptions{Every: time.Hour, Latencies: true})},
	} {
		b.Run(of.name, func(b *testing.B) {
			require.NoError(b, of.do()) // what it reads is in memory from here on
			spent := cpuSpent()
			for b.Loop() {
				require.NoError(b, of.do())
			}
			b.ReportMetric(float64((cpuSpent()-spent).Milliseconds())/float64(b.N), "cpu-ms/op")
			b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N), "ms/op")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// cpuSpent is the processor's time that this process has had, to the hundredth of a second:
// what else goes on on the machine does not count. 0 where /proc does not tell it.
func cpuSpent() time.Duration {
	text, err := os.ReadFile("/proc/self/stat")
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * 10 * time.Millisecond
}

// showPage asks for what the admin API shows of a page: its calls, how many there are, up to
// 10,000, and unless there are more, what they add up to.
func showPage(b *testing.B, log store.Log, f store.LogFilter, p store.Paging) error {
	if _, err := log.List(b.Context(), f, p); err != nil {
		return err
	}
	_, err := log.Figures(b.Context(), f, store.FigureOptions{Most: 10_000})
	return err
}

// fill puts calls of the last 24 hours.
func fill(b *testing.B, s *store.Store, calls int) {
	total, err := s.Ledger().Sum(b.Context(), store.Filter{})
	require.NoError(b, err)
	have := int(total[0].Calls)
	if have >= calls {
		return
	}
	began, now, some := time.Now(), time.Now(), newCalls()
	const atOnce = 10_000
	entries := []usage.Entry{}
	for i := have; i < calls; i++ {
		e := some.call(i, now.Add(-24*time.Hour+time.Duration(float64(i)/float64(calls)*float64(24*time.Hour))))
		if entries = append(entries, e); len(entries) == atOnce || i == calls-1 {
			for batch := range slices.Chunk(entries, 5000) {
				require.NoError(b, s.Ledger().Put(b.Context(), batch))
			}
			entries = entries[:0]
		}
	}
	b.Logf("%d calls put, %.0f a second", calls-have, float64(calls-have)/time.Since(began).Seconds())
}
