package command

import (
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/integration/ports"
)

// startUp runs "asbru up" until the test ends, with its log in a file, whose
// path is returned. Arguments come behind --listen and --data-dir.
func startUp(t *testing.T, listen, folder string, args ...string) (log string) {
	t.Helper()
	log = filepath.Join(t.TempDir(), "log")
	f, err := os.Create(log)
	require.NoError(t, err)
	stderr := os.Stderr
	os.Stderr = f
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		_, err := run(ctx, append([]string{"up", "--listen", listen, "--data-dir", folder}, args...)...)
		done <- err
	}()
	t.Cleanup(func() {
		stop()
		require.NoError(t, <-done)
		os.Stderr = stderr
		f.Close()
	})
	require.Eventually(t, func() bool {
		status, _ := get(t, "http://"+listen+"/livez", "")
		return status == http.StatusOK
	}, time.Minute, time.Millisecond)
	return log
}

func chat(t *testing.T, listen, model string) (int, string) {
	t.Helper()
	res, err := http.Post("http://"+listen+"/v1/chat/completions", "application/json",
		strings.NewReader(`{"model": "`+model+`", "messages": [{"role": "user", "content": "Hello"}]}`))
	require.NoError(t, err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	return res.StatusCode, string(body)
}

// without lets no provider's key of the environment be seen.
func without(t *testing.T) {
	for _, name := range []string{"OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GEMINI_API_KEY", "GOOGLE_API_KEY"} {
		t.Setenv(name, "")
	}
}

func TestUpAnswersWithoutAnyConfiguration(t *testing.T) {
	without(t)
	listen, folder := ports.Address(t), t.TempDir()
	log := startUp(t, listen, folder)
	for range 2 {
		status, body := chat(t, listen, "mock/any")
		require.Equal(t, http.StatusOK, status, body)
	}
	token, err := os.ReadFile(filepath.Join(folder, "admin-token"))
	require.NoError(t, err)
	text, err := os.ReadFile(log)
	require.NoError(t, err)
	require.Contains(t, string(text), filepath.Join(folder, "admin-token"))
	require.NotContains(t, string(text), strings.TrimSpace(string(token)))
}

func TestUpLetsTheMockAnswerWhereTheFileNamesNoProvider(t *testing.T) {
	listen := ports.Address(t)
	path := file(t, "asbru.yaml", "client: {enforce_auth_on_inference: false}\n")
	startUp(t, listen, t.TempDir(), "--config", path)
	status, body := chat(t, listen, "mock/any")
	require.Equal(t, http.StatusOK, status, body)
}

func TestUpAppliesAChangedFileAndKeepsTheOldOneWhenTheNewIsWrong(t *testing.T) {
	listen := ports.Address(t)
	path := file(t, "asbru.yaml", "providers: {mock: {}}\n")
	log := startUp(t, listen, t.TempDir(), "--config", path)
	revision := func(want string) func() bool {
		return func() bool {
			_, body := get(t, "http://"+listen+"/readyz", "")
			return strings.Contains(body, `"revision":`+want)
		}
	}
	require.NoError(t, os.WriteFile(path, []byte("providers: {mock: {keys: [{value: k, weight: -1}]}}\n"), 0o600))
	require.Eventually(t, func() bool {
		text, err := os.ReadFile(log)
		return err == nil && strings.Contains(string(text), "providers.mock.keys[0].weight: must be ≥ 0")
	}, time.Minute, time.Millisecond, "the log says why")
	require.True(t, revision("1")())
	_, metrics := get(t, "http://"+listen+"/metrics", "")
	require.Contains(t, metrics, `asbru_config_reloads_total{result="refused"} 1`)
	require.Contains(t, metrics, `asbru_dependency_up{dependency="nats"} 1`)
	require.NoError(t, os.WriteFile(path, []byte("providers: {mock: {keys: [{value: k, weight: 1}]}}\n"), 0o600))
	require.Eventually(t, revision("2"), time.Minute, time.Millisecond)
}

func TestProfilesAreForThoseWhoShowTheAdminToken(t *testing.T) {
	without(t)
	listen, ops := ports.Address(t), ports.Address(t)
	startUp(t, listen, t.TempDir(), "--ops-listen", ops, "--admin-token", "s3cret-token")
	require.Eventually(t, func() bool {
		status, _ := get(t, "http://"+ops+"/readyz", "")
		return status == http.StatusOK
	}, time.Minute, time.Millisecond)
	for url, want := range map[string]map[string]int{
		"http://" + ops + "/debug/pprof/goroutine": {"": 401, "wrong": 401, "s3cret-token": 200},
		"http://" + ops + "/metrics":               {"": 200},
		"http://" + listen + "/debug/pprof/":       {"s3cret-token": 404},
		"http://" + listen + "/metrics":            {"": 404},
		"http://" + listen + "/health":             {"": 200},
	} {
		for token, status := range want {
			got, body := get(t, url, token)
			require.Equal(t, status, got, "%s with %q: %s", url, token, body)
		}
	}
}
