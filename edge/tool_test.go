package edge_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/limits/memory"
	"github.com/asbru-gateway/asbru/pkg/mcp/mcptest"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
)

const runPath = "/v1/mcp/tool/execute"

// withTools is a door behind which there are two MCP servers, math and files.
func withTools(t *testing.T) (*door, <-chan telemetry.Record) {
	t.Helper()
	math := mcptest.NewServer("math", mcptest.Tool{
		Name: "add", Schema: `{"type":"object","properties":{"a":{"type":"number"},"b":{"type":"number"}},"required":["a","b"]}`,
		Run: func(_ context.Context, arguments json.RawMessage) (string, error) {
			var in struct{ A, B float64 }
			if err := json.Unmarshal(arguments, &in); err != nil {
				return "", err
			}
			sum, err := json.Marshal(in.A + in.B)
			return string(sum), err
		},
	}, mcptest.Tool{Name: "fail", Run: func(context.Context, json.RawMessage) (string, error) { return "", errors.New("no luck") }})
	math.Settings.CostNano = map[string]int64{"add": 2_000_000}
	files := mcptest.NewServer("files", mcptest.Tool{Name: "read"})
	records := make(chan telemetry.Record, 100)
	cfg := over("http://127.0.0.1:1")
	cfg.Governance.VirtualKeys = []config.VirtualKey{
		{ID: "1", Name: "all", Value: "sk-bf-all"},
		{ID: "2", Name: "math only", Value: "sk-bf-math", MCPConfigs: []config.MCPGrant{{ClientName: "math", Tools: []string{"add"}}}},
		{ID: "3", Name: "limited", Value: "sk-bf-few", RateLimit: config.RateLimit{RequestMaxLimit: 1, RequestResetDuration: "1h"}},
		{ID: "4", Name: "poor", Value: "sk-bf-poor", Budget: config.Budget{MaxLimit: 0.003, ResetDuration: "1h"}},
		{ID: "5", Name: "chat only", Value: "sk-bf-chat", AllowedEndpoints: []string{"chat"}},
	}
	d := startWith(t, cfg, gateway.Options{
		Limits: memory.New(memory.Options{}), Tools: mcptest.Pool(t, math, files),
		Hooks: gateway.Hooks{Done: func(r *telemetry.Record) { records <- *r }},
	})
	t.Cleanup(func() { d.stop(t, 5*time.Second) })
	return d, records
}

const addition = `{"id":"call_1","type":"function","function":{"name":"math-add","arguments":"{\"a\":1,\"b\":2}"}}`

func TestAToolIsRunForACallerInBothForms(t *testing.T) {
	d, records := withTools(t)
	res := d.post(t, runPath, addition)
	require.Equal(t, 200, res.Status, res.Body)
	require.JSONEq(t, `{"role":"tool","tool_call_id":"call_1","content":"3"}`, res.Body)
	r := <-records
	require.Equal(t, api.OpTool, r.Op)
	require.Equal(t, "math", r.Provider)
	require.Equal(t, "add", r.Model.String())
	require.EqualValues(t, 2_000_000, r.CostNano)

	res = d.post(t, runPath+"?format=responses", `{"type":"function_call","call_id":"c","name":"math-add","arguments":{"a":0.5,"b":0.25}}`)
	require.Equal(t, 200, res.Status, res.Body)
	require.JSONEq(t, `{"type":"function_call_output","call_id":"c","output":"0.75","status":"completed"}`, res.Body)

	res = d.post(t, runPath, `{"id":"2","function":{"name":"math-fail"}}`)
	require.Equal(t, 200, res.Status, res.Body)
	require.JSONEq(t, `{"role":"tool","tool_call_id":"2","content":"no luck","is_error":true}`, res.Body)
}

func TestWhatIsWrongWithAToolsCallIsTold(t *testing.T) {
	d, _ := withTools(t)
	for _, tc := range []struct {
		path, body string
		status     int
		code       string
	}{
		{runPath, `{`, 400, "invalid_json"},
		{runPath, `{"id":"1"}`, 400, "missing_tool_name"},
		{runPath + "?format=xml", addition, 400, "invalid_format"},
		{runPath, `{"function":{"name":"nothing-here"}}`, 404, "tool_not_found"},
		{runPath, `{"function":{"name":"math-add","arguments":"{\"a\":1}"}}`, 400, "invalid_tool_arguments"},
		{runPath, `{"function":{"name":"math-add","arguments":"nonsense"}}`, 400, "invalid_tool_arguments"},
	} {
		res := d.post(t, tc.path, tc.body)
		code, _ := errorOf(t, "openai", res)
		require.Equal(t, tc.code, code, tc.body)
		require.Equal(t, tc.status, res.Status, tc.body)
	}
}

func TestHeadersAndVirtualKeysSayWhichToolsMayBeRun(t *testing.T) {
	d, _ := withTools(t)
	read := `{"function":{"name":"files-read"}}`
	for _, tc := range []struct {
		body    string
		status  int
		headers []string
	}{
		{addition, 200, []string{"Authorization: Bearer sk-bf-all"}},
		{read, 200, []string{"Authorization: Bearer sk-bf-all"}},
		{addition, 200, []string{"Authorization: Bearer sk-bf-math"}},
		{read, 404, []string{"Authorization: Bearer sk-bf-math"}},
		{read, 404, []string{"Authorization: Bearer sk-bf-math", "x-bf-mcp-include-tools: files-read"}},
		{read, 404, []string{"x-bf-mcp-include-clients: math"}},
		{addition, 200, []string{"x-bf-mcp-include-clients: math, files"}},
		{addition, 404, []string{"x-asbru-mcp-include-tools: "}},
		{addition, 403, []string{"Authorization: Bearer sk-bf-unknown"}},
		{addition, 403, []string{"Authorization: Bearer sk-bf-chat"}},
	} {
		res := d.post(t, runPath, tc.body, tc.headers...)
		require.Equal(t, tc.status, res.Status, "%s %v %s", tc.body, tc.headers, res.Body)
	}
}

func TestARunToolCountsForItsCallersLimits(t *testing.T) {
	d, _ := withTools(t)
	require.Equal(t, 200, d.post(t, runPath, addition, "Authorization: Bearer sk-bf-few").Status)
	res := d.post(t, runPath, addition, "Authorization: Bearer sk-bf-few")
	require.Equal(t, 429, res.Status)
	require.Equal(t, 200, d.post(t, runPath, addition, "Authorization: Bearer sk-bf-poor").Status)
	res = d.post(t, runPath, addition, "Authorization: Bearer sk-bf-poor")
	require.Equal(t, 402, res.Status, res.Body)
}
