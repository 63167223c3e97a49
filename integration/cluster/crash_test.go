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
)

// write changes the configuration through a control and returns the status of the
// answer, 0 if there was none.
func write(control *process, models int) int {
	req, err := http.NewRequest(http.MethodPatch, control.url("/api/config"), strings.NewReader(fmt.Sprintf(`{"client":{"metrics_models_max":%d}}`, models)))
	if err != nil {
		return 0
	}
	req.Header.Set("Authorization", "Bearer "+adminToken)
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
	client := c.admin(http.MethodGet, "/api/config", "")["config"].(map[string]any)["client"].(map[string]any)
	return int(client["metrics_models_max"].(float64))
}

func TestAnEdgeThatDiesLosesNoMoreThanTheCallsItHad(t *testing.T) {
	const callers = 8
	c := startCluster(t, 1, 2)
	_, key := c.newKey(`,"rate_limit":{"request_max_limit":1000,"request_reset_duration":"1h"}`)
	var passed, lost atomic.Int64
	var asking sync.WaitGroup
	for range callers { // each goes to the other edge when the first one fails it, as a balancer does
		asking.Go(func() {
			edge := c.edges[0]
			for passed.Load() < 600 && !t.Failed() {
				a, err := chat(edge, key)
				switch {
				case err != nil && edge == c.edges[0]:
					lost.Add(1)
					edge = c.edges[1]
				case err != nil || a.status != http.StatusOK:
					t.Error("a call failed", err, a.status, string(a.body))
				default:
					passed.Add(1)
				}
			}
		})
	}
	require.Eventually(t, func() bool { return passed.Load() >= 200 }, patience, time.Millisecond)
	c.edges[0].kill()
	asking.Wait()
	require.LessOrEqual(t, lost.Load(), int64(callers))

	// What the dead edge had counted is counted: the limit holds over its death.
	c.edges = c.edges[1:]
	more, _ := c.burst(key, 600)
	require.LessOrEqual(t, passed.Load()+more, int64(1000))
	require.GreaterOrEqual(t, passed.Load()+more, int64(1000-callers))
}

func TestAnotherControlGoesOnAndNoCommitIsLost(t *testing.T) {
	c := startCluster(t, 1, 1)
	address := freeAddress(t)
	standby := start(t, "standby", address, c.env(), "control", "--listen", address, "--nats", c.urls,
		"--admin-token", adminToken, "--data-dir", filepath.Join(c.dir, "standby"), "--node-id", "standby")
	standby.ready()
	first := c.control
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
	require.Eventually(t, func() bool { return confirmed.Load() >= 110 }, patience, time.Millisecond)
	first.kill()
	writing.Wait()

	c.control = standby
	require.Eventually(t, func() bool { n := int64(c.written()); return n == confirmed.Load() || n == tried.Load() }, patience, 10*time.Millisecond,
		"the last commit is there whole, and the one under way is there or not")
	c.admin(http.MethodPatch, "/api/config?wait=applied", `{"client":{"enforce_auth_on_inference":true}}`)
	require.Equal(t, http.StatusUnauthorized, c.chat(c.edges[0], "").status)
}

func TestWithoutAMajorityOfServersNothingIsWrittenAndEdgesServe(t *testing.T) {
	c := startCluster(t, 3, 1)
	c.nats[0].kill()
	c.nats[1].kill()
	require.Eventually(t, func() bool { return write(c.control, 200) == http.StatusServiceUnavailable }, patience, 20*time.Millisecond)
	for range 20 {
		require.Equal(t, http.StatusOK, c.chat(c.edges[0], "").status)
	}
	c.nats[0].run()
	require.Eventually(t, func() bool { return write(c.control, 201) == http.StatusOK }, patience, 20*time.Millisecond)
	require.Equal(t, 201, c.written())
}

func TestALimitIsHeldWhileRedisHangs(t *testing.T) {
	c := startCluster(t, 1, 2)
	_, key := c.newKey(`,"rate_limit":{"request_max_limit":60,"request_reset_duration":"1h"}`)
	c.redis.Pause(t)
	passed, refused := c.burst(key, 300)
	c.redis.Resume(t)
	require.Positive(t, passed)
	require.LessOrEqual(t, passed, int64(60))
	require.EqualValues(t, 300, passed+refused)
}
