package genai

import (
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/sse"
)

// Framing implements dialect.Reframer: without alt=sse Google's stream is one JSON
// array whose elements come one by one. What is returned is a
// dialect.StreamWriter too, of the same array, for what the gateway itself has to
// say in it.
func (codec) Framing(h *dialect.Head) dialect.Framing {
	if !h.ArrayStream {
		return nil
	}
	return newStreamWriter(h)
}

// AppendEvent implements dialect.Framing.
func (w *streamWriter) AppendEvent(dst []byte, ev *sse.Event) []byte {
	if w.done || ev.Comment || len(ev.Data) == 0 {
		return dst
	}
	return w.shut(append(w.open(dst), ev.Data...))
}

// AppendEnd implements dialect.Framing.
func (w *streamWriter) AppendEnd(dst []byte) []byte {
	if w.done {
		return dst
	}
	w.done = true
	return w.closing(dst)
}

// jsonArray is the framing of elements as one JSON array.
type jsonArray struct{ open bool }

// separate appends what stands before the next element.
func (a *jsonArray) separate(dst []byte) []byte {
	if a.open {
		return append(dst, ",\n"...)
	}
	a.open = true
	return append(dst, '[')
}

// shut appends what ends the array.
func (a *jsonArray) shut(dst []byte) []byte {
	if !a.open {
		dst = append(dst, '[')
	}
	return append(dst, ']')
}
