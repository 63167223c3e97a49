//go:build integration

package cluster_test

import (
	"encoding/json"
	"io"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/integration/nodes"
	"github.com/asbru-gateway/asbru/pkg/secret"
)

// once makes a call under an idempotency key, and returns what tells the answer from others.
func (c *cluster) once(edge *nodes.Process, path, key, under string) string {
	c.t.Helper()
	req, err := http.NewRequest(http.MethodPost, edge.URL(path), strings.NewReader(`{"model":"openai/gpt-5-mini","messages":[{"role":"user","content":"Hello"}]}`))
	require.NoError(c.t, err)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+key)
	req.Header.Set("Idempotency-Key", under)
	res, err := http.DefaultClient.Do(req)
	require.NoError(c.t, err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	require.NoError(c.t, err)
	require.Less(c.t, res.StatusCode, 300, string(text))
	var answer struct{ ID string }
	require.NoError(c.t, json.Unmarshal(text, &answer))
	return answer.ID
}

// exchange is how far an exchange of the secret key has come.
func (c *cluster) exchange() string {
	c.t.Helper()
	return c.Admin(http.MethodGet, "/api/cluster/secret-keys", "")["state"].(string)
}

// reaches waits for a state of the exchange; nodes tell of themselves once a second.
func (c *cluster) reaches(state string) {
	c.t.Helper()
	require.Eventually(c.t, func() bool { return c.exchange() == state }, 2*nodes.Patience, nodes.Patience/600, "it does not come to %q", state)
}

func TestTheSecretKeyIsExchangedStepByStepAndItsStateIsTold(t *testing.T) {
	c := startCluster(t, 1, 2)
	c.Admin(http.MethodPatch, "/api/config?wait=applied", `{"client":{"enforce_auth_on_inference":true}}`)
	_, key := c.NewKey("")
	call := c.once(c.Edges[0], "/v1/chat/completions", key, "a call")
	job := c.once(c.Edges[0], "/v1/async/chat/completions", key, "a job")
	c.reaches("none")

	first, next := c.Secret, secret.NewKey().Encode()
	step := func(secrets string, between func()) {
		env := []string{"ASBRU_SECRET_KEY=" + secrets}
		for i, p := range append(append([]*nodes.Process{c.NATS[0]}, c.Edges...), c.Control) {
			p.Stop()
			p.RunWith(env)
			p.Ready()
			if i == 1 { // of two edges, one
				between()
			}
		}
		for _, e := range c.Edges {
			require.Equal(t, http.StatusOK, c.Chat(e, key).Status)
		}
	}
	known := func() {
		t.Helper()
		for _, e := range c.Edges {
			require.Equal(t, call, c.once(e, "/v1/chat/completions", key, "a call"), e.Name)
			require.Equal(t, job, c.once(e, "/v1/async/chat/completions", key, "a job"), e.Name)
		}
	}
	step(first+","+next, func() { c.reaches("accepting"); known() })
	step(next+","+first, func() { c.reaches("using"); known() })
	c.reaches("done")
	known()

	program, err := filepath.Abs("../../bin/asbru")
	require.NoError(t, err)
	told, err := exec.Command(program, "secret-key", "status", "--url", c.Control.URL(""), "--admin-token", nodes.AdminToken).CombinedOutput()
	require.NoError(t, err, string(told))
	for _, want := range []string{"edge-1", "edge-2", "control", "done; 0 kept values"} {
		require.Contains(t, string(told), want)
	}
	for _, s := range []string{first, next} {
		require.NotContains(t, string(told), s)
	}

	step(next, func() { c.reaches("accepting") })
	c.reaches("none")
	for _, e := range c.Edges {
		require.Equal(t, http.StatusOK, c.Chat(e, key).Status, "a virtual key of before")
	}
}
