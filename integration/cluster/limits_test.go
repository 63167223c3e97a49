//go:build integration

package cluster_test

import (
	"net/http"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/integration/nodes"
)

// atOnce is how many calls of a burst are under way at a time.
const atOnce = 8

// burst sends so many calls with a key at once, spread over the edges, and counts
// those that passed and those that a limit turned away.
func (c *cluster) burst(key string, calls int) (passed, refused int64) {
	c.t.Helper()
	var ok, limited, other atomic.Int64
	var calling sync.WaitGroup
	turns := make(chan struct{}, atOnce)
	for i := range calls {
		turns <- struct{}{}
		calling.Go(func() {
			defer func() { <-turns }()
			a, err := nodes.Chat(c.Edges[i%len(c.Edges)], key)
			switch {
			case err != nil:
				other.Add(1)
			case a.Status == http.StatusOK:
				ok.Add(1)
			case a.Status == http.StatusTooManyRequests:
				limited.Add(1)
			default:
				other.Add(1)
			}
		})
	}
	calling.Wait()
	require.Zero(c.t, other.Load(), "calls that were neither answered nor limited")
	return ok.Load(), limited.Load()
}

func TestALimitIsExactOverAllEdges(t *testing.T) {
	c := startExact(t, 3)
	_, key := c.NewKey(`,"rate_limit":{"request_max_limit":100,"request_reset_duration":"1h"}`)
	passed, refused := c.burst(key, 1000)
	require.EqualValues(t, 100, passed)
	require.EqualValues(t, 900, refused)
}

func TestWithoutRedisALimitIsSharedOut(t *testing.T) {
	c := startCluster(t, 1, 3)
	_, key := c.NewKey(`,"rate_limit":{"request_max_limit":90,"request_reset_duration":"1h"}`)
	c.Redis.Kill(t)
	passed, refused := c.burst(key, 600)
	require.LessOrEqual(t, passed, int64(90))
	require.Positive(t, passed)
	require.EqualValues(t, 600, passed+refused)
}
