//go:build integration

package cluster_test

import (
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/integration/nodes"
	"github.com/asbru-gateway/asbru/integration/ports"
)

// write changes the configuration through a control and returns the status of the
// answer, 0 if there was none.
func write(control *nodes.Process, models int) int {
	req, err := http.NewRequest(http.MethodPatch, control.URL("/api/config"), strings.NewReader(fmt.Sprintf(`{"client":{"metrics_models_max":%d}}`, models)))
	if err != nil {
		return 0
	}
	req.Header.Set("Authorization", "Bearer "+nodes.AdminToken)
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0
	}
	res.Body.Close()
	return res.StatusCode
}

// written is what the configuration has of what write changes.
func (c *cluster) written() int {
	c.t.Helper()
	client := c.Admin(http.MethodGet, "/api/config", "")["config"].(map[string]any)["client"].(map[string]any)
	return int(client["metrics_models_max"].(float64))
}

func TestAnEdgeThatDiesLosesNoMoreThanTheCallsItHad(t *testing.T) {
	const callers = 8
	c := startExact(t, 2)
	_, key := c.NewKey(`,"rate_limit":{"request_max_limit":1000,"request_reset_duration":"1h"}`)
	var passed, lost atomic.Int64
	var asking sync.WaitGroup
	for range callers { // each goes to the other edge when the first one fails it, as a balancer does
		asking.Go(func() {
			edge := c.Edges[0]
			for passed.Load() < 600 && !t.Failed() {
				a, err := nodes.Chat(edge, key)
				switch {
				case err != nil && edge == c.Edges[0]:
					lost.Add(1)
					edge = c.Edges[1]
				case err != nil || a.Status != http.StatusOK:
					t.Error("a call failed", err, a.Status, string(a.Body))
				default:
					passed.Add(1)
				}
			}
		})
	}
	require.Eventually(t, func() bool { return passed.Load() >= 200 }, nodes.Patience, time.Millisecond)
	dead := c.Edges[0]
	dead.Kill()
	asking.Wait()
	require.LessOrEqual(t, lost.Load(), int64(callers))

	// What the dead edge had counted is counted: the limit holds over its death. That is what it
	// had begun, and the batch that it had taken ahead: of two edges, at most an eighth of the rest.
	const ahead = 1000 / 8
	c.Edges = c.Edges[1:]
	more, _ := c.burst(key, 600)
	require.LessOrEqual(t, passed.Load()+more, int64(1000))
	require.GreaterOrEqual(t, passed.Load()+more, int64(1000-callers-ahead))
}

func TestAnotherControlGoesOnAndNoCommitIsLost(t *testing.T) {
	c := startCluster(t, 1, 1)
	address := ports.Address(t)
	standby := nodes.Start(t, "standby", address, c.Env(), "control", "--listen", address, "--nats", c.URLs,
		"--admin-token", nodes.AdminToken, "--data-dir", filepath.Join(c.Dir, "standby"), "--node-id", "standby")
	standby.Ready()
	first := c.Control
	var confirmed, tried atomic.Int64
	var writing sync.WaitGroup
	writing.Go(func() {
		for n := 101; ; n++ {
			tried.Store(int64(n))
			if write(first, n) != http.StatusOK {
				return
			}
			confirmed.Store(int64(n))
		}
	})
	require.Eventually(t, func() bool { return confirmed.Load() >= 110 }, nodes.Patience, time.Millisecond)
	first.Kill()
	writing.Wait()

	c.Control = standby
	require.Eventually(t, func() bool { n := int64(c.written()); return n == confirmed.Load() || n == tried.Load() }, nodes.Patience, 10*time.Millisecond,
		"the last commit is there whole, and the one under way is there or not")
	c.Admin(http.MethodPatch, "/api/config?wait=applied", `{"client":{"enforce_auth_on_inference":true}}`)
	require.Equal(t, http.StatusUnauthorized, c.Chat(c.Edges[0], "").Status)
}

func TestWithoutAMajorityOfServersNothingIsWrittenAndEdgesServe(t *testing.T) {
	c := startCluster(t, 3, 1)
	c.NATS[0].Kill()
	c.NATS[1].Kill()
	require.Eventually(t, func() bool { return write(c.Control, 200) == http.StatusServiceUnavailable }, nodes.Patience, 20*time.Millisecond)
	for range 20 {
		require.Equal(t, http.StatusOK, c.Chat(c.Edges[0], "").Status)
	}
	c.NATS[0].Run()
	require.Eventually(t, func() bool { return write(c.Control, 201) == http.StatusOK }, nodes.Patience, 20*time.Millisecond)
	require.Equal(t, 201, c.written())
}

func TestALimitIsHeldWhileRedisHangs(t *testing.T) {
	c := startCluster(t, 1, 2)
	_, key := c.NewKey(`,"rate_limit":{"request_max_limit":60,"request_reset_duration":"1h"}`)
	c.Redis.Pause(t)
	passed, refused := c.burst(key, 300)
	c.Redis.Resume(t)
	require.Positive(t, passed)
	require.LessOrEqual(t, passed, int64(60))
	require.EqualValues(t, 300, passed+refused)
}
