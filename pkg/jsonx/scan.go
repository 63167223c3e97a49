package jsonx

import "strconv"

// MaxDepth is how many objects and arrays may be nested in each other.
const MaxDepth = 200

// SyntaxError says where a text stops being JSON. Msg never quotes the text.
type SyntaxError struct {
	Offset int // in bytes, of the first byte at fault
	Msg    string
}

// Error implements error.
func (e *SyntaxError) Error() string {
	return "invalid JSON at byte " + strconv.Itoa(e.Offset) + ": " + e.Msg
}

// Span is the half-open range of bytes [Start, End). The zero Span is absent.
type Span struct{ Start, End int }

// Empty says whether the span has no bytes.
func (s Span) Empty() bool { return s.End <= s.Start }

// Of returns the bytes of b that the span covers; nil if there are none, or if
// the span was not made for b.
func (s Span) Of(b []byte) Value {
	if s.Empty() || s.Start < 0 || s.End > len(b) {
		return nil
	}
	return Value(b[s.Start:s.End])
}

// Member is one member of an object.
type Member struct {
	Key   []byte // decoded; borrowed from the text when it has no escapes
	KeyAt Span   // the key with its quotes
	At    Span   // the value, without surrounding space
}

// Valid checks that b is exactly one JSON text as RFC 8259 has it: UTF-8 without
// a byte order mark, nested at most MaxDepth deep, with nothing behind it but
// space. Repeated keys and escapes of lone surrogates are valid. The error is a
// *SyntaxError. It does not allocate when b is valid.
func Valid(b []byte) error {
	s := scanner{b: b}
	s.space()
	if err := s.value(); err != nil {
		return err
	}
	return s.finish()
}

// ScanObject checks all of b as Valid does and calls visit for each member of
// the top-level object in the order of the text; end is the offset of the
// object's closing brace. The error is a *SyntaxError, also when b is valid but
// no object, or what visit returned, which stops the scan. Since visit runs
// before the rest of b has been seen, nothing that it gathered counts unless
// the error is nil.
//
// This is the hot path: it does not allocate, but for keys with escapes.
func ScanObject(b []byte, visit func(m Member) error) (end int, err error) {
	s := scanner{b: b}
	s.space()
	if s.i == len(b) || b[s.i] != '{' {
		return 0, s.fail("want an object")
	}
	if err := s.object(visit); err != nil {
		return 0, err
	}
	end = s.i - 1
	return end, s.finish()
}

// scanner is a position in a text. Each of its methods starts at i and, unless
// it fails, leaves i behind what it read.
type scanner struct {
	b     []byte
	i     int
	depth int
}

func (s *scanner) fail(msg string) error { return &SyntaxError{Offset: s.i, Msg: msg} }

// unexpected fails at a byte that is none of those wanted, or at the end.
func (s *scanner) unexpected(want string) error {
	if s.i >= len(s.b) {
		return s.fail("unexpected end, want " + want)
	}
	return s.fail("want " + want)
}

// finish accepts only space up to the end.
func (s *scanner) finish() error {
	s.space()
	if s.i < len(s.b) {
		return s.fail("text after the value")
	}
	return nil
}

func (s *scanner) space() { s.i = skipSpace(s.b, s.i) }

// take steps over c and the space behind it, if c is next.
func (s *scanner) take(c byte) bool {
	if s.i < len(s.b) && s.b[s.i] == c {
		s.i++
		s.space()
		return true
	}
	return false
}

func (s *scanner) value() error {
	if s.i >= len(s.b) {
		return s.unexpected("a value")
	}
	switch c := s.b[s.i]; c {
	case '"':
		_, err := s.str()
		return err
	case '{':
		return s.object(nil)
	case '[':
		return s.array()
	case 't':
		return s.literal("true")
	case 'f':
		return s.literal("false")
	case 'n':
		return s.literal("null")
	default:
		if c == '-' || isDigit(c) {
			return s.number()
		}
		return s.unexpected("a value")
	}
}

func (s *scanner) enter() error {
	if s.depth == MaxDepth {
		return s.fail("nested too deep")
	}
	s.depth++
	s.i++
	s.space()
	return nil
}

// object reads an object; visit may be nil.
func (s *scanner) object(visit func(m Member) error) error {
	if err := s.enter(); err != nil {
		return err
	}
	for more := !s.closes('}'); more; {
		if s.i >= len(s.b) || s.b[s.i] != '"' {
			return s.unexpected("a key")
		}
		var m Member
		m.KeyAt.Start = s.i
		escaped, err := s.str()
		if err != nil {
			return err
		}
		m.KeyAt.End = s.i
		s.space()
		if !s.take(':') {
			return s.unexpected("a colon")
		}
		m.At.Start = s.i
		if err := s.value(); err != nil {
			return err
		}
		m.At.End = s.i
		if visit != nil {
			m.Key = s.b[m.KeyAt.Start+1 : m.KeyAt.End-1]
			if escaped {
				m.Key = appendUnescaped(nil, m.Key)
			}
			if err := visit(m); err != nil {
				return err
			}
		}
		if more, err = s.more('}'); err != nil {
			return err
		}
	}
	return nil
}

func (s *scanner) array() error {
	if err := s.enter(); err != nil {
		return err
	}
	for more := !s.closes(']'); more; {
		err := s.value()
		if err != nil {
			return err
		}
		if more, err = s.more(']'); err != nil {
			return err
		}
	}
	return nil
}

// closes steps out of a container if end, its closing bracket, is next.
func (s *scanner) closes(end byte) bool {
	if s.i < len(s.b) && s.b[s.i] == end {
		s.i++
		s.depth--
		return true
	}
	return false
}

// more reads what stands behind an element: a comma, or the container's end.
func (s *scanner) more(end byte) (bool, error) {
	s.space()
	if s.take(',') {
		return true, nil
	}
	if s.closes(end) {
		return false, nil
	}
	return false, s.unexpected("a comma or the closing bracket")
}
