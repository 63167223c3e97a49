//go:build integration && linux

package mcp_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/integration/ports"
)

const key = "sk-bf-mcp-suite"

// installed is the path of something that scripts/integration.sh installs, or builds.
func installed(t *testing.T, path string) string {
	t.Helper()
	path, err := filepath.Abs(path)
	require.NoError(t, err)
	if _, err := os.Stat(path); err != nil {
		t.Skip("not installed: scripts/integration.sh does it: " + path)
	}
	return path
}

// run starts a program, which ends with the test.
func run(t *testing.T, name string, args ...string) {
	t.Helper()
	var log bytes.Buffer
	cmd := exec.Command(name, args...)
	cmd.Stdout, cmd.Stderr = &log, &log
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // it may have ended
		_ = cmd.Wait()         // it was killed
		if t.Failed() {
			t.Logf("%s:\n%s", filepath.Base(name), log.String())
		}
	})
}

// TestTheOfficialSDKs has the clients of both SDKs use, through the gateway, the servers that
// are written with both, over both transports.
func TestTheOfficialSDKs(t *testing.T) {
	python := installed(t, "../../.cache/sdk/mcp/bin/python")
	gateway := installed(t, "../../bin/asbru")
	installed(t, "node/node_modules/@modelcontextprotocol/sdk/package.json")
	node, err := exec.LookPath("node")
	require.NoError(t, err)

	var clients []any
	want := []string{}
	sums := map[string]string{}
	for _, lang := range []struct{ name, program, server string }{
		{"python", python, installed(t, "python/server.py")},
		{"node", node, installed(t, "node/server.mjs")},
	} {
		port := strings.TrimPrefix(ports.Address(t), "127.0.0.1:")
		run(t, lang.program, lang.server, port)
		clients = append(clients, map[string]any{
			"name": lang.name + "_http", "connection_type": "http", "connection_string": "http://127.0.0.1:" + port + "/mcp", "tools_to_execute": []string{"*"},
		}, map[string]any{
			"name": lang.name + "_stdio", "connection_type": "stdio", "tools_to_execute": []string{"*"},
			"stdio_config": map[string]any{"command": lang.program, "args": []string{lang.server}, "envs": []string{"PATH", "HOME"}},
		})
		for _, by := range []string{"_http", "_stdio"} {
			want = append(want, lang.name+by+"-add")
			sums[lang.name+by+"-add"] = "5"
		}
	}
	file := filepath.Join(t.TempDir(), "asbru.json")
	text, err := json.Marshal(map[string]any{
		"client":     map[string]any{"enforce_auth_on_inference": true},
		"governance": map[string]any{"virtual_keys": []any{map[string]any{"id": "1", "name": "suite", "value": key}}},
		"mcp":        map[string]any{"allow_private_networks": true, "client_configs": clients},
	})
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(file, text, 0o600))
	address := ports.Address(t)
	run(t, gateway, "up", "--listen", address, "--data-dir", t.TempDir(), "--config", file)
	awaitTools(t, "http://"+address, len(want))

	for name, args := range map[string][]string{
		"Python": {python, "python/client.py"}, "TypeScript": {node, "node/client.mjs"},
	} {
		t.Run(name, func(t *testing.T) {
			out, err := exec.Command(args[0], append(args[1:], "http://"+address+"/mcp", key)...).Output()
			require.NoError(t, err, "%s", stderrOf(err))
			var got struct {
				Tools   []string
				Sums    map[string]string
				Refused bool
			}
			require.NoError(t, json.Unmarshal(out, &got), string(out))
			require.ElementsMatch(t, want, got.Tools)
			require.Equal(t, sums, got.Sums)
			require.True(t, got.Refused, "arguments that break the schema are for the model to read")
		})
	}
}

func stderrOf(err error) string {
	if e, ok := err.(*exec.ExitError); ok { //nolint:errorlint // it is exec's own
		return string(e.Stderr)
	}
	return ""
}

// awaitTools waits until the gateway lists so many tools.
func awaitTools(t *testing.T, url string, n int) {
	t.Helper()
	require.Eventually(t, func() bool {
		req, err := http.NewRequest(http.MethodPost, url+"/mcp", strings.NewReader(`{"jsonrpc":"2.0","id":1,"method":"tools/list"}`))
		if err != nil {
			return false
		}
		req.Header.Set("Authorization", "Bearer "+key)
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Accept", "application/json")
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			return false
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		var listed struct{ Result struct{ Tools []any } }
		return err == nil && json.Unmarshal(body, &listed) == nil && len(listed.Result.Tools) == n
	}, 2*time.Minute, 50*time.Millisecond, "not all servers are connected")
}
