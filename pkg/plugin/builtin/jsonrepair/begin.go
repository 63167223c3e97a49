package jsonrepair

import (
	"bytes"
	"strings"
)

// maxBefore is how much may stand before the JSON; a text in which it begins later is none.
const maxBefore = 512

// begin reads a byte before the JSON has begun. A bracket begins it when what comes behind it
// is what JSON has there: prose has brackets, too.
func (r *Repairer) begin(dst []byte, b byte) []byte {
	r.held = append(r.held, b)
	for {
		at := bytes.IndexAny(r.held[r.from:], "{[")
		if at < 0 {
			r.from = len(r.held)
			break
		}
		r.from += at
		switch begins(r.held[r.from:]) {
		case yes:
			return r.start(dst)
		case no:
			r.from++
			continue
		}
		break
	}
	if len(r.held) > maxBefore {
		r.plain = true
		return append(dst, r.held...)
	}
	return dst
}

// start reads what was held from the bracket on, which begins the JSON.
func (r *Repairer) start(dst []byte) []byte {
	text := r.held[r.from:]
	r.held = nil
	dst = r.open(dst, text[0])
	for _, b := range text[1:] {
		dst = r.read(dst, b)
	}
	return dst
}

// beganAtEnd says whether a text that has ended while a bracket was looked at is JSON that
// was cut off: where nothing but a fence stands before it.
func (r *Repairer) beganAtEnd() bool {
	if r.from >= len(r.held) {
		return false
	}
	first := strings.TrimSpace(string(r.held[:r.from]))
	return first == "" || first == "```" || first == "```json"
}

type verdict uint8

const (
	more verdict = iota // it is not known yet
	yes
	no
)

// begins says whether a text that begins with a bracket is JSON.
func begins(text []byte) verdict {
	rest := bytes.TrimLeft(text[1:], " \t\r\n")
	if len(rest) == 0 {
		return more
	}
	switch b := rest[0]; {
	case b == '"' || b == '\'' || text[0] == '{' && b == '}' || text[0] == '[' && (b == '{' || b == '[' || b == ']' || b == ','):
		return yes
	case b == '/':
		return next(rest[1:], "/*")
	case !isWord(b):
		return no
	}
	n := 0
	for n < len(rest) && isWord(rest[n]) {
		n++
	}
	if text[0] == '{' {
		return next(bytes.TrimLeft(rest[n:], " \t\r\n"), ":")
	}
	// A number or a word is an element if another one follows: [1] is a reference as well.
	v := next(bytes.TrimLeft(rest[n:], " \t\r\n"), ",")
	if v == yes && strings.HasPrefix(valueOf(string(rest[:n])), `"`) {
		return no
	}
	return v
}

// next says whether a text goes on with one of some characters.
func next(text []byte, with string) verdict {
	switch {
	case len(text) == 0:
		return more
	case strings.IndexByte(with, text[0]) >= 0:
		return yes
	}
	return no
}

func isBlank(b byte) bool { return b == ' ' || b == '\t' || b == '\r' || b == '\n' }
