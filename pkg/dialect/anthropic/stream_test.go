package anthropic

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidwall/gjson"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/sse"
)

const (
	startEvent = `{"type":"message_start","message":{"id":"msg_1","model":"m","content":[],"usage":{"input_tokens":9,"output_tokens":1}}}`
	stopEvent  = `{"type":"message_stop"}`
)

func kinds(events []api.Event) (list []api.EventKind) {
	for i := range events {
		list = append(list, events[i].Kind)
	}
	return list
}

func TestReaderOfServerTools(t *testing.T) {
	events := readStream(t, readFile(t, "testdata/streams/server-tool.sse"))
	parts, finish := gather(events)
	require.Equal(t, api.FinishStop, finish)
	require.Len(t, parts, 4)
	require.Equal(t, api.PartRedacted, parts[0].Kind)
	require.Equal(t, "EmwKAhgBEgy3va3pzix", parts[0].Signature)
	require.JSONEq(t, `{"type":"server_tool_use","id":"srvtoolu_014hJH82Qum7Td6UV8gDXThB","name":"web_search","input":{"query":"weather NYC"}}`, string(parts[1].Raw))
	require.Equal(t, "web_search_tool_result", gjson.GetBytes(parts[2].Raw, "type").Str)
	require.Equal(t, "It is 12 degrees.", parts[3].Text)
	require.Equal(t, "https://example.com/nyc", parts[3].Citations[0].URL)

	require.Equal(t, api.Usage{Input: 2989, CacheRead: 300, CacheWrite: 10, Output: 3, Known: true}, events[0].Usage)
	usage := events[len(events)-2]
	require.Equal(t, api.EventUsage, usage.Kind)
	require.Equal(t, api.Usage{Input: 10992, CacheRead: 300, CacheWrite: 10, Output: 510, Known: true}, usage.Usage)
	require.Equal(t, api.EventEnd, events[len(events)-1].Kind)
}

func TestReaderGivesACallWithoutArgumentsAnEmptyObject(t *testing.T) {
	parts, _ := gather(readStream(t, wire(startEvent,
		`{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t","name":"f","input":{}}}`,
		`{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":""}}`,
		`{"type":"content_block_stop","index":0}`, stopEvent)))
	require.Equal(t, api.JSON("{}"), parts[0].Call.Args)
}

func TestReaderTakesArgumentsThatComeAtOnce(t *testing.T) {
	parts, _ := gather(readStream(t, wire(startEvent,
		`{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t","name":"f","input":{"a":1}}}`,
		`{"type":"content_block_stop","index":0}`, stopEvent)))
	require.Equal(t, api.JSON(`{"a":1}`), parts[0].Call.Args)
}

func TestReaderTakesAMessageThatBeginsWithContent(t *testing.T) {
	events := readStream(t, wire(
		`{"type":"message_start","message":{"id":"msg_1","content":[{"type":"code_execution_tool_result","tool_use_id":"s"},{"type":"x_result"},{"type":"tool_use","id":"t","name":"f","input":{"a":1}}],"stop_reason":"tool_use"}}`,
		stopEvent))
	parts, finish := gather(events)
	require.Equal(t, api.FinishToolCalls, finish)
	require.JSONEq(t, `{"type":"code_execution_tool_result","tool_use_id":"s"}`, string(parts[0].Raw))
	require.JSONEq(t, `{"type":"x_result"}`, string(parts[1].Raw))
	require.Equal(t, api.JSON(`{"a":1}`), parts[2].Call.Args)
}

func TestReaderOverlooks(t *testing.T) {
	events := readStream(t, append([]byte("event: ping\n\n"), append(wire(startEvent, startEvent, `{"type":"ping"}`, `{"type":"new_event","x":1}`,
		`{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"no block is open"}}`,
		`{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":2}}`,
		stopEvent, `{"type":"error","error":{"type":"api_error","message":"too late"}}`),
		"data: [DONE]\n\n"...)...))
	require.Equal(t, []api.EventKind{api.EventStart, api.EventFinish, api.EventUsage, api.EventEnd}, kinds(events))
}

func TestReaderTakesEventsWithoutAName(t *testing.T) {
	nameless := strings.ReplaceAll(string(readFile(t, "testdata/streams/text.sse")), "event: ", ": ")
	require.Equal(t, readStream(t, readFile(t, "testdata/streams/text.sse")), readStream(t, []byte(nameless)))
}

func TestReaderEndsABrokenStreamWithAnError(t *testing.T) {
	for name, c := range map[string]struct {
		wire []byte
		code string
		kind api.Kind
	}{
		"nothing":    {nil, "stream_truncated", api.KindUnavailable},
		"cut":        {wire(startEvent, `{"type":"message_delta","delta":{"stop_reason":"end_turn"}}`), "stream_truncated", api.KindUnavailable},
		"not JSON":   {[]byte("event: message_start\ndata: {\"type\":\n\n"), "provider_bad_answer", api.KindUnavailable},
		"overloaded": {readFile(t, "testdata/streams/overloaded.sse"), "", api.KindOverloaded},
	} {
		t.Run(name, func(t *testing.T) {
			events := readStream(t, c.wire)
			last := events[len(events)-1]
			require.Equal(t, api.EventError, last.Kind)
			require.Equal(t, c.code, last.Err.Code)
			require.Equal(t, c.kind, last.Err.Kind)
		})
	}
}

// openAILike is a stream as providers of other dialects tell it: interleaved
// calls, and usage behind the reason to finish.
func openAILike() []api.Event {
	call := func(part int, id string) api.Event {
		return api.Event{Kind: api.EventPart, Part: part, PartKind: api.PartToolCall, CallID: id, Name: "f"}
	}
	args := func(part int, s string) api.Event {
		return api.Event{Kind: api.EventDelta, Part: part, PartKind: api.PartToolCall, Text: s}
	}
	return []api.Event{
		{Kind: api.EventStart, ID: "chatcmpl-1"},
		{Kind: api.EventPart, PartKind: api.PartRefusal},
		{Kind: api.EventDelta, Text: "No. "},
		call(1, "a"), args(1, `{"x":"}`), call(2, "b"), args(2, `{}`), args(1, `"}`),
		{Kind: api.EventDelta, Text: "Yes."},
		call(3, "c"),
		{Kind: api.EventFinish, Finish: api.FinishStop, FinishRaw: "stop"},
		{Kind: api.EventUsage, Usage: api.Usage{Input: 10, CacheRead: 4, Output: 3, Known: true}},
		{Kind: api.EventEnd},
	}
}

func TestWriterOpensOneBlockAtATime(t *testing.T) {
	got := frames(t, writeStream(chatHead, openAILike()))
	require.JSONEq(t, `{"type":"message_start","message":{"id":"chatcmpl-1","type":"message","role":"assistant","model":"openai/gpt-5","content":[],"stop_reason":null,"stop_sequence":null,
		"usage":{"input_tokens":0,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":0}}}`, got[0])
	require.Equal(t, []string{
		`{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}`,
		`{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"No. "}}`,
		`{"type":"content_block_stop","index":0}`,
		`{"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"a","name":"f","input":{}}}`,
		`{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\"x\":\"}"}}`,
		`{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"\"}"}}`,
		`{"type":"content_block_stop","index":1}`,
		`{"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"b","name":"f","input":{}}}`,
		`{"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{}"}}`,
		`{"type":"content_block_stop","index":2}`,
		`{"type":"content_block_start","index":3,"content_block":{"type":"text","text":""}}`,
		`{"type":"content_block_delta","index":3,"delta":{"type":"text_delta","text":"Yes."}}`,
		`{"type":"content_block_stop","index":3}`,
		`{"type":"content_block_start","index":4,"content_block":{"type":"tool_use","id":"c","name":"f","input":{}}}`,
		`{"type":"content_block_stop","index":4}`,
	}, got[1:len(got)-2])
	require.JSONEq(t, `{"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},
		"usage":{"input_tokens":6,"cache_creation_input_tokens":0,"cache_read_input_tokens":4,"output_tokens":3}}`, got[len(got)-2])
	require.Equal(t, stopEvent, got[len(got)-1])
}

func TestWriterKeepsEachEventOnOneLine(t *testing.T) {
	out := writeStream(chatHead, []api.Event{
		{Kind: api.EventPart, PartKind: api.PartOpaque, Raw: api.JSON("{\"type\":\n\"x\"}"), RawOf: "anthropic"},
		{Kind: api.EventPart, Part: 1, PartKind: api.PartText},
		{Kind: api.EventCitation, Part: 1, Citation: &api.Citation{Raw: api.JSON("{\r\n}"), RawOf: "anthropic"}},
		{Kind: api.EventPart, Part: 2, PartKind: api.PartToolCall, CallID: "a", Raw: api.JSON("{\"caller\":{\n}}"), RawOf: "anthropic"},
		{Kind: api.EventEnd},
	})
	require.Len(t, frames(t, out), 10)
}

func TestWriterHidesWhatTheDialectHasNoBlockFor(t *testing.T) {
	got := frames(t, writeStream(chatHead, []api.Event{
		{Kind: api.EventStart},
		{Kind: api.EventPart, PartKind: api.PartImage},
		{Kind: api.EventDelta, PartKind: api.PartImage, Text: "AAAA"},
		{Kind: api.EventPart, Part: 1, PartKind: api.PartOpaque, Raw: api.JSON(`{}`), RawOf: "genai"},
		{Kind: api.EventPart, Part: 2, PartKind: api.PartRedacted},
		{Kind: api.EventSign, Part: 2, Signature: "x", SignatureOf: "openai"},
		{Kind: api.EventPart, Choice: 1, PartKind: api.PartText},
		{Kind: api.EventEnd},
	}))
	require.Len(t, got, 3)
}

func TestWriterSealsTheSignaturesOfOthers(t *testing.T) {
	reasoning := []api.Event{
		{Kind: api.EventStart},
		{Kind: api.EventPart, PartKind: api.PartReasoning},
		{Kind: api.EventDelta, Text: "hm"},
	}
	call := api.Event{Kind: api.EventPart, Part: 1, PartKind: api.PartToolCall, CallID: "c", Name: "f", Signature: "g", SignatureOf: "genai"}
	end := api.Event{Kind: api.EventEnd}
	sign := func(of string) api.Event {
		return api.Event{Kind: api.EventSign, Signature: "sig", SignatureOf: of}
	}
	for name, c := range map[string]struct {
		events []api.Event
		want   string
	}{
		"its own":                 {[]api.Event{sign("anthropic"), call, end}, "sig"},
		"another's":               {[]api.Event{sign("openai"), end}, "^asbru.v1.openai.sig"},
		"that of the call behind": {[]api.Event{call, end}, "^asbru.v1.genai.g"},
		"none":                    {[]api.Event{{Kind: api.EventPart, Part: 1, PartKind: api.PartText}, end}, "^asbru.v1.."},
		"none at the end":         {[]api.Event{{Kind: api.EventFinish, Finish: api.FinishStop}, end}, "^asbru.v1.."},
	} {
		t.Run(name, func(t *testing.T) {
			got := frames(t, writeStream(chatHead, append(slices.Clone(reasoning), c.events...)))
			require.Equal(t, `{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"`+c.want+`"}}`, got[3])
			require.Equal(t, `{"type":"content_block_stop","index":0}`, got[4])
		})
	}
}

func TestWriterEndsWithAnErrorAndNothingBehindIt(t *testing.T) {
	out := writeStream(chatHead, []api.Event{
		{Kind: api.EventStart},
		{Kind: api.EventError, Err: api.Errorf(api.KindUnavailable, "stream_truncated", "cut")},
		{Kind: api.EventEnd},
	})
	got := frames(t, out)
	require.Len(t, got, 2)
	require.JSONEq(t, `{"type":"error","error":{"type":"api_error","message":"cut","code":"stream_truncated"}}`, got[1])
}

func TestHeartbeatIsAComment(t *testing.T) {
	var split sse.Splitter
	split.Reset(0)
	split.Feed(Codec.Writer(chatHead).Heartbeat(nil))
	var ev sse.Event
	ok, err := split.Next(&ev)
	require.NoError(t, err)
	require.True(t, ok)
	require.True(t, ev.Comment)
}
