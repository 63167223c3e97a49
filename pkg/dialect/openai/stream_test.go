package openai_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/openai"
)

func TestReaderUnderstandsWhatProvidersSend(t *testing.T) {
	files := golden(t, "streams")
	for file, want := range map[string]said{
		"text_usage.sse": {
			ID: "chatcmpl-123", Model: "gpt-4o-mini", Text: `Say "usage":{ and "error".`, Finish: api.FinishStop, Ended: true,
			Usage: api.Usage{Input: 19, Output: 10, Known: true},
		},
		"tools.sse": {
			ID: "chatcmpl-9", Model: "gpt-4o", Finish: api.FinishToolCalls, Ended: true,
			Calls: []api.ToolCall{{ID: "call_a", Name: "weather", Args: api.JSON(`{"city":"Paris"}`)}, {ID: "call_b", Name: "now"}},
		},
		"completion.sse": {
			ID: "cmpl-7", Model: "gpt-3.5-turbo-instruct", Text: "This is", Finish: api.FinishLength, Ended: true,
			Usage: api.Usage{Input: 5, Output: 2, Known: true},
		},
		"azure.sse": {ID: "chatcmpl-az", Model: "gpt-4o-2024-05-13", Text: "Hi", Finish: api.FinishStop, Ended: true},
		"deepseek.sse": {
			ID: "ds-1", Model: "deepseek-reasoner", Reasoning: "Compare 9.11", Text: "9.8", Finish: api.FinishStop, Ended: true,
			Usage: api.Usage{Input: 11, CacheRead: 4, Output: 20, Reasoning: 15, Known: true},
		},
		"groq.sse": {
			ID: "chatcmpl-g", Model: "llama-3.3-70b", Text: "Hi", Finish: api.FinishStop, Ended: true,
			Usage: api.Usage{Input: 12, Output: 3, Known: true},
		},
		"openrouter_signed.sse": {
			ID: "gen-3", Model: "anthropic/claude-sonnet-4.5", Reasoning: "17 times 23.", Text: "391",
			Signatures: []string{"anthropic:ErUBCkYIBxgC"}, Finish: api.FinishStop, Ended: true,
			Usage: api.Usage{Input: 17, Output: 40, Known: true},
		},
		"mistral.sse": {
			ID: "m1", Model: "magistral", Reasoning: "Hm.", Text: "Oui", Finish: api.FinishLength, Ended: true,
			Usage: api.Usage{Input: 4, Output: 5, Known: true},
		},
	} {
		t.Run(file, func(t *testing.T) {
			require.Equal(t, want, sum(read(t, opOf(file), files[file])))
		})
	}
}

func TestReaderEndsAStreamWithAnErrorEvent(t *testing.T) {
	got := sum(read(t, api.OpChat, golden(t, "streams")["openrouter_error.sse"]))
	require.Equal(t, "Hel", got.Text)
	require.False(t, got.Ended)
	require.NotNil(t, got.Err)
	require.Equal(t, 502, got.Err.Status)
	require.Equal(t, api.KindUnavailable, got.Err.Kind)
	require.Equal(t, "Provider disconnected, key [redacted]", got.Err.Message)
}

// chunks makes a stream of deltas; an element that is no object stands for itself.
func chunks(deltas ...string) []byte {
	var b strings.Builder
	for _, d := range deltas {
		if !strings.HasPrefix(d, "{") {
			b.WriteString("data: " + d + "\n\n")
			continue
		}
		b.WriteString(`data: {"id":"x","model":"m","created":1,"choices":[` + d + "]}\n\n")
	}
	return []byte(b.String())
}

const stop = `{"index":0,"delta":{},"finish_reason":"stop"}`

func TestReaderTellsAnEndFromACut(t *testing.T) {
	hello := `{"index":0,"delta":{"content":"a"},"finish_reason":null}`
	for name, tc := range map[string]struct {
		stream []byte
		code   string
	}{
		"whole":                          {chunks(hello, stop, "[DONE]"), ""},
		"no [DONE] behind the reason":    {chunks(hello, stop), ""},
		"no reason before [DONE]":        {chunks(hello, "[DONE]"), ""},
		"cut":                            {chunks(hello), "stream_truncated"},
		"cut while another choice talks": {chunks(hello, stop, `{"index":1,"delta":{"content":"b"}}`), "stream_truncated"},
		"nothing":                        {nil, "stream_truncated"},
		"only [DONE]":                    {chunks("[DONE]"), "provider_bad_answer"},
		"not JSON":                       {chunks(hello, "oops", stop), "provider_bad_answer"},
		"half JSON":                      {[]byte("data: {\"id\":\"x\",\"choices\":[\n\n"), "provider_bad_answer"},
		"JSON that is no object":         {chunks("[1]"), "provider_bad_answer"},
	} {
		t.Run(name, func(t *testing.T) {
			got := sum(read(t, api.OpChat, tc.stream))
			if tc.code == "" {
				require.Nil(t, got.Err)
				require.True(t, got.Ended)
				require.Equal(t, api.FinishStop, got.Finish)
				return
			}
			require.NotNil(t, got.Err)
			require.False(t, got.Ended)
			require.Equal(t, tc.code, got.Err.Code)
		})
	}
}

func TestReaderKeepsParallelCallsApart(t *testing.T) {
	call := func(fields string) string {
		return `{"index":0,"delta":{"tool_calls":[{` + fields + `}]}}`
	}
	want := []api.ToolCall{{ID: "a", Name: "f", Args: api.JSON(`{"x":1}`)}, {ID: "b", Name: "f", Args: api.JSON(`{"x":2}`)}}
	for name, deltas := range map[string][]string{
		"by index, interleaved": {
			call(`"index":0,"id":"a","function":{"name":"f","arguments":""}`), call(`"index":1,"id":"b","function":{"name":"f","arguments":""}`),
			call(`"index":0,"function":{"arguments":"{\"x\":"}`), call(`"index":1,"function":{"arguments":"{\"x\":2}"}`), call(`"index":0,"function":{"arguments":"1}"}`),
		},
		"all index 0, ids of their own": {
			call(`"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\":1}"}`), call(`"index":0,"id":"b","function":{"name":"f","arguments":"{\"x\":2}"}`),
		},
		"the id in each fragment": {
			call(`"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\""}`), call(`"index":0,"id":"a","function":{"name":"f","arguments":":1}"}`),
			call(`"index":1,"id":"b","function":{"name":"f","arguments":"{\"x\":2}"}`),
		},
		"no index": {
			call(`"id":"a","function":{"name":"f","arguments":"{\"x\":1}"}`), call(`"id":"b","function":{"name":"f","arguments":"{\"x\":"}`),
			call(`"function":{"arguments":"2}"}`),
		},
		"arguments as an object": {
			call(`"index":0,"id":"a","function":{"name":"f","arguments":{"x":1}}`), call(`"index":1,"id":"b","function":{"name":"f","arguments":{"x":2}}`),
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := sum(read(t, api.OpChat, chunks(append(deltas, stop, "[DONE]")...)))
			require.Equal(t, want, got.Calls)
			require.Equal(t, api.FinishToolCalls, got.Finish, "stop with calls means tool_calls")
		})
	}
}

func TestReaderNamesACallThatHasNoID(t *testing.T) {
	got := sum(read(t, api.OpChat, chunks(`{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"name":"f","arguments":"{}"}}]}}`, stop)))
	require.Equal(t, "call_0", got.Calls[0].ID)
}

func TestReaderSplitsAChunkThatSaysEverything(t *testing.T) {
	stream := `data: {"id":"x","choices":[{"index":0,"delta":{"role":"assistant","content":"a"},"finish_reason":"length"}],"usage":{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}}` + "\n\ndata: [DONE]\n\n"
	var kinds []api.EventKind
	for _, e := range read(t, api.OpChat, []byte(stream)) {
		kinds = append(kinds, e.Kind)
	}
	require.Equal(t, []api.EventKind{api.EventStart, api.EventPart, api.EventDelta, api.EventFinish, api.EventUsage, api.EventEnd}, kinds)
}

func TestReaderCarriesLogProbsAndCitations(t *testing.T) {
	events := read(t, api.OpChat, chunks(
		`{"index":0,"delta":{"content":"a"},"logprobs":{"content":[{"token":"a","logprob":-1,"bytes":[97],"top_logprobs":[]}],"refusal":null}}`,
		`{"index":0,"delta":{"annotations":[{"type":"url_citation","url_citation":{"url":"https://x","title":"X","start_index":0,"end_index":1}}]}}`, stop, "[DONE]"))
	require.Equal(t, []api.LogProb{{Token: "a", LogProb: -1, Bytes: api.JSON("[97]")}}, events[2].LogProbs)
	require.Equal(t, "https://x", events[3].Citation.URL)
	require.Equal(t, events[2].Part, events[3].Part)
}

// play writes events as one stream.
func play(h *dialect.Head, events ...api.Event) string {
	w := openai.Codec.Writer(h)
	var out []byte
	for i := range events {
		out = w.Append(out, &events[i])
	}
	return string(out)
}

func TestWriterSpeaksAsOpenAIDoes(t *testing.T) {
	h := &dialect.Head{Op: api.OpChat, Stream: true}
	start := api.Event{Kind: api.EventStart, ID: "x", Model: "m", Created: 7}
	const head = `data: {"id":"x","object":"chat.completion.chunk","created":7,"model":"m","choices":[`
	const role = head + `{"index":0,"delta":{"role":"assistant","content":""},"logprobs":null,"finish_reason":null}]}` + "\n\n"
	chunk := func(delta string) string {
		return head + `{"index":0,"delta":{` + delta + `},"logprobs":null,"finish_reason":null}]}` + "\n\n"
	}
	finish := func(word string) string {
		return head + `{"index":0,"delta":{},"logprobs":null,"finish_reason":"` + word + `"}]}` + "\n\n"
	}
	const done = "data: [DONE]\n\n"
	usage := api.Event{Kind: api.EventUsage, Usage: api.Usage{Input: 1, Output: 2, Known: true}}

	for name, tc := range map[string]struct {
		events []api.Event
		want   string
	}{
		"text": {[]api.Event{
			start,
			{Kind: api.EventPart},
			{Kind: api.EventDelta, Text: "a\n"},
			{Kind: api.EventFinish, Finish: api.FinishLength},
			usage,
			{Kind: api.EventEnd},
		}, role + chunk(`"content":"a\n"`) + finish("length") + done},
		"signed reasoning": {[]api.Event{
			start,
			{Kind: api.EventPart, PartKind: api.PartReasoning},
			{Kind: api.EventDelta, Text: "h"},
			{Kind: api.EventDelta, Text: "m"},
			{Kind: api.EventSign, Signature: "s", SignatureOf: "anthropic"},
			{Kind: api.EventPart, Part: 1, PartKind: api.PartRedacted},
			{Kind: api.EventSign, Part: 1, Signature: "r", SignatureOf: "anthropic"},
		}, role + chunk(`"reasoning_content":"h"`) + chunk(`"reasoning_content":"m"`) +
			chunk(`"reasoning_details":[{"type":"reasoning.text","text":"hm","signature":"s","format":"anthropic-claude-v1","index":0}]`) +
			chunk(`"reasoning_details":[{"type":"reasoning.encrypted","data":"r","format":"anthropic-claude-v1","index":1}]`)},
		"calls by their number among calls": {[]api.Event{
			start,
			{Kind: api.EventPart},
			{Kind: api.EventDelta, Text: "a"},
			{Kind: api.EventPart, Part: 1, PartKind: api.PartToolCall, CallID: "c1", Name: "f"},
			{Kind: api.EventSign, Part: 1, Signature: "s", SignatureOf: "genai"},
			{Kind: api.EventPart, Part: 2, PartKind: api.PartToolCall, CallID: "c2", Name: "g"},
			{Kind: api.EventDelta, Part: 2, Text: `{"x":1}`},
			{Kind: api.EventFinish, Finish: api.FinishToolCalls},
		}, role + chunk(`"content":"a"`) +
			chunk(`"tool_calls":[{"index":0,"id":"c1","type":"function","function":{"name":"f","arguments":""}}]`) +
			chunk(`"tool_calls":[{"index":0,"function":{"arguments":""},"extra_content":{"google":{"thought_signature":"s"}}}]`) +
			chunk(`"tool_calls":[{"index":0,"function":{"arguments":"{}"}}]`) +
			chunk(`"tool_calls":[{"index":1,"id":"c2","type":"function","function":{"name":"g","arguments":""}}]`) +
			chunk(`"tool_calls":[{"index":1,"function":{"arguments":"{\"x\":1}"}}]`) + finish("tool_calls")},
		"an error instead of [DONE]": {[]api.Event{
			start, {Kind: api.EventError, Err: api.Errorf(api.KindUnavailable, "stream_truncated", "Cut.")}, {Kind: api.EventEnd},
		}, role + `data: {"error":{"message":"Cut.","type":"server_error","param":null,"code":"stream_truncated"}}` + "\n\n"},
		"another dialect's citation without a URL": {[]api.Event{
			start, {Kind: api.EventPart}, {Kind: api.EventCitation, Citation: &api.Citation{Text: "x", RawOf: "anthropic", Raw: api.JSON(`{}`)}},
		}, role},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, tc.want, play(h, tc.events...)) })
	}
}

func TestWriterShowsUsageOnlyToACallerWhoAsked(t *testing.T) {
	events := []api.Event{
		{Kind: api.EventStart, ID: "x"},
		{Kind: api.EventPart},
		{Kind: api.EventDelta, Text: "a"},
		{Kind: api.EventFinish, Finish: api.FinishStop},
		{Kind: api.EventUsage, Usage: api.Usage{Input: 1, Known: true}},
		{Kind: api.EventUsage, Usage: api.Usage{Input: 3, Output: 4, Known: true}},
		{Kind: api.EventEnd},
	}
	require.NotContains(t, play(&dialect.Head{Op: api.OpChat}, events...), "usage")

	out := play(&dialect.Head{Op: api.OpChat, StreamUsage: true}, events...)
	require.Equal(t, 1, strings.Count(out, `"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7`))
	require.Equal(t, 3, strings.Count(out, `"usage":null`))
	require.True(t, strings.HasSuffix(out, "data: [DONE]\n\n"))
}

func TestWriterNamesTheRoleOfEachChoice(t *testing.T) {
	out := play(&dialect.Head{Op: api.OpChat},
		api.Event{Kind: api.EventStart}, api.Event{Kind: api.EventPart, Choice: 1}, api.Event{Kind: api.EventDelta, Choice: 1, Text: "b"})
	require.Contains(t, out, `{"index":1,"delta":{"role":"assistant"`)
	require.Equal(t, 2, strings.Count(out, `"role"`))
}

func TestWriterKeepsAnErrorBodyInOneLine(t *testing.T) {
	err := openai.Codec.DecodeError(400, []byte("{\n \"error\": {\n  \"message\": \"no\"\n }\n}"))
	require.Equal(t, `data: {"error":{"message":"no"}}`+"\n\n", play(&dialect.Head{}, api.Event{Kind: api.EventError, Err: err}))
}

func TestHeartbeatIsAComment(t *testing.T) {
	w := openai.Codec.Writer(&dialect.Head{})
	require.Equal(t, ": ping\n\n", string(w.Heartbeat(nil)))
	require.Equal(t, "text/event-stream", w.ContentType())
}

func TestTapReadsTheSameAsTheReader(t *testing.T) {
	for file, stream := range golden(t, "streams") {
		t.Run(file, func(t *testing.T) {
			want := sum(read(t, opOf(file), stream))
			tap := openai.Codec.Tap(&dialect.Head{Op: opOf(file), StreamUsage: true})
			for _, ev := range split(t, stream) {
				verdict := tap.See(&ev)
				require.NotEqual(t, dialect.Drop, verdict, "a caller who asked for usage sees it all")
				if verdict == dialect.Fail {
					require.Equal(t, want.Err, tap.Err())
					break
				}
			}
			require.Equal(t, want.Usage, tap.Usage())
			require.Equal(t, want.Ended, tap.Ended())
			require.True(t, tap.Begun())
			if want.Err == nil {
				require.True(t, tap.(dialect.Finisher).Finished())
			}
		})
	}
}

func TestTapDropsOnlyTheChunkThatIsNothingButUsage(t *testing.T) {
	files := golden(t, "streams")
	for file, dropped := range map[string]int{"text_usage.sse": 1, "completion.sse": 1, "deepseek.sse": 0, "groq.sse": 0, "azure.sse": 0, "mistral.sse": 0} {
		t.Run(file, func(t *testing.T) {
			tap := openai.Codec.Tap(&dialect.Head{Op: opOf(file)})
			n := 0
			for _, ev := range split(t, files[file]) {
				if tap.See(&ev) == dialect.Drop {
					n++
					require.True(t, bytes.Contains(ev.Data, []byte(`"choices":[]`)))
				}
			}
			require.Equal(t, dropped, n)
		})
	}
}

func TestTapSaysWhenTheAnswerHasBegun(t *testing.T) {
	for name, tc := range map[string]struct {
		delta string
		begun bool
	}{
		"role":            {`{"index":0,"delta":{"role":"assistant","content":"","refusal":null}}`, false},
		"empty lists":     {`{"index":0,"delta":{"role":"assistant","content":null,"tool_calls":[]}}`, false},
		"text":            {`{"index":0,"delta":{"content":"a"}}`, true},
		"reasoning":       {`{"index":0,"delta":{"reasoning":"a"}}`, true},
		"call":            {`{"index":0,"delta":{"tool_calls":[{"index":0,"id":"a"}]}}`, true},
		"finish":          {stop, true},
		"completion text": {`{"index":0,"text":"a"}`, true},
		"empty text":      {`{"index":0,"text":""}`, false},
	} {
		t.Run(name, func(t *testing.T) {
			tap := openai.Codec.Tap(&dialect.Head{})
			for _, ev := range split(t, chunks(tc.delta)) {
				require.Equal(t, dialect.Pass, tap.See(&ev))
			}
			require.Equal(t, tc.begun, tap.Begun())
		})
	}
}

func TestTapWaitsForEveryChoice(t *testing.T) {
	tap := openai.Codec.Tap(&dialect.Head{N: 2}).(dialect.Finisher)
	see := tap.(dialect.Tap).See
	for _, ev := range split(t, chunks(stop)) {
		see(&ev)
	}
	require.False(t, tap.Finished())
	for _, ev := range split(t, chunks(strings.Replace(stop, `"index":0`, `"index":1`, 1))) {
		see(&ev)
	}
	require.True(t, tap.Finished())
}

func TestTapCountsTextOnTheWire(t *testing.T) {
	tap := openai.Codec.Tap(&dialect.Head{})
	for _, ev := range split(t, chunks(
		`{"index":0,"delta":{"role":"assistant","content":""}}`, `{"index":0,"delta":{"content":"abcd"}}`,
		`{"index":0,"delta":{"content":"a\"b\\"}}`, `{"index":0, "delta": {"content": "", "reasoning": "xyz"}}`,
		`{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{}"}}]}}`, stop)) {
		tap.See(&ev)
	}
	require.EqualValues(t, 4+6+3+2, tap.OutputBytes())
}

func TestTapFailsOnWhatIsNoChunk(t *testing.T) {
	for name, stream := range map[string]string{
		"an error object":     `data: {"error":{"message":"no"}}`,
		"an error text":       `data: {"error":"no"}`,
		"an error event":      "event: error\ndata: {\"message\":\"no\"}",
		"SGLang's error":      `data: {"object":"error","message":"no","code":400}`,
		"Groq's error":        `data: {"x_groq":{"error":{"message":"no"}},"choices":[]}`,
		"text":                `data: oops`,
		"a list":              `data: [1]`,
		"a chunk cut in half": `data: {"id":"x","choices":[`,
	} {
		t.Run(name, func(t *testing.T) {
			tap := openai.Codec.Tap(&dialect.Head{})
			evs := split(t, []byte(stream+"\n\n"))
			require.Equal(t, dialect.Fail, tap.See(&evs[0]))
			require.NotNil(t, tap.Err())
			require.NotEmpty(t, tap.Err().Message)
			require.Equal(t, strings.Contains(stream, `"no"`), tap.Err().Message == "no", tap.Err().Message)
		})
	}
}

func TestTapIsNotFooledByText(t *testing.T) {
	tap := openai.Codec.Tap(&dialect.Head{})
	for _, ev := range split(t, chunks(
		`{"index":0,"delta":{"content":"a"}}`,
		`{"index":0,"delta":{"content":"{\"usage\":{\"prompt_tokens\":99},\"error\":{},\"finish_reason\":\"stop\"}"}}`,
		`{"index":0,"delta":{"content":"usage"}}`, `{"index":0,"delta":{"content":"error"}}`)) {
		require.Equal(t, dialect.Pass, tap.See(&ev))
	}
	require.False(t, tap.Usage().Known)
	require.False(t, tap.(dialect.Finisher).Finished())
}
