package sse

// AppendEvent appends an event: its name, if it has one, and its data, each line
// of it in a field of its own. Empty data is written too, or no client would
// dispatch the event. Line ends in name become spaces.
func AppendEvent(dst []byte, name string, data []byte) []byte {
	if name != "" {
		dst = append(dst, "event: "...)
		start := len(dst)
		dst = append(dst, name...)
		for i, c := range dst[start:] {
			if c == '\n' || c == '\r' {
				dst[start+i] = ' '
			}
		}
		dst = append(dst, '\n')
	}
	return appendLines(dst, "data: ", data)
}

// AppendComment appends a comment, which no client dispatches, and the blank
// line behind it that lets proxies and readers by lines pass it on.
func AppendComment(dst []byte, text string) []byte {
	return appendLines(dst, ": ", []byte(text))
}

// appendLines appends text with prefix before each of its lines, of which there
// is at least one, and a blank line. A line end at the end of text begins
// another, empty line: a reader gets back what was written, with LF for CR and CRLF.
func appendLines(dst []byte, prefix string, text []byte) []byte {
	for l := (lines{b: text}); ; {
		end := l.end()
		dst = append(dst, prefix...)
		dst = append(dst, l.next()...)
		dst = append(dst, '\n')
		if end == len(text) {
			return append(dst, '\n')
		}
	}
}
