package command

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/integration/ports"
	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/secret"
)

func TestNATSRefusesFlagsThatCannotBe(t *testing.T) {
	key := secret.NewKey().Encode()
	for want, args := range map[string][]string{
		"--secret-key: a cluster needs one":      {},
		"--secret-key: secret key: not base64":   {"--secret-key", "!"},
		"--routes: with --cluster":               {"--secret-key", key, "--cluster", ":6222"},
		"--cluster: with --routes":               {"--secret-key", key, "--routes", "a:6222"},
		"--replicas: 2 is neither 1 nor 3":       {"--secret-key", key, "--replicas", "2"},
		`address "nowhere": want HOST:PORT`:      {"--secret-key", key, "--listen", "nowhere"},
		"--log-level":                            {"--secret-key", key, "--log-level", "loud"},
		`route "a": want HOST:PORT`:              {"--secret-key", key, "--cluster", "127.0.0.1:0", "--routes", "a"},
		`--log-format: "xml" is neither text no`: {"--secret-key", key, "--log-format", "xml"},
	} {
		_, err := run(t.Context(), append([]string{"nats", "--data-dir", t.TempDir()}, args...)...)
		require.ErrorContains(t, err, want)
		require.NotContains(t, err.Error(), key)
	}
}

func TestNATSServesTheClusterUntilItIsStopped(t *testing.T) {
	key, dir := secret.NewKey(), t.TempDir()
	listen, ops := ports.Address(t), ports.Address(t)
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	defer running.Wait()
	defer cancel()
	running.Go(func() {
		_, err := run(ctx, "nats", "--listen", listen, "--ops-listen", ops, "--data-dir", dir, "--secret-key", key.Encode(), "--log-level", "error")
		if err != nil {
			t.Error(err)
		}
	})
	require.Eventually(t, func() bool {
		status, _ := get(t, "http://"+ops+"/readyz", "")
		return status == http.StatusOK
	}, time.Minute, 5*time.Millisecond)
	name, err := os.ReadFile(filepath.Join(dir, "node-id"))
	require.NoError(t, err)
	_, body := get(t, "http://"+ops+"/health", "")
	require.JSONEq(t, `{"status":"ready","server":"`+strings.TrimSpace(string(name))+`"}`, body)
	status, _ := get(t, "http://"+ops+"/livez", "")
	require.Equal(t, http.StatusOK, status)
	_, body = get(t, "http://"+ops+"/metrics", "")
	require.Contains(t, body, "asbru_nats_connections 0")
	require.Contains(t, body, `asbru_nats_undelivered{consumer="workers",stream="JOBS"} 0`)

	edge, err := bus.Connect(t.Context(), bus.Options{URLs: []string{"nats://" + listen}, Role: bus.Edge, Node: "edge-1", Secret: key})
	require.NoError(t, err)
	defer edge.Close()
	_, err = edge.Bulk.JS.Publish(t.Context(), bus.JobRun.At("j1"), nil)
	require.NoError(t, err)
	cancel()
	running.Wait()
	require.False(t, edge.State(t.Context()).Connected)
}
