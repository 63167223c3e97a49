package wasm_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/asbru-gateway/asbru/pkg/plugin/wasm"
	"github.com/stretchr/testify/require"
)

// build compiles a guest with the Go toolchain.
func build(t testing.TB, folder string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "guest.wasm")
	cmd := exec.Command("go", "build", "-buildmode=c-shared", "-o", out, folder)
	cmd.Env = append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm", "CGO_ENABLED=0", "GOFLAGS=")
	text, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", text)
	return out
}

// buildRust compiles a guest with Rust, where that is installed for WebAssembly.
func buildRust(t testing.TB, file string) string {
	t.Helper()
	const target = "wasm32-unknown-unknown"
	folder, err := exec.Command("rustc", "--print", "target-libdir", "--target", target).Output()
	if err == nil {
		_, err = os.Stat(strings.TrimSpace(string(folder)))
	}
	if err != nil {
		t.Skip("there is no Rust for WebAssembly: ", err)
	}
	out := filepath.Join(t.TempDir(), "guest.wasm")
	text, err := exec.Command("rustc", "--target", target, "--crate-type", "cdylib", "-O", "-D", "warnings", "-o", out, file).CombinedOutput()
	require.NoError(t, err, "%s", text)
	return out
}

// words are the guests that hide words, by their language.
var words = map[string]func(testing.TB) string{
	"Go":   func(t testing.TB) string { t.Helper(); return build(t, "../guest/examples/words") },
	"Rust": func(t testing.TB) string { t.Helper(); return buildRust(t, "../guest/examples/rust/words.rs") },
}

type log struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *log) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(b)
}

// kind compiles each module but once for all tests.
var kind = wasm.Kind(wasm.Options{})

func load(t testing.TB, path, config string) (plugin.RouteHook, *log) {
	t.Helper()
	return loadIn(t, plugin.Env{Path: path}, config)
}

func loadIn(t testing.TB, env plugin.Env, config string) (plugin.RouteHook, *log) {
	t.Helper()
	l := &log{}
	env.Name, env.Log = "guest", slog.New(slog.NewTextHandler(l, nil))
	p, err := kind.Make(env, json.RawMessage(config))
	require.NoError(t, err)
	t.Cleanup(func() {
		c, ok := p.(plugin.Closer)
		require.True(t, ok)
		require.NoError(t, c.Close())
	})
	require.True(t, plugin.Wants(p, plugin.BeforeRoute))
	require.False(t, plugin.Wants(p, plugin.BeforeTool))
	hook, ok := p.(plugin.RouteHook)
	require.True(t, ok)
	return hook, l
}

func call(text string) *plugin.Call {
	return &plugin.Call{ID: "c1", Op: api.OpChat, Model: "m", Request: &api.Request{
		Op: api.OpChat, Model: "m", Messages: []api.Message{{Parts: []api.Part{{Text: text}}}},
	}}
}

func TestAGuestChangesAndRefusesCalls(t *testing.T) {
	for language, build := range words {
		t.Run(language, func(t *testing.T) {
			hook, _ := load(t, build(t), `{"settings":{"hide":["Acme"],"forbid":["password"]}}`)
			changesAndRefuses(t, hook)
		})
	}
}

func changesAndRefuses(t *testing.T, hook plugin.RouteHook) {
	t.Helper()
	c := call("Who leads Acme?")
	a, err := hook.BeforeRoute(t.Context(), c)
	require.Nil(t, err)
	require.Nil(t, a)
	require.Equal(t, "Who leads ***?", c.Request.Messages[0].Parts[0].Text)
	require.Equal(t, "words:hidden", c.Notes())
	_, err = hook.BeforeRoute(t.Context(), call("My password is 1234."))
	require.Equal(t, "forbidden_word", err.Code)
	require.Equal(t, 422, err.HTTPStatus())
	c = call("Hello.")
	_, err = hook.BeforeRoute(t.Context(), c)
	require.Nil(t, err)
	require.Equal(t, call("Hello.").Request, c.Request)
}

func TestManyCallsShareInstances(t *testing.T) {
	hook, _ := load(t, build(t, "../guest/examples/words"), `{"instances":2,"settings":{"hide":["Acme"]}}`)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 20 {
				c := call("Acme")
				_, err := hook.BeforeRoute(t.Context(), c)
				if err != nil || c.Request.Messages[0].Parts[0].Text != "***" {
					t.Errorf("%v %v", err, c.Request)
				}
			}
		})
	}
	all.Wait()
}

// What becomes of calls whose guest loops, allocates or crashes is in the table of hostile plugins
// (package plugin).
func TestAGuestReachesNothingAndMayNotShout(t *testing.T) {
	hook, logged := load(t, build(t, "./testdata/hostile"), `{"instances":1,"memory_mb":32}`)
	does := func(what string) *plugin.Call {
		c := call("x")
		c.Model = what
		return c
	}
	_, err := hook.BeforeRoute(t.Context(), does("exits"))
	_, failed := plugin.WhyFailed(err)
	require.True(t, failed)
	_, err = hook.BeforeRoute(t.Context(), does("shouts"))
	require.Nil(t, err)
	require.NotContains(t, logged.b.String(), "sk-proj-abc", "what looks like a key is not logged")
	require.Less(t, strings.Count(logged.b.String(), "\n"), 200)
	t.Setenv("SECRET_OF_THE_GATEWAY", "hush")
	_, err = hook.BeforeRoute(t.Context(), does("reads"))
	require.Equal(t, "read", err.Code)
	require.Contains(t, err.Message, "EOF")
	require.NotContains(t, err.Message, "hush")
}

func TestWhatIsNoGuestIsRefused(t *testing.T) {
	make := wasm.Kind(wasm.Options{}).Make
	env := plugin.Env{Name: "x", Log: slog.New(slog.DiscardHandler)}
	_, err := make(env, nil)
	require.ErrorContains(t, err, "path")
	env.Path = filepath.Join(t.TempDir(), "x.wasm")
	_, err = make(env, nil)
	require.ErrorContains(t, err, "path")
	for name, code := range map[string]string{
		"no module": "hello",
		"an empty":  "\x00asm\x01\x00\x00\x00",
	} {
		require.NoError(t, os.WriteFile(env.Path, []byte(code), 0o600))
		_, err = make(env, nil)
		require.Error(t, err, name)
	}
	_, err = make(env, json.RawMessage(`{"memory_mb":0}`))
	require.ErrorContains(t, err, "memory_mb")
}

func TestAModuleThatTakesTooLongToCompileIsRefused(t *testing.T) {
	env := plugin.Env{Name: "x", Path: build(t, "../guest/examples/words"), Log: slog.New(slog.DiscardHandler)}
	_, err := wasm.Kind(wasm.Options{CompileTimeout: 1}).Make(env, nil)
	var path *plugin.PathError
	require.ErrorAs(t, err, &path)
	require.ErrorContains(t, err, "it takes longer than 1ns to compile")
}

func BenchmarkHook(b *testing.B) {
	for language, build := range words {
		b.Run(language, func(b *testing.B) { benchmarkHook(b, build(b)) })
	}
}

func benchmarkHook(b *testing.B, path string) {
	b.Helper()
	hook, _ := load(b, path, `{"settings":{"forbid":["password"]}}`)
	c := call(strings.Repeat("All work and no play. ", 90))
	ctx, cancel := context.WithTimeout(b.Context(), time.Hour)
	defer cancel()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := hook.BeforeRoute(ctx, c); err != nil {
			b.Fatal(err)
		}
	}
}
