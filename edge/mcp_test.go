package edge_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/edge"
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/limits/memory"
	"github.com/asbru-gateway/asbru/pkg/mcp/mcptest"
	"github.com/asbru-gateway/asbru/pkg/mcpserver"
	"github.com/asbru-gateway/asbru/pkg/secret"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
)

// mcpDoor is a door for MCP clients, behind which there are the servers.
func mcpDoor(t *testing.T, cfg *config.Config, key secret.Key, servers ...*mcptest.Server) (*door, <-chan telemetry.Record) {
	t.Helper()
	records := make(chan telemetry.Record, 100)
	pool := mcptest.Pool(t, servers...)
	server := mcpserver.New(mcpserver.Options{Version: "1", Key: key, Changed: pool.Changed})
	server.Configure(mcpserver.SettingsOf(cfg))
	d := startEdge(t, cfg, gateway.Options{
		Limits: memory.New(memory.Options{}), Tools: pool,
		Hooks: gateway.Hooks{Done: func(r *telemetry.Record) { records <- *r }},
	}, edge.Options{Node: "n1", MCP: server})
	t.Cleanup(func() { d.stop(t, 5*time.Second) })
	return d, records
}

func mathServer() *mcptest.Server {
	s := mcptest.NewServer("math", mcptest.Tool{
		Name: "add", Description: "Adds.", Schema: `{"type":"object","properties":{"a":{"type":"number"},"b":{"type":"number"}},"required":["a","b"]}`,
		Run: func(_ context.Context, arguments json.RawMessage) (string, error) {
			var in struct{ A, B float64 }
			err := json.Unmarshal(arguments, &in)
			return fmt.Sprint(in.A + in.B), err
		},
	}, mcptest.Tool{Name: "fail", Run: func(context.Context, json.RawMessage) (string, error) { return "", errors.New("no luck") }})
	s.Settings.CostNano = map[string]int64{"add": 2_000_000}
	return s
}

func mcpConfig() *config.Config {
	cfg := over("http://127.0.0.1:1")
	cfg.Governance.VirtualKeys = []config.VirtualKey{
		{ID: "1", Name: "all", Value: "sk-bf-all"},
		{ID: "2", Name: "math only", Value: "sk-bf-math", MCPConfigs: []config.MCPGrant{{ClientName: "math", Tools: []string{"add"}}}},
		{ID: "3", Name: "limited", Value: "sk-bf-few", RateLimit: config.RateLimit{RequestMaxLimit: 1, RequestResetDuration: "1h"}},
		{ID: "4", Name: "poor", Value: "sk-bf-poor", Budget: config.Budget{MaxLimit: 0.003, ResetDuration: "1h"}},
		{ID: "5", Name: "chat only", Value: "sk-bf-chat", AllowedEndpoints: []string{"chat"}},
	}
	return cfg
}

// bearer sends headers with each request of a client.
type bearer map[string]string

func (b bearer) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	for name, value := range b {
		r.Header.Set(name, value)
	}
	return http.DefaultTransport.RoundTrip(r)
}

// connectMCP connects the official client to a door.
func connectMCP(t *testing.T, d *door, headers bearer) *sdk.ClientSession {
	t.Helper()
	return connectVersion(t, d, "", headers, nil)
}

// versions are the forms of the protocol: with sessions, and, in the newest one, without.
var versions = []string{"2025-06-18", "2025-11-25", "2026-07-28"}

func connectVersion(t *testing.T, d *door, version string, headers bearer, o *sdk.ClientOptions) *sdk.ClientSession {
	t.Helper()
	client := sdk.NewClient(&sdk.Implementation{Name: "test", Version: "1"}, o)
	session, err := client.Connect(t.Context(), &sdk.StreamableClientTransport{
		Endpoint: d.URL("/mcp"), HTTPClient: &http.Client{Transport: headers},
	}, &sdk.ClientSessionOptions{ProtocolVersion: version})
	require.NoError(t, err)
	t.Cleanup(func() { _ = session.Close() }) // a test may have closed it
	return session
}

func listedTo(t *testing.T, s *sdk.ClientSession) []string {
	t.Helper()
	var out []string
	for tool, err := range s.Tools(t.Context(), nil) {
		require.NoError(t, err)
		out = append(out, tool.Name)
	}
	return out
}

func TestAnMCPClientListsAndRunsTools(t *testing.T) {
	d, records := mcpDoor(t, mcpConfig(), secret.NewKey(), mathServer())
	for _, version := range versions {
		s := connectVersion(t, d, version, bearer{"Authorization": "Bearer sk-bf-all"}, nil)
		if version < "2026" { // the newest has no ping
			require.NoError(t, s.Ping(t.Context(), nil))
		}
		require.Equal(t, []string{"math-add", "math-fail"}, listedTo(t, s))
		result, err := s.CallTool(t.Context(), &sdk.CallToolParams{Name: "math-add", Arguments: map[string]any{"a": 1, "b": 2}})
		require.NoError(t, err)
		require.Equal(t, "3", result.Content[0].(*sdk.TextContent).Text)
		r := <-records
		require.Equal(t, api.OpTool, r.Op)
		require.Equal(t, "math", r.Provider)
		require.EqualValues(t, 2_000_000, r.CostNano)

		result, err = s.CallTool(t.Context(), &sdk.CallToolParams{Name: "math-fail"})
		require.NoError(t, err)
		require.True(t, result.IsError)
		result, err = s.CallTool(t.Context(), &sdk.CallToolParams{Name: "math-add", Arguments: map[string]any{"a": "x"}})
		require.NoError(t, err, "a model can learn from it")
		require.True(t, result.IsError)
		_, err = s.CallTool(t.Context(), &sdk.CallToolParams{Name: "math-nothing"})
		var said *jsonrpc.Error
		require.ErrorAs(t, err, &said)
		require.EqualValues(t, jsonrpc.CodeInvalidParams, said.Code)
		for range 3 { // of the calls that failed
			require.Zero(t, (<-records).CostNano)
		}
	}
}

func TestInCodeModeAnMCPClientUsesToolsByScripts(t *testing.T) {
	scripted, files := mathServer(), mcptest.NewServer("files", mcptest.Tool{Name: "read"})
	scripted.Settings.CodeMode = true
	d, records := mcpDoor(t, mcpConfig(), secret.NewKey(), scripted, files)
	for _, version := range versions {
		s := connectVersion(t, d, version, bearer{"Authorization": "Bearer sk-bf-all"}, nil)
		require.Equal(t, []string{"executeToolCode", "files-read", "getToolDocs", "listToolFiles", "readToolFile"}, listedTo(t, s))
		said := func(tool string, arguments map[string]any) string {
			result, err := s.CallTool(t.Context(), &sdk.CallToolParams{Name: tool, Arguments: arguments})
			require.NoError(t, err)
			return result.Content[0].(*sdk.TextContent).Text
		}
		require.Equal(t, "servers/math.pyi", said("listToolFiles", nil))
		require.Contains(t, said("readToolFile", map[string]any{"fileName": "servers/math.pyi"}), "def add(a: float, b: float)")
		require.Equal(t, "Result:\n7", said("executeToolCode", map[string]any{"code": "result = math.add(a=3, b=4)"}))
		var rows []string
		for range 4 { // what the script has called is a call of its own
			rows = append(rows, (<-records).Model.String())
		}
		require.Equal(t, []string{"listToolFiles", "readToolFile", "add", "executeToolCode"}, rows)
		require.Equal(t, "3", said("math-add", map[string]any{"a": 1, "b": 2}), "who knows a tool by its name may call it")
		<-records
	}
	s := connectMCP(t, d, bearer{"x-bf-vk": "sk-bf-math", "x-bf-mcp-include-clients": "files"})
	require.Empty(t, listedTo(t, s), "who may use no tools of scripts is not offered any")
	_, err := s.CallTool(t.Context(), &sdk.CallToolParams{Name: "executeToolCode", Arguments: map[string]any{"code": "result = 1"}})
	require.ErrorContains(t, err, "no tool")
}

func TestAnMCPClientSeesWhatItsKeyAndHeadersAllow(t *testing.T) {
	d, _ := mcpDoor(t, mcpConfig(), secret.NewKey(), mathServer(), mcptest.NewServer("files", mcptest.Tool{Name: "read"}))
	for _, tc := range []struct {
		headers bearer
		want    []string
	}{
		{bearer{}, []string{"files-read", "math-add", "math-fail"}},
		{bearer{"Authorization": "Bearer sk-bf-all"}, []string{"files-read", "math-add", "math-fail"}},
		{bearer{"x-bf-vk": "sk-bf-math"}, []string{"math-add"}},
		{bearer{"x-api-key": "sk-bf-math", "x-bf-mcp-include-clients": "files"}, nil},
		{bearer{"Authorization": "Bearer sk-bf-all", "x-asbru-mcp-include-tools": "files-*"}, []string{"files-read"}},
	} {
		require.Equal(t, tc.want, listedTo(t, connectMCP(t, d, tc.headers)), tc.headers)
	}
	s := connectMCP(t, d, bearer{"x-bf-vk": "sk-bf-math"})
	_, err := s.CallTool(t.Context(), &sdk.CallToolParams{Name: "files-read"})
	require.ErrorContains(t, err, "files-read")
}

func TestAnMCPClientsCallsCountForItsLimits(t *testing.T) {
	d, _ := mcpDoor(t, mcpConfig(), secret.NewKey(), mathServer())
	for key, code := range map[string]string{"sk-bf-few": "request_limited", "sk-bf-poor": "budget_exceeded"} {
		s := connectMCP(t, d, bearer{"Authorization": "Bearer " + key})
		add := &sdk.CallToolParams{Name: "math-add", Arguments: map[string]any{"a": 1, "b": 2}}
		_, err := s.CallTool(t.Context(), add)
		require.NoError(t, err)
		_, err = s.CallTool(t.Context(), add)
		var said *jsonrpc.Error
		require.ErrorAs(t, err, &said, key)
		require.Contains(t, string(said.Data), code)
	}
}

func TestAnMCPClientIsToldHowFarAToolIs(t *testing.T) {
	told := make(chan float64, 1)
	slow := mcptest.NewServer("slow")
	slow.SDK.AddTool(&sdk.Tool{Name: "count", InputSchema: json.RawMessage(`{"type":"object"}`)},
		func(ctx context.Context, r *sdk.CallToolRequest) (*sdk.CallToolResult, error) {
			for i := range 3 {
				err := r.Session.NotifyProgress(ctx, &sdk.ProgressNotificationParams{
					ProgressToken: r.Params.GetProgressToken(), Progress: float64(i + 1), Total: 3, Message: "counting",
				})
				if err != nil {
					return nil, err
				}
				select {
				case at := <-told:
					if at != float64(i+1) {
						return nil, fmt.Errorf("the client was told %v", at)
					}
				case <-ctx.Done():
					return nil, ctx.Err()
				}
			}
			return &sdk.CallToolResult{Content: []sdk.Content{&sdk.TextContent{Text: "done"}}}, nil
		})
	d, _ := mcpDoor(t, mcpConfig(), secret.NewKey(), slow)
	for _, version := range versions {
		s := connectVersion(t, d, version, bearer{}, &sdk.ClientOptions{
			ProgressNotificationHandler: func(_ context.Context, r *sdk.ProgressNotificationClientRequest) { told <- r.Params.Progress },
		})
		p := &sdk.CallToolParams{Name: "slow-count"}
		p.SetProgressToken("mine")
		result, err := s.CallTool(t.Context(), p)
		require.NoError(t, err, version)
		require.Equal(t, "done", result.Content[0].(*sdk.TextContent).Text)
	}
}

func await(t *testing.T, c <-chan struct{}) {
	t.Helper()
	select {
	case <-c:
	case <-time.After(patience):
		require.Fail(t, "it did not come")
	}
}

// blocked is a server whose tool waits until its call ends.
func blocked() (server *mcptest.Server, started, ended <-chan struct{}) {
	in, out := make(chan struct{}, 1), make(chan struct{}, 1)
	return mcptest.NewServer("slow", mcptest.Tool{Name: "wait", Run: func(ctx context.Context, _ json.RawMessage) (string, error) {
		in <- struct{}{}
		<-ctx.Done()
		out <- struct{}{}
		return "", ctx.Err()
	}}), in, out
}

func TestAnMCPClientCancelsACall(t *testing.T) {
	server, started, ended := blocked()
	d, _ := mcpDoor(t, mcpConfig(), secret.NewKey(), server)
	for _, version := range versions {
		s := connectVersion(t, d, version, bearer{}, nil)
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			<-started
			cancel()
		}()
		_, err := s.CallTool(ctx, &sdk.CallToolParams{Name: "slow-wait"})
		require.ErrorIs(t, err, context.Canceled)
		await(t, ended)
	}
}

func TestAnMCPClientThatIsGoneEndsItsCall(t *testing.T) {
	server, started, ended := blocked()
	d, _ := mcpDoor(t, mcpConfig(), secret.NewKey(), server)
	ctx, leave := context.WithCancel(t.Context())
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, d.URL("/mcp"),
		strings.NewReader(`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"slow-wait","arguments":{}}}`))
	require.NoError(t, err)
	req.Header.Set("Content-Type", "application/json")
	go func() {
		<-started
		leave()
	}()
	_, err = http.DefaultClient.Do(req) //nolint:bodyclose // there is none
	require.ErrorIs(t, err, context.Canceled)
	await(t, ended)
}

func TestMCPClientsAreToldThatTheToolsHaveChanged(t *testing.T) {
	server := mathServer()
	cfg := mcpConfig()
	d, _ := mcpDoor(t, cfg, secret.NewKey(), server)
	for _, version := range versions {
		told := make(chan struct{}, 10)
		connectVersion(t, d, version, bearer{"Authorization": "Bearer sk-bf-all"}, &sdk.ClientOptions{
			ToolListChangedHandler: func(context.Context, *sdk.ToolListChangedRequest) { told <- struct{}{} },
		})
		require.Eventually(t, func() bool { // the client opens its stream when it likes
			server.Add(mcptest.Tool{Name: fmt.Sprint("sub", time.Now().UnixNano())})
			select {
			case <-told:
				return true
			case <-time.After(100 * time.Millisecond):
				return false
			}
		}, patience, time.Millisecond)
	}
}

func TestAnMCPSessionWorksOnEachNodeForItsOwnCallerOnly(t *testing.T) {
	key := secret.NewKey()
	a, _ := mcpDoor(t, mcpConfig(), key, mathServer())
	b, _ := mcpDoor(t, mcpConfig(), key, mathServer())
	stranger, _ := mcpDoor(t, mcpConfig(), secret.NewKey(), mathServer())
	const initialize = `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}`
	res := a.post(t, "/mcp", initialize, "Authorization: Bearer sk-bf-all")
	require.Equal(t, 200, res.Status, res.Body)
	session := "Mcp-Session-Id: " + res.Header.Get("Mcp-Session-Id")
	const list = `{"jsonrpc":"2.0","id":2,"method":"tools/list"}`
	require.Contains(t, b.post(t, "/mcp", list, session, "Authorization: Bearer sk-bf-all").Body, "math-add")
	require.Equal(t, 404, b.post(t, "/mcp", list, session, "Authorization: Bearer sk-bf-math").Status)
	require.Equal(t, 404, stranger.post(t, "/mcp", list, session, "Authorization: Bearer sk-bf-all").Status)
	require.Equal(t, 404, b.post(t, "/mcp", list, "Mcp-Session-Id: made-up").Status)

	req, err := http.NewRequestWithContext(t.Context(), http.MethodDelete, a.URL("/mcp"), http.NoBody)
	require.NoError(t, err)
	req.Header.Set("Mcp-Session-Id", res.Header.Get("Mcp-Session-Id"))
	req.Header.Set("Authorization", "Bearer sk-bf-all")
	deleted, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	require.NoError(t, deleted.Body.Close())
	require.Equal(t, 204, deleted.StatusCode)
	require.Equal(t, 404, a.post(t, "/mcp", list, session, "Authorization: Bearer sk-bf-all").Status)
}

func TestAnMCPClientWithoutAKeyLearnsHowToShowOne(t *testing.T) {
	cfg := mcpConfig()
	cfg.Client.EnforceAuthOnInference = true
	d, _ := mcpDoor(t, cfg, secret.NewKey(), mathServer())
	const ping = `{"jsonrpc":"2.0","id":1,"method":"ping"}`
	res := d.post(t, "/mcp", ping)
	require.Equal(t, 401, res.Status)
	challenge := res.Header.Get("WWW-Authenticate")
	require.Equal(t, `Bearer resource_metadata="http://`+d.Addr+`/.well-known/oauth-protected-resource/mcp"`, challenge)
	res = d.post(t, "/mcp", ping, "Authorization: Bearer sk-bf-unknown")
	require.Equal(t, 401, res.Status)
	require.Contains(t, res.Header.Get("WWW-Authenticate"), `error="invalid_token"`)
	require.Equal(t, 403, d.post(t, "/mcp", ping, "Authorization: Bearer sk-bf-chat").Status)

	found, err := http.Get(d.URL("/.well-known/oauth-protected-resource/mcp"))
	require.NoError(t, err)
	defer found.Body.Close()
	var about struct {
		Resource string `json:"resource"`
	}
	require.NoError(t, json.NewDecoder(found.Body).Decode(&about))
	require.Equal(t, d.URL("/mcp"), about.Resource)
}

func TestPagesOfOthersDoNotReachTheMCPServer(t *testing.T) {
	cfg := mcpConfig()
	cfg.Client.AllowedOrigins = []string{"https://app.example.com"}
	cfg.MCP.Server.AllowedHosts = []string{"gateway.example.com"}
	d, _ := mcpDoor(t, cfg, secret.NewKey(), mathServer())
	const ping = `{"jsonrpc":"2.0","id":1,"method":"ping"}`
	for _, tc := range []struct {
		host, origin string
		status       int
	}{
		{d.Addr, "", 200},
		{"localhost:1234", "", 200},
		{"gateway.example.com", "", 200},
		{"evil.example.com", "", 403},
		{d.Addr, "https://evil.example.com", 403},
		{d.Addr, "null", 403},
		{d.Addr, "https://app.example.com", 200},
		{d.Addr, "http://localhost:3000", 200},
	} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, d.URL("/mcp"), strings.NewReader(ping))
		require.NoError(t, err)
		req.Host = tc.host
		req.Header.Set("Content-Type", "application/json")
		if tc.origin != "" {
			req.Header.Set("Origin", tc.origin)
		}
		res, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		require.NoError(t, res.Body.Close())
		require.Equal(t, tc.status, res.StatusCode, "%s %s", tc.host, tc.origin)
	}
}

func TestBadMessagesOfMCPClientsAreRefused(t *testing.T) {
	d, _ := mcpDoor(t, mcpConfig(), secret.NewKey(), mathServer())
	for _, tc := range []struct {
		body   string
		header string
		status int
	}{
		{`{`, "", 400},
		{`[]`, "", 400},
		{`null`, "", 400},
		{`{"jsonrpc":"2.0","id":1,"method":"tools/call"}`, "", 400},
		{`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":[]}`, "", 200},
		{`{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"cursor":"!"}}`, "", 200},
		{`{"jsonrpc":"2.0","id":1,"method":"prompts/list"}`, "", 200},
		{`{"jsonrpc":"2.0","id":1,"method":"ping"}`, "Accept: image/png", 406},
		{`{"jsonrpc":"2.0","id":1,"method":"ping"}`, "MCP-Protocol-Version: 1999-01-01", 400},
	} {
		var headers []string
		if tc.header != "" {
			headers = append(headers, tc.header)
		}
		res := d.post(t, "/mcp", tc.body, headers...)
		require.Equal(t, tc.status, res.Status, "%s %s: %s", tc.body, tc.header, res.Body)
	}
}
