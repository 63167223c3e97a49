//go:build integration

package sdk_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/integration/sdk"
)

// result is what a library's cases print of each.
type result struct {
	Operation sdk.Operation `json:"operation"`
	Provider  string        `json:"provider"`
	Error     string        `json:"error"`
}

// TestEveryLibraryDoesWhatTheDocumentationSays runs the cases of each library in each
// of its versions, and holds what they print against the table of libraries.
func TestEveryLibraryDoesWhatTheDocumentationSays(t *testing.T) {
	u := startUpstream(t, startMock(t))
	for _, where := range sdk.Environments {
		t.Run(where.Language+"/"+where.Name, func(t *testing.T) {
			program, args := interpreter(t, where)
			var callers []string
			for _, l := range where.Libraries() {
				if l.Caller != "" {
					callers = append(callers, l.Caller)
				}
			}
			gateway := startGateway(t, u.URL, callers)
			for _, l := range where.Libraries() {
				t.Run(l.Title, func(t *testing.T) {
					t.Parallel()
					command := exec.CommandContext(t.Context(), program, slices.Concat(args, []string{l.Cases}, words(l.WorksIn(where)))...)
					command.Dir = where.Language
					command.Env = append(os.Environ(), "GATEWAY_URL="+gateway, "UPSTREAM_URL="+u.URL, "GATEWAY_KEY="+virtualKey,
						"PYTHONPATH=.", "PYTHONDONTWRITEBYTECODE=1")
					holdAgainst(t, l.WorksIn(where), command)
				})
			}
		})
	}
}

// interpreter returns the program that runs the cases in an environment.
func interpreter(t *testing.T, where sdk.Environment) (program string, args []string) {
	t.Helper()
	installed, err := filepath.Abs(where.Installed())
	require.NoError(t, err)
	if _, err := os.Stat(installed); err != nil {
		t.Skipf("the %s libraries are not installed: scripts/integration.sh does it", where.Name)
	}
	if where.Language == "python" {
		return filepath.Join(installed, "bin", "python"), []string{"cases"}
	}
	// Node looks for packages from a program's own folder on.
	root := t.TempDir()
	require.NoError(t, os.CopyFS(filepath.Join(root, "cases"), os.DirFS(filepath.Join("node", "cases"))))
	for name, target := range map[string]string{"node_modules": installed, "target.js": "node/target.js", "package.json": "node/package.json"} {
		target, err := filepath.Abs(target)
		require.NoError(t, err)
		require.NoError(t, os.Symlink(target, filepath.Join(root, name)))
	}
	return "node", []string{filepath.Join(root, "cases", "main.js")}
}

func words(operations []sdk.Operation) []string {
	var list []string
	for _, o := range operations {
		list = append(list, string(o))
	}
	return list
}

// holdAgainst runs a library's cases: each operation must have been tried, and none
// may have failed.
func holdAgainst(t *testing.T, works []sdk.Operation, command *exec.Cmd) {
	t.Helper()
	var log bytes.Buffer
	command.Stderr = &log
	out, err := command.Output()
	results := make([]result, 0, 32)
	tried := map[sdk.Operation]bool{}
	for line := range bytes.Lines(out) {
		var r result
		if json.Unmarshal(line, &r) == nil && r.Operation != "" {
			results = append(results, r)
			tried[r.Operation] = true
		}
	}
	require.NoError(t, err, "%s\n%s", out, log.String())
	for _, operation := range works {
		require.True(t, tried[operation], "no case of %s\n%s", operation, log.String())
	}
	for _, r := range results {
		t.Run(string(r.Operation)+"/"+r.Provider, func(t *testing.T) { require.Empty(t, r.Error) })
	}
}
