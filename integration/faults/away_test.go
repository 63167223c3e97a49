//go:build integration

package faults_test

import (
	"math/rand/v2"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/integration/nodes"
	"github.com/asbru-gateway/asbru/pkg/provider/mock"
)

// TestNoCallFailsWhileNATSIsAwayForLong has it be away for 8 s, or ASBRU_FAULT_AWAY.
func TestNoCallFailsWhileNATSIsAwayForLong(t *testing.T) {
	away := 8 * time.Second
	if s := os.Getenv("ASBRU_FAULT_AWAY"); s != "" {
		var err error
		away, err = time.ParseDuration(s)
		require.NoError(t, err, "ASBRU_FAULT_AWAY")
	}
	p := startProvider(t, mock.Options{Latency: 5 * time.Millisecond, Journal: 1 << 17})
	r := &trial{Cluster: nodes.StartCluster(t, 1, 0), t: t}
	r.Provide(p.address, "")
	r.AddEdges(3)
	late := r.Edges[2]
	late.Stop()
	r.Edges = r.Edges[:2]
	_, key := r.NewKey("")
	r.load = startLoad(t, r.Edges, &span{key: key})
	r.goOn(100)
	r.NATS[0].Kill()
	over := time.After(away)
	r.goOn(100)
	late.Run()
	late.Ready()
	require.Equal(t, http.StatusOK, call{}.must(t, late).status)
	<-over
	r.NATS[0].Run()
	r.NATS[0].Ready()
	for _, e := range append(r.Edges, late) {
		require.Eventually(t, func() bool { h, err := healthOf(e); return err == nil && h.whole() }, nodes.Patience, tick, "%s is not back", e.Name)
	}
	r.goOn(100)
	r.load.end()
	r.nothingFails()
	r.triesAreOneCall()
	r.ledgerAgrees(p)
	r.Admin(http.MethodPatch, "/api/config?wait=applied", `{"client":{"metrics_models_max":100}}`)
}

func TestAnEdgeThatIsCutOffFromNATSAndRedisServesByItself(t *testing.T) {
	p := startProvider(t, mock.Options{})
	r := startTrial(t, p, 1, rand.New(rand.NewPCG(0, 0)))
	edge, others := r.Edges[0], r.Edges[1:]
	limited := r.newSpan(step{}).key // each edge has made a call with it, this one the first
	passes := func(edge *nodes.Process) bool { return call{key: limited}.must(t, edge).status == http.StatusOK }
	for range limit/2 - len(r.Edges) { // the edge hears of all of them
		require.True(t, passes(edge))
	}
	gone := r.newKey()

	r.links[0].nats.Cut()
	r.links[0].redis.Cut()
	r.Admin(http.MethodDelete, "/api/governance/virtual-keys/"+gone, "")
	unheard := r.Admin(http.MethodPost, "/api/governance/virtual-keys", `{"name":"unheard"}`)["virtual_key"].(map[string]any)["value"].(string)
	require.Equal(t, http.StatusOK, call{}.must(t, edge).status)
	used := func(edge *nodes.Process) (n int) {
		for passes(edge) {
			n++
		}
		return n
	}
	n := used(edge) // a share of what was left
	require.Positive(t, n)
	require.LessOrEqual(t, n, limit/3)
	n = used(others[0]) // who has not heard of that
	require.Positive(t, n)
	require.LessOrEqual(t, n, limit/2)
	require.False(t, passes(others[1]))
	require.Equal(t, http.StatusOK, call{key: r.revoked[0]}.must(t, edge).status, "it cannot know")
	require.Equal(t, http.StatusServiceUnavailable, call{key: unheard}.must(t, edge).status, "nor of this")

	r.links[0].nats.Heal()
	r.links[0].redis.Heal()
	require.Eventually(t, func() bool { h, err := healthOf(edge); return err == nil && h.whole() }, nodes.Patience, tick)
	require.Eventually(t, func() bool { return call{key: r.revoked[0]}.must(t, edge).status == http.StatusForbidden }, nodes.Patience, tick)
	require.Eventually(t, func() bool { return call{key: unheard}.must(t, edge).status == http.StatusOK }, nodes.Patience, tick)
	require.False(t, passes(edge))
	commit(r.Cluster, 100)
	r.oneConfiguration()
}
