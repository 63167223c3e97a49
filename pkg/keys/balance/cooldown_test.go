package balance

import (
	"context"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/bus/bustest"
)

// live runs a node's sharing until the test ends.
func live(t *testing.T, n *node) *node {
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		n.share.Run(ctx, n)
	}()
	t.Cleanup(func() {
		stop()
		<-done
	})
	return n
}

func TestARefusedKeyRestsOnEveryNodeAtOnce(t *testing.T) {
	c := bustest.Start(t)
	one := live(t, join(t, Options{Bus: c.Connect(t, bus.Edge, "e1")}, 1, 1))
	other := live(t, join(t, Options{Bus: c.Connect(t, bus.Edge, "e2")}, 1, 1))
	watcher := c.Connect(t, bus.Control, "c1")
	told := make(chan *nats.Msg, 100)
	_, err := watcher.Control.NATS.ChanSubscribe(bus.KeyCooldown.All(), told)
	require.NoError(t, err)
	require.NoError(t, watcher.Control.NATS.Flush())

	first := time.Now().Add(time.Minute)
	until := first
	require.Eventually(t, func() bool { // it may not listen yet
		until = until.Add(time.Second)
		for i := range 50 { // calls that were refused together
			one.share.Cooled("openai", "a", until.Add(time.Duration(i)*time.Millisecond), "rate_limit_exceeded")
		}
		return other.cooling()
	}, time.Minute, 20*time.Millisecond)
	state := other.set.Snapshot(time.Now().UnixNano())[0]
	require.WithinRange(t, state.CoolUntil, first, until.Add(time.Second))
	require.Equal(t, "rate_limit_exceeded", state.Reason)
	require.False(t, one.cooling(), "a node cools its own keys itself")

	// Nobody repeats what it has heard, and one refusal is told once.
	sentinel := one.share.bus.Control.NATS
	require.NoError(t, sentinel.Flush())
	for len(told) > 0 {
		require.Equal(t, "e1", (<-told).Header.Get(bus.HeaderNode))
	}
}

func TestANoticeThatMakesNoSenseIsIgnored(t *testing.T) {
	c := bustest.Start(t)
	n := live(t, join(t, Options{Bus: c.Connect(t, bus.Edge, "e1")}, 1, 1))
	from := c.Connect(t, bus.Edge, "e2").Control.NATS
	require.Eventually(t, func() bool {
		for _, body := range []string{"", "{", `{"rest_ms":-1}`, `{"rest_ms":9223372036854775807}`, `[]`} {
			require.NoError(t, from.Publish(bus.KeyCooldown.At("openai", "a"), []byte(body)))
		}
		require.NoError(t, from.Publish(bus.KeyCooldown.At("openai", "unknown"), []byte(`{"rest_ms":1000}`)))
		return n.cooling()
	}, time.Minute, 20*time.Millisecond)
	require.WithinDuration(t, time.Now().Add(longest), n.set.Snapshot(0)[0].CoolUntil, time.Minute, "bounded")
}

func TestANodeThatStartsLaterLearnsOfACoolDownFromRedis(t *testing.T) {
	c, _ := open(t)
	one := join(t, Options{Redis: c}, 1, 1)
	until := time.Now().Add(time.Minute)
	one.share.Cooled("openai", "a", until, "rate_limit_exceeded")
	one.share.Cooled("openai", "a", until.Add(-30*time.Second), "shorter")
	one.sync()
	second := join(t, Options{Redis: c}, 1, 1)
	second.sync()
	require.True(t, second.cooling())
	require.WithinDuration(t, until, second.set.Snapshot(0)[0].CoolUntil, 20*time.Second)

	// It says nothing of what it heard: the time does not creep.
	require.Empty(t, second.share.met)
	// The one who met the refusal says it again, should Redis have forgotten.
	require.NoError(t, c.Raw().FlushAll(t.Context()).Err())
	third := join(t, Options{Redis: c}, 1, 1)
	one.sync()
	third.sync()
	require.Equal(t, []string{"openai/a rate_limit_exceeded"}, third.heard)
}

func TestACoolDownThatHasPassedIsForgotten(t *testing.T) {
	c, _ := open(t)
	one := join(t, Options{Redis: c}, 1, 1)
	one.share.Cooled("openai", "a", time.Now().Add(30*time.Millisecond), "busy")
	one.sync()
	require.Eventually(t, func() bool {
		n := join(t, Options{Redis: c}, 1, 1)
		n.sync()
		return len(n.heard) == 0
	}, time.Minute, 10*time.Millisecond)
	exists, err := c.Raw().HExists(t.Context(), "asbru:{pkopenai}:pool", "cool:a").Result()
	require.NoError(t, err)
	require.False(t, exists)
	one.sync()
	require.Empty(t, one.share.met)
}

func TestANodeThatEndsGivesItsDebtsToTheOthers(t *testing.T) {
	c, _ := open(t)
	n := join(t, Options{Redis: c}, 1, 1)
	for range 9 {
		n.set.Pick(0, 0b01, 1)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	n.share.Run(ctx, n)
	require.Zero(t, n.set.Snapshot(0)[0].Owed)
}
