package dialecttest

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/sse"
)

// Streams checks that an answer comes back from a stream as it went, whatever
// the pieces in which its bytes arrive; that the events keep the contract of
// api.EventKind; and that a Tap sees the stream's usage and its end.
func Streams(t *testing.T, c dialect.Codec, can Can) {
	can.LogProbs, can.Citations = false, false // dialects differ in where a stream has them
	rapid.Check(t, func(t *rapid.T) {
		want := Response(c, can).Draw(t, "response")
		events := Events(&want).Draw(t, "events")
		head := dialect.Head{Op: want.Op, Model: can.Model, Stream: true, StreamUsage: true}
		w := c.Writer(&head)
		var wire []byte
		for i := range events {
			wire = w.Append(wire, &events[i])
			if i < len(events)-1 && rapid.Bool().Draw(t, "silence") {
				wire = w.Heartbeat(wire)
			}
		}

		tap := c.Tap(&head)
		a := newAnswer(t, want.Op)
		r := c.Reader(want.Op)
		split(t, c, wire, func(ev *sse.Event) {
			require.NotEqual(t, dialect.Fail, tap.See(ev), "%s", ev.Raw)
			a.add(r.Read(nil, ev))
		})
		a.add(r.Close(nil))
		require.True(t, a.ended, "%s", wire)

		requireSame(t, &want, &a.response, wire)
		require.True(t, tap.Ended(), "%s", wire)
		require.True(t, tap.Begun(), "%s", wire)
		require.Equal(t, want.Usage, tap.Usage())
	})
}

// split feeds wire in pieces and overwrites each one when it is lent no more, so
// that whoever keeps bytes of an event is found out.
func split(t *rapid.T, c dialect.Codec, wire []byte, each func(ev *sse.Event)) {
	var s sse.Splitter
	unframe := Unframe(t, c)
	var ev sse.Event
	for at := 0; at < len(wire); {
		end := min(len(wire), at+rapid.IntRange(1, 400).Draw(t, "piece"))
		lent := append([]byte(nil), wire[at:end]...)
		at = end
		s.Feed(unframe(lent))
		for {
			ok, err := s.Next(&ev)
			require.NoError(t, err)
			if !ok {
				break
			}
			each(&ev)
		}
		for i := range lent {
			lent[i] = '!'
		}
	}
	require.Empty(t, s.Rest(), "a stream ends with a whole event")
}

// Events draws the events of a stream that says r, its text in pieces and its
// choices side by side.
func Events(r *api.Response) *rapid.Generator[[]api.Event] {
	return rapid.Custom(func(t *rapid.T) []api.Event {
		events := []api.Event{{Kind: api.EventStart, ID: r.ID, Model: r.Model, Created: r.Created}}
		var choices [][]api.Event
		for i := range r.Choices {
			choices = append(choices, choiceEvents(t, &r.Choices[i]))
		}
		for len(choices) > 0 {
			i := rapid.IntRange(0, len(choices)-1).Draw(t, "choice")
			events = append(events, choices[i][0])
			if choices[i] = choices[i][1:]; len(choices[i]) == 0 {
				choices = append(choices[:i], choices[i+1:]...)
			}
		}
		return append(events, api.Event{Kind: api.EventUsage, Usage: r.Usage}, api.Event{Kind: api.EventEnd})
	})
}

func choiceEvents(t *rapid.T, c *api.Choice) []api.Event {
	var events []api.Event
	for i := range c.Parts {
		p := &c.Parts[i]
		e := api.Event{Kind: api.EventPart, Choice: c.Index, Part: i, PartKind: p.Kind}
		text := p.Text
		if p.Call != nil {
			e.CallID, e.Name = p.Call.ID, p.Call.Name
			text = string(p.Call.Args)
		}
		events = append(events, e)
		for _, piece := range pieces(t, text) {
			events = append(events, api.Event{Kind: api.EventDelta, Choice: c.Index, Part: i, PartKind: p.Kind, Text: piece})
		}
		if p.Signature != "" {
			events = append(events, api.Event{
				Kind: api.EventSign, Choice: c.Index, Part: i, PartKind: p.Kind,
				Signature: p.Signature, SignatureOf: p.SignatureOf,
			})
		}
	}
	return append(events, api.Event{Kind: api.EventFinish, Choice: c.Index, Finish: c.Finish})
}

// pieces cuts s between characters; there may be empty pieces.
func pieces(t *rapid.T, s string) []string {
	var out []string
	for left := []rune(s); len(left) > 0; {
		n := rapid.IntRange(0, min(8, len(left))).Draw(t, "delta")
		if len(out) > 20 {
			n = len(left)
		}
		out, left = append(out, string(left[:n])), left[n:]
	}
	return out
}
