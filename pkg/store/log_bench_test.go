package store_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/integration/servers"
	"github.com/asbru-gateway/asbru/pkg/api"
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
	now := time.Now()
	day := store.LogFilter{Since: now.Add(-24 * time.Hour), Until: now}
	page := store.Paging{Limit: 50}
	list := func(f store.LogFilter, p store.Paging) func() error {
		return func() error { _, err := s.Log().List(b.Context(), f, p); return err }
	}
	figures := func(f store.LogFilter, o store.FigureOptions) func() error {
		return func() error { _, err := s.Log().Figures(b.Context(), f, o); return err }
	}
	for _, of := range []struct {
		name string
		do   func() error
	}{
		{"page", list(store.LogFilter{}, page)},
		{"page at offset 10000", list(store.LogFilter{}, store.Paging{Limit: 50, Offset: 10_000})},
		{"page of a key", list(day.With(store.VirtualKey, "vk-700"), page)},
		{"page of a rare model", list(day.With(store.Model, "model-rare"), page)},
		{"page of a key and a model", list(day.With(store.VirtualKey, "vk-3").With(store.Model, "model-1"), page)},
		{"page of failed calls", list(store.LogFilter{Outcomes: []store.Outcome{store.Failed}}, page)},
		{"page of nothing", list(day.With(store.Team, "none"), page)},
		{"page of slow calls", list(store.LogFilter{MinTook: 50 * time.Second}, page)},
		{"request", list(store.LogFilter{RequestID: "none"}, page)},
		{"statistics of 24 h", figures(day, store.FigureOptions{Latencies: true})},
		{"statistics of 24 h by key", figures(day, store.FigureOptions{By: []store.Dimension{store.VirtualKey}})},
		{"statistics of 24 h of a key", figures(day.With(store.VirtualKey, "vk-3"), store.FigureOptions{Latencies: true})},
		{"histogram of 24 h by model", figures(day, store.FigureOptions{Every: time.Hour, By: []store.Dimension{store.Model}})},
		{"histogram of 24 h in quarters", figures(day, store.FigureOptions{Every: 15 * time.Minute})},
		{"histogram of latency", figures(day, store.FigureOptions{Every: time.Hour, Latencies: true})},
	} {
		b.Run(of.name, func(b *testing.B) {
			for b.Loop() {
				require.NoError(b, of.do())
			}
			b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N), "ms/op")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// fill puts calls of the last 24 hours: 1000 keys, of which some call far more often than
// others, 5 providers, 20 models and one that is rarely asked for.
func fill(b *testing.B, s *store.Store, calls int) {
	total, err := s.Ledger().Sum(b.Context(), store.Filter{})
	require.NoError(b, err)
	have := int(total[0].Calls)
	if have >= calls {
		return
	}
	random := rand.New(rand.NewPCG(1, 2))
	popular := rand.NewZipf(random, 1.1, 5, 999)
	began, now := time.Now(), time.Now()
	const atOnce = 10_000
	entries := make([]usage.Entry, 0, atOnce)
	for i := have; i < calls; i++ {
		at := now.Add(-24*time.Hour + time.Duration(float64(i)/float64(calls)*float64(24*time.Hour)))
		key := popular.Uint64()
		model := fmt.Sprintf("model-%d", (key+random.Uint64N(3))%20)
		if random.IntN(100_000) == 0 {
			model = "model-rare"
		}
		e := usage.Entry{
			CallID: fmt.Sprintf("%012x%08x%012x", at.UnixMilli(), 1, i), RequestID: fmt.Sprintf("%016x%016x", random.Uint64(), random.Uint64()), Time: at,
			Node: fmt.Sprintf("edge-%d", random.IntN(3)), Dialect: "openai", Op: "chat", Provider: fmt.Sprintf("provider-%d", key%5), Model: model, Key: "main",
			VirtualKey: fmt.Sprintf("vk-%d", key), Team: fmt.Sprintf("team-%d", key%30), Status: 200, Attempts: 1, Stream: i%2 == 0,
			Usage: api.Usage{Input: random.Int64N(5000), Output: random.Int64N(1000), Known: true}, CostNano: random.Int64N(1e8),
			Took: time.Duration(random.ExpFloat64() * float64(4*time.Second)), FirstToken: 300 * time.Millisecond, Own: 80 * time.Microsecond,
		}
		if random.IntN(200) == 0 {
			e.Status, e.Code, e.Class, e.Message = 502, "provider_closed", "unavailable", "The provider closed the connection before it answered."
		}
		if entries = append(entries, e); len(entries) == atOnce || i == calls-1 {
			for some := range slices.Chunk(entries, 5000) {
				require.NoError(b, s.Ledger().Put(b.Context(), some))
			}
			entries = entries[:0]
		}
	}
	b.Logf("%d calls put, %.0f a second", calls-have, float64(calls-have)/time.Since(began).Seconds())
}
