package jsonx

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf8"
)

// str reads a string and says whether it has escapes.
func (s *scanner) str() (escaped bool, err error) {
	start := s.i + 1
	i, high := skipPlain(s.b, start)
	for {
		if i >= len(s.b) {
			s.i = len(s.b)
			return escaped, s.fail("string without an end")
		}
		c := s.b[i]
		if c == '"' {
			break
		}
		if c != '\\' {
			s.i = i
			return escaped, s.fail("control character in a string")
		}
		escaped = true
		n := escapeLen(s.b[i:])
		if n == 0 {
			s.i = i
			return escaped, s.fail("unknown escape in a string")
		}
		var h uint64
		i, h = skipPlain(s.b, i+n)
		high |= h
	}
	if high&highBits != 0 && !utf8.Valid(s.b[start:i]) {
		s.i = start + firstInvalid(s.b[start:i])
		return escaped, s.fail("text that is not UTF-8")
	}
	s.i = i + 1
	return escaped, nil
}

// escapeLen returns the length of the escape at the start of b, 0 if it is none.
func escapeLen(b []byte) int {
	if len(b) < 2 {
		return 0
	}
	switch b[1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 2
	case 'u':
		if _, ok := hex4(b[2:]); ok {
			return 6
		}
	}
	return 0
}

// firstInvalid returns the offset of the first byte of b that is not UTF-8.
func firstInvalid(b []byte) int {
	i := 0
	for i < len(b) {
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return i
}

// skipPlain returns the offset, from i on, of the first byte that cannot stand
// for itself in a string: a quote, a backslash or a control character; or
// len(b). The high bits of high tell whether a byte on the way, or at most
// seven behind it, was not ASCII.
func skipPlain(b []byte, i int) (at int, high uint64) {
	for ; i <= len(b)-32; i += 32 {
		q := b[i : i+32 : i+32]
		w0, w1 := binary.LittleEndian.Uint64(q), binary.LittleEndian.Uint64(q[8:])
		w2, w3 := binary.LittleEndian.Uint64(q[16:]), binary.LittleEndian.Uint64(q[24:])
		if (marks(w0)|marks(w1)|marks(w2)|marks(w3)|w0|w1|w2|w3)&highBits != 0 {
			break
		}
	}
	for ; i <= len(b)-8; i += 8 {
		w := binary.LittleEndian.Uint64(b[i : i+8 : i+8])
		high |= w
		if found := marks(w) &^ w & highBits; found != 0 {
			return i + bits.TrailingZeros64(found)/8, high
		}
	}
	for ; i < len(b); i++ {
		c := b[i]
		if c < ' ' || c == '"' || c == '\\' {
			break
		}
		high |= uint64(c)
	}
	return i, high
}

const (
	lowBits  = 0x0101010101010101
	highBits = 0x8080808080808080
)

// marks sets the high bit of each byte of w that is a quote, a backslash or a
// control character. Flipping bit 1 swaps '"' with ' ' and keeps control
// characters below it, so that one subtraction finds both; a second one finds
// the backslash. Bytes above ASCII are marked or not, and a borrow may mark the
// byte above a marked one: of ASCII, the lowest mark is exact.
func marks(w uint64) uint64 {
	return ((w ^ lowBits*0x02) - lowBits*0x21) | ((w ^ lowBits*'\\') - lowBits)
}

func (s *scanner) literal(word string) error {
	if len(s.b)-s.i < len(word) || string(s.b[s.i:s.i+len(word)]) != word {
		return s.fail("want a value")
	}
	s.i += len(word)
	return nil
}

// number reads -?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?
func (s *scanner) number() error {
	b := s.b
	if b[s.i] == '-' {
		s.i++
	}
	if s.i < len(b) && b[s.i] == '0' {
		s.i++
	} else if !s.digits() {
		return s.unexpected("a digit")
	}
	if s.i < len(b) && b[s.i] == '.' {
		s.i++
		if !s.digits() {
			return s.unexpected("a digit")
		}
	}
	if s.i < len(b) && b[s.i]|0x20 == 'e' {
		s.i++
		if s.i < len(b) && (b[s.i] == '+' || b[s.i] == '-') {
			s.i++
		}
		if !s.digits() {
			return s.unexpected("a digit")
		}
	}
	return nil
}

// digits reads one or more digits.
func (s *scanner) digits() bool {
	i := s.i
	for i < len(s.b) && isDigit(s.b[i]) {
		i++
	}
	some := i > s.i
	s.i = i
	return some
}

func isDigit(c byte) bool { return c-'0' <= 9 }
