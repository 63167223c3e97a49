package logotlp_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/asbru-gateway/asbru/pkg/plugin/builtin/logotlp"
	"github.com/asbru-gateway/asbru/pkg/plugin/builtin/sink/sinktest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// export is the part of OTLP's JSON form that is looked at.
type export struct {
	ResourceLogs []struct {
		Resource  struct{ Attributes []attribute }
		ScopeLogs []struct {
			LogRecords []struct {
				TimeUnixNano, TraceID, SpanID, SeverityText string
				SeverityNumber                              int
				Body                                        struct{ StringValue string }
				Attributes                                  []attribute
			}
		}
	}
}

type attribute struct {
	Key   string
	Value struct {
		StringValue, IntValue string
		DoubleValue           float64
	}
}

func TestCallsAreExported(t *testing.T) {
	web := sinktest.Serve(t, sinktest.Answer{Status: 200, Body: `{"partialSuccess":{"rejectedLogRecords":"1"}}`})
	d := sinktest.Done()
	d.Header = func(name string) string {
		return map[string]string{"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}[name]
	}
	d.Status = 429
	counts := sinktest.Tell(t, logotlp.Kind(), `{"endpoint":"`+web.URL+`/","service_name":"gw","send_headers":{"X-Key":"k"}}`, d)
	require.Equal(t, map[string]int{"sent": 1}, counts)
	r := web.Requests()[0]
	require.Equal(t, []string{"/v1/logs", "k", "application/json"}, []string{r.Path, r.Header.Get("X-Key"), r.Header.Get("Content-Type")})
	var sent export
	require.NoError(t, json.Unmarshal(r.Body, &sent))
	require.Equal(t, "gw", sent.ResourceLogs[0].Resource.Attributes[0].Value.StringValue)
	record := sent.ResourceLogs[0].ScopeLogs[0].LogRecords[0]
	require.Equal(t, []any{"1795694400000005000", "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", "WARN", 13},
		[]any{record.TimeUnixNano, record.TraceID, record.SpanID, record.SeverityText, record.SeverityNumber})
	require.Contains(t, record.Body.StringValue, `"id":"c1"`)
	attributes := map[string]attribute{}
	for _, a := range record.Attributes {
		attributes[a.Key] = a
	}
	require.Equal(t, "chat", attributes["gen_ai.operation.name"].Value.StringValue)
	require.Equal(t, "openai", attributes["gen_ai.provider.name"].Value.StringValue)
	require.Equal(t, "10", attributes["gen_ai.usage.input_tokens"].Value.IntValue)
	require.InDelta(t, 0.00123, attributes["asbru.cost"].Value.DoubleValue, 1e-9)
	require.Equal(t, "1", attributes["asbru.metadata.a"].Value.StringValue)
}

func TestSettingsThatMakeNoSenseAreRefused(t *testing.T) {
	for settings, want := range map[string]string{
		`{}`:                                 "endpoint: is required",
		`{"endpoint":"http://otel.example"}`: "endpoint: the URL must begin with https://",
		`{"endpoint":"https://otel.example","send_headers":{"x":"a\nb"}}`: "send_headers.x: is no header",
	} {
		_, err := logotlp.Kind().Make(plugin.Env{}, json.RawMessage(settings))
		require.ErrorContains(t, err, want)
	}
}
