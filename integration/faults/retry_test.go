//go:build integration

package faults_test

import (
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/integration/nodes"
	"github.com/asbru-gateway/asbru/pkg/provider/mock"
)

func TestTriesOverAllEdgesAreOnePaidCall(t *testing.T) {
	c := nodes.StartCluster(t, 1, 3)
	p := startProvider(t, mock.Options{Latency: 300 * time.Millisecond, ChunkGap: 20 * time.Millisecond})
	c.Admin(http.MethodPut, "/api/config?wait=applied", `{"providers":{"openai":{
		"keys":[{"name":"a","value":"sk-a-0123456789"}],"network_config":{"base_url":"http://`+p.address+`"}}}}`)
	for name, tried := range map[string]call{
		"whole":  {retry: "order-17", text: "one two three four"},
		"stream": {retry: "order-18", text: "one two three four", stream: true},
	} {
		t.Run(name, func(t *testing.T) {
			before := p.Stats().Hits
			answers := make([]answer, 2*len(c.Edges))
			var trying sync.WaitGroup
			for i, edge := range c.Edges { // at once
				trying.Go(func() { answers[i], _ = tried.ask(edge) }) // a connection that fails has no status
			}
			trying.Wait()
			for i, edge := range c.Edges { // and when it is over
				answers[len(c.Edges)+i] = tried.must(t, edge)
			}
			replays := 0
			for _, a := range answers {
				require.Equal(t, http.StatusOK, a.status, a.body)
				require.Equal(t, answers[0].body, a.body)
				if a.header.Get("x-asbru-idempotent-replay") == "true" {
					replays++
				}
			}
			require.Equal(t, len(answers)-1, replays)
			require.Equal(t, before+1, p.Stats().Hits)
		})
	}
	for _, edge := range c.Edges {
		edge.Stop() // it has told all then
	}
	inLedger(t, c, 2)
}

func TestTriesOfACallWhoseEdgeDiesAreToldThatItIsLost(t *testing.T) {
	c := nodes.StartCluster(t, 1, 2)
	p := startProvider(t, mock.Options{Steer: func(int64, string, string) string { return "hang" }})
	c.Provide(p.address, "")
	c.Admin(http.MethodPatch, "/api/config?wait=applied", `{}`)
	tried := call{retry: "order-19"}
	owner := make(chan error, 1)
	go func() {
		_, err := tried.ask(c.Edges[0])
		owner <- err
	}()
	require.Eventually(t, func() bool { return p.Stats().Hits == 1 }, nodes.Patience, tick)
	other := make(chan answer, 1)
	go func() {
		a, _ := tried.ask(c.Edges[1]) // a connection that fails has no status
		other <- a
	}()
	c.Edges[0].Kill()
	require.Error(t, <-owner)
	a := <-other
	require.Equal(t, http.StatusConflict, a.status, a.body)
	require.Contains(t, a.body, "idempotency_unknown")
	require.Equal(t, http.StatusConflict, tried.must(t, c.Edges[1]).status)
	require.EqualValues(t, 1, p.Stats().Hits)
}
