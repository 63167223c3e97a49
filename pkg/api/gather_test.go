package api_test

import (
	"testing"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/stretchr/testify/require"
)

func TestAnAnswerToldAsAStreamAndGatheredIsTheSame(t *testing.T) {
	said := &api.Response{
		ID: "r1", Model: "m", Created: 7,
		Usage: api.Usage{Input: 3, Output: 4, Known: true},
		Choices: []api.Choice{
			{
				Index: 0, Finish: api.FinishToolCalls, FinishRaw: "tool_use",
				LogProbs: []api.LogProb{{Token: "Hel", LogProb: -0.5, Top: []api.LogProb{{Token: "Hal"}}}},
				Parts: []api.Part{
					{Kind: api.PartReasoning, Text: "hm", Signature: "s", SignatureOf: "anthropic"},
					{Kind: api.PartRedacted, Signature: "sealed", SignatureOf: "anthropic"},
					{Kind: api.PartText, Text: "Hello", Citations: []api.Citation{{URL: "https://a.example", Raw: api.JSON(`{}`), RawOf: "x"}}},
					{Kind: api.PartToolCall, Call: &api.ToolCall{ID: "c1", Name: "look", Args: api.JSON(`{"a":1}`)}},
					{Kind: api.PartImage, Media: &api.Media{MIME: "image/png", Data: "AAAA"}},
					{Kind: api.PartOpaque, Raw: api.JSON(`{"type":"own"}`), RawOf: "anthropic"},
				},
			},
			{Index: 1, Finish: api.FinishStop, StopSequence: ".", Parts: []api.Part{{Kind: api.PartRefusal, Text: "No."}}},
		},
	}
	var g api.Gatherer
	events := said.AppendEvents(nil)
	for i := range events {
		g.Add(&events[i])
	}
	require.True(t, g.Ended())
	require.Equal(t, said, g.Response())
}

func TestGatheringBearsWithEventsThatMakeNoSense(t *testing.T) {
	var g api.Gatherer
	for _, e := range []api.Event{
		{Kind: api.EventDelta, Choice: -1, Text: "x"},
		{Kind: api.EventDelta, Part: 1 << 30, Text: "x"},
		{Kind: api.EventFinish, Choice: 1 << 30},
		{Kind: api.EventCitation},
		{Kind: api.EventDelta, Part: 1, Text: "late"},
	} {
		g.Add(&e)
	}
	require.False(t, g.Ended())
	require.Equal(t, "late", g.Response().Choices[0].Parts[1].Text)
}
