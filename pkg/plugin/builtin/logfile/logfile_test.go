package logfile_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/asbru-gateway/asbru/pkg/plugin/builtin/logfile"
	"github.com/asbru-gateway/asbru/pkg/plugin/builtin/sink/sinktest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func read(t *testing.T, path string) []string {
	t.Helper()
	body, err := os.ReadFile(path)
	require.NoError(t, err)
	require.True(t, bytes.HasSuffix(body, []byte("\n")))
	lines := strings.Split(strings.TrimSuffix(string(body), "\n"), "\n")
	for _, line := range lines {
		require.True(t, json.Valid([]byte(line)), line)
	}
	return lines
}

func TestCallsAreWrittenIntoAFileThatIsAddedTo(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "logs")
	kind := logfile.Kind(logfile.Options{Dir: dir})
	require.Equal(t, 2, sinktest.Tell(t, kind, `{}`, sinktest.Done(), sinktest.Done())["sent"])
	sinktest.Tell(t, kind, `{}`, sinktest.Done())
	require.Len(t, read(t, filepath.Join(dir, "calls.ndjson")), 3)
	info, err := os.Stat(filepath.Join(dir, "calls.ndjson"))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
}

func TestAFileThatIsTooLargeIsTurned(t *testing.T) {
	dir := t.TempDir()
	kind := logfile.Kind(logfile.Options{Dir: dir})
	large := sinktest.Done()
	large.Request.Messages[0].Parts[0].Text = strings.Repeat("x", 700<<10)
	settings := `{"file":"a.ndjson","max_mb":1,"keep":2,"content":true,"max_content_kb":1024,"batch":{"lines":1}}`
	for range 5 {
		require.Equal(t, 1, sinktest.Tell(t, kind, settings, large)["sent"])
	}
	names, err := filepath.Glob(filepath.Join(dir, "*"))
	require.NoError(t, err)
	require.Len(t, names, 3)
	for _, name := range names {
		require.Len(t, read(t, name), 1)
	}
	sinktest.Tell(t, kind, `{"file":"b.ndjson","max_mb":1,"keep":0,"content":true,"max_content_kb":1024,"batch":{"lines":1}}`, large, large)
	require.Len(t, read(t, filepath.Join(dir, "b.ndjson")), 1)
}

func TestTheStandardOutputIsWrittenTo(t *testing.T) {
	var out bytes.Buffer
	sinktest.Tell(t, logfile.Kind(logfile.Options{Stdout: &out}), `{"file":"-"}`, sinktest.Done())
	require.True(t, json.Valid(out.Bytes()))
	require.NotContains(t, out.String(), "Hello")
	require.Equal(t, 1, sinktest.Tell(t, logfile.Kind(logfile.Options{}), `{"file":"-"}`, sinktest.Done())["dropped"])
}

func TestFilesLieInTheirFolderAlone(t *testing.T) {
	for _, name := range []string{"../x", "/etc/x", "a/b", ".", "..", ""} {
		_, err := logfile.Kind(logfile.Options{Dir: t.TempDir()}).Make(plugin.Env{}, json.RawMessage(`{"file":`+quoted(name)+`}`))
		require.ErrorContains(t, err, "file: must be a name", name)
	}
	dir, outside := t.TempDir(), filepath.Join(t.TempDir(), "outside")
	require.NoError(t, os.WriteFile(outside, nil, 0o600))
	require.NoError(t, os.Symlink(outside, filepath.Join(dir, "link")))
	require.Equal(t, 1, sinktest.Tell(t, logfile.Kind(logfile.Options{Dir: dir}), `{"file":"link","batch":{"tries":1}}`, sinktest.Done())["dropped"])
	body, err := os.ReadFile(outside)
	require.NoError(t, err)
	require.Empty(t, body)
	require.Equal(t, 1, sinktest.Tell(t, logfile.Kind(logfile.Options{}), `{}`, sinktest.Done())["dropped"], "there is no folder")
}

func quoted(s string) string { b, _ := json.Marshal(s); return string(b) }
