package redis

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/integration/servers"
	"github.com/asbru-gateway/asbru/pkg/limits"
)

func TestANodeRenewsWhatItsCallsHoldUntilItIsGone(t *testing.T) {
	server := servers.Redis(t)
	living := limiter(t, server, Options{HoldFor: 2 * time.Second})
	node := New(Options{Redis: living.redis, HoldFor: 2 * time.Second})
	l := &limits.Limit{ID: "vk:a:money", Group: "vk:a", Kind: limits.Money, Max: 100, Calendar: limits.Month}
	_, refusal, err := node.Reserve(t.Context(), "call", []limits.Want{{Limit: l, Amount: 40}})
	require.NoError(t, err)
	require.Nil(t, refusal)
	expires := func() time.Time {
		all, _, err := living.Reservations(t.Context(), l.ID, "", 10)
		require.NoError(t, err)
		require.Len(t, all, 1)
		return all[0].Expires
	}
	first := expires()
	require.Eventually(t, func() bool { return expires().After(first) }, time.Minute, 10*time.Millisecond)
	require.NoError(t, node.Close())
	require.Eventually(t, func() bool {
		u, err := living.Usage(t.Context(), l)
		require.NoError(t, err)
		return u.Held == 0 && u.Unsettled == 40 && u.Used == 40
	}, time.Minute, 10*time.Millisecond)
}
