package eventstream

// Hot path.

import (
	"unsafe"

	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/asbru-gateway/asbru/pkg/sse"
)

// Events turns frames into server-sent events.
type Events struct {
	// Write appends what a message is in the stream; nil: what [AppendEvent] makes of it.
	Write func(dst []byte, m *Message) []byte

	reader  Reader
	message Message
	out     []byte
}

// Reset makes e ready for another stream.
func (e *Events) Reset() {
	e.reader.Reset()
	e.Write, e.out, e.message = nil, emptied(e.out), Message{}
}

// Next returns the events of the frames that p completes. They are valid until the
// next call. With an error come the events before it.
func (e *Events) Next(p []byte) ([]byte, error) {
	e.out = e.out[:0]
	for e.reader.Feed(p); ; {
		ok, err := e.reader.Next(&e.message)
		if !ok {
			return e.out, err
		}
		if e.Write != nil {
			e.out = e.Write(e.out, &e.message)
		} else {
			e.out = AppendEvent(e.out, &e.message)
		}
	}
}

// Partial says whether a frame has begun and not ended.
func (e *Events) Partial() bool { return e.reader.Partial() }

// AppendEvent appends a message as a server-sent event of its name and payload.
// Exceptions are known by how their names end, as throttlingException. An error, which
// has no payload, becomes an event called error of {code, message}.
func AppendEvent(dst []byte, m *Message) []byte {
	if m.Kind != Error {
		return sse.AppendEvent(dst, borrow(m.Name), m.Payload)
	}
	data := append([]byte(nil), `{"code":`...)
	data = jsonx.AppendString(data, string(m.Name))
	data = jsonx.AppendString(append(data, `,"message":`...), string(m.Text))
	return sse.AppendEvent(dst, errorName, append(data, '}'))
}

const errorName = "error"

// borrow returns b as a string without copying it.
func borrow(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
