package dialecttest_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/codecs"
	"github.com/asbru-gateway/asbru/pkg/dialect/dialecttest"
	"github.com/asbru-gateway/asbru/pkg/sse"
)

// said is what an answer says, in short.
type said struct {
	text, thought string
	calls         []string // name and arguments
	finish        api.Finish
	usage         api.Usage
}

func sum(r *api.Response) said {
	s := said{finish: r.Choices[0].Finish, usage: r.Usage}
	for _, p := range r.Choices[0].Parts {
		switch p.Kind {
		case api.PartText:
			s.text += p.Text
		case api.PartReasoning:
			s.thought += p.Text
		case api.PartToolCall:
			s.calls = append(s.calls, p.Call.Name+string(p.Call.Args))
		}
	}
	return s
}

// recorded are answers of real providers, by file. Where they come from is in the
// README.md beside them.
var recorded = map[string]said{
	"openai/testdata/recorded/openai_text.json": {
		text: "**Holiday Name:** Galaxy Day  \n\n**Date:** October 31st, alig", finish: api.FinishStop,
		usage: api.Usage{Input: 16, Output: 363, Known: true},
	},
	"openai/testdata/recorded/azure_router.sse": {
		text: "Capital of Denmark.", finish: api.FinishStop,
		usage: api.Usage{Input: 15, Output: 78, Reasoning: 64, Known: true},
	},
	"openai/testdata/recorded/deepseek_tool.json": {
		thought: "The user is asking for the weather in San Francisco. I have a weather tool available that can get weather information for a location." +
			` I should use this tool with the location parameter set to "San Francisco". Let me call the weather function.`,
		calls: []string{`weather{"location": "San Francisco"}`}, finish: api.FinishToolCalls,
		usage: api.Usage{Input: 339, CacheRead: 320, Output: 92, Reasoning: 48, Known: true},
	},
	"openai/testdata/recorded/deepseek_tool.sse": {
		thought: "The user is asking",
		calls:   []string{`weather{"location": "San Francisco"}`}, finish: api.FinishToolCalls,
		usage: api.Usage{Input: 339, CacheRead: 320, Output: 83, Reasoning: 39, Known: true},
	},
	"openai/testdata/recorded/groq_tool.sse": {
		calls: []string{`weather{}`}, finish: api.FinishToolCalls,
		usage: api.Usage{Input: 210, Output: 15, Known: true},
	},
	"openai/testdata/recorded/mistral_tool.sse": {
		calls: []string{`webSearchTool{"query": "current Berlin weather"}`}, finish: api.FinishToolCalls,
		usage: api.Usage{Input: 171, CacheRead: 128, Output: 14, Known: true},
	},
	"anthropic/testdata/recorded/thinking.json": {
		thought: "I need to find all roots of this cubic polynomial and veri", text: "## Step 1: Set up the prob", finish: api.FinishStop,
		usage: api.Usage{Input: 51, Output: 1699, Reasoning: 139, Known: true},
	},
	"anthropic/testdata/recorded/text.sse": {
		text:   "Hello! I'm doing well, thank you for asking. How are you doing today? Is there anything I can help you with?",
		finish: api.FinishStop, usage: api.Usage{Input: 12, Output: 30, Known: true},
	},
	"anthropic/testdata/recorded/tool_no_args.sse": {
		text: "I'll update the issue list for you.", calls: []string{`updateIssueList{}`}, finish: api.FinishToolCalls,
		usage: api.Usage{Input: 565, Output: 48, Known: true},
	},
	"cohere/testdata/recorded/tools.json": {
		text:   "I will use the weather tool to find out the weather in San Francisco. I will also use the cityAttractions tool to find out what attractions are in San Francisco.",
		calls:  []string{`weather{"location":"San Francisco"}`, `cityAttractions{"city":"San Francisco"}`},
		finish: api.FinishToolCalls, usage: api.Usage{Input: 1549, CacheRead: 992, Output: 103, BilledInput: 119, BilledOutput: 52, Known: true},
	},
	"cohere/testdata/recorded/tools.sse": {
		text: "I will use", calls: []string{`weather{"location": "San Francisco"}`, `cityAttractions{"city": "San Francisco"}`},
		finish: api.FinishToolCalls, usage: api.Usage{Input: 1549, CacheRead: 1504, Output: 95, BilledInput: 119, BilledOutput: 44, Known: true},
	},
	"cohere/testdata/recorded/tool_no_args.sse": {
		text: "I will use", calls: []string{`currentTime{}`},
		finish: api.FinishToolCalls, usage: api.Usage{Input: 1445, CacheRead: 704, Output: 43, BilledInput: 46, BilledOutput: 14, Known: true},
	},
	"cohere/testdata/recorded/reasoning.json": {
		thought: "Okay, so I need to figure out what 2 + 2 is. Let me start by recalling what addition means.", text: "2 + 2 = 4",
		finish: api.FinishStop, usage: api.Usage{Input: 1394, CacheRead: 1344, Output: 582, BilledInput: 8, BilledOutput: 578, Known: true},
	},
	"cohere/testdata/recorded/reasoning.sse": {
		thought: "The user is asking", text: "The answer to 2 + 2 is 4.",
		finish: api.FinishStop, usage: api.Usage{Input: 1394, CacheRead: 1360, Output: 54, BilledInput: 8, BilledOutput: 50, Known: true},
	},
	"cohere/testdata/recorded/citations.sse": {
		text:   "The key benefits are automation of tasks.",
		finish: api.FinishStop, usage: api.Usage{Input: 1683, Output: 62, BilledInput: 39, BilledOutput: 27, Known: true},
	},
	"responses/testdata/recorded/reasoning.sse": {
		thought: "**Calculating step", calls: []string{`calculator{"a":12,"b":7,"op":"add"}`}, finish: api.FinishToolCalls,
		usage: api.Usage{Input: 134, Output: 28, Known: true},
	},
	"responses/testdata/recorded/phase.sse": {
		text: "Got itHere are a few **AI", finish: api.FinishStop,
		usage: api.Usage{Input: 7112, CacheRead: 3072, Output: 463, Reasoning: 64, Known: true},
	},
	"responses/testdata/recorded/reasoning.json": {
		thought: "**Reporting final result**", text: "12 + 7 = 19\n19 × 3 = 57\n57 × 10 = 570\n\nFinal result: 570", finish: api.FinishStop,
		usage: api.Usage{Input: 865, Output: 163, Reasoning: 128, Known: true},
	},
	"responses/testdata/recorded/copilot.sse": {
		thought: "**Counting character occurrences**", text: "There are **", finish: api.FinishStop,
		usage: api.Usage{Input: 19, Output: 105, Reasoning: 44, Known: true},
	},
	"genai/testdata/response_tool_call.json": {
		calls: []string{`weather{"location":"San Francisco"}`}, finish: api.FinishToolCalls,
		usage: api.Usage{Input: 29, Output: 1816, Reasoning: 1801, Known: true},
	},
	"bedrock/testdata/recorded/parallel_calls.json": {
		text:  "Sure! I'll look up both values simultaneously right away!",
		calls: []string{`get_resistor_value{"ref":"R1"}`, `get_capacitor_value{"ref":"C1"}`}, finish: api.FinishToolCalls,
		usage: api.Usage{Input: 694, Output: 110, Known: true},
	},
	"bedrock/testdata/recorded/thinking.json": {
		thought: `I need to count the letters in the word "cat".`, text: `The word "cat" has 3 letters.`, finish: api.FinishStop,
		usage: api.Usage{Input: 50, Output: 99, Known: true},
	},
	"bedrock/testdata/recorded/thinking.eventstream": {
		thought: `Let me count the r's in "strawberry":`, text: `There are **3** r's in "strawberry":`, finish: api.FinishStop,
		usage: api.Usage{Input: 51, Output: 94, Known: true},
	},
	"bedrock/testdata/recorded/redacted.eventstream": {
		calls: []string{`propose{"groups":[]}`}, finish: api.FinishToolCalls,
		usage: api.Usage{Input: 67, Output: 70, Known: true},
	},
	"genai/testdata/stream_tool_call.sse": {
		calls: []string{`weather{"location":"San Francisco"}`}, finish: api.FinishToolCalls,
		usage: api.Usage{Input: 29, Output: 819, Reasoning: 804, Known: true},
	},
}

func TestRecordedAnswersSayTheSameInEveryDialect(t *testing.T) {
	for file, want := range recorded {
		t.Run(file, func(t *testing.T) {
			body, err := os.ReadFile("../" + file)
			require.NoError(t, err)
			name, _, _ := strings.Cut(file, "/")
			from := codecs.ByName(name)
			r, seen := read(t, from, body, !strings.HasSuffix(file, ".json"))
			require.Equal(t, want, sum(&r))
			require.Equal(t, want.usage, seen, "both lanes read the same usage")

			for _, to := range codecs.All() {
				again, _ := read(t, to, to.AppendResponse(nil, &dialect.Head{Op: api.OpChat, Model: "m"}, &r), false)
				want := want
				if abilities[to.Name()].NoReasoning {
					want.usage.Reasoning = 0
				}
				require.Equal(t, unbilled(want), unbilled(sum(&again)), to.Name())
			}
		})
	}
}

// unbilled leaves out what only the dialect of the provider tells.
func unbilled(s said) said {
	s.usage.BilledInput, s.usage.BilledOutput = 0, 0
	return s
}

// read reads an answer, and what the raw lane sees of its usage.
func read(t *testing.T, c dialect.Codec, body []byte, stream bool) (r api.Response, seen api.Usage) {
	t.Helper()
	if !stream {
		require.Nil(t, c.DecodeResponse(api.OpChat, body, &r), "%s", body)
		seen, err := c.Inspect(api.OpChat, body)
		require.Nil(t, err)
		return r, seen
	}
	tap := c.Tap(&dialect.Head{Op: api.OpChat})
	var s sse.Splitter
	var ev sse.Event
	for s.Feed(dialecttest.Unframe(t, c)(body)); ; {
		ok, err := s.Next(&ev)
		require.NoError(t, err)
		if !ok {
			break
		}
		require.NotEqual(t, dialect.Fail, tap.See(&ev))
	}
	require.True(t, tap.Ended())
	return dialecttest.ReadStream(t, c, api.OpChat, body), tap.Usage()
}

func TestRecordedErrorsKeepTheirMessageInEveryDialect(t *testing.T) {
	for file, want := range map[string]string{
		"openai/testdata/recorded/openai_error.json":      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
		"bedrock/testdata/recorded/error_validation.json": "The model returned the following errors: `temperature` is deprecated for this model.",
		"genai/testdata/error_thinking_level.json":        "You can only set only one of thinking budget and thinking level.",
	} {
		body, err := os.ReadFile("../" + file)
		require.NoError(t, err)
		name, _, _ := strings.Cut(file, "/")
		e := codecs.ByName(name).DecodeError(400, body)
		require.Equal(t, api.KindInvalid, e.Kind)
		for _, to := range codecs.All() {
			status, out := to.AppendError(nil, e)
			require.Equal(t, 400, status)
			require.Equal(t, want, to.DecodeError(status, out).Message, to.Name())
		}
	}
}
