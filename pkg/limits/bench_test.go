package limits_test

import (
	"context"
	"strconv"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/limits"
	"github.com/asbru-gateway/asbru/pkg/limits/memory"
)

// The leases are over memory; what is measured is the calls that they serve
// themselves, which is nearly all of them.
func BenchmarkLeases(b *testing.B) {
	for _, n := range []int{1, 4} {
		b.Run(strconv.Itoa(n)+" limits", func(b *testing.B) {
			leases := limits.NewLeases(memory.New(memory.Options{}), limits.LeaseOptions{})
			defer leases.Close()
			wants := make([]limits.Want, n)
			for i := range wants {
				wants[i] = limits.Want{Amount: 1, Limit: &limits.Limit{
					ID: strconv.Itoa(i), Kind: limits.Requests, Max: limits.MostMax, Period: time.Hour,
				}}
			}
			leased := 0
			call := func() {
				h, refusal, err := leases.Reserve(context.Background(), "call", wants)
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
			for leased == 0 {
				call()
			}
			leased = 0
			b.ReportAllocs()
			for b.Loop() {
				call()
			}
			b.ReportMetric(100*float64(leased)/float64(b.N), "%leased")
		})
	}
}
