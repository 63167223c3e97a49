package jsonrepair

import "bytes"

// readString reads a byte of a string.
func (r *Repairer) readString(dst []byte, b byte) []byte {
	switch r.at {
	case inEscape:
		return r.readEscape(dst, b)
	case inQuote:
		return r.readQuote(dst, b)
	}
	switch {
	case b == '\\':
		r.at, r.held = inEscape, r.held[:0]
		return dst
	case b == r.quote:
		r.at, r.held = inQuote, r.held[:0]
		return dst
	case b == '"': // within '…'
		return append(dst, `\"`...)
	case b < 0x20:
		r.fixed = true
		return appendControl(dst, b)
	}
	return append(dst, b)
}

// readEscape reads a byte behind a backslash. held has what was read of \u….
func (r *Repairer) readEscape(dst []byte, b byte) []byte {
	const digits = 4
	if len(r.held) > 0 {
		if isHexDigit(b) {
			if r.held = append(r.held, b); len(r.held) == 1+digits {
				dst = append(append(dst, '\\'), r.held...)
				r.at = inString
			}
			return dst
		}
		// It is none; it is what it looks like.
		dst, r.fixed = append(append(dst, `\\`...), r.held...), true
		r.at = inString
		return r.read(dst, b)
	}
	r.at = inString
	switch b {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return append(dst, '\\', b)
	case 'u':
		r.at, r.held = inEscape, append(r.held, 'u')
		return dst
	case '\'':
		r.fixed = true
		return append(dst, b)
	case '\n', '\r': // a line that goes on
		r.fixed = true
		return appendControl(dst, b)
	}
	r.fixed = true
	return r.read(append(dst, `\\`...), b)
}

// readQuote reads a byte behind a quote within a string, which ends it if what may stand
// behind a string comes next. held has the white space between.
func (r *Repairer) readQuote(dst []byte, b byte) []byte {
	switch {
	case isBlank(b):
		r.held = append(r.held, b)
		return dst
	case r.ends(b):
		blank := r.held
		dst = append(r.endString(dst), blank...)
		return r.read(dst, b)
	}
	r.fixed = true
	if r.quote == '"' {
		dst = append(dst, '\\')
	}
	dst = append(dst, r.quote)
	r.at = inString
	for _, blank := range r.held {
		dst = r.readString(dst, blank)
	}
	return r.readString(dst, b)
}

// ends says whether a byte can stand behind the string that is open.
func (r *Repairer) ends(b byte) bool {
	switch b {
	case '}', ']', '/', ',':
		return true
	case ':':
		return r.key
	case '{', '[', '"', '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		if r.key && len(r.held) > 0 {
			return true // a colon is missing
		}
	}
	return bytes.IndexByte(r.held, '\n') >= 0 // what comes is on a line of its own: a comma is missing
}

// endString ends the string that is open.
func (r *Repairer) endString(dst []byte) []byte {
	r.at = commaOrEnd
	if r.key {
		r.at = colon
	}
	return append(dst, '"')
}

func appendControl(dst []byte, b byte) []byte {
	switch b {
	case '\n':
		return append(dst, `\n`...)
	case '\r':
		return append(dst, `\r`...)
	case '\t':
		return append(dst, `\t`...)
	}
	const hex = "0123456789abcdef"
	return append(dst, '\\', 'u', '0', '0', hex[b>>4], hex[b&15])
}

func isHexDigit(b byte) bool {
	return b >= '0' && b <= '9' || b >= 'a' && b <= 'f' || b >= 'A' && b <= 'F'
}

// readComment reads a byte of a comment, or of what may become one. held has the state before
// it, and what was read last.
func (r *Repairer) readComment(dst []byte, b byte) []byte {
	was := state(r.held[0])
	switch r.at {
	case inSlash:
		switch b {
		case '/':
			r.at = inLineComment
		case '*':
			r.at, r.held = inBlockComment, append(r.held[:1], 0)
		default:
			r.at, r.fixed = was, true
			return r.read(dst, b)
		}
	case inLineComment:
		if b == '\n' {
			r.at, r.fixed = was, true
			return append(dst, b)
		}
	case inBlockComment:
		if r.held[1] == '*' && b == '/' {
			r.at, r.fixed = was, true
		}
		r.held[1] = b
	}
	return dst
}
