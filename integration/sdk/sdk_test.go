//go:build integration

package sdk_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestClientLibrariesWorkThroughTheGateway(t *testing.T) {
	u := startUpstream(t, startMock(t))
	gateway := startGateway(t, u.URL, callers)
	runSuites(t, "GATEWAY_URL="+gateway, "UPSTREAM_URL="+u.URL, "GATEWAY_KEY="+virtualKey)
}

func TestClientLibrariesWorkWithTheMockAlone(t *testing.T) {
	u := startUpstream(t, startMock(t))
	runSuites(t, "GATEWAY_URL="+u.URL, "UPSTREAM_URL="+u.URL, "GATEWAY_KEY=any", "SUITE_DIRECT=1")
}

// runSuites runs each file of the suites with the given environment variables.
func runSuites(t *testing.T, env ...string) {
	t.Helper()
	python, err := filepath.Abs(filepath.Join("..", "..", ".cache", "sdk", "requirements", "bin", "python"))
	require.NoError(t, err)
	run(t, env, "python/test_*.py", python, "-m", "pytest", "-q", "-p", "no:cacheprovider")
	run(t, env, "node/*.test.js", "node", "--test", "--test-reporter=spec")
}

// run runs one suite file after another, each as a test of its own.
func run(t *testing.T, env []string, pattern string, command ...string) {
	t.Helper()
	files, err := filepath.Glob(pattern)
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(file, func(t *testing.T) {
			args := slices.Concat(command[1:], []string{filepath.Base(file)})
			suite := exec.CommandContext(t.Context(), command[0], args...)
			suite.Dir = filepath.Dir(file)
			suite.Env = slices.Concat(os.Environ(), env, []string{"PYTHONDONTWRITEBYTECODE=1"})
			out, err := suite.CombinedOutput()
			t.Logf("%s", out)
			require.NoError(t, err)
		})
	}
}
