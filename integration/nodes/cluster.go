package nodes

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/integration/ports"
	"github.com/asbru-gateway/asbru/integration/servers"
	"github.com/asbru-gateway/asbru/pkg/secret"
)

// AdminToken opens the admin API of a cluster.
const AdminToken = "asbru-admin-of-the-cluster-tests"

// Cluster is a running cluster: servers, control and edges, and a mock provider.
type Cluster struct {
	Dir    string // where each process has a folder
	Secret string // the ASBRU_SECRET_KEY of its nodes
	NATS   []*Process
	URLs   string // of the NATS servers
	Redis  *servers.RedisServer
	Counts string // URL by which nodes reach Redis; change it before they start
	// CountsTimeout is how long nodes wait for Redis; change it before they start. Where
	// counts must be exact it is long, so that a busy machine is not taken for an absence.
	CountsTimeout time.Duration

	Store   string // URL of control's store; "" is SQLite in its folder
	Mock    *Process
	Control *Process
	Edges   []*Process

	keys   atomic.Int64 // that were made
	t      *testing.T
	ledger string // URL of the store that has it
}

// StartCluster starts so many NATS servers and edges, with control between them.
func StartCluster(t *testing.T, nats, edges int) *Cluster {
	t.Helper()
	c := Prepare(t)
	c.startServers(nats)
	c.Control = c.StartControl()
	c.Control.Ready()
	c.Provide(c.Mock.Address, "")
	c.AddEdges(edges)
	return c
}

// Prepare starts what stands around a cluster, for a test that starts its nodes itself.
func Prepare(t *testing.T) *Cluster {
	t.Helper()
	c := &Cluster{t: t, Dir: t.TempDir(), Secret: secret.NewKey().Encode()}
	address := ports.Address(t)
	c.Mock = Start(t, "mock", address, nil, "mock", "--listen", address)
	c.Mock.Ready()
	c.Redis = servers.Redis(t)
	c.Counts = c.Redis.URL()
	c.ledger = "sqlite:" + filepath.Join(c.Dir, "control", "asbru.db")
	return c
}

// Provide makes the server at an address the provider, with three keys of weights
// 7, 2 and 1. network has more settings of its connections, each with a comma before.
func (c *Cluster) Provide(address, network string) {
	c.t.Helper()
	c.Admin(http.MethodPut, "/api/config", fmt.Sprintf(`{"providers":{"openai":{"keys":[
		{"name":"a","value":"sk-a-0123456789","weight":7},{"name":"b","value":"sk-b-0123456789","weight":2},{"name":"c","value":"sk-c-0123456789","weight":1}],
		"network_config":{"base_url":"http://%s"%s}}}}`, address, network))
}

// AddEdges starts more edges and waits until they are ready.
func (c *Cluster) AddEdges(n int) {
	c.t.Helper()
	first := len(c.Edges)
	for i := range n {
		c.Edges = append(c.Edges, c.StartEdge(fmt.Sprint("edge-", first+i+1)))
	}
	for _, e := range c.Edges[first:] {
		e.Ready()
	}
}

func (c *Cluster) startServers(n int) {
	c.t.Helper()
	var listen, routes []string
	for range n {
		listen = append(listen, ports.Address(c.t))
		routes = append(routes, ports.Address(c.t))
	}
	for i := range n {
		ops := ports.Address(c.t)
		args := []string{"nats", "--listen", listen[i], "--ops-listen", ops, "--node-id", fmt.Sprint("nats-", i+1), "--data-dir", filepath.Join(c.Dir, fmt.Sprint("nats-", i+1))}
		if n > 1 {
			args = append(args, "--cluster", routes[i], "--routes", strings.Join(routes, ","))
		}
		c.NATS = append(c.NATS, Start(c.t, fmt.Sprint("nats-", i+1), ops, c.Env(), args...))
	}
	var urls []string
	for _, l := range listen {
		urls = append(urls, "nats://"+l)
	}
	c.URLs = strings.Join(urls, ",")
}

// StartControl starts control. Its ledger and its state are in a folder of its own.
func (c *Cluster) StartControl() *Process {
	address := ports.Address(c.t)
	return Start(c.t, "control", address, c.Env(), "control", "--listen", address, "--nats", c.URLs, "--redis", c.Counts, "--store", c.Store,
		"--admin-token", AdminToken, "--data-dir", filepath.Join(c.Dir, "control"), "--node-id", "control")
}

// StartEdge starts one more edge.
func (c *Cluster) StartEdge(name string) *Process {
	address := ports.Address(c.t)
	return Start(c.t, name, address, c.Env(), "edge", "--listen", address, "--nats", c.URLs, "--redis", c.Counts,
		"--data-dir", filepath.Join(c.Dir, name), "--node-id", name)
}

// StartWorker starts a worker.
func (c *Cluster) StartWorker(name string) *Process {
	address := ports.Address(c.t)
	return Start(c.t, name, address, c.Env(), "worker", "--listen", address, "--nats", c.URLs, "--redis", c.Counts,
		"--data-dir", filepath.Join(c.Dir, name), "--node-id", name)
}

// Env is what the environment of each node must have.
func (c *Cluster) Env() []string {
	env := []string{"ASBRU_SECRET_KEY=" + c.Secret}
	if c.CountsTimeout > 0 {
		env = append(env, "ASBRU_REDIS_TIMEOUT="+c.CountsTimeout.String())
	}
	return env
}

// Admin calls the admin API, which must do what it is asked, and returns the answer.
func (c *Cluster) Admin(method, path, body string) map[string]any {
	c.t.Helper()
	status, text, err := c.AskAdmin(method, path, body)
	require.NoError(c.t, err)
	require.Equal(c.t, http.StatusOK, status, string(text))
	var answer map[string]any
	require.NoError(c.t, json.Unmarshal(text, &answer))
	return answer
}

// TryAdmin calls the admin API and returns the answer's status, 0 if there was none.
func (c *Cluster) TryAdmin(method, path, body string) int {
	status, _, err := c.AskAdmin(method, path, body)
	if err != nil {
		return 0
	}
	return status
}

// AskAdmin calls the admin API and returns what it answers.
func (c *Cluster) AskAdmin(method, path, body string) (status int, text []byte, err error) {
	req, err := http.NewRequest(method, c.Control.URL(path), strings.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	req.Header.Set("Authorization", "Bearer "+AdminToken)
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer res.Body.Close()
	text, err = io.ReadAll(res.Body)
	return res.StatusCode, text, err
}

// NewKey makes a virtual key that every edge knows, and returns its id and value.
func (c *Cluster) NewKey(fields string) (id, value string) {
	c.t.Helper()
	name := fmt.Sprintf("test-%d", c.keys.Add(1))
	made := c.Admin(http.MethodPost, "/api/governance/virtual-keys?wait=applied", `{"name":"`+name+`"`+fields+`}`)["virtual_key"].(map[string]any)
	return made["id"].(string), made["value"].(string)
}

// Answer is what a call got.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// Chat asks an edge, with a key or without one.
func Chat(edge *Process, key string) (Answer, error) {
	req, err := http.NewRequest(http.MethodPost, edge.URL("/v1/chat/completions"),
		bytes.NewReader([]byte(`{"model":"openai/gpt-5-mini","max_tokens":16,"messages":[{"role":"user","content":"Hello"}]}`)))
	if err != nil {
		return Answer{}, err
	}
	req.Header.Set("Content-Type", "application/json")
	if key != "" {
		req.Header.Set("Authorization", "Bearer "+key)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return Answer{}, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	return Answer{res.StatusCode, res.Header, body}, err
}

// Chat asks an edge, which must answer, whatever it says.
func (c *Cluster) Chat(edge *Process, key string) Answer {
	c.t.Helper()
	a, err := Chat(edge, key)
	require.NoError(c.t, err)
	return a
}
