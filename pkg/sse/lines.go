package sse

import "bytes"

// lines is a position in bytes made of lines that end with LF, CRLF or CR.
type lines struct {
	b  []byte
	at int
	lf int // offset of the first LF behind an earlier at, len(b) if there is none
}

// end returns the offset of the first CR or LF at or behind at, or len(b).
func (l *lines) end() int {
	if l.lf < l.at || l.lf == 0 {
		// It is kept until at has passed it. Else, where lines end with CR only,
		// each of them would be a search through all that follows.
		l.lf = l.at + indexByte(l.b[l.at:], '\n')
	}
	return l.at + indexByte(l.b[l.at:l.lf], '\r')
}

// next returns the line at at, without its end, and moves at behind it.
func (l *lines) next() []byte {
	end := l.end()
	line := l.b[l.at:end]
	rest := l.b[end:]
	switch {
	case len(rest) >= 2 && rest[0] == '\r' && rest[1] == '\n':
		end += 2
	case len(rest) > 0:
		end++
	}
	l.at = end
	return line
}

// indexByte returns the offset of c in b, len(b) if it is not there.
func indexByte(b []byte, c byte) int {
	if i := bytes.IndexByte(b, c); i >= 0 {
		return i
	}
	return len(b)
}
