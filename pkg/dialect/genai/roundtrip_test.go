package genai

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
)

// words is text that says something and is no JSON object, which a tool's result
// would take for its answer.
var words = rapid.String().Filter(func(s string) bool { return s != "" && !strings.HasPrefix(strings.TrimSpace(s), "{") })

// identifier is the name of a tool, or an id that was not minted here.
var identifier = rapid.StringMatching(`[a-f][a-zA-Z0-9_]{0,20}`)

func optional[T any](t *rapid.T, g *rapid.Generator[T], label string) (o api.Opt[T]) {
	if rapid.Bool().Draw(t, label+" set") {
		o = api.Some(g.Draw(t, label))
	}
	return o
}

func drawMedia(t *rapid.T) api.Part {
	class := rapid.SampledFrom([]string{"image/png", "audio/wav", "video/mp4", "application/pdf"}).Draw(t, "mime")
	data := rapid.SliceOfN(rapid.Byte(), 1, 20).Draw(t, "data")
	return api.Part{Kind: kindOfMIME(class), Media: &api.Media{MIME: class, Data: base64.StdEncoding.EncodeToString(data)}}
}

func drawText(t *rapid.T) api.Part { return api.Part{Text: words.Draw(t, "text")} }

// drawTurn draws what the user says, what the model answers, and what the tools
// that it called answer.
func drawTurn(t *rapid.T, turn int) []api.Message {
	user := api.Message{Parts: []api.Part{drawText(t)}}
	if rapid.Bool().Draw(t, "media") {
		user.Parts = append(user.Parts, drawMedia(t))
	}
	model := api.Message{Role: api.RoleAssistant, Parts: []api.Part{drawText(t)}}
	if rapid.Bool().Draw(t, "signed") {
		model.Parts[0].Signature, model.Parts[0].SignatureOf = "c2lnbmVk", name
	}
	tools := api.Message{Role: api.RoleTool}
	for i := range rapid.IntRange(0, 3).Draw(t, "calls") {
		id, tool := fmt.Sprintf("call_%d_%d", turn, i), identifier.Draw(t, "tool")
		model.Parts = append(model.Parts, api.Part{
			Kind: api.PartToolCall,
			Call: &api.ToolCall{ID: id, Name: tool, Args: api.JSON(`{"x":[1,"ü"]}`)},
		})
		tools.Parts = append(tools.Parts, api.Part{Kind: api.PartToolResult, Result: &api.ToolResult{
			ID: id, Name: tool,
			Parts: []api.Part{drawText(t)}, IsError: rapid.Bool().Draw(t, "error"),
		}})
	}
	if len(tools.Parts) == 0 {
		return []api.Message{user, model}
	}
	return []api.Message{user, model, tools}
}

func drawRequest(t *rapid.T) *api.Request {
	r := &api.Request{Op: api.OpChat, Model: "gemini-2.5-flash", ExtraOf: name, StreamUsage: true}
	if rapid.Bool().Draw(t, "system") {
		r.System = []api.Part{drawText(t)}
	}
	for turn := range rapid.IntRange(1, 4).Draw(t, "turns") {
		r.Messages = append(r.Messages, drawTurn(t, turn)...)
	}
	for range rapid.IntRange(0, 2).Draw(t, "tools") {
		r.Tools = append(r.Tools, api.Tool{
			Name: identifier.Draw(t, "name"), Description: rapid.String().Draw(t, "description"),
			Parameters: api.JSON(`{"type":"object","properties":{"x":{"type":["string","null"]}}}`),
		})
	}
	r.ToolChoice = rapid.SampledFrom([]api.ToolChoice{
		{},
		{Mode: api.ToolAuto},
		{Mode: api.ToolNone},
		{Mode: api.ToolRequired},
		{Mode: api.ToolNamed, Names: []string{"a"}},
		{Mode: api.ToolAllowed, Names: []string{"a", "b"}},
	}).Draw(t, "choice")
	r.Format = rapid.SampledFrom([]api.Format{
		{},
		{Kind: api.FormatText},
		{Kind: api.FormatJSON},
		{Kind: api.FormatSchema, Schema: api.JSON(`{"type":"object"}`)},
	}).Draw(t, "format")
	count, number := rapid.Int64Range(0, 1<<40), rapid.Float64Range(-2, 2)
	r.Sampling = api.Sampling{
		MaxTokens: optional(t, count, "max"), N: optional(t, count, "n"), Seed: optional(t, rapid.Int64(), "seed"), TopK: optional(t, count, "k"),
		Temperature: optional(t, number, "temperature"), TopP: optional(t, number, "p"),
		PresencePenalty: optional(t, number, "presence"), FrequencyPenalty: optional(t, number, "frequency"),
		LogProbs: optional(t, rapid.Bool(), "logprobs"), TopLogProbs: optional(t, count, "top"),
	}
	r.Reasoning = api.Reasoning{Budget: optional(t, rapid.Int64Range(-1, 9999), "budget"), Show: optional(t, rapid.Bool(), "show")}
	r.ServiceTier = rapid.SampledFrom([]string{"", "default", "flex", "priority"}).Draw(t, "tier")
	return r
}

func TestRequestsComeBackAsTheyWere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawRequest(t)
		wire, err := Codec.AppendRequest(nil, r, &dialect.Quirks{})
		if err != nil {
			t.Fatal(err)
		}
		h := chatHead(r.Model)
		if err := Codec.Peek(&h, wire); err != nil {
			t.Fatalf("%v: %s", err, wire)
		}
		var back api.Request
		if err := Codec.DecodeRequest(&h, wire, &back); err != nil {
			t.Fatalf("%v: %s", err, wire)
		}
		require.Equal(t, r, &back, "%s", wire)
	})
}

func TestAnswersComeBackAsTheyWere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := &api.Response{Op: api.OpChat, ID: identifier.Draw(t, "id"), Model: identifier.Draw(t, "model"), ExtraOf: name}
		for i := range rapid.IntRange(1, 3).Draw(t, "choices") {
			c := api.Choice{Index: i, Finish: api.FinishStop}
			turn := drawTurn(t, i)
			c.Parts = append([]api.Part{{Kind: api.PartReasoning, Text: words.Draw(t, "thought")}}, turn[1].Parts...)
			if len(turn) == 3 {
				c.Finish = api.FinishToolCalls
			} else if rapid.Bool().Draw(t, "filtered") {
				c.Finish, c.FinishRaw = api.FinishFilter, "SPII"
			}
			r.Choices = append(r.Choices, c)
		}
		out, cached := rapid.Int64Range(0, 1<<40).Draw(t, "out"), rapid.Int64Range(0, 9).Draw(t, "cached")
		r.Usage = api.Usage{Input: cached + 5, CacheRead: cached, Output: out + 3, Reasoning: 3, AudioIn: cached, Known: true}

		wire := Codec.AppendResponse(nil, &dialect.Head{Op: api.OpChat}, r)
		var back api.Response
		if err := Codec.DecodeResponse(api.OpChat, wire, &back); err != nil {
			t.Fatalf("%v: %s", err, wire)
		}
		require.Equal(t, r, &back, "%s", wire)
	})
}
