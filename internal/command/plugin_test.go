package command

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nkeys"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/integration/ports"
)

func TestASignedPluginIsPushedAndUsed(t *testing.T) {
	without(t)
	listen, folder := ports.Address(t), t.TempDir()
	module, key := filepath.Join(folder, "words.wasm"), filepath.Join(folder, "publisher.pem")
	build := exec.Command("go", "build", "-buildmode=c-shared", "-o", module, "../../pkg/plugin/guest/examples/words")
	build.Env = append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm", "CGO_ENABLED=0", "GOFLAGS=")
	said, err := build.CombinedOutput()
	require.NoError(t, err, "%s", said)
	public, err := run(t.Context(), "plugin", "key", key)
	require.NoError(t, err)
	again, err := run(t.Context(), "plugin", "key", key)
	require.NoError(t, err)
	require.Equal(t, public, again)

	startUp(t, listen, folder, "--admin-token", "s3cret-token")
	api := &adminClient{url: listen, token: "s3cret-token"}
	require.Eventually(t, func() bool {
		_, err := api.call(http.MethodGet, "/api/version", nil)
		return err == nil
	}, time.Minute, 10*time.Millisecond)
	push := func(args ...string) (string, error) {
		out, err := run(t.Context(), append([]string{"plugin", "push", module, "--url", listen, "--admin-token", "s3cret-token"}, args...)...)
		return strings.TrimSpace(out), err
	}
	_, err = push()
	require.ErrorContains(t, err, "no publisher has signed it")
	trusted, err := json.Marshal(map[string]any{"plugin_artefacts": map[string]any{"publishers": []any{
		map[string]any{"name": "we", "public_key": strings.TrimSpace(public)},
	}}})
	require.NoError(t, err)
	_, err = api.call(http.MethodPatch, "/api/config", trusted)
	require.NoError(t, err)
	digest, err := push("--key", key)
	require.NoError(t, err)
	_, err = api.call(http.MethodPost, "/api/plugins?wait=applied", []byte(`{"name":"words","kind":"wasm","artefact":"`+digest+`","on_error":"deny","timeout":"10s",
		"config":{"settings":{"forbid":["Hello"]}}}`))
	require.NoError(t, err)
	// A node that is too busy compiling to say that it lives is not waited for.
	require.EventuallyWithT(t, func(c *assert.CollectT) {
		status, body := chat(t, listen, "mock/other")
		require.Equal(c, 422, status, body)
		require.Contains(c, body, "forbidden_word")
	}, time.Minute, 10*time.Millisecond)
}

func TestAPluginsProgramIsLetIntoTheNATSOfUp(t *testing.T) {
	without(t)
	listen, bus, folder := ports.Address(t), ports.Address(t), t.TempDir()
	_, err := run(t.Context(), "plugin", "credentials", "house")
	require.ErrorContains(t, err, "--secret-key")
	_, err = run(t.Context(), "plugin", "credentials", "house", "--data-dir", folder)
	require.ErrorIs(t, err, os.ErrNotExist)
	startUp(t, listen, folder, "--admin-token", "s3cret-token", "--nats-listen", bus)
	api := &adminClient{url: listen, token: "s3cret-token"}
	require.Eventually(t, func() bool {
		_, err := api.call(http.MethodPost, "/api/plugins?wait=applied", []byte(`{"name":"house","kind":"nats","on_error":"deny","config":{"points":["before_route"]}}`))
		return err == nil
	}, time.Minute, 10*time.Millisecond)
	_, err = api.call(http.MethodPut, "/api/plugins/house", []byte(`{"config":{"points":["before_route"],"subject":"ctl.cache.purge"}}`))
	require.ErrorContains(t, err, "config.subject")

	said, err := run(t.Context(), "plugin", "credentials", "house", "--data-dir", folder)
	require.NoError(t, err)
	named, seed, ok := strings.Cut(strings.TrimSpace(said), "\n")
	require.True(t, ok)
	require.Contains(t, named, "asbru/plugin/house/program")
	keys, err := nkeys.FromSeed([]byte(seed))
	require.NoError(t, err)
	public, err := keys.PublicKey()
	require.NoError(t, err)
	program, err := nats.Connect("nats://"+bus, nats.Name("asbru/plugin/house/program"), nats.Nkey(public, keys.Sign))
	require.NoError(t, err)
	defer program.Close()
	_, err = program.QueueSubscribe("hook.*.house", "house", func(m *nats.Msg) {
		_ = m.Respond([]byte(`{"action":"refuse","error":{"status":422,"code":"house_rules","message":"Not here."}}`))
	})
	require.NoError(t, err)
	require.NoError(t, program.Flush())
	res, err := http.Post("http://"+listen+"/v1/chat/completions", "application/json", strings.NewReader(`{"model":"mock/any","messages":[{"role":"user","content":"Hello."}]}`))
	require.NoError(t, err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusUnprocessableEntity, res.StatusCode, "%s", body)
	require.Contains(t, string(body), "house_rules")
}
