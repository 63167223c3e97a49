//go:build integration

package faults_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/integration/nodes"
	"github.com/asbru-gateway/asbru/pkg/member"
)

// health is what a node tells of itself at /readyz.
type health struct {
	Config       struct{ Revision int64 }
	Dependencies map[string]struct{ OK bool }
}

func healthOf(node *nodes.Process) (h health, err error) {
	res, err := http.Get(node.URL("/readyz"))
	if err != nil {
		return h, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return h, fmt.Errorf("%s is not ready", node.Name)
	}
	return h, json.NewDecoder(res.Body).Decode(&h)
}

// whole says whether a node has all that it depends on.
func (h health) whole() bool {
	for _, d := range h.Dependencies {
		if !d.OK {
			return false
		}
	}
	return len(h.Dependencies) > 0
}

// members are the nodes that control knows, with what they say of their configuration.
func (r *trial) members() (all []member.State) {
	r.t.Helper()
	status, text, err := r.AskAdmin(http.MethodGet, "/api/cluster/nodes", "")
	require.NoError(r.t, err)
	require.Equal(r.t, http.StatusOK, status, string(text))
	var answer struct{ Nodes []member.State }
	require.NoError(r.t, json.Unmarshal(text, &answer))
	return answer.Nodes
}

// oneConfiguration holds that all nodes come to have the newest one.
func (r *trial) oneConfiguration() {
	r.t.Helper()
	newest := uint64(r.Admin(http.MethodGet, "/api/config", "")["revision"].(float64))
	for _, n := range r.serving() {
		require.Eventually(r.t, func() bool {
			return slices.ContainsFunc(r.members(), func(m member.State) bool {
				return m.Node == n.Name && m.Config.Revision == newest && m.Config.Error == ""
			})
		}, nodes.Patience, 10*tick, "%s has not the newest configuration", n.Name)
	}
}

// watch notes each time that a node's configuration is older than it was, over
// restarts too, until the function that it returns is called, which tells them.
func watch(t *testing.T, all []*nodes.Process) (wentBack func() []string) {
	newest := map[string]int64{}
	var back []string
	stop := make(chan struct{})
	var watching sync.WaitGroup
	watching.Go(func() {
		turn := time.NewTicker(10 * tick)
		defer turn.Stop()
		for {
			for _, n := range all {
				h, err := healthOf(n)
				if err != nil { // it is dead, or starts
					continue
				}
				if h.Config.Revision < newest[n.Name] {
					back = append(back, fmt.Sprintf("%s: from %d to %d", n.Name, newest[n.Name], h.Config.Revision))
				}
				newest[n.Name] = h.Config.Revision
			}
			select {
			case <-stop:
				return
			case <-turn.C:
			}
		}
	})
	end := sync.OnceFunc(func() { close(stop); watching.Wait() })
	t.Cleanup(end)
	return func() []string { end(); return back }
}
