package jsonx

// Hot path.

import (
	"bytes"
	"slices"
	"strconv"
	"sync"
	"unicode/utf16"
	"unicode/utf8"
)

// AppendCanonical appends v, which is valid, in the one spelling that all texts of the
// same value have: members in the order of their names' bytes, no space, the shortest
// escapes, and numbers as a whole mantissa and a power of ten. Top-level members of an
// object that omit names are left out; omit may be nil.
//
// It is after RFC 8785, but for numbers: that reads them as doubles, of which two may be
// one, and here no two values are ever the same text. A lone surrogate stays what it is.
// Members of one name stay in their order.
func AppendCanonical(dst []byte, v Value, omit func(name string) bool) []byte {
	c := canonicals.Get().(*canonical)
	c.b, c.dst = v, dst
	c.value(skipSpace(v, 0), omit)
	dst = c.dst
	c.b, c.dst, c.members = nil, nil, c.members[:0]
	canonicals.Put(c)
	return dst
}

var canonicals = sync.Pool{New: func() any { return new(canonical) }}

// canonical writes a text anew. Its members are a stack: those of the objects that it is in.
type canonical struct {
	b, dst  []byte
	members []memberAt
}

type memberAt struct{ key, value Span }

// value writes the value at i and returns the offset behind it.
func (c *canonical) value(i int, omit func(string) bool) int {
	if i >= len(c.b) {
		return i
	}
	switch b := c.b[i]; {
	case b == '{':
		return c.object(i+1, omit)
	case b == '[':
		return c.array(i + 1)
	case b == '"':
		end := skipString(c.b, i)
		c.dst = appendCanonicalString(c.dst, unquoted(c.b, Span{i, end}))
		return end
	case b == '-' || isDigit(b):
		end := skipScalar(c.b, i)
		c.dst = appendCanonicalNumber(c.dst, c.b[i:end])
		return end
	}
	end := skipScalar(c.b, i)
	c.dst = append(c.dst, c.b[i:end]...)
	return end
}

func (c *canonical) object(i int, omit func(string) bool) int {
	from := len(c.members)
	for {
		key, value, next, ok := nextMember(c.b, i)
		if !ok {
			break
		}
		i = next
		if omit == nil || !omit(decodeString(c.b, key)) {
			c.members = append(c.members, memberAt{key, value})
		}
	}
	sorted, whole := c.members[from:], c.b
	slices.SortStableFunc(sorted, func(x, y memberAt) int { return compareKeys(c.b, x.key, y.key) })
	c.dst = append(c.dst, '{')
	for n := from; n < from+len(sorted); n++ {
		m := c.members[n] // the stack may move while it grows
		if n > from {
			c.dst = append(c.dst, ',')
		}
		c.dst = append(appendCanonicalString(c.dst, unquoted(c.b, m.key)), ':')
		c.b = whole[:m.value.End] // of what is no JSON, no byte is read as part of two members
		c.value(m.value.Start, nil)
	}
	c.b = whole
	c.members = c.members[:from]
	c.dst = append(c.dst, '}')
	return skipTo(c.b, i, '}')
}

func (c *canonical) array(i int) int {
	c.dst = append(c.dst, '[')
	for first := true; ; first = false {
		if i = skipSeparator(c.b, i); i >= len(c.b) || c.b[i] == ']' {
			break
		}
		if !first {
			c.dst = append(c.dst, ',')
		}
		next := c.value(i, nil)
		if next == i {
			break // no JSON
		}
		i = next
	}
	c.dst = append(c.dst, ']')
	return skipTo(c.b, i, ']')
}

// skipTo returns the offset behind the bracket that closes what ends at i.
func skipTo(b []byte, i int, bracket byte) int {
	if i = skipSpace(b, i); i < len(b) && b[i] == bracket {
		return i + 1
	}
	return i
}

// compareKeys orders keys by what they say.
func compareKeys(b []byte, x, y Span) int {
	xs, ys := unquoted(b, x), unquoted(b, y)
	if bytes.IndexByte(xs, '\\') < 0 && bytes.IndexByte(ys, '\\') < 0 {
		return bytes.Compare(xs, ys)
	}
	return bytes.Compare(appendCanonicalString(nil, xs), appendCanonicalString(nil, ys))
}

// appendCanonicalString writes raw, the inside of a string.
func appendCanonicalString(dst, raw []byte) []byte {
	dst = append(dst, '"')
	for {
		at := bytes.IndexByte(raw, '\\')
		if at < 0 || at+1 == len(raw) {
			return append(append(dst, raw...), '"')
		}
		dst = append(dst, raw[:at]...)
		said := raw[at+1]
		raw = raw[at+2:]
		switch said {
		case 'u':
			var n int
			dst, n = appendCanonicalUnicode(dst, raw)
			raw = raw[n:]
		case '/':
			dst = append(dst, '/')
		default: // one of those that appendEscape writes
			dst = append(dst, '\\', said)
		}
	}
}

// appendCanonicalUnicode writes the character whose number stands at the start of raw,
// behind \u, and returns how much of raw that was.
func appendCanonicalUnicode(dst, raw []byte) ([]byte, int) {
	r, ok := hex4(raw)
	if !ok {
		return append(dst, `\u`...), 0 // no JSON
	}
	switch {
	case r < ' ' || r == '"' || r == '\\':
		return appendEscape(dst, byte(r)), 4
	case !utf16.IsSurrogate(r):
		return utf8.AppendRune(dst, r), 4
	}
	if len(raw) >= 10 && raw[4] == '\\' && raw[5] == 'u' {
		if low, ok := hex4(raw[6:]); ok {
			if pair := utf16.DecodeRune(r, low); pair != utf8.RuneError {
				return utf8.AppendRune(dst, pair), 10
			}
		}
	}
	return strconv.AppendInt(append(dst, `\u`...), int64(r), 16), 4
}

// appendCanonicalNumber writes a number as its digits without zeros at either end, and
// e and the power of ten that they are to be multiplied by.
func appendCanonicalNumber(dst, raw []byte) []byte {
	mantissa, exponent := raw, int64(0)
	if at := bytes.IndexAny(raw, "eE"); at >= 0 {
		e, err := strconv.ParseInt(Borrow(raw[at+1:]), 10, 64)
		if err != nil || e > mostExponent || e < -mostExponent {
			return append(dst, raw...) // no other spelling is looked for
		}
		mantissa, exponent = raw[:at], e
	}
	start := len(dst)
	if len(mantissa) > 0 && mantissa[0] == '-' {
		dst, mantissa = append(dst, '-'), mantissa[1:]
	}
	first := len(dst)
	for i, c := range mantissa {
		switch {
		case c == '.':
			exponent -= int64(len(mantissa) - i - 1)
		case c != '0' || len(dst) > first:
			dst = append(dst, c)
		}
	}
	for len(dst) > first && dst[len(dst)-1] == '0' {
		dst = dst[:len(dst)-1]
		exponent++
	}
	if len(dst) == first { // zero, of whatever sign
		return append(dst[:start], '0')
	}
	if exponent == 0 {
		return dst
	}
	return strconv.AppendInt(append(dst, 'e'), exponent, 10)
}

// mostExponent bounds the powers of ten that are reckoned with.
const mostExponent = 1 << 40
