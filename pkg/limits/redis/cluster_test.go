package redis

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/integration/servers"
	"github.com/asbru-gateway/asbru/pkg/limits"
	"github.com/asbru-gateway/asbru/pkg/redis"
)

func TestInRedisClusterAllGroupsGiveOrNone(t *testing.T) {
	var urls []string
	for _, node := range servers.RedisCluster(t, 3) {
		urls = append(urls, node.URL())
	}
	var all []*Limiter
	for range 3 {
		c, err := redis.Open(strings.Join(urls, ","), redis.Options{Timeout: patient})
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, c.Close()) })
		require.True(t, c.Cluster())
		all = append(all, limiter(t, nil, Options{Redis: c}))
	}
	r := all[0]
	// Groups enough to lie on all nodes.
	var plenty []*limits.Limit
	for i := range 6 {
		l := requests(1000, time.Minute)
		l.Group = fmt.Sprint("team-", i)
		plenty = append(plenty, l)
	}
	scarce, money := requests(100, time.Minute), budget(1000)
	scarce.Group, money.Group = "vk", "vk"
	all8 := func() []limits.Want {
		w := wants(scarce, 1, money, 10)
		for _, l := range plenty {
			w = append(w, limits.Want{Limit: l, Amount: 1})
		}
		return w
	}
	call := id("call")
	h, refusal, err := r.Reserve(t.Context(), call, all8())
	require.NoError(t, err)
	require.Nil(t, refusal)
	require.Equal(t, []int64{99, 990, 999}, []int64{h.Wants[0].Remaining, h.Wants[1].Remaining, h.Wants[2].Remaining})
	_, refusal, err = r.Reserve(t.Context(), call, all8())
	require.NoError(t, err)
	require.Nil(t, refusal)
	require.Equal(t, int64(1), used(t, r, plenty[0]))
	require.NoError(t, r.Settle(t.Context(), h, []int64{0, 0, 0, 0, 0, 0, 0, 0}))

	require.Equal(t, int64(100), parallel(t, all, 200, scarce, 1))
	_, refusal, err = r.Reserve(t.Context(), id("call"), all8())
	require.NoError(t, err)
	require.Equal(t, scarce, refusal.Limit)
	require.Equal(t, int64(100), used(t, r, scarce))
	require.Zero(t, used(t, r, money))
	for _, l := range plenty {
		require.Zero(t, used(t, r, l), "given back")
	}
}
