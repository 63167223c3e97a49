package jsonx

import "unicode/utf8"

// str reads a string and says whether it has escapes. Most are short and go by
// words; where one proves long, skipText takes over.
func (s *scanner) str() (escaped bool, err error) {
	start := s.i + 1
	i, high := skipPlain(s.b, start)
	for i < len(s.b) && s.b[i] != '"' {
		long := escaped || standsForItself(s.b[i])
		if !standsForItself(s.b[i]) {
			n := escapeLen(s.b[i:])
			if n == 0 {
				s.i = i
				return escaped, s.unfit(s.b[i])
			}
			i += n
			escaped = true
			long = long && n == simpleEscapeLen
		}
		var h uint64
		if long {
			var more bool
			i, h, more = skipText(s.b, i)
			escaped = escaped || more
		} else {
			i, h = skipPlain(s.b, i)
		}
		high |= h
	}
	if i >= len(s.b) {
		s.i = len(s.b)
		return escaped, s.fail("string without an end")
	}
	if high&highBits != 0 && !utf8.Valid(s.b[start:i]) {
		s.i = start + firstInvalid(s.b[start:i])
		return escaped, s.fail("text that is not UTF-8")
	}
	s.i = i + 1
	return escaped, nil
}

// unfit fails at a byte c that cannot stand in a string like this.
func (s *scanner) unfit(c byte) error {
	if c == '\\' {
		return s.fail("unknown escape in a string")
	}
	return s.fail("control character in a string")
}

const (
	simpleEscapeLen  = len(`\n`)
	unicodeEscapeLen = len(`\u0000`)
)

// escapeLen returns the length of the escape at the start of b, 0 if it is none.
func escapeLen(b []byte) int {
	switch {
	case len(b) < simpleEscapeLen || b[0] != '\\':
		return 0
	case simpleEscape[b[1]]:
		return simpleEscapeLen
	case b[1] == 'u':
		if _, ok := hex4(b[2:]); ok {
			return unicodeEscapeLen
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
