package edge_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/asbru-gateway/asbru/edge"
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/bus/bustest"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/job"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
	"github.com/stretchr/testify/require"
)

// openJobs opens an edge of a cluster that takes jobs. Call run to have them run.
func openJobs(t *testing.T, up *upstreamtest.Server) (d *door, run func()) {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	cluster := bustest.Start(t)
	q := job.NewQueue(cluster.Connect(t, bus.Edge|bus.Worker, "n1"), log)
	d = startEdge(t, over(up.URL), gateway.Options{}, edge.Options{Node: "n1", Jobs: q})
	d.closeAfter(t)
	return d, func() {
		r := job.NewRunner(q, job.RunnerOptions{Call: d.Run, Metrics: telemetry.NewMetrics("test"), Log: log})
		ctx, stop := context.WithCancel(context.Background())
		var running sync.WaitGroup
		running.Go(func() { r.Run(ctx) })
		t.Cleanup(func() {
			stop()
			running.Wait()
			r.Drain(ctx)
		})
	}
}

// ask sends a request of a caller's, and returns the answer's body and head.
func (d *door) ask(t *testing.T, status int, method, path, key, body string, headers ...string) (string, http.Header) {
	t.Helper()
	req, err := http.NewRequest(method, d.URL(path), strings.NewReader(body))
	require.NoError(t, err)
	req.Header.Set("Authorization", "Bearer "+key)
	req.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	res, err := client.Do(req)
	require.NoError(t, err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	require.Equal(t, status, res.StatusCode, string(text))
	return string(text), res.Header
}

const jobBody = `{"model":"openai/gpt-4o","messages":[{"role":"user","content":"hello"}]}`

func TestAJobIsSubmittedFollowedAndFetchedByItsOwner(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) { x.JSON(200, wholeAnswers["openai"]) })
	d, run := openJobs(t, up)
	text, head := d.ask(t, 202, "POST", "/v1/async/chat/completions", "one", jobBody, "Idempotency-Key", "k")
	at := head.Get("Location")
	require.Contains(t, text, `"status":"pending"`)
	_, head = d.ask(t, 202, "POST", "/v1/chat/completions", "one", jobBody, "Idempotency-Key", "k", "x-asbru-async", "true")
	require.Equal(t, at, head.Get("Location"))
	d.ask(t, 404, "GET", at, "two", "")
	d.ask(t, 404, "DELETE", at, "two", "")
	d.ask(t, 409, "POST", "/v1/async/chat/completions", "one", strings.Replace(jobBody, "hello", "bye", 1), "Idempotency-Key", "k")

	run()
	events, head := d.ask(t, 200, "GET", at, "one", "", "Accept", "text/event-stream")
	require.Equal(t, "text/event-stream", head.Get("Content-Type"))
	require.Contains(t, events, `"status":"completed"`)
	text, _ = d.ask(t, 200, "GET", at, "one", "")
	var got struct {
		Status string
		Result json.RawMessage
	}
	require.NoError(t, json.Unmarshal([]byte(text), &got))
	require.Equal(t, "completed", got.Status)
	require.JSONEq(t, wholeAnswers["openai"], string(got.Result))
	d.ask(t, 409, "DELETE", at, "one", "")
}

func TestSpeechCanBeAJob(t *testing.T) {
	sound := strings.Repeat("s", 100_000)
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		x.Write("HTTP/1.1 200 OK\r\nContent-Type: audio/mpeg\r\nContent-Length: 100000\r\n\r\n" + sound)
	})
	d, run := openJobs(t, up)
	_, head := d.ask(t, 202, "POST", "/v1/async/audio/speech", "one", `{"model":"openai/tts-1","input":"hi","voice":"alloy"}`)
	run()
	at := head.Get("Location")
	d.ask(t, 200, "GET", at, "one", "", "Accept", "text/event-stream") // until it has ended
	text, _ := d.ask(t, 200, "GET", at, "one", "")
	var got struct {
		Status string
		Kind   string `json:"content_type"`
		Base64 []byte `json:"result_base64"`
	}
	require.NoError(t, json.Unmarshal([]byte(text), &got))
	require.Equal(t, "completed", got.Status)
	require.Equal(t, "audio/mpeg", got.Kind)
	require.Equal(t, sound, string(got.Base64))
}

func TestAJobIsCancelled(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) { t.Error("a cancelled job was run") })
	d, _ := openJobs(t, up)
	_, head := d.ask(t, 202, "POST", "/v1/async/chat/completions", "one", jobBody)
	text, _ := d.ask(t, 200, "DELETE", head.Get("Location"), "one", "")
	require.Contains(t, text, `"status":"cancelled"`)
}

func TestWhatCannotBeAJobIsRefused(t *testing.T) {
	up := upstreamtest.New(t, func(*upstreamtest.Exchange) {})
	d, _ := openJobs(t, up)
	for body, want := range map[string]string{
		strings.Replace(jobBody, "{", `{"stream":true,`, 1): "stream_not_async",
		`{`: "invalid_json",
	} {
		text, _ := d.ask(t, 400, "POST", "/v1/async/chat/completions", "one", body)
		require.Contains(t, text, want)
	}
	d.ask(t, 404, "POST", "/v1/async/nothing", "one", jobBody)
	text, _ := d.ask(t, 400, "POST", "/v1/async/chat/completions", "one", jobBody, "x-asbru-webhook", "https://example.com")
	require.Contains(t, text, "invalid_webhook")
}

func TestAPanicInAJobIsAnErrorOfTheJobAndNotTheEndOfTheProcess(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) { x.JSON(200, wholeAnswers["openai"]) })
	var calls atomic.Int64
	d := openWith(t, over(up.URL), gateway.Hooks{Request: func(*gateway.Call) *api.Error {
		if calls.Add(1) == 1 {
			panic("a bug")
		}
		return nil
	}})
	asked := &job.Request{Path: "/v1/chat/completions", Body: []byte(jobBody)}
	a := d.Run(t.Context(), asked)
	require.Equal(t, 500, a.Status)
	require.Contains(t, string(a.Body), "internal_error")
	require.Equal(t, 200, d.Run(t.Context(), asked).Status)
	require.Contains(t, do(t, "GET", d.URL("/metrics"), "").Body, "asbru_panics_total 1")
}

func TestAJobsCallHasTheRequestIDThatItsSubmissionWasAnsweredWith(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) { x.JSON(200, wholeAnswers["openai"]) })
	log := slog.New(slog.DiscardHandler)
	conn := bustest.Start(t).Connect(t, bus.Edge|bus.Worker, "n1")
	q := job.NewQueue(conn, log)
	d := startEdge(t, over(up.URL), gateway.Options{}, edge.Options{Node: "n1", Jobs: q})
	d.closeAfter(t)
	for _, given := range []string{"", "mine"} {
		_, head := d.ask(t, 202, "POST", "/v1/async/chat/completions", "one", jobBody, "X-Request-Id", given)
		id := head.Get("X-Request-Id")
		require.NotEmpty(t, id)
		j, err := q.Find(t.Context(), strings.TrimPrefix(head.Get("Location"), job.Path))
		require.NoError(t, err)
		asked, err := q.OpenRequest(t.Context(), j)
		require.NoError(t, err)
		require.Equal(t, id, asked.Headers["X-Request-Id"])
	}
}
