package frame

import (
	"fmt"
	"slices"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect/put"
)

var eventNames = [...]string{
	api.EventStart: "start", api.EventPart: "part", api.EventDelta: "delta", api.EventSign: "sign", api.EventCitation: "citation",
	api.EventFinish: "finish", api.EventUsage: "usage", api.EventError: "error", api.EventEnd: "end",
}

var partNames = [...]string{
	api.PartText: "text", api.PartImage: "image", api.PartAudio: "audio", api.PartVideo: "video", api.PartFile: "file",
	api.PartToolCall: "tool_call", api.PartToolResult: "tool_result", api.PartReasoning: "reasoning", api.PartRedacted: "redacted",
	api.PartRefusal: "refusal", api.PartOpaque: "opaque",
}

var finishNames = [...]string{
	api.FinishUnset: "", api.FinishStop: "stop", api.FinishLength: "length", api.FinishToolCalls: "tool_calls",
	api.FinishFilter: "content_filter", api.FinishPause: "pause", api.FinishOther: "other",
}

func appendEvents(o *put.Object, events []api.Event) {
	o.Key("events")
	o.Dst = append(o.Dst, '[')
	for i := range events {
		if i > 0 {
			o.Dst = append(o.Dst, ',')
		}
		o.Dst = appendEvent(o.Dst, i, &events[i])
	}
	o.Dst = append(o.Dst, ']')
}

func appendEvent(dst []byte, at int, e *api.Event) []byte {
	o := put.Begin(dst)
	o.Dst = put.Int(o.Dst, "at", int64(at))
	o.Text("kind", eventNames[e.Kind])
	switch e.Kind {
	case api.EventStart:
		o.Some("id", e.ID)
		o.Some("model", e.Model)
	case api.EventPart, api.EventDelta, api.EventSign, api.EventCitation:
		o.Dst = put.Int(o.Dst, "choice", int64(e.Choice))
		o.Dst = put.Int(o.Dst, "part", int64(e.Part))
		o.Text("part_kind", partNames[e.PartKind])
		o.Some("text", e.Text)
		o.Some("call_id", e.CallID)
		o.Some("name", e.Name)
	case api.EventFinish:
		o.Dst = put.Int(o.Dst, "choice", int64(e.Choice))
		o.Some("finish", finishNames[e.Finish])
	case api.EventUsage:
		appendUsage(&o, &e.Usage)
	case api.EventError:
		if e.Err != nil {
			appendError(&o, e.Err)
		}
	}
	return o.End()
}

// event is one as a guest gives it: one of those shown, by its number, perhaps with
// another text, or a new one.
type event struct {
	At       *int    `json:"at"`
	Kind     string  `json:"kind"`
	Choice   int     `json:"choice"`
	Part     int     `json:"part"`
	PartKind string  `json:"part_kind"`
	Text     *string `json:"text"`
	CallID   string  `json:"call_id"`
	Name     string  `json:"name"`
	Finish   string  `json:"finish"`
}

// mostParts bounds the numbers of choices and parts.
const mostParts = 1 << 12

// newEvents returns what the guest has made of the events that were shown. An event that
// is one of them keeps all that frames do not show.
func newEvents(given []api.Event, got []event) ([]api.Event, error) {
	out := make([]api.Event, 0, len(got))
	for i := range got {
		e, err := got[i].read(given)
		if err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, nil
}

func (g *event) read(given []api.Event) (api.Event, error) {
	if g.At != nil {
		if *g.At < 0 || *g.At >= len(given) {
			return api.Event{}, fmt.Errorf("the answer has an event %d, and %d were shown", *g.At, len(given))
		}
		e := given[*g.At]
		if g.Text != nil && *g.Text != e.Text {
			e.Text, e.LogProbs = *g.Text, nil // the probabilities were of other words
		}
		return e, nil
	}
	kind := slices.Index(eventNames[:], g.Kind)
	part := slices.Index(partNames[:], g.PartKind)
	if part < 0 && g.PartKind == "" {
		part = int(api.PartText)
	}
	if part < 0 || g.Choice < 0 || g.Choice >= mostParts || g.Part < 0 || g.Part >= mostParts {
		return api.Event{}, fmt.Errorf("the answer has an event of part %d, %.40q, of choice %d", g.Part, g.PartKind, g.Choice)
	}
	e := api.Event{Choice: g.Choice, Part: g.Part, PartKind: api.PartKind(part), CallID: g.CallID, Name: g.Name} //nolint:gosec // an index of partNames
	switch g.Kind {
	case "part", "delta":
		if g.Text != nil {
			e.Text = *g.Text
		}
	case "finish":
		finish := slices.Index(finishNames[:], g.Finish)
		if finish <= 0 {
			return e, fmt.Errorf("the answer has a finish %.40q", g.Finish)
		}
		e.Finish = api.Finish(finish) //nolint:gosec // an index of finishNames
	default:
		return e, fmt.Errorf("the answer has a new event of the kind %.40q", g.Kind)
	}
	e.Kind = api.EventKind(kind) //nolint:gosec // an index of eventNames
	return e, nil
}
