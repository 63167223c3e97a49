package command

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// run runs a command line and returns what it prints.
func run(ctx context.Context, args ...string) (string, error) {
	var out bytes.Buffer
	root := Root(Build{Version: "1.2.3", Commit: "abc"})
	root.SetArgs(args)
	root.SetOut(&out)
	root.SetErr(&out)
	err := root.ExecuteContext(ctx)
	return out.String(), err
}

// file writes a file into a folder of the test and returns its path.
func file(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	return path
}

// get returns the status and the body of a GET, 0 where nobody answers.
func get(t *testing.T, url, token string) (int, string) {
	t.Helper()
	req, err := http.NewRequest(http.MethodGet, url, nil)
	require.NoError(t, err)
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err.Error()
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	return res.StatusCode, string(body)
}

func TestVersionNamesVersionCommitAndGo(t *testing.T) {
	out, err := run(t.Context(), "version")
	require.NoError(t, err)
	require.Regexp(t, `^asbru 1\.2\.3 \(commit abc, go1\.\d+`, out)
}

func TestHelpOfARoleNamesEveryVariable(t *testing.T) {
	for role, variables := range map[string][]string{
		"up": {
			"ASBRU_LISTEN", "ASBRU_CONFIG", "ASBRU_DATA_DIR", "ASBRU_NODE_ID", "ASBRU_ADMIN_TOKEN", "ASBRU_SECRET_KEY",
			"ASBRU_OPS_LISTEN", "ASBRU_LOG_LEVEL", "ASBRU_LOG_FORMAT", "ASBRU_DRAIN_TIMEOUT",
		},
		"nats": {
			"ASBRU_LISTEN", "ASBRU_CLUSTER", "ASBRU_ROUTES", "ASBRU_DATA_DIR", "ASBRU_NODE_ID", "ASBRU_SECRET_KEY", "ASBRU_REPLICAS",
			"ASBRU_OPS_LISTEN", "ASBRU_LOG_LEVEL", "ASBRU_LOG_FORMAT", "ASBRU_DRAIN_TIMEOUT",
		},
		"mock": {"ASBRU_LISTEN", "ASBRU_LATENCY", "ASBRU_ERROR_RATE", "ASBRU_CHUNKS", "ASBRU_CHUNK_GAP", "ASBRU_LOG_LEVEL"},
	} {
		out, err := run(t.Context(), role, "--help")
		require.NoError(t, err)
		for _, v := range variables {
			require.Contains(t, out, "("+v+")", role)
		}
		require.Equal(t, strings.Count(out, " --")-strings.Count(out, "--help")-strings.Count(out, "on --listen"),
			strings.Count(out, "(ASBRU_"), "each flag of %s but --help has a variable", role)
	}
}
