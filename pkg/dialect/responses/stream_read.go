package responses

import (
	"bytes"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/dialect/take"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/asbru-gateway/asbru/pkg/sse"
)

// Reader implements dialect.Codec. Providers that copied the API leave events out,
// or say a thing only in the event that ends it, so each is good for what the ones
// before it did not say; and what is not known is passed over.
func (codec) Reader(api.Op) dialect.StreamReader { return &reader{} }

// reader decodes one stream. It keeps copies of what it must remember.
type reader struct {
	started, finished, ended, dead bool
	parts                          int // how many have begun
	calls                          bool
	items                          []*itemReader
}

// Read implements dialect.StreamReader.
func (r *reader) Read(dst []api.Event, ev *sse.Event) []api.Event {
	data := bytes.TrimSpace(ev.Data)
	if r.ended || r.dead || len(data) == 0 {
		return dst
	}
	if isDone(data) {
		if r.finished {
			return r.end(dst)
		}
		return dst
	}
	e, err := scanEvent(kindOf(ev, data), data)
	if err != nil {
		return r.fail(dst, err)
	}
	if r.finished { // only usage can still come
		if e.usage.Known {
			dst = r.end(append(dst, api.Event{Kind: api.EventUsage, Usage: e.usage}))
		}
		return dst
	}
	if !r.started && strings.HasPrefix(e.kind, "response.") {
		dst = r.start(dst, &e)
	}
	if e.terminal {
		return r.finish(dst, &e)
	}
	return r.item(dst, &e)
}

func (r *reader) start(dst []api.Event, e *event) []api.Event {
	r.started = true
	begun := api.Event{Kind: api.EventStart, ID: take.Text(e.response, "id"), Model: take.Text(e.response, "model")}
	begun.Created = seconds(e.response.Get("created_at"))
	return append(dst, begun)
}

// Close implements dialect.StreamReader.
func (r *reader) Close(dst []api.Event) []api.Event {
	switch {
	case r.ended || r.dead:
		return dst
	case r.finished:
		return r.end(dst)
	}
	return r.fail(dst, api.Errorf(api.KindUnavailable, "stream_truncated", "The provider's stream broke off before its end."))
}

func (r *reader) fail(dst []api.Event, err *api.Error) []api.Event {
	r.dead = true
	return append(dst, api.Event{Kind: api.EventError, Err: err})
}

func (r *reader) end(dst []api.Event) []api.Event {
	r.ended = true
	return append(dst, api.Event{Kind: api.EventEnd})
}

// finish is called at the last event. Some providers let usage follow, so one
// without it is not the end yet.
func (r *reader) finish(dst []api.Event, e *event) []api.Event {
	if r.parts == 0 { // nothing was said on the way
		for item := range e.response.Get("output").Elements() {
			dst = (&itemReader{part: -1}).whole(dst, r, item)
		}
	}
	f, raw := finishOf(e.response, r.calls)
	if e.kind == "response.incomplete" && f != api.FinishFilter {
		f = api.FinishLength
	}
	r.finished = true
	dst = append(dst, api.Event{Kind: api.EventFinish, Finish: f, FinishRaw: raw})
	if !e.usage.Known {
		return dst
	}
	return r.end(append(dst, api.Event{Kind: api.EventUsage, Usage: e.usage}))
}

// item appends what an event of an item says.
func (r *reader) item(dst []api.Event, e *event) []api.Event {
	kind, ok := strings.CutPrefix(e.kind, "response.")
	if !ok {
		return dst
	}
	v, delta := e.data, take.Text(e.data, "delta")
	item := v.Get("item")
	i := r.itemAt(v, item)
	switch kind {
	case "output_item.added":
		return i.added(dst, r, item)
	case "output_item.done":
		return i.whole(dst, r, item)
	case "output_text.delta":
		return i.words(dst, r, v, api.PartText, delta)
	case "refusal.delta":
		return i.words(dst, r, v, api.PartRefusal, delta)
	case "output_text.annotation.added":
		return i.cite(dst, r, v)
	case "reasoning_summary_text.delta", "reasoning_summary.delta":
		return i.think(dst, r, summaryThought+take.Integer(v, "summary_index"), delta)
	case "reasoning_text.delta":
		return i.think(dst, r, plainThought+take.Integer(v, "content_index"), delta)
	case "function_call_arguments.delta", "custom_tool_call_input.delta":
		return i.fragment(dst, delta)
	}
	return dst // what ends a thing says all of it once more, and so does the item's end
}

// maxItems bounds what is remembered of a stream.
const maxItems = 1 << 12

// itemAt returns what is known of the item that an event is of. It is named by its
// index, since some providers give an item another id in each event; where nothing
// is numbered the ids are all there is.
func (r *reader) itemAt(e, item jsonx.Value) *itemReader {
	index, numbered := e.Get("output_index").Int()
	id := take.Text(e, "item_id")
	if id == "" {
		id = take.Text(item, "id")
	}
	for _, i := range r.items {
		if numbered && i.index == index || !numbered && (id == "" || i.id == id) {
			return i
		}
	}
	i := &itemReader{index: index, id: strings.Clone(id), part: -1}
	if len(r.items) < maxItems {
		r.items = append(r.items, i)
	}
	return i
}

// begin begins a part.
func (r *reader) begin(dst []api.Event, e api.Event) ([]api.Event, int) {
	e.Kind, e.Part = api.EventPart, r.parts
	r.parts++
	return append(dst, e), e.Part
}
