//go:build integration

package cluster_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/integration/nodes"
)

// A limit holds over edges that have heard what was used of it, and every call is
// answered, whatever is wrong between them and Redis.
func TestALimitHoldsOverABadLinkToRedis(t *testing.T) {
	for name, toxic := range map[string][2]string{
		"nothing comes back": {"timeout", `"timeout":0`},
		"slow":               {"latency", `"latency":200`},
		"cut":                {"reset_peer", `"timeout":0`},
	} {
		t.Run(name, func(t *testing.T) {
			c := startCluster(t, 1, 0)
			link := nodes.Before(t, c.Redis.Address())
			c.Counts = "redis://" + link.Address()
			c.AddEdges(2)
			_, key := c.NewKey(`,"rate_limit":{"request_max_limit":60,"request_reset_duration":"1h"}`)
			passed, _ := c.burst(key, 20)
			require.EqualValues(t, 20, passed)
			for _, e := range []*nodes.Process{c.Edges[0], c.Edges[1], c.Edges[0]} { // each hears what all have used
				require.Equal(t, http.StatusOK, c.Chat(e, key).Status)
				passed++
			}
			link.Disturb(toxic[0], toxic[1])
			more, refused := c.burst(key, 200)
			require.LessOrEqual(t, passed+more, int64(60+atOnce)) // no edge has heard of those that were under way
			require.Positive(t, refused)
			require.EqualValues(t, 200, more+refused)
		})
	}
}
