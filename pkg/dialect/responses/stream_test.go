package responses_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/responses"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/asbru-gateway/asbru/pkg/sse"
)

func TestReaderIsTolerantOfWhatIsMissing(t *testing.T) {
	streams := golden(t, "streams")
	got, err := sum(read(t, streams["bare.sse"]))
	noError(t, err)
	require.Equal(t, "whole", got.Choices[0].Parts[0].Text)
	require.Equal(t, api.FinishFilter, got.Choices[0].Finish)
	require.Equal(t, api.Usage{Input: 3, Output: 2, Known: true}, got.Usage)

	got, err = sum(read(t, streams["late_usage.sse"]))
	noError(t, err)
	require.Equal(t, "hi", got.Choices[0].Parts[0].Text)
	require.Equal(t, api.Usage{Input: 3, Output: 1, Known: true}, got.Usage)
}

func TestStreamThatIsCutIsNoAnswer(t *testing.T) {
	wire := golden(t, "streams")["tools.sse"]
	_, err := sum(read(t, wire[:len(wire)*2/3]))
	require.NotNil(t, err)
	require.Equal(t, "stream_truncated", err.Code)
}

func TestErrorsOfStreamsKeepWhatTheySay(t *testing.T) {
	for name, c := range map[string]struct {
		wire string
		kind api.Kind
	}{
		"flat":     {`{"type":"error","code":"rate_limit_exceeded","message":"Slow down.","param":null,"sequence_number":1}`, api.KindRateLimit},
		"nested":   {`{"type":"error","error":{"type":"server_error","code":"server_error","message":"Slow down."}}`, api.KindUnavailable},
		"failed":   {`{"type":"response.failed","response":{"id":"resp_1","status":"failed","error":{"code":"server_error","message":"Slow down."},"output":[]}}`, api.KindUnavailable},
		"untyped":  {`{"error":{"message":"Slow down."}}`, api.KindUnavailable},
		"not JSON": {`{"type":"response.completed","resp`, api.KindUnavailable},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := sum(read(t, []byte("data: "+c.wire+"\n\n")))
			require.NotNil(t, err)
			require.Equal(t, c.kind, err.Kind)
			if name != "not JSON" {
				require.Equal(t, "Slow down.", err.Message)
			}
			tap := responses.Codec.Tap(&dialect.Head{})
			split(t, []byte("data: "+c.wire+"\n\n"), func(ev *sse.Event) { require.Equal(t, dialect.Fail, tap.See(ev)) })
			require.Equal(t, err.Message, tap.Err().Message)
		})
	}
}

func TestWriterNumbersItsEventsAndEndsWhatItBegins(t *testing.T) {
	events := read(t, golden(t, "streams")["tools.sse"])
	w := responses.Codec.Writer(&dialect.Head{})
	var wire []byte
	for i := range events {
		wire = w.Append(wire, &events[i])
	}
	var kinds []string
	split(t, wire, func(ev *sse.Event) {
		v := jsonx.Value(ev.Data)
		n, ok := v.Get("sequence_number").Int()
		require.True(t, ok)
		require.EqualValues(t, len(kinds), n)
		kind, _ := v.Get("type").Str()
		require.Equal(t, string(ev.Name), kind)
		kinds = append(kinds, kind)
	})
	require.Equal(t, []string{
		"response.created", "response.in_progress",
		"response.output_item.added", "response.content_part.added", "response.output_text.delta", "response.output_text.delta",
		"response.output_text.annotation.added", "response.output_text.done", "response.content_part.done", "response.output_item.done",
		"response.output_item.added", "response.output_item.added",
		"response.function_call_arguments.delta", "response.function_call_arguments.delta", "response.function_call_arguments.delta",
		"response.function_call_arguments.done", "response.output_item.done", "response.function_call_arguments.done", "response.output_item.done",
		"response.completed",
	}, kinds)
}

func TestWriterTellsAFailureInBothWays(t *testing.T) {
	w := responses.Codec.Writer(&dialect.Head{})
	wire := w.Append(nil, &api.Event{Kind: api.EventStart, ID: "x"})
	wire = w.Append(wire, &api.Event{Kind: api.EventError, Err: api.Errorf(api.KindRateLimit, "slow", "Slow down.")})
	require.Contains(t, string(wire), `"code":"slow","message":"Slow down."`)
	require.Contains(t, string(wire), `event: response.failed`)
	require.Contains(t, string(wire), `"error":{"code":"rate_limit_exceeded","message":"Slow down."}`)
	require.Empty(t, w.Append(nil, &api.Event{Kind: api.EventEnd}), "nothing comes behind an error")
}

func TestTapCountsWhatPasses(t *testing.T) {
	for file, want := range map[string]api.Usage{
		"tools.sse":      {Input: 10, CacheRead: 2, Output: 5, Reasoning: 1, Known: true},
		"late_usage.sse": {Input: 3, Output: 1, Known: true},
		"bare.sse":       {Input: 3, Output: 2, Known: true},
	} {
		tap := responses.Codec.Tap(&dialect.Head{})
		split(t, golden(t, "streams")[file], func(ev *sse.Event) { require.Equal(t, dialect.Pass, tap.See(ev)) })
		require.Equal(t, want, tap.Usage(), file)
		require.True(t, tap.Begun())
		require.True(t, tap.Ended())
		require.Nil(t, tap.Err())
	}
	tap := responses.Codec.Tap(&dialect.Head{})
	see := func(data string) { require.Equal(t, dialect.Pass, tap.See(&sse.Event{Data: []byte(data)})) }
	see(`{"type":"response.created","response":{"id":"x"}}`)
	see(`{"type":"response.output_item.added","output_index":0,"item":{}}`)
	require.False(t, tap.Begun())
	see(`{"type":"response.output_text.delta","delta":"four"}`)
	require.True(t, tap.Begun())
	require.EqualValues(t, 4, tap.OutputBytes())
	require.False(t, tap.Ended())
}
