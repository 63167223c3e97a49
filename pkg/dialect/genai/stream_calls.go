package genai

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect/put"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// pendingCall is a tool call whose arguments are still coming.
type pendingCall struct {
	part      int
	id, name  string
	args      []byte
	custom    bool
	signature string
}

// call returns the pending call with that number; nil if the part is none.
func (c *choiceWriter) call(part int) *pendingCall {
	for i := range c.calls {
		if c.calls[i].part == part {
			return &c.calls[i]
		}
	}
	return nil
}

// flushCalls writes the calls that have been gathered, together, as Google does.
func (w *streamWriter) flushCalls(dst []byte, c *choiceWriter) []byte {
	if len(c.calls) == 0 {
		return dst
	}
	dst = w.chunk(dst, c, nil, func(b []byte) []byte {
		for i := range c.calls {
			b = put.Comma(b)
			b = c.calls[i].append(b)
		}
		return b
	})
	c.calls = c.calls[:0]
	return dst
}

// append writes the call as a part. Arguments that are no JSON, as those of a
// stream that was cut, become an empty object.
func (p *pendingCall) append(dst []byte) []byte {
	args := p.args
	if p.custom {
		args = jsonx.AppendString(nil, jsonx.Borrow(p.args))
	} else if jsonx.Valid(args) != nil {
		args = nil
	}
	o := put.Begin(dst)
	o.Key("functionCall")
	o.Dst = appendFunctionCall(o.Dst, &api.ToolCall{ID: p.id, Name: p.name, Args: args, Custom: p.custom})
	o.Some("thoughtSignature", p.signature)
	return o.End()
}
