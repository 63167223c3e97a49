package jsonx

import (
	"bytes"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// Str returns the text of a JSON string; false if v is none. The text borrows
// from v unless v has escapes. An escaped lone surrogate becomes U+FFFD.
func (v Value) Str() (string, bool) {
	i := skipSpace(v, 0)
	if i >= len(v) || v[i] != '"' {
		return "", false
	}
	return decodeString(v, Span{i, skipString(v, i)}), true
}

// unquoted returns the bytes between the quotes of the string at at.
func unquoted(b []byte, at Span) []byte {
	s := b[at.Start+1 : at.End]
	if n := len(s); n > 0 && s[n-1] == '"' {
		s = s[:n-1]
	}
	return s
}

func decodeString(b []byte, at Span) string {
	raw := unquoted(b, at)
	if bytes.IndexByte(raw, '\\') < 0 {
		return Borrow(raw)
	}
	return Borrow(appendUnescaped(make([]byte, 0, len(raw)), raw))
}

// appendUnescaped appends raw, the inside of a string, with its escapes resolved.
func appendUnescaped(dst, raw []byte) []byte {
	for {
		i := bytes.IndexByte(raw, '\\')
		if i < 0 || i+1 == len(raw) {
			return append(dst, raw...)
		}
		dst = append(dst, raw[:i]...)
		c := raw[i+1]
		raw = raw[i+2:]
		switch c {
		case 'b':
			dst = append(dst, '\b')
		case 'f':
			dst = append(dst, '\f')
		case 'n':
			dst = append(dst, '\n')
		case 'r':
			dst = append(dst, '\r')
		case 't':
			dst = append(dst, '\t')
		case 'u':
			r, n := decodeUnicode(raw)
			dst = utf8.AppendRune(dst, r)
			raw = raw[n:]
		default:
			dst = append(dst, c)
		}
	}
}

// decodeUnicode reads what stands behind \u: four digits, and the \u and four
// digits of a low surrogate that belongs to them. It returns their length.
func decodeUnicode(raw []byte) (r rune, n int) {
	r, ok := hex4(raw)
	if !ok {
		return utf8.RuneError, 0
	}
	if !utf16.IsSurrogate(r) {
		return r, 4
	}
	if len(raw) >= 10 && raw[4] == '\\' && raw[5] == 'u' {
		if low, ok := hex4(raw[6:]); ok {
			if r := utf16.DecodeRune(r, low); r != utf8.RuneError {
				return r, 10
			}
		}
	}
	return utf8.RuneError, 4
}

// hex4 reads four hexadecimal digits at the start of b.
func hex4(b []byte) (r rune, ok bool) {
	if len(b) < 4 {
		return 0, false
	}
	for _, c := range b[:4] {
		r <<= 4
		switch {
		case isDigit(c):
			r |= rune(c - '0')
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			r |= rune(c|0x20-'a') + 10
		default:
			return 0, false
		}
	}
	return r, true
}

// Bool returns the value of true or false; ok is false if v is neither.
func (v Value) Bool() (val, ok bool) {
	switch string(v.scalar()) {
	case "true":
		return true, true
	case "false":
		return false, true
	}
	return false, false
}

// Float returns the nearest float64 of a number; false if v is no number or one
// too large for a float64.
func (v Value) Float() (float64, bool) {
	if v.Kind() != Number {
		return 0, false
	}
	f, err := strconv.ParseFloat(Borrow(v.scalar()), 64)
	return f, err == nil
}

// scalar returns v without the space around it.
func (v Value) scalar() []byte {
	i := skipSpace(v, 0)
	return v[i:skipScalar(v, i)]
}
