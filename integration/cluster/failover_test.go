//go:build integration

package cluster_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/integration/nodes"
	"github.com/asbru-gateway/asbru/integration/servers"
)

// counting waits until every edge reaches Redis.
func (c *cluster) counting() {
	c.t.Helper()
	for _, e := range c.Edges {
		require.Eventually(c.t, func() bool {
			res, err := http.Get(e.URL("/readyz"))
			if err != nil {
				return false
			}
			defer res.Body.Close()
			text, err := io.ReadAll(res.Body)
			return err == nil && strings.Contains(string(text), `"redis":{"status":"connected"`)
		}, nodes.Patience, 10*time.Millisecond, "%s does not count with the others", e.Name)
	}
}

func TestALimitHoldsThroughAFailoverOfSentinel(t *testing.T) {
	c := startCluster(t, 1, 0)
	redis := servers.RedisSentinel(t)
	c.Counts = redis.URL()
	c.AddEdges(2)
	c.counting()
	_, key := c.NewKey(`,"rate_limit":{"request_max_limit":60,"request_reset_duration":"1h"}`)
	passed := c.heard(key)
	redis.Replicated(t)
	redis.Master.Kill(t)
	more, refused := c.burst(key, 200)
	require.LessOrEqual(t, passed+more, int64(60+1), "the last one")
	require.EqualValues(t, 200, more+refused)
	redis.FailOver(t)
	c.counting()
	c.exactly(key)
}

func TestLimitsHoldWhenAPrimaryOfRedisClusterIsLost(t *testing.T) {
	c := startCluster(t, 1, 0)
	shards := servers.RedisCluster(t, 3)
	replica := servers.ClusterReplica(t, shards)
	c.Counts = shards[0].URL() + "," + shards[1].URL()
	c.AddEdges(2)
	c.counting()
	var keys [3]string // their counts lie on any of the shards
	var passed [len(keys)]int64
	for i := range keys {
		_, keys[i] = c.NewKey(`,"rate_limit":{"request_max_limit":60,"request_reset_duration":"1h"}`)
		passed[i] = c.heard(keys[i])
	}
	servers.Replicated(t, shards[0], replica)
	servers.ClusterLose(t, shards) // it serves nothing while a shard is lost
	for i, key := range keys {
		more, refused := c.burst(key, 100)
		require.LessOrEqual(t, passed[i]+more, int64(60+1), "the last one that was heard of")
		require.EqualValues(t, 100, more+refused)
	}
	servers.ClusterFailOver(t, shards, replica)
	c.counting()
	for _, key := range keys {
		c.exactly(key)
	}
}

// heard has each edge ask, so seldom that the limit is not leased, and returns how many
// calls passed. Only of the last one the other edges have not heard.
func (c *cluster) heard(key string) (passed int64) {
	c.t.Helper()
	for range 3 {
		for _, e := range c.Edges {
			require.Equal(c.t, http.StatusOK, c.Chat(e, key).Status)
			passed++
		}
	}
	return passed
}

// exactly holds that Redis is told what passed of a limit of 60 while it was away, all
// of it, and that limits are exact again. Who asks until then may be let pass.
func (c *cluster) exactly(key string) {
	c.t.Helper()
	let := 0
	require.Eventually(c.t, func() bool {
		a, err := nodes.Chat(c.Edges[let%len(c.Edges)], key)
		if err == nil && a.Status == http.StatusOK {
			let++
		}
		return err == nil && a.Status == http.StatusTooManyRequests
	}, nodes.Patience, 200*time.Millisecond)
	require.Less(c.t, let, 20, "Redis was not told what had passed")
	for try := 0; ; try++ {
		away := c.aways()
		_, fresh := c.NewKey(`,"rate_limit":{"request_max_limit":100,"request_reset_duration":"1h"}`)
		passed, _ := c.burst(fresh, 300)
		if away == c.aways() || try == 10 { // no edge took a busy Redis for one that is away
			require.EqualValues(c.t, 100, passed)
			return
		}
		c.counting()
	}
}

// aways is how often edges have found Redis to be away.
func (c *cluster) aways() (n int) {
	for _, e := range c.Edges {
		n += strings.Count(e.Log.String(), `"redis is away"`)
	}
	return n
}
