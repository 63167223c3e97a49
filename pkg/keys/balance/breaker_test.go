package balance

import (
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/bus/bustest"
)

// long is ago when a key broke of which a probe is due.
const long = time.Minute

// call makes calls with any key.
func (n *node) call(calls int) {
	for range calls {
		n.set.Pick(time.Now().UnixNano(), 0b11, 1)
	}
}

// fail has calls with the first key fail, some time ago.
func (n *node) fail(calls int, ago time.Duration) {
	for range calls {
		n.set.Failed(0, time.Now().Add(-ago).UnixNano())
	}
}

func (n *node) broken() bool { return n.set.Snapshot(time.Now().UnixNano())[0].Broken }

// probes makes calls that may use the first key only, and returns how many were sent.
func probes(nodes []*node) (sent []*node) {
	for _, n := range nodes {
		for range 5 {
			if n.set.Pick(time.Now().UnixNano(), 0b01, 1) == 0 {
				sent = append(sent, n)
			}
		}
	}
	return sent
}

func syncAll(nodes []*node) {
	for range 2 { // what one tells the first time the others hear the second
		for _, n := range nodes {
			for _, e := range n.share.exchanges {
				e.due = time.Time{} // although no call was made
			}
			n.sync()
		}
	}
}

// Whether there is Redis or not, for those who share a breaker the same holds.
func TestABreakerOpensIsProbedOnceAndCloses(t *testing.T) {
	c, _ := open(t)
	patient := func() *node {
		n := join(t, Options{Redis: c}, 1, 1)
		n.share.hold = time.Hour // however slow the machine
		return n
	}
	for name, group := range map[string]func() []*node{
		"a node alone": func() []*node { return []*node{join(t, Options{}, 1, 1)} },
		"nodes that share Redis": func() []*node {
			require.NoError(t, c.Raw().FlushAll(t.Context()).Err())
			return []*node{patient(), patient(), patient()}
		},
	} {
		t.Run(name, func(t *testing.T) {
			nodes := group()
			broken := func(want bool) {
				t.Helper()
				syncAll(nodes)
				for _, n := range nodes {
					require.Equal(t, want, n.broken())
				}
			}
			for _, n := range nodes {
				n.call(20)
			}
			broken(false)
			nodes[0].call(20)
			nodes[0].fail(10, 0)
			broken(true)
			require.Empty(t, probes(nodes), "not so soon")

			probed := func() *node {
				t.Helper()
				var sent []*node
				for range 5 { // whoever has calls asks for the probe
					sent = append(sent, probes(nodes)...)
					syncAll(nodes)
				}
				require.Len(t, sent, 1)
				return sent[0]
			}
			nodes = group()
			nodes[0].call(20)
			nodes[0].fail(10, long)
			broken(true)
			probed().fail(1, long)
			broken(true)
			require.True(t, probed().set.Accepted(0))
			broken(false)
		})
	}
}

func TestANodeWithABrokenNetworkTakesNoKeyFromTheOthers(t *testing.T) {
	c, _ := open(t)
	nodes := []*node{join(t, Options{Redis: c}, 1, 1), join(t, Options{Redis: c}, 1, 1), join(t, Options{Redis: c}, 1, 1)}
	for i, calls := range []int{10, 100, 10} {
		nodes[i].call(calls)
		nodes[i].sync()
	}
	nodes[0].fail(10, 0)
	syncAll(nodes)
	require.True(t, nodes[0].broken())
	require.False(t, nodes[1].broken())
	require.False(t, nodes[2].broken())
	nodes[2].fail(10, 0)
	syncAll(nodes)
	for _, n := range nodes {
		require.True(t, n.broken(), "two have met it")
	}
}

func TestWithoutRedisEachNodeProbesByItself(t *testing.T) {
	c, server := open(t)
	nodes := []*node{join(t, Options{Redis: c}, 1, 1), join(t, Options{Redis: c}, 1, 1)}
	nodes[0].call(20)
	nodes[0].fail(10, long)
	syncAll(nodes)
	server.Stop(t)
	var sent []*node
	require.Eventually(t, func() bool {
		sent = append(sent, probes(nodes)...)
		return len(sent) >= 2
	}, time.Minute, 20*time.Millisecond)
	require.Contains(t, sent, nodes[0])
	require.Contains(t, sent, nodes[1])
}

func TestABreakerIsTakenBackWhenRedisHasLostIt(t *testing.T) {
	c, _ := open(t)
	nodes := []*node{join(t, Options{Redis: c}, 1, 1), join(t, Options{Redis: c}, 1, 1)}
	nodes[0].call(20)
	nodes[0].fail(10, 0)
	syncAll(nodes)
	require.True(t, nodes[1].broken())
	require.NoError(t, c.Raw().FlushAll(t.Context()).Err())
	syncAll(nodes)
	require.False(t, nodes[0].broken())
	require.False(t, nodes[1].broken())
}

func TestABreakerIsAnnounced(t *testing.T) {
	c, _ := open(t)
	cluster := bustest.Start(t)
	listener := live(t, join(t, Options{Bus: cluster.Connect(t, bus.Edge, "e2")}, 1, 1))
	watcher := cluster.Connect(t, bus.Control, "c1")
	told := make(chan *nats.Msg, 100)
	_, err := watcher.Control.NATS.ChanSubscribe(bus.KeyBreaker.All(), told)
	require.NoError(t, err)
	require.NoError(t, watcher.Control.NATS.Flush())

	conn := cluster.Connect(t, bus.Edge, "e1")
	// The listener may not listen yet: it is told again and again.
	for _, want := range []bool{true, false} {
		require.Eventually(t, func() bool {
			one := join(t, Options{Redis: c, Bus: conn}, 1, 1)
			one.call(20)
			one.fail(10, long)
			one.sync()
			if !want {
				one.set.PickBroken(time.Now().UnixNano(), 0b01, 1)
				one.set.Accepted(0)
				one.sync()
			}
			return listener.broken() == want
		}, time.Minute, 20*time.Millisecond)
	}
	first := <-told
	require.Equal(t, "e1", first.Header.Get(bus.HeaderNode))
	require.JSONEq(t, `{"open":true}`, string(first.Data[:len(`{"open":true`)])+"}")
}

func TestANoticeOfABreakerThatMakesNoSenseIsIgnored(t *testing.T) {
	c := bustest.Start(t)
	n := live(t, join(t, Options{Bus: c.Connect(t, bus.Edge, "e1")}, 1, 1))
	from := c.Connect(t, bus.Edge, "e2").Control.NATS
	require.Eventually(t, func() bool {
		for _, body := range []string{"", "{", `{"open":true,"rest_ms":-1}`, `[]`} {
			require.NoError(t, from.Publish(bus.KeyBreaker.At("openai", "a"), []byte(body)))
		}
		require.NoError(t, from.Publish(bus.KeyBreaker.At("openai", "unknown"), []byte(`{"open":true}`)))
		require.NoError(t, from.Publish(bus.KeyBreaker.At("openai", "b"), []byte(`{"open":true}`)))
		return n.set.Snapshot(time.Now().UnixNano())[1].Broken
	}, time.Minute, 20*time.Millisecond)
	require.False(t, n.broken())
}
