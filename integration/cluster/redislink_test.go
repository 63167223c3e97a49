//go:build integration

package cluster_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"
	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/integration/nodes"
)

// A limit holds over edges that have heard what was used of it, and every call is
// answered, whatever is wrong between them and Redis.
func TestALimitHoldsOverABadLinkToRedis(t *testing.T) {
	for name, toxic := range map[string]string{
		"nothing comes back": `{"type":"timeout","stream":"downstream","attributes":{"timeout":0}}`,
		"slow":               `{"type":"latency","stream":"downstream","attributes":{"latency":200}}`,
		"cut":                `{"type":"reset_peer","stream":"downstream","attributes":{"timeout":0}}`,
	} {
		t.Run(name, func(t *testing.T) {
			c := startCluster(t, 1, 0)
			server := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(prometheus.NewRegistry()), zerolog.Nop())
			link := toxiproxy.NewProxy(server, "redis", "127.0.0.1:0", c.Redis.Address())
			require.NoError(t, link.Start())
			t.Cleanup(link.Stop)
			c.Counts = "redis://" + link.Listen
			for i := range 2 {
				c.Edges = append(c.Edges, c.StartEdge(fmt.Sprint("edge-", i+1)))
			}
			for _, e := range c.Edges {
				e.Ready()
			}
			_, key := c.NewKey(`,"rate_limit":{"request_max_limit":60,"request_reset_duration":"1h"}`)
			passed, _ := c.burst(key, 20)
			require.EqualValues(t, 20, passed)
			for _, e := range []*nodes.Process{c.Edges[0], c.Edges[1], c.Edges[0]} { // each hears what all have used
				require.Equal(t, http.StatusOK, c.Chat(e, key).Status)
				passed++
			}
			_, err := link.Toxics.AddToxicJson(strings.NewReader(toxic))
			require.NoError(t, err)
			more, refused := c.burst(key, 200)
			require.LessOrEqual(t, passed+more, int64(60))
			require.Positive(t, refused)
			require.EqualValues(t, 200, more+refused)
		})
	}
}
