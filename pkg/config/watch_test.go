package config

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// watched drives a Watcher by hand.
type watched struct {
	t       *testing.T
	watcher *Watcher
	changes []*Config
	errors  []error
}

func watch(t *testing.T, path string) *watched {
	t.Helper()
	w := &watched{t: t, watcher: NewWatcher(path, testOptions...)}
	_, _, err := w.watcher.Load()
	require.NoError(t, err)
	return w
}

// look lets the watcher look once, and requires how often it has reported by then.
func (w *watched) look(changes, errors int) {
	w.t.Helper()
	w.watcher.look(
		func(c *Config, _ []Note) { w.changes = append(w.changes, c) },
		func(err error) { w.errors = append(w.errors, err) })
	require.Len(w.t, w.changes, changes)
	require.Len(w.t, w.errors, errors)
}

func write(t *testing.T, path, content string) {
	t.Helper()
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
}

func TestWatcherReportsEachChangeOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.json")
	write(t, path, `{"client": {"max_request_body_size_mb": 1}}`)
	w := watch(t, path)
	w.look(0, 0)
	write(t, path, `{"client": {"max_request_body_size_mb": 2}}`)
	w.look(1, 0)
	require.Equal(t, 2<<20, w.changes[0].Client.MaxBodyBytes())
	w.look(1, 0)
}

func TestWatcherReportsABadFileOnceAndGoesOn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.json")
	write(t, path, `{}`)
	w := watch(t, path)
	write(t, path, `{"client": {`)
	w.look(0, 1)
	require.ErrorContains(t, w.errors[0], path+": not JSON")
	w.look(0, 1)
	require.NoError(t, os.Remove(path))
	w.look(0, 2)
	w.look(0, 2)
	write(t, path, `{"version": 2}`)
	w.look(1, 2)
	require.Equal(t, 2, w.changes[0].Version)
}

func TestWatcherSurvivesRenamesAndSwappedLinks(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "c.json")
	for _, version := range []string{"1", "2"} {
		require.NoError(t, os.Mkdir(filepath.Join(dir, version), 0o700))
		write(t, filepath.Join(dir, version, "c.json"), `{"version": `+version+`}`)
	}
	// As Kubernetes mounts a ConfigMap: file → ..data/file, ..data → a folder.
	data := filepath.Join(dir, "..data")
	require.NoError(t, os.Symlink("1", data))
	require.NoError(t, os.Symlink("..data/c.json", path))
	w := watch(t, path)
	require.NoError(t, os.Symlink("2", data+".new"))
	require.NoError(t, os.Rename(data+".new", data))
	w.look(1, 0)
	require.Equal(t, 2, w.changes[0].Version)

	write(t, path+".swp", `{"version": 1}`)
	require.NoError(t, os.Rename(path+".swp", path))
	w.look(2, 0)
	require.Equal(t, 1, w.changes[1].Version)
}

func TestWatcherWatchesReferencedFiles(t *testing.T) {
	dir := t.TempDir()
	path, key := filepath.Join(dir, "c.json"), filepath.Join(dir, "key")
	write(t, key, "one\n")
	write(t, path, `{"providers": {"openai": {"keys": [{"value": "file:key"}]}}}`)
	w := watch(t, path)
	write(t, key, "two\n")
	w.look(1, 0)
	require.Equal(t, "two", w.changes[0].Providers["openai"].Keys[0].Value.Reveal())
	require.NoError(t, os.Remove(key))
	w.look(1, 1)
	write(t, key, "three\n")
	w.look(2, 1)
}

func TestRunLooksAtEachTickAndReloadsWhenAsked(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.json")
	write(t, path, `{"version": 1}`)
	w := watch(t, path).watcher
	ctx, cancel := context.WithCancel(context.Background())
	ticks, changes, done := make(chan time.Time), make(chan *Config), make(chan struct{})
	go func() {
		defer close(done)
		w.run(ctx, ticks, func(c *Config, _ []Note) { changes <- c }, func(err error) { t.Error(err) })
	}()
	w.Reload()
	require.Equal(t, 1, (<-changes).Version, "read again without a change")
	write(t, path, `{"version": 2}`)
	ticks <- time.Time{}
	require.Equal(t, 2, (<-changes).Version)
	cancel()
	<-done
}

func TestReloadDoesNotWait(t *testing.T) {
	w := NewWatcher("c.json")
	w.Reload()
	w.Reload()
}

func TestRunEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	NewWatcher("c.json").Run(ctx, time.Hour, nil, nil)
}
