package langfuse_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/asbru-gateway/asbru/pkg/plugin/builtin/langfuse"
	"github.com/asbru-gateway/asbru/pkg/plugin/builtin/sink/sinktest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// accepted is what Langfuse answers with: 207, and what became of each event.
var accepted = sinktest.Answer{Status: 207, Body: `{"successes":[{"id":"c1-generation","status":201},{"id":"c1-trace","status":201}],"errors":[]}`}

func settings(url string) string {
	return `{"host":"` + url + `/","public_key":"pk-lf-1","secret_key":"sk-lf-2","environment":"test","release":"1.2"}`
}

func TestACallIsATraceWithAGeneration(t *testing.T) {
	web := sinktest.Serve(t, accepted)
	d := sinktest.Done()
	d.Header = func(name string) string { return map[string]string{"x-asbru-session": "s9"}[name] }
	require.Equal(t, map[string]int{"sent": 1}, sinktest.Tell(t, langfuse.Kind(), settings(web.URL), d))
	r := web.Requests()[0]
	require.Equal(t, "/api/public/ingestion", r.Path)
	require.Equal(t, "Basic cGstbGYtMTpzay1sZi0y", r.Header.Get("Authorization"))
	require.JSONEq(t, `{"batch":[
		{"id":"c1-generation","type":"generation-create","timestamp":"2026-11-26T12:00:01.500005Z","body":{
			"id":"c1","traceId":"c1","name":"chat","startTime":"2026-11-26T12:00:00.000005Z","endTime":"2026-11-26T12:00:01.500005Z",
			"completionStartTime":"2026-11-26T12:00:00.020505Z","environment":"test","model":"gpt-5","modelParameters":{"temperature":0.5},
			"input":[{"role":"user","content":"Hello"}],"output":{"role":"assistant","content":"Hi"},
			"usageDetails":{"input":6,"output":5,"total":15,"cache_read_input_tokens":4},"costDetails":{"total":0.00123},"level":"DEFAULT",
			"metadata":{"provider":"openai","key":"main","status":200,"attempts":2,"dialect":"anthropic","request_id":"r\"1",
				"virtual_key":"web","marks":"guardrail:pii=redact","a":"1","b":"2"}}},
		{"id":"c1-trace","type":"trace-create","timestamp":"2026-11-26T12:00:01.500005Z","body":{
			"id":"c1","timestamp":"2026-11-26T12:00:00.000005Z","name":"chat","userId":"ann","sessionId":"s9","release":"1.2","environment":"test",
			"tags":["openai","web"],"input":[{"role":"user","content":"Hello"}],"output":{"role":"assistant","content":"Hi"},
			"metadata":{"provider":"openai","key":"main","status":200,"attempts":2,"dialect":"anthropic","request_id":"r\"1",
				"virtual_key":"web","marks":"guardrail:pii=redact","a":"1","b":"2"}}}]}`, withoutRefusal(string(r.Body)))
}

// withoutRefusal leaves out members of OpenAI's messages that this test is not about.
func withoutRefusal(s string) string {
	return strings.NewReplacer(`,"refusal":null`, "", `"refusal":null,`, "").Replace(s)
}

func TestACallOfAnApplicationsTraceAndAFailedOne(t *testing.T) {
	web := sinktest.Serve(t, accepted)
	d := sinktest.Done()
	d.Header = func(name string) string {
		return map[string]string{"x-asbru-parent-request-id": "theirs"}[name]
	}
	d.Err, d.Status, d.Response = api.Errorf(api.KindRateLimit, "rate_limited", "Slow down."), 429, nil
	sinktest.Tell(t, langfuse.Kind(), settings(web.URL), d)
	var sent struct {
		Batch []struct {
			Type string
			Body struct{ TraceID, Level, StatusMessage string }
		}
	}
	require.NoError(t, json.Unmarshal(web.Requests()[0].Body, &sent))
	require.Len(t, sent.Batch, 1)
	require.Equal(t, []string{"theirs", "ERROR", "Slow down."}, []string{sent.Batch[0].Body.TraceID, sent.Batch[0].Body.Level, sent.Batch[0].Body.StatusMessage})
}

func TestWhatLangfuseMayTakeLaterIsSentAgain(t *testing.T) {
	web := sinktest.Serve(t, sinktest.Answer{Status: 207, Body: `{"successes":[],"errors":[{"id":"c1-trace","status":500,"message":"x"}]}`}, accepted)
	require.Equal(t, map[string]int{"retried": 1, "sent": 1}, sinktest.Tell(t, langfuse.Kind(), settings(web.URL), sinktest.Done()))
	web = sinktest.Serve(t, sinktest.Answer{Status: 207, Body: `{"successes":[],"errors":[{"id":"c1-trace","status":400,"message":"x"}]}`})
	sinktest.Tell(t, langfuse.Kind(), settings(web.URL), sinktest.Done())
	require.Len(t, web.Requests(), 1)
	web = sinktest.Serve(t, sinktest.Answer{Status: 401, Body: `{}`})
	require.Equal(t, map[string]int{"dropped": 1}, sinktest.Tell(t, langfuse.Kind(), settings(web.URL), sinktest.Done()))
}

func TestBodiesStayWithinWhatLangfuseTakes(t *testing.T) {
	web := sinktest.Serve(t, accepted)
	d := sinktest.Done()
	d.Request.Messages[0].Parts[0].Text = strings.Repeat("x", 200<<10)
	calls := make([]*plugin.Done, 9)
	for i := range calls {
		calls[i] = d
	}
	require.Equal(t, map[string]int{"sent": 9}, sinktest.Tell(t, langfuse.Kind(), settings(web.URL), calls...))
	events := 0
	for _, r := range web.Requests() {
		require.Less(t, len(r.Body), 3_500_000)
		var sent struct{ Batch []json.RawMessage }
		require.NoError(t, json.Unmarshal(r.Body, &sent))
		events += len(sent.Batch)
	}
	require.Equal(t, 18, events)
}

func TestSettingsThatMakeNoSenseAreRefused(t *testing.T) {
	for settings, want := range map[string]string{
		`{"public_key":"x"}`: "secret_key: is required",
		`{"public_key":"x","secret_key":"y","host":"http://langfuse.example"}`: "host: the URL must begin with https://",
	} {
		_, err := langfuse.Kind().Make(plugin.Env{}, json.RawMessage(settings))
		require.ErrorContains(t, err, want)
	}
}
