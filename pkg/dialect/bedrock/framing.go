package bedrock

// Hot path.

import (
	"strings"

	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/eventstream"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/asbru-gateway/asbru/pkg/sse"
)

// Inside of the gateway a frame is an event of its type and payload (see
// eventstream.Events), whichever lane it takes. What goes to a caller is framed again.

// errorEvent is what an error that no exception describes is called there.
const errorEvent = "error"

// Framing implements dialect.Reframer. What is returned is a dialect.StreamWriter
// too, for what the gateway itself has to say.
func (codec) Framing(h *dialect.Head) dialect.Framing { return newStreamWriter(h) }

// AppendEvent implements dialect.Framing. The payload is that of the provider, byte
// for byte.
func (w *streamWriter) AppendEvent(dst []byte, ev *sse.Event) []byte {
	if w.ended || ev.Comment || len(ev.Name) == 0 {
		return dst
	}
	m := eventstream.Message{Name: ev.Name, Payload: ev.Data}
	switch named := jsonx.Borrow(ev.Name); {
	case named == errorEvent:
		m.Kind, m.Name = eventstream.Exception, []byte("internalServer"+exception)
	case strings.HasSuffix(named, exception):
		m.Kind = eventstream.Exception
	}
	return eventstream.AppendMessage(dst, &m)
}

// AppendEnd implements dialect.Framing. A stream of frames ends with its connection.
func (w *streamWriter) AppendEnd(dst []byte) []byte { return dst }

// isError says whether an event is an error.
func isError(named string) bool { return named == errorEvent || strings.HasSuffix(named, exception) }
