package genai

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/asbru-gateway/asbru/pkg/sse"
)

var (
	asEvents = dialect.Head{Op: api.OpChat, Model: "m", Stream: true}
	asArray  = dialect.Head{Op: api.OpChat, Model: "m", Stream: true, ArrayStream: true}
)

func kinds(events []api.Event) (ks []api.EventKind) {
	for i := range events {
		ks = append(ks, events[i].Kind)
	}
	return ks
}

func TestTextStreamIsReadToItsEnd(t *testing.T) {
	events := read(t, golden(t, "stream_text_signature.sse"))
	require.Equal(t, []api.EventKind{
		api.EventStart, api.EventPart, api.EventDelta, api.EventSign,
		api.EventFinish, api.EventUsage, api.EventEnd,
	}, kinds(events))
	require.Equal(t, "WQuqavG5KbfUjMcPuP_n6QI", events[0].ID)
	require.Equal(t, "gemini-3.7-flash", events[0].Model)
	require.Equal(t, api.Usage{Input: 7, Known: true}, events[0].Usage, "only the input is sure at the start")
	require.Equal(t, "fixture ok", events[2].Text)
	require.Equal(t, 0, events[3].Part, "the signature on empty text is that of the text before it")
	require.Equal(t, api.FinishStop, events[4].Finish)
	require.Equal(t, api.Usage{Input: 7, Output: 96, Reasoning: 94, Known: true}, events[5].Usage)
}

func TestToolCallStreamIsReadToItsEnd(t *testing.T) {
	events := read(t, golden(t, "stream_tool_call.sse"))
	require.Equal(t, []api.EventKind{
		api.EventStart, api.EventPart, api.EventDelta, api.EventFinish, api.EventUsage, api.EventEnd,
	}, kinds(events))
	require.Equal(t, "weather", events[1].Name)
	require.NotEmpty(t, events[1].Signature)
	require.Equal(t, "gcall_QHiLaa6LBrb8vdIPoNztsAg_0", events[1].CallID)
	require.JSONEq(t, `{"location":"San Francisco"}`, events[2].Text)
	require.Equal(t, api.FinishToolCalls, events[3].Finish)
}

func TestBlockedPromptEndsTheStream(t *testing.T) {
	events := read(t, golden(t, "stream_blocked.sse"))
	require.Equal(t, []api.EventKind{api.EventStart, api.EventFinish, api.EventUsage, api.EventEnd}, kinds(events))
	require.Equal(t, api.FinishFilter, events[1].Finish)
	require.Equal(t, "PROHIBITED_CONTENT", events[1].FinishRaw)
}

func TestPartsOfAStreamAreToldApart(t *testing.T) {
	stream := chunk(`{"text":"hm","thought":true},{"text":" so","thought":true},{"text":"a"}`) + chunk(`{"text":"b"}`) +
		chunk(`{"functionCall":{"name":"f"}},{"functionCall":{"id":"given","name":"g","args":{"x":1}}}`) +
		chunk(`{"executableCode":{"code":"1"}},{"inlineData":{"mimeType":"image/png","data":"AA-_"}},{"text":"c"}`)
	var got []string
	for _, e := range read(t, []byte(stream)) {
		switch e.Kind {
		case api.EventPart:
			got = append(got, "part "+e.Name+e.CallID+e.MIME)
			require.Equal(t, partsBefore(got), e.Part)
		case api.EventDelta:
			got = append(got, e.Text)
			require.Equal(t, partsBefore(got), e.Part)
		}
	}
	require.Equal(t, []string{
		"part ", "hm", " so", "part ", "a", "b", "part fgcall__0", "{}", `part ggiven`, `{"x":1}`,
		"part ", "part image/png", "AA+/", "part ", "c",
	}, got)
}

func partsBefore(got []string) int {
	n := -1
	for _, s := range got {
		if strings.HasPrefix(s, "part ") {
			n++
		}
	}
	return n
}

// chunk is one event of a stream that goes on.
func chunk(parts string) string {
	return `data: {"candidates":[{"content":{"parts":[` + parts + `],"role":"model"},"index":0}]}` + "\n\n"
}

func TestStreamWithoutAnEndIsAnError(t *testing.T) {
	for name, stream := range map[string]string{
		"nothing":         "",
		"comments":        ": hi\n\n",
		"no finish":       chunk(`{"text":"a"}`),
		"one of two only": chunk(`{"text":"a"}`) + `data: {"candidates":[{"index":1,"finishReason":"STOP"}]}` + "\n\n",
	} {
		t.Run(name, func(t *testing.T) {
			events := read(t, []byte(stream))
			last := events[len(events)-1]
			require.Equal(t, api.EventError, last.Kind)
			require.Equal(t, "stream_truncated", last.Err.Code)
			require.Equal(t, api.KindUnavailable, last.Err.Kind)
		})
	}
}

func TestErrorInAStreamEndsIt(t *testing.T) {
	for name, data := range map[string]string{
		"an object": `{"error":{"code":503,"message":"busy","status":"UNAVAILABLE"}}`,
		"a list":    `[{"error":{"code":503,"message":"busy","status":"UNAVAILABLE"}}]`,
	} {
		t.Run(name, func(t *testing.T) {
			stream := chunk(`{"text":"a"}`) + "data: " + data + "\n\n" + chunk(`{"text":"never read"}`)
			events := read(t, []byte(stream))
			require.Equal(t, []api.EventKind{api.EventStart, api.EventPart, api.EventDelta, api.EventError}, kinds(events))
			err := events[3].Err
			require.Equal(t, api.KindOverloaded, err.Kind)
			require.Equal(t, "busy", err.Message)
			require.Equal(t, "data: "+`{"error":{"code":503,"message":"busy","status":"UNAVAILABLE"}}`+"\n\n",
				strings.ReplaceAll(written(asEvents, events[3:]), `,"details":[]`, ""))
		})
	}
	events := read(t, []byte("data: {\"candidates\":\n\n"))
	require.Equal(t, badAnswer, events[0].Err.Code)
}

// foreign is a stream as another dialect's reader makes it.
var foreign = []api.Event{
	{Kind: api.EventStart, ID: "chatcmpl-1", Model: "gpt-4o"},
	{Kind: api.EventPart, PartKind: api.PartReasoning},
	{Kind: api.EventDelta, PartKind: api.PartReasoning, Text: "hm"},
	{Kind: api.EventSign, Signature: "s", SignatureOf: "anthropic"},
	{Kind: api.EventPart, Part: 1, PartKind: api.PartText},
	{Kind: api.EventDelta, Part: 1, PartKind: api.PartText, Text: "a\n"},
	{Kind: api.EventPart, Part: 2, PartKind: api.PartToolCall, CallID: "call_1", Name: "f"},
	{Kind: api.EventPart, Part: 3, PartKind: api.PartToolCall, CallID: "call_2", Name: "g"},
	{Kind: api.EventDelta, Part: 3, PartKind: api.PartToolCall, Text: `{"y":`},
	{Kind: api.EventDelta, Part: 2, PartKind: api.PartToolCall, Text: `{"x":1}`},
	{Kind: api.EventDelta, Part: 3, PartKind: api.PartToolCall, Text: `2}`},
	{Kind: api.EventFinish, Finish: api.FinishToolCalls},
	{Kind: api.EventUsage, Usage: api.Usage{Input: 3, Output: 4, Known: true}},
	{Kind: api.EventEnd},
}

const foreignChunks = `{"candidates":[{"content":{"role":"model","parts":[{"text":"hm","thought":true}]},"index":0}],"modelVersion":"gpt-4o","responseId":"chatcmpl-1"}
{"candidates":[{"content":{"role":"model","parts":[{"text":"a\n","thoughtSignature":"XmFzYnJ1LnYxLmFudGhyb3BpYy5z"}]},"index":0}],"modelVersion":"gpt-4o","responseId":"chatcmpl-1"}
{"candidates":[{"content":{"role":"model","parts":[{"functionCall":{"id":"call_1","name":"f","args":{"x":1}}},{"functionCall":{"id":"call_2","name":"g","args":{"y":2}}}]},"index":0}],"modelVersion":"gpt-4o","responseId":"chatcmpl-1"}
{"candidates":[{"content":{"role":"model","parts":[{"text":""}]},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":4,"totalTokenCount":7},"modelVersion":"gpt-4o","responseId":"chatcmpl-1"}`

func TestStreamIsWrittenAsEvents(t *testing.T) {
	want := ""
	for line := range strings.SplitSeq(foreignChunks, "\n") {
		want += "data: " + line + "\n\n"
	}
	require.Equal(t, want, written(asEvents, foreign))
	require.Equal(t, "text/event-stream", Codec.Writer(&asEvents).ContentType())
}

func TestStreamIsWrittenAsAnArray(t *testing.T) {
	want := "[" + strings.ReplaceAll(foreignChunks, "\n", ",\n") + "]"
	require.Equal(t, want, written(asArray, foreign))
	require.Equal(t, "application/json", Codec.Writer(&asArray).ContentType())
	require.Equal(t, "[]", written(asArray, []api.Event{{Kind: api.EventEnd}}))

	failed := written(asArray, []api.Event{foreign[4], foreign[5], {Kind: api.EventError, Err: api.Errorf(api.KindTimeout, "x", "late")}})
	require.True(t, json.Valid([]byte(failed)), failed)
	require.Contains(t, failed, "DEADLINE_EXCEEDED")
}

func TestFinishDoesNotWaitForUsageThatNeverComes(t *testing.T) {
	events := append(append([]api.Event(nil), foreign[:12]...), api.Event{Kind: api.EventEnd})
	require.Contains(t, written(asEvents, events), `"finishReason":"STOP"`)
}

func TestWriterKeepsNothingOfTheEventsItWasGiven(t *testing.T) {
	raw := []byte("SAFETY call_1 tool {} model gpt")
	borrowed := func(from, to int) string { return jsonx.Borrow(raw[from:to]) }
	w := Codec.Writer(&asEvents)
	var out []byte
	for _, e := range []api.Event{
		{Kind: api.EventStart, ID: borrowed(22, 27), Model: borrowed(28, 31)},
		{Kind: api.EventPart, PartKind: api.PartToolCall, CallID: borrowed(7, 13), Name: borrowed(14, 18)},
		{Kind: api.EventDelta, Text: borrowed(19, 21)},
		{Kind: api.EventFinish, Finish: api.FinishFilter, FinishRaw: borrowed(0, 6)},
	} {
		out = w.Append(out, &e)
	}
	first := string(out)
	clear(raw)
	out = w.Append(nil, &api.Event{Kind: api.EventEnd})
	require.Contains(t, first, `{"functionCall":{"id":"call_1","name":"tool","args":{}}}`)
	require.Contains(t, string(out), `"finishReason":"SAFETY"`)
	require.Contains(t, string(out), `"modelVersion":"gpt","responseId":"model"`)
}

func TestArgumentsThatAreNoJSONBecomeAnEmptyObject(t *testing.T) {
	out := written(asEvents, []api.Event{
		foreign[6],
		{Kind: api.EventDelta, Part: 2, Text: `{"x":`},
		{Kind: api.EventFinish},
		{Kind: api.EventEnd},
	})
	require.Contains(t, out, `"args":{}`)
}

func TestHeartbeatIsNoEvent(t *testing.T) {
	w := Codec.Writer(&asEvents)
	var stream []byte
	for i := range foreign {
		stream = w.Heartbeat(w.Append(stream, &foreign[i]))
	}
	require.NotContains(t, string(stream), "\n:", "Google's Python SDK takes a comment for an error")
	n := 0
	for _, ev := range eventsOf(t, stream) {
		if len(ev.Data) > 0 {
			n++
		}
	}
	require.Equal(t, strings.Count(foreignChunks, "\n")+1, n)

	w = Codec.Writer(&asArray)
	array := w.Heartbeat(nil)
	for i := range foreign {
		array = w.Heartbeat(w.Append(array, &foreign[i]))
	}
	require.True(t, json.Valid(array))
}

func TestStreamsSurviveTheCanonicalForm(t *testing.T) {
	for _, file := range []string{"stream_text_signature.sse", "stream_tool_call.sse", "stream_search.sse"} {
		t.Run(file, func(t *testing.T) {
			first := read(t, golden(t, file))
			second := read(t, []byte(written(asEvents, first)))
			first[0].Usage, second[0].Usage = api.Usage{}, api.Usage{} // written with the finish only
			require.Equal(t, first, second)
		})
	}
}

func TestPicturesSoundAndSourcesSurviveTheCanonicalForm(t *testing.T) {
	stream := chunk(`{"inlineData":{"mimeType":"image/png","data":"AAAA"}},{"inlineData":{"mimeType":"image/png","data":"BBBB"}}`) +
		chunk(`{"inlineData":{"mimeType":"audio/L16;rate=24000","data":"CCCC"}}`) + chunk(`{"inlineData":{"mimeType":"audio/L16;rate=24000","data":"DDDD"}}`) +
		chunk(`{"codeExecutionResult":{"outcome":"OUTCOME_OK"}},{"text":"hm","thought":true,"thoughtSignature":"c2ln"}`) +
		`data: {"candidates":[{"content":{"parts":[{"text":"a"}]},"logprobsResult":{"chosenCandidates":[{"token":"a","logProbability":-1}]},"index":0,` +
		`"citationMetadata":{"citationSources":[{"uri":"https://a.example","title":"A"}]},"finishReason":"STOP"}]}` + "\n\n"
	first := read(t, []byte(stream))
	out := written(asEvents, first)
	require.Contains(t, out, `{"inlineData":{"mimeType":"audio/L16;rate=24000","data":"DDDD"}}`)
	require.Contains(t, out, `{"codeExecutionResult":{"outcome":"OUTCOME_OK"}}`)
	require.Contains(t, out, `"logprobsResult":{"chosenCandidates":[{"token":"a","logProbability":-1}]}`)
	require.Contains(t, out, `{"citations":[{"uri":"https://a.example","title":"A"}]}`)
	second := read(t, []byte(out))
	require.Equal(t, first[:len(first)-3], second[:len(second)-3])
}

func TestTapSeesWhatTheRawLaneNeeds(t *testing.T) {
	for _, row := range []struct {
		file  string
		usage api.Usage
		begun bool
		bytes int64
	}{
		{"stream_text_signature.sse", api.Usage{Input: 7, Output: 96, Reasoning: 94, Known: true}, true, 10},
		{"stream_search.sse", api.Usage{Input: 325, Output: 370, Reasoning: 333, Known: true}, true, 47},
		{"stream_blocked.sse", api.Usage{Input: 9, Known: true}, false, 0},
	} {
		t.Run(row.file, func(t *testing.T) {
			tap := Codec.Tap(&asEvents)
			events := eventsOf(t, golden(t, row.file))
			for i := range events {
				require.False(t, tap.Ended())
				require.Equal(t, dialect.Pass, tap.See(&events[i]))
			}
			require.True(t, tap.Ended())
			require.Equal(t, row.begun, tap.Begun())
			require.Equal(t, row.usage, tap.Usage())
			require.Equal(t, row.bytes, tap.OutputBytes())
			require.Nil(t, tap.Err())
		})
	}
}

func TestTapFailsOnAnErrorEvent(t *testing.T) {
	tap := Codec.Tap(&asEvents)
	require.Equal(t, dialect.Fail, tap.See(&sse.Event{Data: golden(t, "error_quota.json")}))
	require.Equal(t, api.KindRateLimit, tap.Err().Kind)
	require.False(t, tap.Ended())
	require.Equal(t, dialect.Pass, tap.See(&sse.Event{Comment: true}))
}

func TestTapDoesNotAllocate(t *testing.T) {
	events := eventsOf(t, golden(t, "stream_text_signature.sse"))
	tap := Codec.Tap(&asEvents)
	require.Zero(t, testing.AllocsPerRun(100, func() { tap.See(&events[0]) }))
}

func TestRawEventsAreReframedAsAnArray(t *testing.T) {
	require.Nil(t, Codec.Framing(&asEvents))
	f := Codec.Framing(&asArray)
	var out []byte
	for _, ev := range eventsOf(t, golden(t, "stream_tool_call.sse")) {
		out = f.AppendEvent(out, &ev)
	}
	out = f.AppendEnd(f.AppendEvent(out, &sse.Event{Comment: true}))
	var all []map[string]any
	require.NoError(t, json.Unmarshal(out, &all))
	require.Len(t, all, 2)
	require.Equal(t, "[]", string(Codec.Framing(&asArray).AppendEnd(nil)))
}

func TestErrorBehindRawEventsClosesTheirArray(t *testing.T) {
	f := Codec.Framing(&asArray)
	out := f.AppendEvent(nil, &eventsOf(t, golden(t, "stream_tool_call.sse"))[0])
	w := f.(dialect.StreamWriter)
	out = w.Append(w.Heartbeat(out), &api.Event{Kind: api.EventError, Err: api.Errorf(api.KindTimeout, "x", "late")})
	out = f.AppendEnd(out)
	var all []map[string]any
	require.NoError(t, json.Unmarshal(out, &all), string(out))
	require.Len(t, all, 2)
	require.Contains(t, all[1], "error")
}

func BenchmarkTap(b *testing.B) {
	events := eventsOf(b, golden(b, "stream_search.sse"))
	tap := Codec.Tap(&asEvents)
	b.ReportAllocs()
	for b.Loop() {
		tap.See(&events[0])
	}
}
