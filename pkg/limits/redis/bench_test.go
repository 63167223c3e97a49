package redis

import (
	"context"
	"strconv"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/integration/servers"
	"github.com/asbru-gateway/asbru/pkg/limits"
)

func limitsOf(n int) []limits.Want {
	w := make([]limits.Want, n)
	for i := range w {
		w[i] = limits.Want{Amount: 1, Limit: &limits.Limit{
			ID: strconv.Itoa(i), Group: "g", Kind: limits.Requests, Max: limits.MostMax, Period: time.Minute,
		}}
	}
	return w
}

func BenchmarkReserve(b *testing.B) {
	server := servers.Redis(b)
	for _, n := range []int{1, 4} {
		b.Run(strconv.Itoa(n)+" limits", func(b *testing.B) {
			r := limiter(b, server, Options{})
			w := limitsOf(n)
			b.ReportAllocs()
			for b.Loop() {
				if h, refusal, err := r.Reserve(context.Background(), id("call"), w); err != nil || refusal != nil || h.Source != limits.Counted {
					b.Fatal(h.Source, refusal, err)
				}
			}
		})
	}
}

func BenchmarkReserveAndSettleInParallel(b *testing.B) {
	server := servers.Redis(b)
	for _, n := range []int{1, 4} {
		b.Run(strconv.Itoa(n)+" limits", func(b *testing.B) {
			r := limiter(b, server, Options{})
			b.SetParallelism(16)
			b.RunParallel(func(pb *testing.PB) {
				w := limitsOf(n)
				for pb.Next() {
					h, refusal, err := r.Reserve(context.Background(), id("call"), w)
					if err != nil || refusal != nil {
						b.Fatal(refusal, err)
					}
					if err := r.Settle(context.Background(), h, nil); err != nil {
						b.Fatal(err)
					}
				}
			})
		})
	}
}

func BenchmarkLeasesOverRedis(b *testing.B) {
	server := servers.Redis(b)
	leases := limits.NewLeases(limiter(b, server, Options{}), limits.LeaseOptions{})
	b.Cleanup(func() { leases.Close() })
	w := limitsOf(4)
	leased := 0
	b.ReportAllocs()
	for b.Loop() {
		h, refusal, err := leases.Reserve(context.Background(), id("call"), w)
		if err != nil || refusal != nil {
			b.Fatal(refusal, err)
		}
		if h.Source == limits.Leased {
			leased++
		}
		if err := leases.Settle(context.Background(), h, nil); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(100*float64(leased)/float64(b.N), "%leased")
}
