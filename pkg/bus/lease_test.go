package bus_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/bus/bustest"
)

func TestALeaseIsOnesUntilItIsReleasedOrExpires(t *testing.T) {
	c, ctx := bustest.Start(t), t.Context()
	a, b := c.Connect(t, bus.Control, "a"), c.Connect(t, bus.Control, "b")
	take := func(conn *bus.Conn, ttl time.Duration) (func(), bool) {
		release, taken, err := bus.Lease(ctx, conn, "test", ttl)
		require.NoError(t, err)
		return release, taken
	}
	release, taken := take(a, time.Minute)
	require.True(t, taken)
	for _, conn := range []*bus.Conn{a, b} {
		_, taken = take(conn, time.Minute)
		require.False(t, taken)
	}
	release()
	_, taken = take(b, time.Second)
	require.True(t, taken)
	require.Eventually(t, func() bool {
		_, taken := take(a, time.Minute)
		return taken
	}, 20*time.Second, 10*time.Millisecond)
}
