package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"

	"github.com/asbru-gateway/asbru/integration/load"
)

// tongue is how a dialect is spoken: by a caller to the gateway, and to a provider.
type tongue struct {
	name     string
	provider string // that speaks it
	// path is where the dialect is spoken at the gateway, behind ours, and at the
	// provider; with a model where the dialect has it there.
	ours   string
	path   func(model string, stream bool) string
	body   func(model string, stream bool) string
	whole  string // what a whole answer holds
	last   string // what ends a stream
	header []string
	framed bool // a stream is frames, not events
}

// tongues are the dialects that a conversation can be had in.
var tongues = []tongue{
	{
		name: "openai", provider: "openai",
		path:  func(string, bool) string { return "/v1/chat/completions" },
		body:  func(model string, stream bool) string { return chatBody(model, smallPrompt, stream) },
		whole: `"finish_reason":"stop"`, last: "data: [DONE]\n\n",
	},
	{
		name: "anthropic", provider: "anthropic",
		path:  func(string, bool) string { return "/v1/messages" },
		body:  func(model string, stream bool) string { return messagesBody(model, smallPrompt, stream) },
		whole: `"stop_reason":"end_turn"`, last: anthropicEvent.End,
		header: []string{anthropicVersion},
	},
	{
		name: "genai", provider: "gemini", ours: "/genai",
		path: func(model string, stream bool) string {
			if stream {
				return "/v1beta/models/" + model + ":streamGenerateContent?alt=sse"
			}
			return "/v1beta/models/" + model + ":generateContent"
		},
		body: func(string, bool) string {
			return fmt.Sprintf(`{"contents":[{"role":"user","parts":[{"text":%q}]}]}`, promptOf(smallPrompt))
		},
		whole: `"finishReason":"STOP"`, last: "\n",
	},
	{
		name: "cohere", provider: "cohere", ours: "/cohere",
		path: func(string, bool) string { return "/v2/chat" },
		body: func(model string, stream bool) string {
			return fmt.Sprintf(`{"model":%q,"messages":[{"role":"user","content":%q}]%s}`, model, promptOf(smallPrompt), streamField(stream))
		},
		whole: `"finish_reason":"COMPLETE"`, last: "\n\n",
	},
	{
		name: "responses", provider: "perplexity",
		path: func(string, bool) string { return "/v1/responses" },
		body: func(model string, stream bool) string {
			return fmt.Sprintf(`{"model":%q,"input":%q%s}`, model, promptOf(smallPrompt), streamField(stream))
		},
		whole: `"status":"completed"`, last: "}\n\n",
	},
	{
		name: "bedrock", provider: "bedrock", ours: "/bedrock",
		path: func(model string, stream bool) string {
			if stream {
				return "/model/" + url.PathEscape(model) + "/converse-stream"
			}
			return "/model/" + url.PathEscape(model) + "/converse"
		},
		body: func(string, bool) string {
			return fmt.Sprintf(`{"messages":[{"role":"user","content":[{"text":%q}]}]}`, promptOf(smallPrompt))
		},
		whole: `"stopReason":"end_turn"`, framed: true,
	},
}

// asked is the exchange in which a model of another dialect's provider is asked by
// the gateway, or, with no other, the provider itself.
func (t *tongue) asked(other *tongue, stream bool) load.Exchange {
	model, at := "mock", ""
	if stream {
		model = fmt.Sprintf("mock-chunks-%d-bytes-600", events)
	}
	if other != nil {
		model, at = other.provider+"/"+model, t.ours
	}
	want := load.Want{Holds: t.whole, End: "}"}
	if stream {
		want = load.Want{Holds: t.whole, End: t.last, Events: events - 10} // not every event has a counterpart
	}
	if stream && t.framed {
		want.End, want.Events = "", 0
	}
	return load.Exchange{Request: load.Post(at+t.path(model, stream), t.body(model, stream), append([]string{authorization}, t.header...)...), Want: want}
}

// The goals of a translated call, whole and streamed, as multiples of the bare proxy.
const (
	wholeGoal  = 2
	streamGoal = 2.5
)

// measurePairs measures the edge for callers of each dialect and providers of each
// other one, beside the bare proxy for the provider's own dialect.
func measurePairs(ctx context.Context, o *options, l *lane) (*load.Table, error) {
	t := &load.Table{Head: []string{"caller"}}
	for i := range tongues {
		t.Head = append(t.Head, "to "+tongues[i].name)
	}
	for i := range tongues {
		row := []string{tongues[i].name}
		for j := range tongues {
			cell := "–"
			if i != j {
				fmt.Fprintf(os.Stderr, "%s to %s …\n", tongues[i].name, tongues[j].name)
				whole, err := pairRatio(ctx, o, l, &tongues[i], &tongues[j], false)
				if err != nil {
					return nil, err
				}
				stream, err := pairRatio(ctx, o, l, &tongues[i], &tongues[j], true)
				if err != nil {
					return nil, err
				}
				cell = fmt.Sprintf("%.2f / %.2f", whole, stream)
			}
			row = append(row, cell)
		}
		t.Rows = append(t.Rows, row)
	}
	return t, nil
}

// pairRatio is the median of the rounds of what the edge's CPU time is to the bare proxy's.
func pairRatio(ctx context.Context, o *options, l *lane, from, to *tongue, stream bool) (float64, error) {
	translated, direct := from.asked(to, stream), to.asked(nil, stream)
	var ratios []float64
	for range o.rounds {
		bare, n, _, err := closedLoop(ctx, o, l.bare, &direct)
		if err != nil {
			return 0, errors.Join(fmt.Errorf("bare, %s", to.name), err)
		}
		edge, m, _, err := closedLoop(ctx, o, l.edge, &translated)
		if err != nil {
			return 0, errors.Join(fmt.Errorf("edge, %s to %s", from.name, to.name), err)
		}
		ratios = append(ratios, edge.Seconds()/float64(m)/(bare.Seconds()/float64(n)))
	}
	return load.SpreadOf(ratios).Median, nil
}

func printPairs(w io.Writer, o *options, t *load.Table) {
	fmt.Fprintf(w, "%s\n\nCPU time of the edge for a translated call, whole / stream of %d events, as a multiple of the bare proxy's\n"+
		"for the provider's own dialect; median of %d rounds of %s. Goals: %g / %g.\n\n", load.Machine(), events, o.rounds, o.duration, float64(wholeGoal), streamGoal)
	t.Print(w, o.markdown)
}
