//go:build integration

package cluster_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/integration/nodes"
)

// rules are a program that a plugin asks. It refuses each call, with its version as the code; a
// broken one fails.
func rules(t *testing.T, version string) (address string, asked *atomic.Int64) {
	t.Helper()
	asked = new(atomic.Int64)
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		_, _ = io.Copy(io.Discard, r.Body)
		if version == "broken" {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		_, _ = io.WriteString(w, `{"action":"refuse","error":{"status":418,"code":"`+version+`","message":"No."}}`)
	}))
	t.Cleanup(web.Close)
	return web.URL, asked
}

// codeOf is the code of an answer's error.
func codeOf(t *testing.T, a nodes.Answer) string {
	t.Helper()
	var body struct{ Error struct{ Code string } }
	require.NoError(t, json.Unmarshal(a.Body, &body), string(a.Body))
	return body.Error.Code
}

// said is how often edges have answered calls with each code; "" is an answer.
func (c *cluster) said(calls int) map[string]int {
	c.t.Helper()
	said := map[string]int{}
	for i := range calls {
		said[codeOf(c.t, c.Chat(c.Edges[i%len(c.Edges)], ""))]++
	}
	return said
}

func TestAPluginIsUpgradedOnEveryEdgeStepByStepAndAFailingVersionIsRolledBack(t *testing.T) {
	c := startCluster(t, 1, 2)
	first, _ := rules(t, "first")
	second, asked := rules(t, "second")
	broken, _ := rules(t, "broken")
	config := func(url string) string { return `{"url":"` + url + `","points":["before_route"]}` }
	c.Admin(http.MethodPost, "/api/plugins?wait=applied", `{"name":"rules","kind":"http","allow_private_network":true,"on_error":"deny","timeout":"30s","version":"1","config":`+config(first)+`}`)
	require.Equal(t, map[string]int{"first": 20}, c.said(20))

	const upgrade = "/api/plugins/rules/upgrade?wait=applied"
	c.Admin(http.MethodPost, upgrade, `{"version":"2","percent":30,"config":`+config(second)+`}`)
	both := c.said(200)
	require.Equal(t, 200, both["first"]+both["second"])
	require.InDelta(t, 60, both["second"], 40)
	require.EqualValues(t, both["second"], asked.Load(), "each call has one of the versions")
	c.Admin(http.MethodPost, upgrade, `{"percent":100}`)
	require.Equal(t, map[string]int{"second": 20}, c.said(20))

	c.Admin(http.MethodPost, upgrade, `{"version":"3","percent":50,"config":`+config(broken)+`}`)
	trying := c.said(100)
	require.Equal(t, 100, trying["second"]+trying["plugin_failed"])
	require.Positive(t, trying["second"])
	require.Positive(t, trying["plugin_failed"])
	status := func() map[string]any { return c.Admin(http.MethodGet, "/api/plugins/rules/status", "") }
	require.Eventually(t, func() bool { // nodes tell once a second
		tried, is := status()["upgrade"].(map[string]any)
		return is && tried["status"] == "failing" && tried["errors"] == float64(trying["plugin_failed"])
	}, nodes.Patience, 50*time.Millisecond)
	require.Equal(t, "active", status()["status"], "the version in force is none the worse")
	c.Admin(http.MethodPost, "/api/plugins/rules/rollback?wait=applied", `{}`)
	require.Equal(t, map[string]int{"second": 100}, c.said(100))
	c.Admin(http.MethodPost, "/api/plugins/rules/rollback?wait=applied", `{}`)
	require.Equal(t, map[string]int{"first": 20}, c.said(20))
}

func TestATrialOfAPluginThatNodesDoNotHaveCountsAsApplied(t *testing.T) {
	c := startCluster(t, 1, 2)
	tried := c.Admin(http.MethodPatch, "/api/config?percent=99",
		`{"plugins":[{"name":"rules","kind":"wasm","path":"`+filepath.Join(c.Dir, "none.wasm")+`","on_error":"allow"}]}`)["revision"]
	shown := func() map[string]any { return c.Admin(http.MethodGet, "/api/cluster/nodes", "") }
	require.Eventually(t, func() bool {
		for _, n := range shown()["nodes"].([]any) {
			if n.(map[string]any)["config"].(map[string]any)["revision"] == tried {
				return true
			}
		}
		return false
	}, nodes.Patience, 10*time.Millisecond)
	c.Admin(http.MethodPost, fmt.Sprintf("/api/config/versions/%.0f/promote?wait=applied", tried), "")
	for _, e := range c.Edges {
		require.Equal(t, 200, c.Chat(e, "").Status)
	}
	require.Eventually(t, func() bool { // nodes tell once a second
		s := c.Admin(http.MethodGet, "/api/plugins/rules/status", "")
		return s["status"] == "absent" && len(s["nodes"].([]any)) == len(c.Edges)
	}, nodes.Patience, 50*time.Millisecond)
	codes := map[any]int{}
	for _, w := range shown()["warnings"].([]any) {
		codes[w.(map[string]any)["code"]]++
	}
	require.Equal(t, len(c.Edges), codes["plugin_absent"])
	require.Zero(t, codes["configuration_not_applied"])
}
