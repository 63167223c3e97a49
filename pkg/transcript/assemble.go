package transcript

import (
	"strings"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/eventstream"
	"github.com/asbru-gateway/asbru/pkg/sse"
)

// assemble returns the answer that a stream tells, in its dialect, and behind it the error
// that it ends with. It returns false for a stream of which nothing can be made.
func assemble(h *Heard) ([]byte, bool) {
	events := h.Response.Data
	if strings.HasPrefix(h.Response.Type, eventstream.ContentType) {
		frames := eventstream.Events{}
		if u, ok := h.Codec.(dialect.Unframer); ok {
			frames.Write = u.Unframe
		}
		events, _ = frames.Next(events) // up to where they are damaged, or were cut
	} else if !strings.HasPrefix(h.Response.Type, "text/event-stream") {
		return nil, false
	}
	var (
		splitter sse.Splitter
		event    sse.Event
		read     []api.Event
		answer   api.Gatherer
		failed   *api.Error
		told     bool
	)
	reader := h.Codec.Reader(h.Head.Op)
	splitter.Feed(events)
	for ok, err := splitter.Next(&event); ok && err == nil; ok, err = splitter.Next(&event) {
		read = reader.Read(read[:0], &event)
		for i := range read {
			e := &read[i]
			answer.Add(e)
			told = told || e.Kind == api.EventDelta || e.Kind == api.EventPart || e.Kind == api.EventFinish
			if e.Kind == api.EventError {
				failed = e.Err
			}
		}
	}
	if !told && failed == nil {
		return nil, false
	}
	var out []byte
	if told {
		r := answer.Response()
		r.Op = h.Head.Op
		head := h.Head
		head.Stream = false
		out = h.Codec.AppendResponse(nil, &head, r)
	}
	if failed != nil {
		if len(out) > 0 {
			out = append(out, '\n')
		}
		_, out = h.Codec.AppendError(out, failed)
	}
	return out, true
}
