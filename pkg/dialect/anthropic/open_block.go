package anthropic

import "github.com/asbru-gateway/asbru/pkg/api"

// blocks puts parts that may be interleaved into an order of one open block at a
// time. A part that begins while a tool call is open waits, with its deltas,
// until that call's arguments are a whole JSON object or the message finishes.
// All other parts end when the next one begins.
type blocks struct {
	list []outBlock
	open int // index in list of the open block plus 1; 0 when none is
	next int // index in list of the first block that has not been opened
	wire int // the wire's number for the next block
}

// outBlock is a part on its way to the wire. Its slices are its own.
type outBlock struct {
	part   int
	kind   api.PartKind
	closed bool
	args   jsonProgress // of a tool call
	head   []byte       // the content_block, until it is opened
	held   []byte       // deltas that wait, one after the other
	ends   []int        // where each of them ends in held
}

// find returns the newest block of a part.
func (s *blocks) find(part int) *outBlock {
	for i := len(s.list) - 1; i >= 0; i-- {
		if s.list[i].part == part {
			return &s.list[i]
		}
	}
	return nil
}

// hide notes a part that is not shown, so that its deltas are not either.
func (s *blocks) hide(e *api.Event) {
	s.list = append(s.list, outBlock{part: e.Part, kind: e.PartKind, closed: true})
}

// begin adds a block and opens it as soon as may be.
func (s *blocks) begin(dst []byte, e *api.Event, head []byte) []byte {
	s.list = append(s.list, outBlock{part: e.Part, kind: e.PartKind, head: append([]byte(nil), head...)})
	return s.advance(dst)
}

// delta writes a delta of b, or holds it until b is open.
func (s *blocks) delta(dst []byte, b *outBlock, delta []byte) []byte {
	switch {
	case s.open > 0 && b == &s.list[s.open-1]:
		return s.advance(appendDelta(dst, s.wire-1, delta))
	case !b.closed:
		b.held = append(b.held, delta...)
		b.ends = append(b.ends, len(b.held))
		return dst
	case b.kind == api.PartToolCall:
		return dst // behind its complete arguments there can only be space
	}
	// More of a text that ended when another part began: a block of its own.
	e := api.Event{Part: b.part, PartKind: b.kind}
	dst = s.begin(dst, &e, b.head)
	return s.delta(dst, &s.list[len(s.list)-1], delta)
}

// advance opens the blocks that wait, in turn, as far as the open one allows.
func (s *blocks) advance(dst []byte) []byte {
	for s.skipClosed() {
		if s.open > 0 {
			b := &s.list[s.open-1]
			if b.kind == api.PartToolCall && !b.args.complete() {
				return dst
			}
		}
		dst = s.openNext(s.close(dst))
	}
	return dst
}

// flush opens and closes all that waits: the message is at its end.
func (s *blocks) flush(dst []byte) []byte {
	dst = s.close(dst)
	for s.skipClosed() {
		dst = s.close(s.openNext(dst))
	}
	return dst
}

// skipClosed steps over parts that are not shown; false if nothing waits.
func (s *blocks) skipClosed() bool {
	for s.next < len(s.list) && s.list[s.next].closed {
		s.next++
	}
	return s.next < len(s.list)
}

func (s *blocks) close(dst []byte) []byte {
	if s.open == 0 {
		return dst
	}
	s.list[s.open-1].closed = true
	s.open = 0
	dst = append(dst, "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":"...)
	dst = appendInt(dst, int64(s.wire-1))
	return append(dst, "}\n\n"...)
}

func (s *blocks) openNext(dst []byte) []byte {
	b := &s.list[s.next]
	s.next++
	s.open = s.next
	dst = append(dst, "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":"...)
	dst = appendInt(dst, int64(s.wire))
	dst = append(dst, `,"content_block":`...)
	dst = append(dst, b.head...)
	dst = append(dst, "}\n\n"...)
	start := 0
	for _, end := range b.ends {
		dst = appendDelta(dst, s.wire, b.held[start:end])
		start = end
	}
	b.held, b.ends = nil, nil
	s.wire++
	return dst
}

func appendDelta(dst []byte, index int, delta []byte) []byte {
	dst = append(dst, "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":"...)
	dst = appendInt(dst, int64(index))
	dst = append(dst, `,"delta":`...)
	dst = append(dst, delta...)
	return append(dst, "}\n\n"...)
}

// jsonProgress follows a JSON object that comes in fragments to its closing
// brace. It looks at braces and strings only.
type jsonProgress struct {
	depth           int
	begun           bool
	quoted, escaped bool
}

// complete says whether the object has been closed.
func (p *jsonProgress) complete() bool { return p.begun && p.depth == 0 }

func (p *jsonProgress) feed(fragment string) {
	for i := range len(fragment) {
		switch c := fragment[i]; {
		case p.escaped:
			p.escaped = false
		case p.quoted:
			p.escaped = c == '\\'
			p.quoted = c != '"'
		case c == '"':
			p.quoted = true
		case c == '{' || c == '[':
			p.depth++
			p.begun = true
		case c == '}' || c == ']':
			p.depth--
		}
	}
}
