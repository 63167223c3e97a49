package command

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/integration/ports"
)

func TestWhatIsExportedCanBeChangedAndApplied(t *testing.T) {
	listen, folder := ports.Address(t), t.TempDir()
	startUp(t, listen, folder, "--config", file(t, "asbru.yaml", "providers: {mock: {keys: [{name: a, value: secret-of-the-key}]}}\n"))
	at := []string{"--url", "http://" + listen, "--data-dir", folder}
	var exported string
	require.Eventually(t, func() bool {
		var err error
		exported, err = run(t.Context(), append([]string{"export"}, at...)...)
		return err == nil && strings.Contains(exported, "mock")
	}, time.Minute, 10*time.Millisecond)
	require.NotContains(t, exported, "secret-of-the-key")
	require.Contains(t, exported, "format: asbru/1\n")
	path := filepath.Join(t.TempDir(), "cluster.yaml")
	apply := func(document string, flags ...string) (string, error) {
		require.NoError(t, os.WriteFile(path, []byte(document), 0o600))
		return run(t.Context(), append(append([]string{"apply", path}, at...), flags...)...)
	}
	out, err := apply(exported, "--dry-run", "--prune")
	require.NoError(t, err)
	require.Equal(t, "Everything is so already\n", out)

	changed := exported + "virtual_keys:\n  - name: web\n"
	changed = strings.Replace(changed, "configuration:\n", "configuration:\n  governance:\n    teams:\n      - id: web\n", 1)
	out, err = apply(changed, "--dry-run")
	require.Equal(t, 2, ExitCode(err))
	require.Contains(t, out, `+ configuration.governance: {"teams":[{"id":"web"}]}`)
	require.NotContains(t, out, "sk-asbru-")
	out, err = apply(changed)
	require.NoError(t, err)
	require.Contains(t, out, "sk-asbru-")
	out, err = apply(changed, "--dry-run", "--wait", "--message", "nothing")
	require.NoError(t, err)
	require.Equal(t, "Everything is so already\n", out)

	_, err = apply(strings.Replace(changed, "id: web", "id: web\n        parent_id: web", 1))
	require.ErrorContains(t, err, "configuration.governance.teams[0].parent_id: ")
	require.Equal(t, 1, ExitCode(err))
	_, err = apply("format: [")
	require.Error(t, err)
	require.Equal(t, 1, ExitCode(errors.New("any other")))
}
