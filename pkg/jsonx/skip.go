package jsonx

import "bytes"

// The functions here walk over JSON that is known to be valid. On anything else
// they return some offset, never one beyond the end.

// skipSpace returns the offset, from i on, of the first byte that is not space.
func skipSpace(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\n' || b[i] == '\r' || b[i] == '\t') {
		i++
	}
	return i
}

// skipString returns the offset behind the string that starts at i.
func skipString(b []byte, i int) int {
	for i++; i < len(b); {
		q := bytes.IndexByte(b[i:], '"')
		if q < 0 {
			break
		}
		slashes := 0
		for slashes < q && b[i+q-1-slashes] == '\\' {
			slashes++
		}
		i += q + 1
		if slashes%2 == 0 {
			return i
		}
	}
	return len(b)
}

// skipValue returns the offset behind the value that starts at i; i itself if
// there is none.
func skipValue(b []byte, i int) int {
	depth := 0
	for i < len(b) {
		switch b[i] {
		case '"':
			i = skipString(b, i)
		case '{', '[':
			depth++
			i++
		case '}', ']':
			if depth == 0 {
				return i
			}
			depth--
			i++
		case ',', ':', ' ', '\n', '\r', '\t':
			if depth == 0 {
				return i
			}
			i++
			continue
		default:
			i = skipScalar(b, i)
		}
		if depth == 0 {
			return i
		}
	}
	return i
}

// skipScalar returns the offset behind the number or literal that starts at i.
func skipScalar(b []byte, i int) int {
	for i < len(b) {
		switch b[i] {
		case ',', ':', '}', ']', '{', '[', '"', ' ', '\n', '\r', '\t':
			return i
		}
		i++
	}
	return i
}

// nextMember finds the member at or behind i, inside an object. next is where
// the one after it is looked for.
func nextMember(b []byte, i int) (key, value Span, next int, ok bool) {
	i = skipSeparator(b, i)
	if i >= len(b) || b[i] != '"' {
		return Span{}, Span{}, i, false
	}
	key = Span{i, skipString(b, i)}
	i = skipSpace(b, key.End)
	if i >= len(b) || b[i] != ':' {
		return Span{}, Span{}, i, false
	}
	i = skipSpace(b, i+1)
	value = Span{i, skipValue(b, i)}
	return key, value, value.End, !value.Empty()
}

// nextElement finds the element at or behind i, inside an array.
func nextElement(b []byte, i int) (value Span, ok bool) {
	i = skipSeparator(b, i)
	value = Span{i, skipValue(b, i)}
	return value, !value.Empty()
}

func skipSeparator(b []byte, i int) int {
	i = skipSpace(b, i)
	if i < len(b) && b[i] == ',' {
		i = skipSpace(b, i+1)
	}
	return i
}
