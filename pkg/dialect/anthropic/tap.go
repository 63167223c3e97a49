package anthropic

// Hot path.

import (
	"bytes"

	"github.com/asbru-gateway/asbru/pkg/dialect/take"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/asbru-gateway/asbru/pkg/sse"
)

// Tap implements dialect.Codec.
func (codec) Tap(*dialect.Head) dialect.Tap { return &tap{} }

// tap watches a stream that passes through.
type tap struct {
	usage  wireUsage
	err    *api.Error
	begun  bool
	ended  bool
	output int64
}

// eventName returns the event's name: providers that leave the event: line out
// still have it in the data.
func eventName(ev *sse.Event) string {
	if len(ev.Name) > 0 {
		return jsonx.Borrow(ev.Name)
	}
	return take.Text(ev.Data, "type")
}

// See implements dialect.Tap.
func (t *tap) See(ev *sse.Event) dialect.Verdict {
	if ev.Comment {
		return dialect.Pass
	}
	switch eventName(ev) {
	case "content_block_delta":
		t.begun = true
		t.output += deltaBytes(ev.Data)
	case "content_block_start":
		t.begun = true
	case "message_start":
		message := jsonx.Value(ev.Data).Get("message")
		t.usage.merge(message.Get("usage"))
		t.begun = t.begun || message.Get("content").Len() > 0
	case "message_delta":
		t.usage.merge(jsonx.Value(ev.Data).Get("usage"))
	case "message_stop":
		t.ended = true
	case "error":
		t.err = errorInAnswer(ev.Data)
		return dialect.Fail
	}
	return dialect.Pass
}

// deltaFrame is what a text delta's event has besides the text.
const deltaFrame = len(`{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":""}}`)

// deltaBytes estimates the generated text in a delta. A signature is as long as
// the thinking that it covers, which a provider that hides it has not sent.
func deltaBytes(data []byte) int64 {
	if bytes.Contains(data[:min(len(data), deltaFrame)], []byte("signature_delta")) {
		return 0
	}
	return int64(max(0, len(data)-deltaFrame))
}

// Err implements dialect.Tap.
func (t *tap) Err() *api.Error { return t.err }

// Usage implements dialect.Tap.
func (t *tap) Usage() api.Usage { return t.usage.usage() }

// Begun implements dialect.Tap.
func (t *tap) Begun() bool { return t.begun }

// Ended implements dialect.Tap.
func (t *tap) Ended() bool { return t.ended }

// OutputBytes implements dialect.Tap.
func (t *tap) OutputBytes() int64 { return t.output }
