package control_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/transcript"
	"github.com/asbru-gateway/asbru/pkg/usage"
	"github.com/stretchr/testify/require"
)

// openWithTools opens a desk whose log has calls of tools beside another call.
func openWithTools(t *testing.T) *desk {
	d := open(t)
	all := make([]usage.Entry, 6)
	for i := range all {
		all[i] = usage.Entry{
			CallID: fmt.Sprintf("tool-%d", 9-i), RequestID: fmt.Sprintf("req-%d", i), Parent: "model-call", Time: time.Now().Add(-time.Duration(i+1) * time.Minute),
			Node: "edge-1", Op: "tool", Provider: []string{"math", "files"}[i%2], Model: []string{"add", "read"}[i%2], VirtualKey: "vk-1", Team: "team-1",
			Status: 200, CostNano: 2_000_000, Took: 80 * time.Millisecond,
		}
	}
	e := &all[5]
	e.Status, e.Code, e.Class, e.Message, e.Team, e.VirtualKey = 504, "tool_timeout", "timeout", "The tool took too long.", "team-2", "vk-2"
	other := usage.Entry{CallID: "model-call", Time: time.Now().Add(-time.Minute), Op: "chat", Provider: "house", Model: "m", Team: "team-1", Status: 200}
	require.NoError(t, d.store.Load().Ledger().Put(t.Context(), slices.Concat(all, []usage.Entry{other})))
	require.NoError(t, d.store.Load().Transcripts().PutTranscripts(t.Context(), []transcript.Transcript{{
		CallID: "tool-9", Time: all[0].Time, Request: transcript.Body{Text: `{"a":1}`, Bytes: 7}, Response: transcript.Body{Text: `{"content":[{"type":"text","text":"an owl"}]}`, Bytes: 44},
	}}))
	return d
}

func TestCallsOfToolsAreListedAsBifrostListsThem(t *testing.T) {
	d := openWithTools(t)
	body := get(d, "/api/mcp-logs?limit=4")
	require.Equal(t, []string{"tool-9", "tool-8", "tool-7", "tool-6"}, ids(body))
	page := body["pagination"].(map[string]any)
	require.EqualValues(t, 6, page["total_count"])
	require.Equal(t, []string{"tool-5", "tool-4"}, ids(get(d, "/api/mcp-logs?limit=4&after="+page["next_cursor"].(string))))
	row := body["logs"].([]any)[0].(map[string]any)
	require.Equal(t, "add", row["tool_name"])
	require.Equal(t, "math", row["server_label"])
	require.Equal(t, "model-call", row["llm_request_id"])
	require.InDelta(t, 0.002, row["cost"], 1e-9)
	require.NotContains(t, row, "arguments", "in a list nothing is shown")

	row = get(d, "/api/mcp-logs/tool-9")
	require.Equal(t, `{"a":1}`, row["arguments"].(map[string]any)["text"])
	require.Contains(t, row["result"].(map[string]any)["text"], "an owl")
	row = get(d, "/api/mcp-logs/tool-4")
	require.Equal(t, "error", row["status"])
	require.Equal(t, map[string]any{"type": "timeout", "code": "tool_timeout", "message": "The tool took too long."}, row["error_details"])
	d.call(http.StatusNotFound, http.MethodGet, "/api/mcp-logs/model-call", "")

	for query, want := range map[string]int{
		"tool_names=add": 3, "tool_names=add,read": 6, "server_labels=files": 3, "server_labels=house": 0, "status=error": 1, "status=success": 5,
		"virtual_key_ids=vk-2": 1, "llm_request_ids=model-call": 6, "llm_request_ids=none": 0, "min_latency=80": 6, "min_latency=81": 0,
		"content_search=owl": 1, "content_search=too+long": 1, "request_id=req-3": 1, "error_code=tool_timeout": 1, "team_ids=team-2": 1,
		"tool_names=%27+or+1%3D1": 0, "sort_by=cost&order=asc": 6,
	} {
		require.Len(t, get(d, "/api/mcp-logs?"+query)["logs"], want, query)
	}
	require.Len(t, get(d, "/api/logs")["logs"], 7, "they are calls as all are")
	for query, field := range map[string]string{
		"status=maybe": "query.status", "limit=1001": "query.limit", "tool_names=" + strings.Repeat("a,", 300): "query.tool_names", "llm_request_ids=a,b": "query.llm_request_ids",
	} {
		refused := d.call(http.StatusUnprocessableEntity, http.MethodGet, "/api/mcp-logs?"+query, "")
		require.Equal(t, field, refused["error"].(map[string]any)["details"].([]any)[0].(map[string]any)["path"], query)
	}
}

func TestStatisticsOfToolsAreOfToolsAlone(t *testing.T) {
	d := openWithTools(t)
	stats := get(d, "/api/mcp-logs/stats")
	require.EqualValues(t, 6, stats["total_executions"])
	require.InDelta(t, 83.33, stats["success_rate"], 0.01)
	require.InDelta(t, 0.012, stats["total_cost"], 1e-9)
	require.InDelta(t, 80, stats["average_latency"], 1e-9)
	require.EqualValues(t, 1, get(d, "/api/mcp-logs/stats?virtual_key_ids=vk-2")["total_executions"])

	data := get(d, "/api/mcp-logs/filterdata")
	require.Equal(t, []any{"add", "read"}, data["tool_names"])
	require.Equal(t, []any{"files", "math"}, data["server_labels"])
	require.Len(t, data["virtual_keys"], 2)

	sum := func(path, of string) (all float64) {
		for _, b := range get(d, path)["buckets"].([]any) {
			all += b.(map[string]any)[of].(float64)
		}
		return all
	}
	require.InDelta(t, 6, sum("/api/mcp-logs/histogram", "count"), 1e-9)
	require.InDelta(t, 1, sum("/api/mcp-logs/histogram?bucket_seconds=60", "error"), 1e-9)
	require.InDelta(t, 0.006, sum("/api/mcp-logs/histogram/cost?tool_names=add", "total_cost"), 1e-9)
	tools := get(d, "/api/mcp-logs/histogram/top-tools?limit=1&status=success")["tools"].([]any)
	require.Equal(t, []any{map[string]any{"tool_name": "add", "server_label": "math", "count": 3.0, "failed": 0.0, "cost": 0.006}}, tools)
}

func TestWhoIsConfinedToTeamsSeesTheirToolsAlone(t *testing.T) {
	d := openWithTools(t)
	made := d.call(http.StatusOK, http.MethodPost, "/api/tokens", `{"name":"of team 2","role":"viewer","teams":["team-2"]}`)
	bearer := "Bearer " + made["token"].(map[string]any)["value"].(string)
	ask := func(status int, method, path, body string) map[string]any {
		return d.call(status, method, path, body, "Authorization", bearer)
	}
	require.Equal(t, []string{"tool-4"}, ids(ask(200, http.MethodGet, "/api/mcp-logs", "")))
	require.EqualValues(t, 1, ask(200, http.MethodGet, "/api/mcp-logs/stats", "")["total_executions"])
	require.Equal(t, []any{"read"}, ask(200, http.MethodGet, "/api/mcp-logs/filterdata", "")["tool_names"])
	require.Len(t, ask(200, http.MethodGet, "/api/mcp-logs/histogram/top-tools", "")["tools"], 1)
	ask(404, http.MethodGet, "/api/mcp-logs/tool-9", "")
	ask(403, http.MethodGet, "/api/mcp-logs?team_ids=team-1", "")
	ask(403, http.MethodDelete, "/api/mcp-logs", `{"ids":["tool-4"]}`)
}

func TestDeletingCallsOfToolsDeletesNoOthers(t *testing.T) {
	d := openWithTools(t)
	body := d.call(http.StatusOK, http.MethodDelete, "/api/mcp-logs", `{"ids":["tool-9","model-call","none"]}`)
	require.EqualValues(t, 1, body["deleted"])
	d.call(http.StatusNotFound, http.MethodGet, "/api/mcp-logs/tool-9", "")
	get(d, "/api/logs/model-call")
	require.EqualValues(t, 6, get(d, "/api/mcp-logs/stats")["total_executions"], "it still counts")
}
