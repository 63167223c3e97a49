package edge_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/edge"
	"github.com/asbru-gateway/asbru/pkg/batch"
	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/bus/bustest"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/files"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/job"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
	"github.com/stretchr/testify/require"
)

// openBatches opens an edge of a cluster that runs batches itself.
func openBatches(t *testing.T, cfg *config.Config) *door {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	conn := bustest.Start(t).Connect(t, bus.Edge|bus.Worker, "n1")
	q, f := job.NewQueue(conn, log), files.NewStore(conn)
	b := batch.NewStore(conn, f, q)
	d := startEdge(t, cfg, gateway.Options{}, edge.Options{Node: "n1", Jobs: q, Files: f, Batches: b})
	d.closeAfter(t)
	batches := batch.NewRunner(b, batch.RunnerOptions{Call: d.Run, Log: log})
	r := job.NewRunner(q, job.RunnerOptions{Call: batches.Run, Metrics: telemetry.NewMetrics("test"), Log: log})
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { r.Run(ctx) })
	t.Cleanup(func() {
		stop()
		running.Wait()
		batches.Leave()
		r.Drain(ctx)
	})
	return d
}

// givenBatch is what the gateway tells of a batch.
type givenBatch struct {
	ID     string
	Status string
	Output string         `json:"output_file_id"`
	Error  string         `json:"error_file_id"`
	Counts map[string]int `json:"request_counts"`
	Errors struct{ Data []batch.Fault }
}

// askBatch asks for a batch as the caller one.
func (d *door) askBatch(t *testing.T, method, path, body string, headers ...string) (b givenBatch) {
	t.Helper()
	text, _ := d.ask(t, 200, method, path, "one", body, headers...)
	require.NoError(t, json.Unmarshal([]byte(text), &b))
	return b
}

// uploadInput uploads an input file of the caller one, and returns its id.
func (d *door) uploadInput(t *testing.T, path, text string) string {
	t.Helper()
	kind, body := form(t, "purpose", "batch", "@file", text)
	return d.askBatch(t, "POST", path, body, "Content-Type", kind).ID
}

func orderOf(file string) string {
	return `{"input_file_id":"` + file + `","endpoint":"/v1/chat/completions","completion_window":"24h","metadata":{"a":"b"}}`
}

func (d *door) ends(t *testing.T, id string) (b givenBatch) {
	t.Helper()
	require.Eventually(t, func() bool {
		b = d.askBatch(t, "GET", "/v1/batches/"+id, "")
		return slices.Contains([]string{"completed", "failed", "expired", "cancelled"}, b.Status)
	}, time.Minute, 20*time.Millisecond)
	return b
}

func chatLine(id, model string) string {
	return fmt.Sprintf(`{"custom_id":%q,"method":"POST","url":"/v1/chat/completions","body":{"model":%q,"max_tokens":10,"messages":[{"role":"user","content":"Hello"}]}}`+"\n", id, model)
}

func TestABatchOfSeveralProvidersIsRunByTheGatewayItself(t *testing.T) {
	_, url := serveMock(t)
	d := openBatches(t, over(url))
	input := d.uploadInput(t, "/v1/files?provider=anthropic", chatLine("a", "openai/gpt-4o")+chatLine("b", "claude-sonnet-4-5")+chatLine("c", "nobody/x")+chatLine("d", "own"))
	require.True(t, strings.HasPrefix(input, files.Prefix))
	made := d.askBatch(t, "POST", "/openai/v1/batches?provider=anthropic", orderOf(input), "Idempotency-Key", "k")
	again := d.askBatch(t, "POST", "/openai/v1/batches?provider=anthropic", orderOf(input), "Idempotency-Key", "k")
	require.Equal(t, made.ID, again.ID, "one key, one batch")
	b := d.ends(t, made.ID)
	require.Equal(t, "completed", b.Status, b.Errors)
	require.Equal(t, map[string]int{"total": 4, "completed": 3, "failed": 1}, b.Counts)

	text, head := d.ask(t, 200, "GET", "/v1/files/"+b.Output+"/content", "one", "")
	require.Equal(t, "application/octet-stream", head.Get("Content-Type"))
	got := map[string]string{}
	for l := range strings.Lines(text) {
		var r struct {
			CustomID string `json:"custom_id"`
			Response struct {
				Status int `json:"status_code"`
				Body   struct{ Object, Model string }
			}
		}
		require.NoError(t, json.Unmarshal([]byte(l), &r))
		require.Equal(t, 200, r.Response.Status)
		require.Equal(t, "chat.completion", r.Response.Body.Object)
		got[r.CustomID] = r.Response.Body.Model
	}
	require.Len(t, got, 3)
	require.Equal(t, "own", got["d"], "a bare name is of the provider that was named")
	text, _ = d.ask(t, 200, "GET", "/v1/files/"+b.Error+"/content", "one", "")
	require.Contains(t, text, `"custom_id":"c","response":{"status_code":400`)
	require.Contains(t, text, "unknown_provider")

	list, _ := d.ask(t, 200, "GET", "/v1/files?provider=asbru&purpose=batch", "one", "")
	require.Contains(t, list, input)
	require.NotContains(t, list, b.Output)
	list, _ = d.ask(t, 200, "GET", "/v1/batches?provider=asbru", "one", "")
	require.Contains(t, list, b.ID)
	require.Contains(t, list, `"has_more":false`)
	for _, path := range []string{"/v1/files/" + input, "/v1/files/" + b.Output + "/content", "/v1/batches/" + b.ID} {
		d.ask(t, 404, "GET", path, "two", "")
	}
	list, _ = d.ask(t, 200, "GET", "/v1/batches", "two", "", "X-Model-Provider", "asbru")
	require.NotContains(t, list, b.ID)
	text, _ = d.ask(t, 400, "POST", "/v1/batches/"+b.ID+"/cancel", "one", "")
	require.Contains(t, text, "batch_ended")
	text, _ = d.ask(t, 200, "DELETE", "/v1/files/"+input, "one", "")
	require.Contains(t, text, `"deleted":true`)
	d.ask(t, 404, "GET", "/v1/files/"+input, "one", "")
}

func TestAnInputFileThatIsWrongFailsTheBatchAndSaysWhere(t *testing.T) {
	_, url := serveMock(t)
	d := openBatches(t, over(url))
	bad := chatLine("a", "m") + "\n" + chatLine("a", "m") + "no JSON\n"
	b := d.askBatch(t, "POST", "/v1/batches", orderOf(d.uploadInput(t, "/v1/files?provider=asbru", bad)))
	b = d.ends(t, b.ID)
	require.Equal(t, "failed", b.Status)
	require.Len(t, b.Errors.Data, 2)
	require.Equal(t, "duplicate_custom_id", b.Errors.Data[0].Kind)
	require.Equal(t, 3, *b.Errors.Data[0].Line)
	require.Equal(t, "invalid_json_line", b.Errors.Data[1].Kind)
}

func TestWhatCannotBeABatchIsRefused(t *testing.T) {
	_, url := serveMock(t)
	d := openBatches(t, over(url))
	kind, body := form(t, "purpose", "vision", "@file", "x")
	text, _ := d.ask(t, 400, "POST", "/v1/files?provider=asbru", "one", body, "Content-Type", kind)
	require.Contains(t, text, "invalid_purpose")
	kind, body = form(t, "purpose", "batch")
	text, _ = d.ask(t, 400, "POST", "/v1/files?provider=asbru", "one", body, "Content-Type", kind)
	require.Contains(t, text, "missing_file")
	kind, body = form(t, "purpose", "batch", "@file", strings.Repeat("x", 100))
	text, _ = d.ask(t, 400, "POST", "/v1/files?provider=asbru", "one", body[:len(body)-80], "Content-Type", kind)
	require.Contains(t, text, "invalid_form")
	input := d.uploadInput(t, "/v1/files?provider=asbru", chatLine("a", "m"))
	for change, want := range map[[2]string]string{
		{`"24h"`, `"2s"`}: "invalid_completion_window",
		{"/v1/chat/completions", "/v1/audio/speech"}:    "invalid_endpoint",
		{`"b"}`, `"` + strings.Repeat("b", 513) + `"}`}: "invalid_metadata",
		{`"b"}`, `1}`}: "invalid_json",
		{input, files.Prefix + strings.Repeat("0", 32)}: "input_file_not_found",
	} {
		text, _ := d.ask(t, 400, "POST", "/v1/batches", "one", strings.Replace(orderOf(input), change[0], change[1], 1))
		require.Contains(t, text, want)
	}
	text, _ = d.ask(t, 400, "POST", "/v1/batches", "two", orderOf(input))
	require.Contains(t, text, "input_file_not_found", "it is another caller's")
	d.ask(t, 404, "GET", "/v1/batches/"+batch.Prefix+"x", "one", "")
	d.ask(t, 404, "PUT", "/v1/files/"+input, "one", "")
}

func TestFilesAndBatchesOfAProviderThatHasThemPassToIt(t *testing.T) {
	_, url := serveMock(t)
	d := openBatches(t, over(url))
	input := d.uploadInput(t, "/v1/files", chatLine("a", "gpt-4o"))
	require.False(t, strings.HasPrefix(input, files.Prefix))
	b := d.askBatch(t, "POST", "/v1/batches", orderOf(input))
	require.False(t, strings.HasPrefix(b.ID, batch.Prefix))
	require.Equal(t, "completed", b.Status)
	res := do(t, http.MethodGet, d.URL("/v1/files?provider=nobody"), "")
	code, _ := errorOf(t, "openai", res)
	require.Equal(t, "unknown_provider", code)
}

func TestLinesThatPassAsTheyAreAreRunToo(t *testing.T) {
	_, url := serveMock(t)
	d := openBatches(t, over(url))
	for endpoint, body := range map[string]string{
		"/v1/moderations":        `{"model":"openai/omni-moderation-latest","input":"Hello"}`,
		"/v1/images/generations": `{"model":"openai/gpt-image-1","prompt":"a cat"}`,
		"/v1/embeddings":         `{"model":"openai/text-embedding-3-small","input":"Hello"}`,
	} {
		input := d.uploadInput(t, "/v1/files?provider=asbru", `{"custom_id":"a","method":"POST","url":"`+endpoint+`","body":`+body+`}`)
		order := strings.Replace(orderOf(input), "/v1/chat/completions", endpoint, 1)
		b := d.ends(t, d.askBatch(t, "POST", "/v1/batches", order, "X-Model-Provider", "asbru").ID)
		require.Equal(t, 1, b.Counts["completed"], endpoint)
	}
}
