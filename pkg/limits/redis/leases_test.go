package redis

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/integration/servers"
	"github.com/asbru-gateway/asbru/pkg/limits"
)

func TestEdgesWithLeasesTogetherAdmitExactlyTheMaximum(t *testing.T) {
	const most, edgesN, callers = 20000, 3, 4
	server := servers.Redis(t)
	var all []*limits.Leases
	for _, r := range edges(t, server, edgesN) {
		l := limits.NewLeases(r, limits.LeaseOptions{Nodes: func() int { return edgesN }})
		t.Cleanup(func() { require.NoError(t, l.Close()) })
		all = append(all, l)
	}
	rate, money := requests(most, time.Minute), budget(most*100)
	var admitted, leased atomic.Int64
	var done sync.WaitGroup
	full := time.Now().Add(20 * time.Second)
	for i := range edgesN * callers {
		done.Go(func() {
			for admitted.Load() < most && time.Now().Before(full) {
				h, refusal, err := all[i%edgesN].Reserve(context.Background(), id("call"), wants(rate, 1, money, 100))
				if err != nil {
					t.Error(err)
					return
				}
				if refusal != nil {
					continue // what others have in their leases comes back
				}
				admitted.Add(1)
				if h.Source == limits.Leased {
					leased.Add(1)
				}
				if err := all[i%edgesN].Settle(context.Background(), h, []int64{1, 60}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	done.Wait()
	// One more round, for those who were under way when the limit was reached.
	for range 100 {
		for _, l := range all {
			_, refusal, err := l.Reserve(t.Context(), id("call"), wants(rate, 1, money, 100))
			require.NoError(t, err)
			require.NotNil(t, refusal)
		}
	}
	require.Equal(t, int64(most), admitted.Load())
	require.Greater(t, leased.Load(), int64(most/2))
	require.Eventually(t, func() bool {
		u, err := all[0].Usage(t.Context(), money)
		require.NoError(t, err)
		return u.Used == most*60 && u.Held == 0
	}, time.Minute, 10*time.Millisecond)
}
