package jsonx

import (
	"math"
	"strconv"
	"unicode/utf8"
	"unsafe"
)

// AppendString appends s as a JSON string with its quotes. It escapes what JSON
// must have escaped, and U+2028 and U+2029, which JavaScript takes for line
// ends; not <, > and &. What is not UTF-8 becomes U+FFFD, one for each byte.
func AppendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	dst = AppendStringBody(dst, s)
	return append(dst, '"')
}

// AppendStringBody appends what AppendString does without the quotes.
func AppendStringBody(dst []byte, s string) []byte {
	b := unsafe.Slice(unsafe.StringData(s), len(s))
	kept := 0 // what is before has been appended
	for i := 0; ; {
		end, high := skipAllPlain(b, i)
		if high&highBits != 0 {
			dst = appendText(dst, s[kept:end])
		} else {
			dst = append(dst, s[kept:end]...)
		}
		if end == len(s) {
			return dst
		}
		dst = appendEscape(dst, s[end])
		i = end + 1
		kept = i
	}
}

// appendText appends text that may hold anything but what JSON must have escaped.
func appendText(dst []byte, s string) []byte {
	kept := 0
	for i := 0; i < len(s); {
		if s[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		var escape string
		switch {
		case r == utf8.RuneError && n == 1:
			escape = `\ufffd`
		case r == '\u2028':
			escape = `\u2028`
		case r == '\u2029':
			escape = `\u2029`
		}
		if escape != "" {
			dst = append(dst, s[kept:i]...)
			dst = append(dst, escape...)
			kept = i + n
		}
		i += n
	}
	return append(dst, s[kept:]...)
}

// appendEscape appends the shortest escape of a quote, a backslash or a control character.
func appendEscape(dst []byte, c byte) []byte {
	const hex = "0123456789abcdef"
	switch c {
	case '"', '\\':
		return append(dst, '\\', c)
	case '\b':
		return append(dst, `\b`...)
	case '\f':
		return append(dst, `\f`...)
	case '\n':
		return append(dst, `\n`...)
	case '\r':
		return append(dst, `\r`...)
	case '\t':
		return append(dst, `\t`...)
	}
	return append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
}

// AppendFloat appends the shortest number that reads back as f, in the form of
// encoding/json (ECMAScript's); null for NaN and the infinities, for which JSON
// has no number.
func AppendFloat(dst []byte, f float64) []byte {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return append(dst, "null"...)
	}
	if size := math.Abs(f); size == 0 || size >= 1e-6 && size < 1e21 {
		return strconv.AppendFloat(dst, f, 'f', -1, 64)
	}
	dst = strconv.AppendFloat(dst, f, 'e', -1, 64)
	// e-09 becomes e-9.
	if n := len(dst); n >= 4 && dst[n-4] == 'e' && dst[n-3] == '-' && dst[n-2] == '0' {
		dst[n-2] = dst[n-1]
		dst = dst[:n-1]
	}
	return dst
}

// AppendCompact appends v without the space between its tokens.
func AppendCompact(dst []byte, v Value) []byte {
	for i := 0; i < len(v); {
		switch v[i] {
		case ' ', '\n', '\r', '\t':
			i++
		case '"':
			end := skipString(v, i)
			dst = append(dst, v[i:end]...)
			i = end
		default:
			dst = append(dst, v[i])
			i++
		}
	}
	return dst
}
