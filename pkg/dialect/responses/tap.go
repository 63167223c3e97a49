package responses

// Hot path.

import (
	"bytes"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/dialect/take"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/asbru-gateway/asbru/pkg/sse"
)

// Tap implements dialect.Codec.
func (codec) Tap(*dialect.Head) dialect.Tap { return &tap{} }

// tap watches one stream. Of most events their name says all; only the last ones,
// and those of which the name does not say that they are none, are parsed.
type tap struct {
	begun  bool
	ended  bool
	err    *api.Error
	usage  api.Usage
	output int64
}

var (
	deltaKey = []byte(`"delta"`)
	typeKey  = []byte(`"type"`)
)

// Err implements dialect.Tap.
func (t *tap) Err() *api.Error { return t.err }

// Usage implements dialect.Tap.
func (t *tap) Usage() api.Usage { return t.usage }

// Begun implements dialect.Tap.
func (t *tap) Begun() bool { return t.begun }

// Ended implements dialect.Tap.
func (t *tap) Ended() bool { return t.ended }

// OutputBytes implements dialect.Tap. It counts text as it is on the wire, escapes included.
func (t *tap) OutputBytes() int64 { return t.output }

// See implements dialect.Tap.
func (t *tap) See(ev *sse.Event) dialect.Verdict {
	data := bytes.TrimSpace(ev.Data)
	if len(data) == 0 || isDone(data) {
		return dialect.Pass
	}
	kind := kindOf(ev, data)
	switch {
	case data[0] == '{' && strings.HasSuffix(kind, ".delta"):
		t.begun = true
		t.output += textBytes(data)
		return dialect.Pass
	case data[0] == '{' && isQuiet(kind):
		return dialect.Pass
	case data[0] == '{' && strings.HasSuffix(kind, ".done"):
		t.begun = true
		return dialect.Pass
	}
	return t.look(kind, data)
}

// isDone says whether data is the end mark of chat completions, which some
// providers send behind the last event.
func isDone(data []byte) bool { return string(data) == "[DONE]" }

// isQuiet says whether an event has neither content nor anything to count.
func isQuiet(kind string) bool {
	switch kind {
	case "response.created", "response.in_progress", "response.queued", "response.output_item.added", "response.content_part.added":
		return true
	}
	return false
}

// kindOf returns what an event is: its name or, where it has none, the type in its data.
func kindOf(ev *sse.Event, data []byte) string {
	if len(ev.Name) > 0 && string(ev.Name) != "message" {
		return jsonx.Borrow(ev.Name)
	}
	// Mostly the type is the first member; otherwise the data is parsed.
	rest := bytes.TrimLeft(data[1:], " ")
	if v, ok := bytes.CutPrefix(rest, typeKey); ok {
		v = bytes.TrimLeft(v, " :")
		if end := bytes.IndexByte(v[min(1, len(v)):], '"'); len(v) > 0 && v[0] == '"' && end >= 0 {
			return jsonx.Borrow(v[1 : 1+end])
		}
	}
	if jsonx.Valid(data) != nil {
		return ""
	}
	return take.Text(data, "type")
}

// textBytes returns the length of the text of a delta.
func textBytes(data []byte) int64 {
	i := bytes.Index(data, deltaKey)
	if i < 0 {
		return 0
	}
	v := bytes.TrimLeft(data[i+len(deltaKey):], " :")
	if len(v) == 0 || v[0] != '"' {
		return 0
	}
	return stringLen(v[1:])
}

// stringLen returns the number of bytes before the quote that ends a string.
func stringLen(b []byte) int64 {
	for i := 0; ; i++ {
		n := bytes.IndexByte(b[i:], '"')
		if n < 0 {
			return int64(len(b))
		}
		i += n
		escapes := 0
		for escapes < i && b[i-1-escapes] == '\\' {
			escapes++
		}
		if escapes%2 == 0 {
			return int64(i)
		}
	}
}

// look parses an event. Usage may also come behind the last one.
func (t *tap) look(kind string, data []byte) dialect.Verdict {
	e, err := scanEvent(kind, data)
	if err != nil {
		t.err = err
		return dialect.Fail
	}
	if e.usage.Known {
		t.usage = e.usage
	}
	if e.terminal {
		t.begun, t.ended = true, true
	}
	return dialect.Pass
}

// event are the members of a stream's event. It borrows from it.
type event struct {
	kind     string
	data     jsonx.Value
	response jsonx.Value // the response in it; of an event that is one, all of it
	usage    api.Usage
	terminal bool
}

// scanEvent checks that an event is one. An error event, and a response that has
// failed, is the error.
func scanEvent(kind string, data []byte) (event, *api.Error) {
	e := event{kind: kind, data: data}
	if jsonx.Valid(data) != nil || e.data.Kind() != jsonx.Object {
		return e, badAnswer("a stream event that is not one whole JSON object")
	}
	e.response = e.data.Get("response")
	if e.response.Kind() != jsonx.Object {
		e.response = e.data
	}
	switch kind {
	case "error":
		return e, failure(data)
	case "response.failed":
		return e, failure(e.response)
	case "response.completed", "response.incomplete", "response.done":
		e.terminal = true
	}
	if !e.terminal && take.Present(e.data.Get("error")) {
		return e, failure(data)
	}
	if e.usage = usageOf(e.response.Get("usage")); !e.usage.Known {
		e.usage = usageOf(e.data.Get("usage"))
	}
	return e, nil
}
