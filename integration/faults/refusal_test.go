//go:build integration

package faults_test

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/integration/nodes"
	"github.com/asbru-gateway/asbru/pkg/provider/mock"
)

func TestAKeyThatOneEdgeIsRefusedRestsOnTheOthers(t *testing.T) {
	var refused atomic.Int64
	p := startProvider(t, mock.Options{Steer: func(_ int64, key, _ string) string {
		if key != "sk-a-0123456789" {
			return ""
		}
		refused.Add(1)
		return "status-429-after-60"
	}})
	c := nodes.StartCluster(t, 1, 3)
	c.Provide(p.address, "")
	c.Admin(http.MethodPatch, "/api/config?wait=applied", `{}`)
	for refused.Load() == 0 { // the caller does not notice: another key answers
		require.Equal(t, http.StatusOK, call{}.must(t, c.Edges[0]).status)
	}
	for _, e := range c.Edges {
		require.Eventually(t, func() bool {
			return strings.Contains(metrics(t, e), `asbru_key_cooling{key="a",provider="openai"} 1`)
		}, nodes.Patience, tick, "%s does not know", e.Name)
	}
	for range 50 {
		for _, e := range c.Edges {
			require.Equal(t, http.StatusOK, call{}.must(t, e).status)
		}
	}
	require.EqualValues(t, 1, refused.Load(), "nobody asks with the key any more")
}

func TestRetriesOfAllEdgesDoNotMultiplyAnOutage(t *testing.T) {
	const calls, edges = 100, 2
	p := startProvider(t, mock.Options{ErrorRate: 1, ErrorStatus: http.StatusServiceUnavailable})
	c := nodes.StartCluster(t, 1, edges)
	c.Provide(p.address, `,"max_retries":3,"retry_backoff_initial_ms":1,"retry_backoff_max_ms":1`)
	c.Admin(http.MethodPatch, "/api/config?wait=applied", `{}`)
	for range calls {
		for _, e := range c.Edges {
			require.Equal(t, http.StatusServiceUnavailable, call{}.must(t, e).status)
		}
	}
	hits := p.Stats().Hits
	require.Greater(t, hits, int64(calls*edges), "some are tried again")
	require.LessOrEqual(t, hits, int64(edges*(calls+calls*9/100+10)), "each edge may save up ten, and earns 9 of 100")
}
