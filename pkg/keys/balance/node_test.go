package balance

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/asbru-gateway/asbru/integration/servers"
	"github.com/asbru-gateway/asbru/pkg/keys"
	"github.com/asbru-gateway/asbru/pkg/redis"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var quiet = slog.New(slog.DiscardHandler)

// node is a node with one provider, whose calls a test makes.
type node struct {
	mu    sync.Mutex
	set   *keys.Set
	heard []string // keys that others were refused
	share *Keys
}

func (n *node) Sets(f func(string, *keys.Set)) {
	n.mu.Lock()
	defer n.mu.Unlock()
	f("openai", n.set)
}

func (n *node) Cool(provider, key string, until time.Time, reason string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.heard = append(n.heard, provider+"/"+key+" "+reason)
	n.set.CoolByID(key, until.UnixNano(), reason)
}

func (n *node) Break(_, key string, broken bool, until time.Time) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.set.BreakByID(key, broken, until.UnixNano())
}

func (n *node) sync()  { n.share.exchange(context.Background(), n, false) }
func (n *node) leave() { n.share.exchange(context.Background(), n, true) }
func (n *node) cooling() bool {
	return n.set.Pick(time.Now().UnixNano(), 1, 1) < 0
}

func join(t testing.TB, o Options, weights ...float64) *node {
	list := make([]keys.Key, len(weights))
	for i, w := range weights {
		list[i] = keys.Key{ID: string(rune('a' + i)), Weight: w}
	}
	set, err := keys.New(list)
	require.NoError(t, err)
	o.Log = quiet
	return &node{set: set, share: New(o)}
}

// open starts a Redis server of the test's own.
func open(t testing.TB) (*redis.Client, *servers.RedisServer) {
	server := servers.Redis(t)
	return client(t, server), server
}

func client(t testing.TB, server *servers.RedisServer) *redis.Client {
	c, err := redis.Open(server.URL(), redis.Options{Timeout: 5 * time.Second, Log: quiet})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	return c
}

// edge is a node with its part of the traffic, and which keys its calls may use.
type edge struct {
	traffic  int
	eligible func(*rand.Rand) uint64
}

func anyKey(*rand.Rand) uint64 { return 0b111 }

// simulate makes calls on the edges in proportion to their traffic, with an
// exchange of each after every hundred, and returns how many calls each key got.
func simulate(t testing.TB, r *rand.Rand, c *redis.Client, calls int, edges []edge) (used [3]float64) {
	require.NoError(t, c.Raw().FlushAll(t.Context()).Err())
	var nodes []*node
	total := 0
	for _, e := range edges {
		nodes = append(nodes, join(t, Options{Redis: c}, 70, 20, 10))
		total += e.traffic
	}
	for i := range calls {
		at, n := r.IntN(total), 0
		for at >= edges[n].traffic {
			at -= edges[n].traffic
			n++
		}
		used[nodes[n].set.Pick(0, edges[n].eligible(r), 1)]++
		if i%100 == 99 {
			for _, n := range nodes {
				n.sync()
			}
		}
	}
	return used
}
