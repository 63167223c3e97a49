package memory_test

import (
	"context"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/limits"
	"github.com/asbru-gateway/asbru/pkg/limits/memory"
)

func wantsOf(n int) []limits.Want {
	wants := make([]limits.Want, n)
	for i := range wants {
		wants[i] = limits.Want{Amount: 1, Limit: &limits.Limit{
			ID: strconv.Itoa(i), Kind: limits.Requests, Max: limits.MostMax, Period: time.Minute,
		}}
	}
	return wants
}

func BenchmarkReserveAndSettle(b *testing.B) {
	for _, n := range []int{1, 4} {
		b.Run(strconv.Itoa(n)+" limits", func(b *testing.B) {
			m := memory.New(memory.Options{})
			wants := wantsOf(n)
			b.ReportAllocs()
			for b.Loop() {
				reserveAndSettle(b, m, "call", wants)
			}
		})
	}
}

// All goroutines are subject to the same limits.
func BenchmarkReserveAndSettleInParallel(b *testing.B) {
	m := memory.New(memory.Options{})
	var serial atomic.Int64
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		id, wants := strconv.FormatInt(serial.Add(1), 10), wantsOf(4)
		for pb.Next() {
			reserveAndSettle(b, m, id, wants)
		}
	})
}

func reserveAndSettle(b *testing.B, m *memory.Limiter, id string, wants []limits.Want) {
	h, refusal, err := m.Reserve(context.Background(), id, wants)
	if err != nil || refusal != nil {
		b.Fatal(refusal, err)
	}
	if err := m.Settle(context.Background(), h, nil); err != nil {
		b.Fatal(err)
	}
}
