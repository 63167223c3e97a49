//go:build integration

package cluster_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/integration/servers"
	"github.com/asbru-gateway/asbru/pkg/secret"
)

const adminToken = "asbru-admin-of-the-cluster-tests"

// cluster is a running cluster: servers, control and edges, and a mock provider.
type cluster struct {
	t       *testing.T
	dir     string
	secret  string
	nats    []*process
	urls    string
	redis   *servers.RedisServer
	counts  string // where nodes find Redis
	mock    *process
	control *process
	edges   []*process
}

// startCluster starts so many NATS servers and edges, with control between them.
func startCluster(t *testing.T, nats, edges int) *cluster {
	t.Helper()
	c := &cluster{t: t, dir: t.TempDir(), secret: secret.NewKey().Encode()}
	address := c.address("mock")
	c.mock = start(t, "mock", address, nil, "mock", "--listen", address)
	c.mock.ready()
	c.redis = servers.Redis(t)
	c.counts = c.redis.URL()
	c.startServers(nats)
	c.control = c.startControl()
	for i := range edges {
		c.edges = append(c.edges, c.startEdge(fmt.Sprint("edge-", i+1)))
	}
	c.control.ready()
	c.admin(http.MethodPut, "/api/config", fmt.Sprintf(`{"providers":{"openai":{"keys":[
		{"name":"a","value":"sk-a-0123456789","weight":7},{"name":"b","value":"sk-b-0123456789","weight":2},{"name":"c","value":"sk-c-0123456789","weight":1}],
		"network_config":{"base_url":"http://%s"}}}}`, c.mock.address))
	for _, e := range c.edges {
		e.ready()
	}
	return c
}

// address picks an address and keeps the port for a process that is started again.
func (c *cluster) address(string) string { return freeAddress(c.t) }

func (c *cluster) startServers(n int) {
	c.t.Helper()
	var listen, routes []string
	for range n {
		listen = append(listen, c.address("nats"))
		routes = append(routes, c.address("routes"))
	}
	for i := range n {
		ops := c.address("ops")
		args := []string{"nats", "--listen", listen[i], "--ops-listen", ops, "--node-id", fmt.Sprint("nats-", i+1), "--data-dir", filepath.Join(c.dir, fmt.Sprint("nats-", i+1))}
		if n > 1 {
			args = append(args, "--cluster", routes[i], "--routes", strings.Join(routes, ","))
		}
		c.nats = append(c.nats, start(c.t, fmt.Sprint("nats-", i+1), ops, c.env(), args...))
	}
	var urls []string
	for _, l := range listen {
		urls = append(urls, "nats://"+l)
	}
	c.urls = strings.Join(urls, ",")
}

func (c *cluster) startControl() *process {
	address := c.address("control")
	return start(c.t, "control", address, c.env(), "control", "--listen", address, "--nats", c.urls,
		"--admin-token", adminToken, "--data-dir", filepath.Join(c.dir, "control"), "--node-id", "control")
}

func (c *cluster) startEdge(name string) *process {
	address := c.address(name)
	return start(c.t, name, address, c.env(), "edge", "--listen", address, "--nats", c.urls, "--redis", c.counts,
		"--data-dir", filepath.Join(c.dir, name), "--node-id", name)
}

func (c *cluster) startWorker(name string) *process {
	address := c.address(name)
	return start(c.t, name, address, c.env(), "worker", "--listen", address, "--nats", c.urls, "--redis", c.counts,
		"--data-dir", filepath.Join(c.dir, name), "--node-id", name)
}

func (c *cluster) env() []string { return []string{"ASBRU_SECRET_KEY=" + c.secret} }

// admin calls the admin API, which must do what it is asked, and returns the answer.
func (c *cluster) admin(method, path, body string) map[string]any {
	c.t.Helper()
	req, err := http.NewRequest(method, c.control.url(path), strings.NewReader(body))
	require.NoError(c.t, err)
	req.Header.Set("Authorization", "Bearer "+adminToken)
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	require.NoError(c.t, err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	require.NoError(c.t, err)
	require.Equal(c.t, http.StatusOK, res.StatusCode, string(text))
	var answer map[string]any
	require.NoError(c.t, json.Unmarshal(text, &answer))
	return answer
}

// newKey makes a virtual key that every edge knows, and returns its id and value.
func (c *cluster) newKey(fields string) (id, value string) {
	c.t.Helper()
	made := c.admin(http.MethodPost, "/api/governance/virtual-keys?wait=applied", `{"name":"test"`+fields+`}`)["virtual_key"].(map[string]any)
	return made["id"].(string), made["value"].(string)
}

// answer is what a call got.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// chat asks an edge, with a key or without one.
func chat(edge *process, key string) (answer, error) {
	req, err := http.NewRequest(http.MethodPost, edge.url("/v1/chat/completions"),
		bytes.NewReader([]byte(`{"model":"openai/gpt-5-mini","max_tokens":16,"messages":[{"role":"user","content":"Hello"}]}`)))
	if err != nil {
		return answer{}, err
	}
	req.Header.Set("Content-Type", "application/json")
	if key != "" {
		req.Header.Set("Authorization", "Bearer "+key)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	return answer{res.StatusCode, res.Header, body}, err
}

func (c *cluster) chat(edge *process, key string) answer {
	c.t.Helper()
	a, err := chat(edge, key)
	require.NoError(c.t, err)
	return a
}

func TestAConfigurationReachesEveryEdge(t *testing.T) {
	c := startCluster(t, 1, 3)
	for i := range 5 {
		written := c.admin(http.MethodPatch, "/api/config?wait=applied", fmt.Sprintf(`{"client":{"enforce_auth_on_inference":%v}}`, i%2 == 0))
		for _, n := range c.admin(http.MethodGet, "/api/cluster/nodes", "")["nodes"].([]any) {
			require.Equal(t, written["revision"], n.(map[string]any)["config"].(map[string]any)["revision"])
		}
		want := map[bool]int{true: 401, false: 200}[i%2 == 0]
		for _, e := range c.edges {
			require.Equal(t, want, c.chat(e, "").status)
		}
	}
}

func TestAVirtualKeyWorksAndIsRevokedOnEveryEdge(t *testing.T) {
	c := startCluster(t, 1, 3)
	c.admin(http.MethodPatch, "/api/config?wait=applied", `{"client":{"enforce_auth_on_inference":true}}`)
	id, key := c.newKey("")
	for _, e := range c.edges {
		a := c.chat(e, key)
		require.Equal(t, 200, a.status, string(a.body))
		require.Equal(t, e.name, a.header.Get("x-asbru-node"))
	}
	c.admin(http.MethodDelete, "/api/governance/virtual-keys/"+id+"?wait=applied", "")
	for _, e := range c.edges {
		require.Equal(t, 403, c.chat(e, key).status)
	}
}

func TestEdgesServeAndStartWithoutNATSAndCatchUpAfterwards(t *testing.T) {
	c := startCluster(t, 1, 2)
	c.nats[0].kill()
	for range 20 {
		require.Equal(t, 200, c.chat(c.edges[0], "").status)
	}
	c.edges[1].kill()
	c.edges[1].run()
	c.edges[1].ready()
	require.Equal(t, 200, c.chat(c.edges[1], "").status)

	c.nats[0].run()
	c.nats[0].ready()
	require.Eventually(t, func() bool { // control has its connection again
		res, err := http.Get(c.control.url("/readyz"))
		if err != nil {
			return false
		}
		res.Body.Close()
		return res.StatusCode == http.StatusOK
	}, patience, 10*time.Millisecond)
	c.admin(http.MethodPatch, "/api/config?wait=applied", `{"client":{"enforce_auth_on_inference":true}}`)
	for _, e := range c.edges {
		require.Eventually(t, func() bool {
			a, err := chat(e, "")
			return err == nil && a.status == 401
		}, patience, 10*time.Millisecond)
	}
}

func TestAServerOfThreeMayDie(t *testing.T) {
	c := startCluster(t, 3, 2)
	for i := range 3 {
		c.nats[i].kill()
		require.Eventually(t, func() bool {
			req, err := http.NewRequest(http.MethodPatch, c.control.url("/api/config"), strings.NewReader(fmt.Sprintf(`{"client":{"metrics_models_max":%d}}`, 100+i)))
			if err != nil {
				return false
			}
			req.Header.Set("Authorization", "Bearer "+adminToken)
			req.Header.Set("Content-Type", "application/json")
			res, err := http.DefaultClient.Do(req)
			if err != nil {
				return false
			}
			res.Body.Close()
			return res.StatusCode == http.StatusOK
		}, patience, 20*time.Millisecond, "no write after server %d died", i+1)
		for _, e := range c.edges {
			require.Equal(t, 200, c.chat(e, "").status)
		}
		c.nats[i].run()
		c.nats[i].ready()
	}
}
