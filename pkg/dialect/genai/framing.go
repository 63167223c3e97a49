package genai

import (
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/sse"
)

// Framing implements dialect.Reframer: without alt=sse Google's stream is one JSON
// array whose elements come one by one.
func (codec) Framing(h *dialect.Head) dialect.Framing {
	if !h.ArrayStream {
		return nil
	}
	return &arrayFraming{}
}

// arrayFraming writes the elements of one JSON array.
type arrayFraming struct{ open bool }

// AppendEvent implements dialect.Framing.
func (f *arrayFraming) AppendEvent(dst []byte, ev *sse.Event) []byte {
	if ev.Comment || len(ev.Data) == 0 {
		return dst
	}
	return f.append(dst, ev.Data)
}

func (f *arrayFraming) append(dst, element []byte) []byte {
	dst = f.separator(dst)
	return append(dst, element...)
}

// separator appends what stands before the next element.
func (f *arrayFraming) separator(dst []byte) []byte {
	if f.open {
		return append(dst, ",\n"...)
	}
	f.open = true
	return append(dst, '[')
}

// AppendEnd implements dialect.Framing.
func (f *arrayFraming) AppendEnd(dst []byte) []byte {
	if !f.open {
		dst = append(dst, '[')
	}
	return append(dst, ']')
}
