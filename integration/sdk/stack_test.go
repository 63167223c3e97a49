//go:build integration

package sdk_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/integration/ports"
)

// virtualKey is the key that the suites call the gateway with.
const virtualKey = "sk-bf-sdk-suite"

// callers name the suites; each has failing providers of its own, since a key
// that was refused once rests for a while.
var callers = []string{"py-openai", "py-anthropic", "py-genai", "node-openai", "node-anthropic", "node-genai", "node-ai"}

// models are those that the suites ask for, by provider. Custom is a provider of
// the user's own that speaks as OpenAI does.
var models = map[string][]string{
	"openai":    {"gpt-5-mini", "gpt-5", "text-embedding-3-small", "gpt-image-1", "tts-1", "whisper-1", "omni-moderation-latest", "gpt-realtime"},
	"anthropic": {"claude-sonnet-4-6", "claude-opus-4-6"},
	"gemini":    {"gemini-2.5-flash", "gemini-3-flash-preview", "gemini-embedding-001"},
	"custom":    {"llama-4", "gpt-oss", "nomic-embed-text", "gpt-image-1", "tts-1", "whisper-1", "omni-moderation-latest"},
	"cohere":    {"command-a-03-2025", "rerank-v3.5"},
	"bedrock":   {"anthropic.claude-sonnet-4-6-v1:0"},
}

// failing are models that each provider refuses, whoever asks.
var failing = []string{"missing", "refused", "broken", "busy"}

// thinkers are the models that the strict mock answers for.
var thinkers = []string{"gpt-5", "claude-opus-4-6", "gemini-3-flash-preview", "gpt-oss"}

// startMock starts aimock and returns its URL.
func startMock(t *testing.T) string {
	t.Helper()
	cli := filepath.Join("node", "node_modules", "@copilotkit", "aimock", "dist", "cli.js")
	command := exec.Command("node", cli, "-p", "0", "-f", "fixtures.json", "--strict", "--chunk-size", "6")
	out, err := command.StdoutPipe()
	require.NoError(t, err)
	command.Stderr = command.Stdout
	start(t, command)

	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if _, address, ok := strings.Cut(lines.Text(), "listening on "); ok {
			go io.Copy(io.Discard, out)
			return strings.TrimSpace(address)
		}
	}
	require.Fail(t, "aimock did not start")
	return ""
}

// startGateway starts the built program in front of the provider at upstreamURL
// and returns its URL once it is ready.
func startGateway(t *testing.T, upstreamURL string, callers []string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "asbru.json")
	config, err := json.Marshal(gatewayConfig(upstreamURL, callers))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(file, config, 0o600))
	return startProgram(t, "--config", file)
}

// startProgram starts the built program and returns its URL once it is ready. No
// provider's key reaches it from the environment.
func startProgram(t *testing.T, flags ...string) string {
	t.Helper()
	address := ports.Address(t)
	var log bytes.Buffer
	command := exec.Command(filepath.Join("..", "..", "bin", "asbru"),
		slices.Concat([]string{"up", "--listen", address, "--data-dir", t.TempDir()}, flags)...)
	command.Env = slices.DeleteFunc(os.Environ(), func(variable string) bool { return strings.Contains(variable, "_API_KEY=") })
	command.Stdout, command.Stderr = &log, &log
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the gateway's log:\n%s", log.String())
		}
	})
	start(t, command)

	url := "http://" + address
	require.Eventually(t, func() bool {
		answer, err := http.Get(url + "/readyz")
		if err != nil {
			return false
		}
		defer answer.Body.Close()
		return answer.StatusCode == http.StatusOK
	}, time.Minute, 20*time.Millisecond, "the gateway was not ready")
	return url
}

// start starts a command that is told to stop, and waited for, at the test's end.
func start(t *testing.T, command *exec.Cmd) {
	t.Helper()
	require.NoError(t, command.Start())
	t.Cleanup(func() {
		command.Process.Signal(syscall.SIGTERM)
		command.Wait()
	})
}

// gatewayConfig has the providers, and for each caller and provider one that
// answers 429, one that answers 401 and one that answers 403.
func gatewayConfig(upstreamURL string, callers []string) map[string]any {
	type object = map[string]any
	provider := func(name string, models ...string) object {
		return object{
			"keys":           []object{{"name": "only", "value": "provider-secret-" + name, "models": models, "weight": 1}},
			"network_config": object{"base_url": upstreamURL, "max_retries": 0},
		}
	}
	providers := object{}
	for name, served := range models {
		base := name
		providers[name] = provider(name, slices.Concat(served, failing)...)
		if name == "custom" {
			base = "openai"
			providers[name].(object)["custom_provider_config"] = object{"base_provider_type": base}
		}
		for _, fault := range []string{"limited", "denied", "forbidden"} {
			for _, caller := range callers {
				faulty := provider(name, fault)
				faulty["custom_provider_config"] = object{"base_provider_type": base}
				providers[fmt.Sprintf("%s-%s-%s", fault, name, caller)] = faulty
			}
		}
	}
	return object{
		"providers":  providers,
		"client":     object{"enforce_auth_on_inference": true},
		"governance": object{"virtual_keys": []object{{"id": "sdk", "name": "sdk", "value": virtualKey, "is_active": true}}},
	}
}
