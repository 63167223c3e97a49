package otlp

import (
	"encoding/hex"
	"log/slog"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
)

const patience = 30 * time.Second

// sender makes one with a registry of a single metric.
func sender(t *testing.T) (*Sender, prometheus.Counter) {
	registry := prometheus.NewRegistry()
	registry.MustRegister(prometheus.NewGauge(prometheus.GaugeOpts{Name: "asbru_streams"}))
	lost := prometheus.NewCounter(prometheus.CounterOpts{Name: "lost"})
	s := NewSender(Options{Gatherer: registry, Lost: lost, Log: slog.New(slog.DiscardHandler)})
	t.Cleanup(s.Close)
	return s, lost
}

// aCall was tried twice: refused at once, then answered as a stream behind a wait.
func aCall() *telemetry.Record {
	trace, _ := telemetry.ParseTraceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
	r := &telemetry.Record{
		Time: time.UnixMilli(1_800_000_000_000), Took: 90 * time.Millisecond, FirstToken: 40 * time.Millisecond,
		Op: api.OpChat, Status: 200, Attempts: 2, Stream: true, Dialect: "openai", Provider: "azure", VirtualKey: "web",
		Usage: api.Usage{Known: true, Input: 12, Output: 34}, CostNano: 1_500_000_000,
		Detail: &telemetry.Detail{Session: "s1"},
		Traced: &telemetry.Traced{
			Trace:  trace,
			Answer: telemetry.TracedAnswer{ID: "chatcmpl-1", Model: "gpt-b-2026", Finish: []string{"stop", "length"}},
			Tries: []telemetry.TracedTry{
				{Try: telemetry.Try{Provider: "openai", Model: "gpt-a", Key: "k1", Status: 429, Class: "rate_limited", Code: "slow_down", Took: 9 * time.Millisecond}, Number: 1, Asked: 2 * time.Millisecond},
				{Try: telemetry.Try{Provider: "azure", Model: "gpt-b", Key: "k2", Status: 200, Started: 10 * time.Millisecond, Took: 20 * time.Millisecond}, Number: 2, Asked: 18 * time.Millisecond, Queued: 7 * time.Millisecond},
			},
			Hooks: []telemetry.Hook{{Plugin: "words", Point: "before_route", Verdict: "passed", Started: time.Millisecond, Took: time.Microsecond}},
		},
	}
	r.CallID.Set("0123456789abcdef0123456789abcdef")
	r.Model.Set("gpt-b")
	return r
}

func TestSpansOfACallGetToTheCollector(t *testing.T) {
	for name, over := range map[string]func(*collector, *testing.T) string{"http/protobuf": (*collector).overHTTP, "grpc": (*collector).overGRPC} {
		t.Run(name, func(t *testing.T) {
			var c collector
			s, lost := sender(t)
			s.Follow(SettingsOf(&config.Telemetry{
				Collector:  config.Collector{Endpoint: over(&c, t), Protocol: name, Headers: map[string]config.Secret{"X-Token": "told"}},
				Attributes: map[string]string{"deployment.environment.name": "test"},
			}, "node-1", "1.0"))
			require.Eventually(t, func() bool { // what comes before the settings goes nowhere
				s.Put(aCall())
				return len(c.all()) > 0
			}, patience, 10*time.Millisecond)
			require.Zero(t, testutil.ToFloat64(lost))
			require.Contains(t, c.auth, "told")
			require.Contains(t, c.spans[0].Resource.String(), `"node-1"`)
			require.Contains(t, c.spans[0].Resource.String(), `"test"`)

			all := c.all()
			whole := all["chat gpt-b"]
			first, second, queue, hook := all["attempt openai"], all["attempt azure"], all["queue"], all["before_route words"]
			require.Equal(t, "4bf92f3577b34da6a3ce929d0e0e4736", hex.EncodeToString(second.TraceId))
			require.Equal(t, hook.ParentSpanId, first.ParentSpanId)
			require.Equal(t, second.SpanId, queue.ParentSpanId)
			require.Equal(t, second.SpanId, whole.ParentSpanId, "the last of that name is the provider's")
			require.EqualValues(t, 7*time.Millisecond, queue.EndTimeUnixNano-queue.StartTimeUnixNano)
			require.EqualValues(t, 80*time.Millisecond, second.EndTimeUnixNano-second.StartTimeUnixNano, "to the end of the stream")
			require.Contains(t, shown(first)["error.type"], "rate_limited")
			require.Contains(t, shown(whole)["gen_ai.usage.output_tokens"], "34")
			require.Contains(t, shown(whole)["gen_ai.provider.name"], "azure.ai.openai")
			require.Equal(t, firstTokenName, whole.Events[0].Name)
			require.Contains(t, shown(whole)["gen_ai.response.model"], "gpt-b-2026")
			require.Contains(t, shown(whole)["gen_ai.response.id"], "chatcmpl-1")
			require.Contains(t, shown(whole)["gen_ai.response.finish_reasons"], "stop")
			require.Contains(t, shown(whole)["gen_ai.response.finish_reasons"], "length")
			require.Empty(t, shown(first)["gen_ai.response.model"], "it has answered nothing")
		})
	}
}

func TestTheSpanOfAWorkerIsTheChildOfTheTry(t *testing.T) {
	var c collector
	s, _ := sender(t)
	s.Follow(SettingsOf(&config.Telemetry{Collector: config.Collector{Endpoint: c.overHTTP(t), Protocol: "http/protobuf"}}, "worker-1", "1.0"))
	trace, _ := telemetry.ParseTraceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
	r := aCall()
	r.Traced = &telemetry.Traced{
		Trace: trace, Answer: telemetry.TracedAnswer{Model: "gpt-b-2026"},
		Work: &telemetry.Work{Span: telemetry.SpanID{1}, Node: "worker-1", Attempt: 2, Asked: 3 * time.Millisecond},
	}
	require.Eventually(t, func() bool {
		s.Put(r)
		return len(c.all()) > 0
	}, patience, 10*time.Millisecond)
	require.Len(t, c.all(), 1, "the call's own spans are its edge's")
	work := c.all()["work azure"]
	require.Equal(t, "00f067aa0ba902b7", hex.EncodeToString(work.ParentSpanId))
	require.Equal(t, "0100000000000000", hex.EncodeToString(work.SpanId))
	require.EqualValues(t, 90*time.Millisecond, work.EndTimeUnixNano-work.StartTimeUnixNano)
	require.Contains(t, shown(work)["asbru.worker"], "worker-1")
	require.Contains(t, shown(work)["gen_ai.response.model"], "gpt-b-2026")
	require.Equal(t, []string{"request sent", "first token"}, []string{work.Events[0].Name, work.Events[1].Name})
	require.EqualValues(t, 3*time.Millisecond, work.Events[0].TimeUnixNano-work.StartTimeUnixNano)
}

func TestTheSpanOfTheCallIsTheChildOfTheCallers(t *testing.T) {
	r := aCall()
	root := appendSpans(nil, r)[0]
	require.Equal(t, "00f067aa0ba902b7", hex.EncodeToString(root.ParentSpanId))
	require.Contains(t, shown(root)["asbru.cost.usd"], "1.5")
	require.Contains(t, shown(root)["gen_ai.conversation.id"], "s1")
	require.Nil(t, root.Status)

	r.Status, r.Detail = 502, &telemetry.Detail{Class: "unavailable", Message: "what the caller said"}
	r.Code.Set("provider_unavailable")
	root = appendSpans(nil, r)[0]
	require.Equal(t, "provider_unavailable", root.Status.Message)
	require.NotContains(t, root.String(), "what the caller said")
}

func TestACollectorThatRefusesCostsNoCall(t *testing.T) {
	c := collector{refuse: true}
	s, lost := sender(t)
	s.Follow(SettingsOf(&config.Telemetry{Collector: config.Collector{Endpoint: c.overHTTP(t)}}, "n", "v"))
	require.Eventually(t, func() bool {
		s.Put(aCall())
		return testutil.ToFloat64(lost) > 0
	}, patience, 10*time.Millisecond)
	c.mu.Lock()
	c.refuse = false
	c.mu.Unlock()
	require.Eventually(t, func() bool {
		s.Put(aCall())
		return len(c.all()) > 0
	}, patience, 10*time.Millisecond)
}

func TestTooManyTracedCallsAreLostAndCounted(t *testing.T) {
	lost := prometheus.NewCounter(prometheus.CounterOpts{Name: "lost"})
	s := &Sender{o: Options{Lost: lost}, queue: telemetry.NewQueue(3, enough)}
	for range 5 {
		s.Put(aCall())
	}
	require.Equal(t, 2.0, testutil.ToFloat64(lost))
}

func TestWhatWaitsAtTheEndIsSent(t *testing.T) {
	var c collector
	s, _ := sender(t)
	s.Follow(SettingsOf(&config.Telemetry{Collector: config.Collector{Endpoint: c.overHTTP(t)}}, "n", "v"))
	require.Eventually(t, func() bool {
		s.Put(aCall())
		return len(c.all()) > 0
	}, patience, 10*time.Millisecond)
	last := aCall()
	last.Model.Set("the-last")
	s.Put(last)
	s.Close()
	require.Contains(t, c.all(), "chat the-last")
}

func TestMetricsAreSentOn(t *testing.T) {
	var c collector
	s, _ := sender(t)
	s.Follow(SettingsOf(&config.Telemetry{
		Metrics: config.OTLPMetrics{Enabled: true, Interval: 1, Collector: config.Collector{Endpoint: c.overHTTP(t) + "/v1/metrics"}},
	}, "n", "v"))
	require.Eventually(t, func() bool { return c.names()["asbru_streams"] }, patience, 10*time.Millisecond)
	require.Empty(t, c.all())
}

func TestABadCertificateFileIsTold(t *testing.T) {
	to := Target{Endpoint: "https://collector", CAFile: "testdata/none.pem"}
	_, err := traceClient(&to)
	require.ErrorContains(t, err, "ca_file")
	to.CAFile = "doc.go"
	_, err = traceClient(&to)
	require.ErrorContains(t, err, "no certificate")
}

func BenchmarkSpans(b *testing.B) {
	r := aCall()
	b.ReportAllocs()
	for b.Loop() {
		appendSpans(nil, r)
	}
}
