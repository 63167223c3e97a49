package edge_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/batch"
	"github.com/stretchr/testify/require"
)

// messagesBatch is what the gateway tells of a batch in Anthropic's words.
type messagesBatch struct {
	ID      string
	Status  string         `json:"processing_status"`
	Counts  map[string]int `json:"request_counts"`
	Results string         `json:"results_url"`
}

func TestABatchIsMadeAndReadOverAnthropicsAPI(t *testing.T) {
	_, url := serveMock(t)
	cfg := over(url)
	delete(cfg.Providers, "anthropic")
	d := openBatches(t, cfg)
	params := func(model string) string {
		return `{"model":"` + model + `","max_tokens":10,"messages":[{"role":"user","content":"Hello"}]}`
	}
	text, _ := d.ask(t, 200, "POST", "/anthropic/v1/messages/batches", "one",
		`{"requests":[{"custom_id":"a","params":`+params("openai/gpt-4o")+`},{"custom_id":"b","params":`+params("nobody/x")+`}]}`)
	var b messagesBatch
	require.NoError(t, json.Unmarshal([]byte(text), &b))
	require.True(t, strings.HasPrefix(b.ID, batch.Prefix))
	require.Eventually(t, func() bool {
		text, _ = d.ask(t, 200, "GET", "/anthropic/v1/messages/batches/"+b.ID, "one", "")
		require.NoError(t, json.Unmarshal([]byte(text), &b))
		return b.Status == "ended"
	}, time.Minute, 20*time.Millisecond)
	require.Equal(t, map[string]int{"processing": 0, "succeeded": 1, "errored": 1, "canceled": 0, "expired": 0}, b.Counts)
	require.Equal(t, d.URL("/anthropic/v1/messages/batches/"+b.ID+"/results"), b.Results)
	text, head := d.ask(t, 200, "GET", strings.TrimPrefix(b.Results, d.URL("")), "one", "")
	require.Equal(t, "application/x-jsonl", head.Get("Content-Type"))
	type result struct {
		CustomID string `json:"custom_id"`
		Result   struct {
			Type    string
			Message struct{ Type, Role string }
			Error   struct {
				Type  string
				Error struct{ Type string }
			}
		}
	}
	got := map[string]result{}
	for l := range strings.Lines(text) {
		var r result
		require.NoError(t, json.Unmarshal([]byte(l), &r), l)
		got[r.CustomID] = r
	}
	require.Len(t, got, 2)
	require.Equal(t, "succeeded", got["a"].Result.Type)
	require.Equal(t, "assistant", got["a"].Result.Message.Role)
	require.Equal(t, "errored", got["b"].Result.Type)
	require.Equal(t, "error", got["b"].Result.Error.Type)
	require.Equal(t, "invalid_request_error", got["b"].Result.Error.Error.Type)

	list, _ := d.ask(t, 200, "GET", "/v1/messages/batches?limit=1", "one", "")
	require.Contains(t, list, `"first_id":"`+b.ID+`"`)
	d.ask(t, 404, "GET", "/v1/messages/batches/"+b.ID, "two", "")
	text, _ = d.ask(t, 400, "POST", "/v1/messages/batches/"+b.ID+"/cancel", "one", "")
	require.Contains(t, text, `"type":"error"`)
	for body, want := range map[string]string{
		`{`:               "invalid_json",
		`{"requests":[]}`: "invalid_requests",
		`{"requests":[{"custom_id":"a","params":{}},{"custom_id":"a","params":{}}]}`: "used in another line",
		`{"requests":[{"custom_id":"a"}]}`:                                           "invalid_requests",
	} {
		text, _ := d.ask(t, 400, "POST", "/v1/messages/batches", "one", body)
		require.Contains(t, text, want)
	}
}
