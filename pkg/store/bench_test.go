package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/integration/servers"
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

// benchmarkPut puts batches of entries as edges make them that have 10,000 calls a second.
func benchmarkPut(b *testing.B, l store.Ledger, size int) {
	entries, made, n := make([]usage.Entry, size), newCalls(), 0
	began := time.Now()
	for b.Loop() {
		b.StopTimer()
		for i := range entries {
			entries[i] = made.call(n, began.Add(time.Duration(n)*100*time.Microsecond))
			n++
		}
		b.StartTimer()
		if err := l.Put(b.Context(), entries); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "rows/s")
}
