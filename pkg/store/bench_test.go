package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/integration/servers"
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/store"
	"github.com/asbru-gateway/asbru/pkg/usage"
)

func BenchmarkLedgerPut(b *testing.B) {
	for _, size := range []int{100, 1000, 5000} {
		b.Run(fmt.Sprintf("sqlite/%d", size), func(b *testing.B) { benchmarkPut(b, open(b, fileURL(b)).Ledger(), size) })
		b.Run(fmt.Sprintf("postgres/%d", size), func(b *testing.B) {
			server := servers.Postgres(b, "fsync=on")
			benchmarkPut(b, open(b, server.Database(b)).Ledger(), size)
		})
	}
}

// benchmarkPut puts batches of entries as an edge makes them.
func benchmarkPut(b *testing.B, l store.Ledger, size int) {
	entries := make([]usage.Entry, size)
	calls := 0
	for b.Loop() {
		for i := range entries {
			calls++
			entries[i] = usage.Entry{
				CallID: fmt.Sprintf("%032x", calls), RequestID: fmt.Sprintf("%032x", calls), Time: time.UnixMicro(int64(calls)),
				Node: "edge-1", Dialect: "openai", Op: "chat", Provider: "openai", Model: "gpt-5-mini", Key: "main",
				VirtualKey: fmt.Sprintf("vk-%d", calls%1000), Status: 200, Attempts: 1,
				Usage:    api.Usage{Input: 1234, Output: 345, Known: true},
				CostNano: 123456789, Took: 2 * time.Second, FirstToken: 300 * time.Millisecond,
			}
		}
		if err := l.Put(b.Context(), entries); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(calls)/b.Elapsed().Seconds(), "rows/s")
}
