package blocks

import "github.com/asbru-gateway/asbru/pkg/api"

// Wire writes what a dialect says of its blocks. The bytes of a head and of a delta
// are what the dialect has given to Begin and Delta.
type Wire interface {
	AppendStart(dst []byte, index int, head []byte) []byte
	AppendDelta(dst []byte, index int, delta []byte) []byte
	AppendStop(dst []byte, index int) []byte
}

// Blocks puts parts that may be interleaved into an order of one open block at a
// time. A part that begins while a tool call is open waits, with its deltas,
// until that call's arguments are a whole JSON object or the message finishes.
// All other parts end when the next one begins.
type Blocks struct {
	Wire Wire

	list []Block
	open int // index in list of the open block plus 1; 0 when none is
	next int // index in list of the first block that has not been opened
	wire int // the wire's number for the next block
}

// Block is a part on its way to the wire. Its slices are its own.
type Block struct {
	Kind api.PartKind

	part   int
	closed bool
	args   jsonProgress // of a tool call
	head   []byte       // the content_block, until it is opened
	held   []byte       // deltas that wait, one after the other
	ends   []int        // where each of them ends in held
}

// Find returns the newest block of a part.
func (s *Blocks) Find(part int) *Block {
	for i := len(s.list) - 1; i >= 0; i-- {
		if s.list[i].part == part {
			return &s.list[i]
		}
	}
	return nil
}

// Hide notes a part that is not shown, so that its deltas are not either.
func (s *Blocks) Hide(e *api.Event) {
	s.list = append(s.list, Block{part: e.Part, Kind: e.PartKind, closed: true})
}

// Begin adds a block and opens it as soon as may be.
func (s *Blocks) Begin(dst []byte, e *api.Event, head []byte) []byte {
	s.list = append(s.list, Block{part: e.Part, Kind: e.PartKind, head: append([]byte(nil), head...)})
	return s.advance(dst)
}

// Feed follows the arguments of a tool call, of which text is the next fragment, so
// that their end is known.
func (b *Block) Feed(text string) { b.args.feed(text) }

// Delta writes a delta of b, or holds it until b is open.
func (s *Blocks) Delta(dst []byte, b *Block, delta []byte) []byte {
	switch {
	case s.open > 0 && b == &s.list[s.open-1]:
		return s.advance(s.Wire.AppendDelta(dst, s.wire-1, delta))
	case !b.closed:
		b.held = append(b.held, delta...)
		b.ends = append(b.ends, len(b.held))
		return dst
	case b.Kind == api.PartToolCall:
		return dst // behind its complete arguments there can only be space
	}
	// More of a text that ended when another part began: a block of its own.
	e := api.Event{Part: b.part, PartKind: b.Kind}
	dst = s.Begin(dst, &e, b.head)
	return s.Delta(dst, &s.list[len(s.list)-1], delta)
}

// advance opens the blocks that wait, in turn, as far as the open one allows.
func (s *Blocks) advance(dst []byte) []byte {
	for s.skipClosed() {
		if s.open > 0 {
			b := &s.list[s.open-1]
			if b.Kind == api.PartToolCall && !b.args.complete() {
				return dst
			}
		}
		dst = s.openNext(s.close(dst))
	}
	return dst
}

// Flush opens and closes all that waits: the message is at its end.
func (s *Blocks) Flush(dst []byte) []byte {
	dst = s.close(dst)
	for s.skipClosed() {
		dst = s.close(s.openNext(dst))
	}
	return dst
}

// skipClosed steps over parts that are not shown; false if nothing waits.
func (s *Blocks) skipClosed() bool {
	for s.next < len(s.list) && s.list[s.next].closed {
		s.next++
	}
	return s.next < len(s.list)
}

func (s *Blocks) close(dst []byte) []byte {
	if s.open == 0 {
		return dst
	}
	s.list[s.open-1].closed = true
	s.open = 0
	return s.Wire.AppendStop(dst, s.wire-1)
}

func (s *Blocks) openNext(dst []byte) []byte {
	b := &s.list[s.next]
	s.next++
	s.open = s.next
	dst = s.Wire.AppendStart(dst, s.wire, b.head)
	start := 0
	for _, end := range b.ends {
		dst = s.Wire.AppendDelta(dst, s.wire, b.held[start:end])
		start = end
	}
	b.held, b.ends = nil, nil
	s.wire++
	return dst
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
