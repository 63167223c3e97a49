package mock

import (
	"strconv"

	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// responsesEvents writes the events of one stream:
// https://platform.openai.com/docs/api-reference/responses-streaming
type responsesEvents struct {
	s *script
	a *responsesAnswer
	n int // of the next event
}

// event writes an event; each of its members is a name and a value that is JSON.
func (w *responsesEvents) event(kind string, members ...any) {
	b := append(w.s.buf, "event: "+kind+"\ndata: {\"type\":\""+kind+"\",\"sequence_number\":"...)
	b = strconv.AppendInt(b, int64(w.n), 10)
	w.n++
	for i := 0; i < len(members); i += 2 {
		b = append(b, `,"`+members[i].(string)+`":`...)
		switch v := members[i+1].(type) {
		case int:
			b = strconv.AppendInt(b, int64(v), 10)
		case string:
			b = jsonx.AppendString(b, v)
		case []byte:
			b = append(b, v...)
		}
	}
	w.s.buf = append(b, "}\n\n"...)
	w.s.end()
}

func (a *responsesAnswer) appendStream(s *script) {
	w := &responsesEvents{s: s, a: a}
	for _, kind := range []string{"response.created", "response.in_progress"} {
		w.event(kind, "response", a.response("in_progress", nil))
	}
	index := 0
	if a.thinking != "" {
		w.think(index)
		index++
	}
	for i := range a.calls {
		w.call(i, index)
		index++
	}
	if len(a.calls) == 0 {
		w.say(index)
	}
	w.event("response."+a.status(), "response", a.response(a.status(), a.items))
}

func (w *responsesEvents) think(index int) {
	a, id := w.a, w.a.itemID("rs_", 0)
	w.event("response.output_item.added", "output_index", index, "item", a.thought(""))
	if a.request.Reasoning.Summary != "" {
		at := []any{"item_id", id, "output_index", index, "summary_index", 0}
		w.event("response.reasoning_summary_part.added", append(at, "part", a.summary(nil, ""))...)
		pieces(a.thinking, 0, func(piece string) {
			w.event("response.reasoning_summary_text.delta", append(at, "delta", piece)...)
		})
		w.event("response.reasoning_summary_text.done", append(at, "text", a.thinking)...)
		w.event("response.reasoning_summary_part.done", append(at, "part", a.summary(nil, a.thinking))...)
	}
	w.event("response.output_item.done", "output_index", index, "item", a.thought(a.thinking))
}

func (w *responsesEvents) call(i, index int) {
	a, args := w.a, w.a.calls[i].args
	kind, prefix, whole := "response.function_call_arguments", "fc_", "arguments"
	if a.prompt.toolNamed(a.calls[i].name).custom {
		kind, prefix, whole = "response.custom_tool_call_input", "ctc_", "input"
	}
	at := []any{"item_id", a.itemID(prefix, i), "output_index", index}
	w.event("response.output_item.added", "output_index", index, "item", a.callItem(i, "", "in_progress"))
	pieces(args, argumentPieces, func(piece string) {
		w.event(kind+".delta", append(at, "delta", piece)...)
	})
	done := append(at, whole, args)
	if whole == "arguments" {
		done = append(done, "name", a.calls[i].name)
	}
	w.event(kind+".done", done...)
	w.event("response.output_item.done", "output_index", index, "item", a.callItem(i, args, "completed"))
}

func (w *responsesEvents) say(index int) {
	a := w.a
	at := []any{"item_id", a.itemID("msg_", 0), "output_index", index, "content_index", 0}
	kind, whole := "response.output_text", "text"
	var logprobs []any
	if a.finish == finishRefusal {
		kind, whole = "response.refusal", "refusal"
	} else {
		logprobs = []any{"logprobs", []byte("[]")}
	}
	w.event("response.output_item.added", "output_index", index, "item", a.message("", "in_progress"))
	w.event("response.content_part.added", append(at, "part", a.part(""))...)
	pieces(a.text, a.chunks, func(piece string) {
		w.event(kind+".delta", append(append(at, "delta", piece), logprobs...)...)
	})
	w.event(kind+".done", append(append(at, whole, a.text), logprobs...)...)
	w.event("response.content_part.done", append(at, "part", a.part(a.text))...)
	w.event("response.output_item.done", "output_index", index, "item", []byte(a.items[len(a.items)-1]))
}

// appendErrorEvent is how a stream that fails midway says so.
func (d openaiResponses) appendErrorEvent(dst []byte, requestID string) []byte {
	dst = append(dst, "event: error\ndata: {\"type\":\"error\",\"sequence_number\":1,"...)
	body := d.appendError(nil, 500, "The server had an error while processing your request. Sorry about that!", requestID)
	return append(append(dst, body[1:]...), "\n\n"...)
}

// toolNamed returns the tool of a name, an empty one if there is none.
func (p *prompt) toolNamed(name string) tool {
	for _, t := range p.tools {
		if t.name == name {
			return t
		}
	}
	return tool{}
}
