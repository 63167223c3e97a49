package cohere

// Hot path.

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/take"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/asbru-gateway/asbru/pkg/sse"
)

// Tap implements dialect.Codec.
func (codec) Tap(*dialect.Head) dialect.Tap { return &tap{} }

// tap watches a stream that passes through.
type tap struct {
	usage  api.Usage
	err    *api.Error
	begun  bool
	ended  bool
	output int64
}

// eventName returns the event's type: it stands in the data, and in most streams
// before it too.
func eventName(ev *sse.Event) string {
	if len(ev.Name) > 0 {
		return jsonx.Borrow(ev.Name)
	}
	return take.Text(ev.Data, "type")
}

// done is what the API may send behind the last event.
const done = "[DONE]"

// deltaFrame is what a text delta's event has besides the text.
const deltaFrame = len(`{"type":"content-delta","index":0,"delta":{"message":{"content":{"text":""}}}}`)

// See implements dialect.Tap.
func (t *tap) See(ev *sse.Event) dialect.Verdict {
	if ev.Comment || string(ev.Data) == done {
		return dialect.Pass
	}
	switch eventName(ev) {
	case "content-delta", "tool-plan-delta", "tool-call-delta":
		t.begun = true
		t.output += int64(max(0, len(ev.Data)-deltaFrame))
	case "content-start", "tool-call-start", "citation-start":
		t.begun = true
	case "message-end":
		delta := jsonx.Value(ev.Data).Get("delta")
		t.usage = usageOf(delta.Get("usage"))
		if t.err = failure(take.Text(delta, "finish_reason"), take.Text(delta, "error")); t.err != nil {
			return dialect.Fail
		}
		t.begun, t.ended = true, true
	case "message-start", "content-end", "tool-call-end", "citation-end", "debug":
	default:
		if jsonx.Value(ev.Data).Get("message").Kind() == jsonx.String {
			t.err = errorInAnswer(ev.Data)
			return dialect.Fail
		}
	}
	return dialect.Pass
}

// Err implements dialect.Tap.
func (t *tap) Err() *api.Error { return t.err }

// Usage implements dialect.Tap.
func (t *tap) Usage() api.Usage { return t.usage }

// Begun implements dialect.Tap.
func (t *tap) Begun() bool { return t.begun }

// Ended implements dialect.Tap.
func (t *tap) Ended() bool { return t.ended }

// OutputBytes implements dialect.Tap.
func (t *tap) OutputBytes() int64 { return t.output }
