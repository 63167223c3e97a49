package edge

import (
	"strconv"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// thread is the newest response of a WebSocket. A request that goes on with one that
// nobody keeps is completed by it, so that a caller who says only what is new can have
// any provider behind it; one that the provider keeps is the provider's to go on with.
type thread struct {
	id     string
	items  []byte // of the request and of its response, as an array's elements
	asking []byte // the items of the request under way
}

// maxThread is how much of a conversation is remembered.
const maxThread = maxFrame

// request makes the body of a call of a message.
func (t *thread) request(message []byte) ([]byte, *api.Error) {
	t.asking = nil
	v := jsonx.Value(message)
	if jsonx.Valid(message) != nil || v.Kind() != jsonx.Object {
		return nil, api.Errorf(api.KindInvalid, "invalid_json", "A message must be one JSON object.")
	}
	if kind, _ := v.Get("type").Str(); kind != "response.create" {
		return nil, api.Invalid("invalid_value", "type", `A message must have the type "response.create".`)
	}
	body := message
	for _, name := range []string{"type", "generate", "background", "stream_options"} { // which have no meaning here
		body = without(body, name)
	}
	body = with(body, "stream", []byte("true"))
	items := appendItems(nil, v.Get("input"))
	if previous, _ := v.Get("previous_response_id").Str(); previous != "" && previous == t.id && t.items != nil {
		items = joinItems(t.items, items)
		body = with(without(body, "previous_response_id"), "input", append(append([]byte{'['}, items...), ']'))
	}
	if len(items) <= maxThread {
		t.asking = append(make([]byte, 0, len(items)), items...)
	}
	return body, nil
}

// hear notes a response that is complete, and that its provider does not keep.
func (t *thread) hear(event []byte) {
	v := jsonx.Value(event)
	if kind, _ := v.Get("type").Str(); kind != "response.completed" {
		return
	}
	*t = thread{asking: t.asking}
	response := v.Get("response")
	if stored, ok := response.Get("store").Bool(); t.asking == nil || !ok || stored {
		return
	}
	items := joinItems(t.asking, appendItems(nil, response.Get("output")))
	if id, _ := response.Get("id").Str(); len(items) <= maxThread {
		t.id, t.items = string(append([]byte(nil), id...)), items
	}
}

// appendItems appends the elements of input, which may be one text.
func appendItems(dst []byte, input jsonx.Value) []byte {
	if input.Kind() == jsonx.String {
		return append(append(append(dst, `{"type":"message","role":"user","content":`...), input...), '}')
	}
	for item := range input.Elements() {
		if len(dst) > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, item...)
	}
	return dst
}

func joinItems(a, b []byte) []byte {
	out := append(make([]byte, 0, len(a)+len(b)+1), a...)
	if len(a) > 0 && len(b) > 0 {
		out = append(out, ',')
	}
	return append(out, b...)
}

// without and with change a member of an object. Of one that cannot be changed, since a
// name stands in it twice, the engine says what is wrong.
func without(body []byte, name string) []byte {
	if out, err := jsonx.Delete(nil, body, name); err == nil {
		return out
	}
	return body
}

func with(body []byte, name string, value []byte) []byte {
	if out, err := jsonx.Set(nil, body, value, name); err == nil {
		return out
	}
	return body
}

func appendInt(dst []byte, n int) []byte { return strconv.AppendInt(dst, int64(n), 10) }
