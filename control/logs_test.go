package control_test

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/member"
	"github.com/asbru-gateway/asbru/pkg/usage"
	"github.com/stretchr/testify/require"
)

// openWithCalls opens a desk whose log has calls: one a minute, call 0 being the newest.
func openWithCalls(t *testing.T, n int) (*desk, []usage.Entry) {
	d := open(t)
	s := d.store.Load()
	all := make([]usage.Entry, n)
	for i := range all {
		all[i] = usage.Entry{
			CallID: fmt.Sprintf("call-%04d", 9999-i), RequestID: fmt.Sprintf("req-%d", i), Time: time.Now().Add(-time.Duration(i+1) * time.Minute),
			Node: "edge-1", Dialect: "openai", Op: "chat", Provider: []string{"openai", "house"}[i%2], Model: "m", Key: "main",
			VirtualKey: "vk-1", Team: "team-1", Status: 200, Attempts: 1, Stream: i%2 == 1,
			Usage: api.Usage{Input: 10, Output: 5, Known: true}, CostNano: 1_000_000, Took: 80 * time.Millisecond,
			Queue: 10 * time.Millisecond, Own: time.Millisecond, Metadata: map[string]string{"app": "=1+1"},
		}
		if i%4 == 3 {
			e := &all[i]
			e.Status, e.Code, e.Class, e.Message = 502, "provider_closed", "unavailable", "It closed."
			e.Tries = []usage.Try{{Provider: "house", Model: "m", Key: "main", Status: 502, Class: "unavailable", Code: "provider_closed", Took: time.Millisecond}}
		}
	}
	require.NoError(t, s.Ledger().Put(t.Context(), all))
	return d, all
}

func get(d *desk, path string) map[string]any { return d.call(http.StatusOK, http.MethodGet, path, "") }

func ids(body map[string]any) (out []string) {
	for _, row := range body["logs"].([]any) {
		out = append(out, row.(map[string]any)["id"].(string))
	}
	return out
}

func TestCallsAreListedAsBifrostListsThem(t *testing.T) {
	d, all := openWithCalls(t, 12)
	body := get(d, "/api/logs?limit=5")
	require.Equal(t, []string{"call-9999", "call-9998", "call-9997", "call-9996", "call-9995"}, ids(body))
	page := body["pagination"].(map[string]any)
	require.EqualValues(t, 12, page["total_count"])
	require.Equal(t, true, body["has_logs"])
	require.InDelta(t, 75, body["stats"].(map[string]any)["success_rate"], 0.01)
	body = get(d, "/api/logs?limit=5&after="+page["next_cursor"].(string))
	require.Equal(t, "call-9994", ids(body)[0])
	body = get(d, "/api/logs?limit=100&offset=10")
	require.Equal(t, []string{"call-9989", "call-9988"}, ids(body))
	require.NotContains(t, body["pagination"], "next_cursor")

	row := get(d, "/api/logs/call-9996")
	require.Equal(t, "error", row["status"])
	require.Equal(t, "chat.completion.chunk", row["object"])
	require.Equal(t, map[string]any{"type": "unavailable", "code": "provider_closed", "message": "It closed."}, row["error_details"])
	require.EqualValues(t, 80, row["latency"])
	require.EqualValues(t, 69, row["times"].(map[string]any)["provider_ms"])
	require.InDelta(t, 0.001, row["cost"], 1e-9)
	require.EqualValues(t, 15, row["token_usage"].(map[string]any)["total_tokens"])
	require.Len(t, row["attempts"], 1)
	d.call(http.StatusNotFound, http.MethodGet, "/api/logs/none", "")

	for query, want := range map[string]int{
		"status=error": 3, "status=success,error": 12, "status=cancelled": 0, "status=processing": 0, "providers=house": 6, "providers=house,openai": 12,
		"status=!error": 9, "status=!error,!success": 0, "status=success,!success": 0, "status=!processing": 12, "status=processing,error": 3,
		"providers=!house": 6, "providers=!house,!openai": 0, "providers=house,openai,!house": 6, "providers=!other&models=!other": 12, "status_codes=!502": 9,
		"objects=!chat.completion": 0, "objects=!embedding": 12, "team_ids=!team-1": 0,
		"models=other": 0, "objects=chat.completion": 12, "objects=embedding": 0, "virtual_key_ids=vk-1&team_ids=team-1": 12,
		"metadata_app=%3D1%2B1": 12, "metadata_app=x": 0, "min_latency=80&max_latency=80": 12, "min_latency=81": 0, "min_tokens=16": 0,
		"max_cost=0.0009": 0, "missing_cost_only=true": 0, "content_search=CLOSED": 3, "request_id=req-3": 1, "error_class=unavailable": 3,
		"mark=cache:hit": 0, "worker=none": 0, "dialect=none": 0, "shadow=true": 0, "shadow=false": 12, "retried=true": 0, "retried=false": 12,
		"stream=true": 6, "routing_engine_used=routing-rule": 0, "status_codes=502": 3, "nodes=edge-1": 12,
		"start_time=" + all[4].Time.Add(-time.Second).UTC().Format(time.RFC3339Nano): 5,
	} {
		require.Len(t, get(d, "/api/logs?"+query)["logs"], want, query)
	}
	require.Equal(t, "call-9988", ids(get(d, "/api/logs?sort_by=cost&order=asc"))[0])
}

func TestQueriesThatAreNotValidAreRefusedNamingTheField(t *testing.T) {
	d, _ := openWithCalls(t, 1)
	for query, field := range map[string]string{
		"?limit=1001": "query.limit", "?sort_by=drop": "query.sort_by", "?status=maybe": "query.status", "?status=!maybe": "query.status", "?start_time=yesterday": "query.start_time",
		"?after=%00": "query.after", "?after=x&sort_by=cost": "query.after", "?start_time=2026-01-02T00:00:00Z&end_time=2026-01-01T00:00:00Z": "query.end_time",
		"?min_cost=-1": "query.min_cost", "/histogram?bucket_seconds=61": "query.bucket_seconds", "/histogram?bucket_seconds=60&start_time=2000-01-01T00:00:00Z": "query.bucket_seconds",
		"/stats?by=password": "query.by", "?providers=" + strings.Repeat("a,", 300): "query.providers",
	} {
		body := d.call(http.StatusUnprocessableEntity, http.MethodGet, "/api/logs"+query, "")
		require.Equal(t, field, body["error"].(map[string]any)["details"].([]any)[0].(map[string]any)["path"], query)
	}
	d.store.Store(nil)
	d.call(http.StatusServiceUnavailable, http.MethodGet, "/api/logs", "")
}

func TestStatisticsAddUpToTheCalls(t *testing.T) {
	d, _ := openWithCalls(t, 12)
	stats := get(d, "/api/logs/stats?by=provider")
	require.EqualValues(t, 12, stats["total_requests"])
	require.EqualValues(t, 12_000_000, stats["total_cost_nano"])
	require.EqualValues(t, 80, stats["average_latency"])
	require.InDelta(t, 80, stats["latency"].(map[string]any)["p99_latency"], 12)
	require.Len(t, stats["groups"], 2)
	for path, of := range map[string]string{
		"": "count", "/tokens": "total_tokens", "/cost": "total_cost", "/models": "count", "/latency": "total_requests",
		"/cost/by-provider": "total_cost", "/tokens/by-provider": "total_tokens", "/latency/by-provider": "total_requests",
	} {
		body := get(d, "/api/logs/histogram"+path)
		require.EqualValues(t, 900, body["bucket_size_seconds"])
		sum := 0.0
		for _, b := range body["buckets"].([]any) {
			sum += b.(map[string]any)[of].(float64)
		}
		require.InDelta(t, map[string]float64{"count": 12, "total_tokens": 180, "total_cost": 0.012, "total_requests": 12}[of], sum, 1e-9, path)
	}
	require.Equal(t, []any{"house", "openai"}, get(d, "/api/logs/histogram/cost/by-provider")["providers"])
	body := get(d, "/api/logs/histogram?by=team&bucket_seconds=3600")
	require.Equal(t, []any{"team-1"}, body["dimension_values"])
	require.Equal(t, []any{"vk-1"}, get(d, "/api/logs/histogram/tokens?by=virtual_key")["dimension_values"])

	data := get(d, "/api/logs/filterdata")
	require.Equal(t, []any{"house", "openai"}, data["providers"])
	require.Equal(t, []any{"200", "502"}, data["status_codes"])
	ranked := get(d, "/api/logs/rankings")["rankings"].([]any)
	require.Len(t, ranked, 2)
	require.Equal(t, "m", ranked[0].(map[string]any)["model"])
	require.Equal(t, "team-1", get(d, "/api/logs/rankings?by=team")["rankings"].([]any)[0].(map[string]any)["id"])
}

func TestDeletedCallsAreNotShownAndStillCount(t *testing.T) {
	d, _ := openWithCalls(t, 3)
	body := d.call(http.StatusOK, http.MethodDelete, "/api/logs", `{"ids":["call-9999","call-9998"]}`)
	require.EqualValues(t, 2, body["deleted"])
	require.Equal(t, []string{"call-9997"}, ids(get(d, "/api/logs")))
	require.EqualValues(t, 3, get(d, "/api/logs/stats")["total_requests"])
	d.call(http.StatusUnprocessableEntity, http.MethodDelete, "/api/logs", `{"ids":[]}`)
}

func TestLostCallsAreTold(t *testing.T) {
	d, _ := openWithCalls(t, 1)
	d.nodes.tell(member.State{Node: "edge-1", Usage: member.Usage{Lost: 3, Spooled: 9}})
	require.EqualValues(t, 3, get(d, "/api/logs/dropped")["dropped_requests"])
}

func TestExportsHaveEveryCall(t *testing.T) {
	d, all := openWithCalls(t, 1201)
	export := func(query string) (*http.Response, io.Reader) {
		res := d.open("/api/logs/export" + query)
		return res, res.Body
	}
	res, body := export("")
	require.Equal(t, "application/x-ndjson", res.Header.Get("Content-Type"))
	lines := bufio.NewScanner(body)
	n := 0
	for ; lines.Scan(); n++ {
		var row struct {
			ID string `json:"id"`
		}
		require.NoError(t, json.Unmarshal(lines.Bytes(), &row))
		require.Equal(t, all[n].CallID, row.ID)
	}
	require.Equal(t, len(all), n)

	_, body = export("?format=csv&providers=house")
	table, err := csv.NewReader(body).ReadAll()
	require.NoError(t, err)
	require.Len(t, table, 1+600)
	_, body = export("?format=csv&providers=none")
	text, err := io.ReadAll(body)
	require.NoError(t, err)
	require.Equal(t, 1, strings.Count(string(text), "\n"), "a head without rows")
}

func TestNoCellOfAnExportIsAFormula(t *testing.T) {
	d, _ := openWithCalls(t, 0)
	require.NoError(t, d.store.Load().Ledger().Put(t.Context(), []usage.Entry{{
		CallID: "c", RequestID: "=cmd|'/c calc'!A1", Model: "@sum(1)", Session: "-2+3", EndUser: "+1", Time: time.Now(), Status: 200,
	}}))
	req, err := http.NewRequest(http.MethodGet, d.URL+"/api/logs/export?format=csv", nil)
	require.NoError(t, err)
	req.Header.Set("Authorization", "Bearer "+token)
	res, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer res.Body.Close()
	table, err := csv.NewReader(res.Body).ReadAll()
	require.NoError(t, err)
	require.Len(t, table, 2)
	for _, cell := range table[1] {
		require.False(t, cell != "" && strings.ContainsAny(cell[:1], "=+-@"), cell)
	}
	require.Contains(t, table[1], "'=cmd|'/c calc'!A1")
}

func TestWhoIsConfinedToTeamsSeesTheirCallsAlone(t *testing.T) {
	d, _ := openWithCalls(t, 4)
	require.NoError(t, d.store.Load().Ledger().Put(t.Context(), []usage.Entry{
		{CallID: "other", RequestID: "r", Time: time.Now(), Team: "team-2", Status: 200, Model: "secret-model"},
	}))
	made := d.call(http.StatusOK, http.MethodPost, "/api/tokens", `{"name":"of team 2","role":"viewer","teams":["team-2"]}`)
	bearer := "Bearer " + made["token"].(map[string]any)["value"].(string)
	ask := func(status int, path string) map[string]any {
		return d.call(status, http.MethodGet, path, "", "Authorization", bearer)
	}
	require.Equal(t, []string{"other"}, ids(ask(200, "/api/logs")))
	require.EqualValues(t, 1, ask(200, "/api/logs/stats")["total_requests"])
	require.Equal(t, []any{"secret-model"}, ask(200, "/api/logs/filterdata")["models"])
	require.Len(t, ask(200, "/api/logs/rankings?by=model")["rankings"], 1)
	ask(200, "/api/logs/other")
	ask(404, "/api/logs/call-9999")
	ask(403, "/api/logs?team_ids=team-1")
	ask(403, "/api/logs/dropped")
}

func TestCallsWithoutAPriceArePricedLater(t *testing.T) {
	d := open(t)
	made := func(id, model string, cost int64) usage.Entry {
		return usage.Entry{
			CallID: id, Time: time.Now(), Provider: "house", Model: model, Status: 200, CostNano: cost,
			Usage: api.Usage{Input: 1000, Output: 10, Known: true},
		}
	}
	require.NoError(t, d.store.Load().Ledger().Put(t.Context(), []usage.Entry{made("1", "small", 0), made("2", "other", 0), made("3", "small", 77)}))
	d.call(http.StatusOK, http.MethodPut, "/api/config", `{"providers":{"house":{"keys":[{"name":"k","value":"x","weight":1}],
		"network_config":{"base_url":"http://127.0.0.1:1"},"custom_provider_config":{"base_provider_type":"openai"}}},
		"governance":{"pricing_overrides":[{"price":{"model_pattern":"small","input_cost_per_token":0.000001,"output_cost_per_token":0.00001}}]}}`)
	body := d.call(http.StatusOK, http.MethodPost, "/api/logs/recalculate-cost", "")
	require.EqualValues(t, 1, body["updated"])
	require.EqualValues(t, 1, body["skipped"])
	require.EqualValues(t, 1, body["remaining"])
	require.EqualValues(t, 1_100_000, get(d, "/api/logs/1")["cost_nano"])
	require.EqualValues(t, 77, get(d, "/api/logs/3")["cost_nano"], "a price that was charged stays")
	require.EqualValues(t, 1_100_077, get(d, "/api/logs/stats")["total_cost_nano"])
}
