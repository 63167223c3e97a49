//go:build integration

package admin_test

import (
	"net/http"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/integration/nodes"
	"github.com/asbru-gateway/asbru/integration/ports"
)

const token = "asbru-admin-of-the-contract-tests"

// left are operations that are not tried: they stop the node, or lock out for a while
// whoever tries passwords.
var left = []string{"drain-node", "login", "logout", "end-session", "end-sessions"}

// TestTheAdminAPIKeepsToItsDescription takes about a minute, whatever the machine.
func TestTheAdminAPIKeepsToItsDescription(t *testing.T) {
	program, err := filepath.Abs(filepath.Join("..", "..", ".cache", "sdk", "schemathesis", "bin", "schemathesis"))
	require.NoError(t, err)
	require.FileExists(t, program, "scripts/integration.sh installs it")
	address := ports.Address(t)
	nodes.Start(t, "asbru", address, []string{"ASBRU_ADMIN_TOKEN=" + token}, "up", "--listen", address, "--data-dir", t.TempDir(), "--log-level", "warn")
	url := "http://" + address
	require.Eventually(t, func() bool {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url+"/api/version", http.NoBody)
		require.NoError(t, err)
		req.Header.Set("Authorization", "Bearer "+token)
		answer, err := http.DefaultClient.Do(req)
		if err != nil {
			return false
		}
		defer answer.Body.Close()
		return answer.StatusCode == http.StatusOK
	}, time.Minute, 20*time.Millisecond)

	args := []string{
		"--config-file", "schemathesis.toml", "run", url + "/api/openapi.json", "--header", "Authorization: Bearer " + token,
		"--checks", "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance",
		"--phases", "examples,coverage,fuzzing", "--max-time", "60", "--seed", "7", "--no-color", "--warnings", "off",
	}
	for _, id := range left {
		args = append(args, "--exclude-operation-id", id)
	}
	report, err := exec.CommandContext(t.Context(), program, args...).CombinedOutput()
	require.NoError(t, err, string(report))
}
