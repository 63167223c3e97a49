package jsonrepair

// Hot path where the plugin is configured.

import "slices"

// Repairer makes a text valid JSON: an object or an array. The zero value is ready. It has one
// owner at a time.
type Repairer struct {
	at    state
	stack []byte // of open containers, their closing brackets
	lists int    // how many of them are arrays
	comma bool   // one was read, and is written only if something follows it
	gap   []byte // white space behind it
	quote byte   // of the string that is open
	key   bool   // the string, or the word, that is open names a member
	word  []byte // that is open: a number, a name, something without quotes
	held  []byte // what is not decided: of a text that has not begun, of a quote, of an escape, of a comment
	from  int    // where in held JSON may begin
	fixed bool
	plain bool // no JSON was found where some should begin: the text passes as it is
}

type state uint8

// The states. What stands between them is white space and comments.
const (
	before       state = iota // no value has begun
	memberOrEnd               // a member's name, or the object's end
	colon                     // the colon behind a member's name
	value                     // a member's value
	elementOrEnd              // an element, or the array's end
	commaOrEnd                // behind a value
	inString
	inEscape // behind a backslash
	inQuote  // behind a quote, which may be the string's end or a part of it
	inWord
	inSlash        // behind what may begin a comment
	inLineComment  // to the end of the line
	inBlockComment // to */
	after          // behind the value
)

// Repair returns a text made valid, and whether anything had to be done. A text in which no
// JSON begins comes back as it is.
func Repair(text string) (repaired string, changed bool) {
	var r Repairer
	out := r.Append(nil, text)
	out = r.End(out)
	if r.plain || string(out) == text {
		return text, false
	}
	return string(out), true
}

// Append appends what is known to go on when text was read.
func (r *Repairer) Append(dst []byte, text string) []byte {
	for i := 0; i < len(text); i++ {
		if r.plain {
			return append(dst, text[i:]...)
		}
		if r.at == inString {
			// Most of a text is in strings, where most goes on as it is.
			n := i
			for n < len(text) && text[n] >= 0x20 && text[n] != '\\' && text[n] != r.quote && text[n] != '"' {
				n++
			}
			dst = append(dst, text[i:n]...)
			if i = n; i == len(text) {
				break
			}
		}
		dst = r.read(dst, text[i])
	}
	return dst
}

// Changed says whether what has gone on differs from what was read, but for what stood around it.
func (r *Repairer) Changed() bool { return r.fixed }

// read reads a byte. States that have read as far as they go hand it on to the next.
func (r *Repairer) read(dst []byte, b byte) []byte {
	switch r.at {
	case before:
		return r.begin(dst, b)
	case inString, inEscape, inQuote:
		return r.readString(dst, b)
	case inWord:
		if isWord(b) {
			r.word = append(r.word, b)
			return dst
		}
		return r.read(r.endWord(dst), b)
	case inSlash, inLineComment, inBlockComment:
		return r.readComment(dst, b)
	case after:
		return dst
	}
	return r.between(dst, b)
}

// between reads a byte that is in no value.
func (r *Repairer) between(dst []byte, b byte) []byte {
	switch b {
	case ' ', '\t', '\r', '\n':
		if r.comma {
			r.gap = append(r.gap, b)
			return dst
		}
		return append(dst, b)
	case ',':
		return r.readComma(dst)
	case ':':
		if r.at == colon {
			r.at = value
			return append(dst, ':')
		}
		r.fixed = true
		return dst
	case '{', '[':
		return r.open(r.meet(dst), b)
	case '}', ']':
		return r.close(dst, b)
	case '"', '\'':
		r.key = r.naming()
		dst = r.meet(dst)
		r.fixed = r.fixed || b != '"'
		r.at, r.quote = inString, b
		return append(dst, '"')
	case '/':
		r.held = append(r.held[:0], byte(r.at))
		r.at = inSlash
		return dst
	}
	if isWord(b) {
		r.key = r.naming()
		dst = r.meet(dst)
		r.at, r.word = inWord, append(r.word[:0], b)
		return dst
	}
	r.fixed = true // nothing that JSON has at such a place
	return dst
}

// naming says whether what begins now names a member.
func (r *Repairer) naming() bool {
	return r.at == memberOrEnd || r.at == commaOrEnd && r.innermost() == '}'
}

func (r *Repairer) innermost() byte {
	if len(r.stack) == 0 {
		return 0
	}
	return r.stack[len(r.stack)-1]
}

// meet writes what must stand before a value, or a name, that begins now.
func (r *Repairer) meet(dst []byte) []byte {
	switch r.at {
	case colon:
		dst, r.fixed = append(dst, ':'), true
	case commaOrEnd:
		dst, r.fixed = append(dst, ','), true
	}
	if r.comma {
		dst = append(append(dst, ','), r.gap...)
		r.comma, r.gap = false, r.gap[:0]
	}
	return dst
}

// readComma reads a comma. It cannot be taken back once it has gone on, so it waits for what
// follows.
func (r *Repairer) readComma(dst []byte) []byte {
	switch r.at {
	case colon:
		dst, r.fixed = append(dst, ":null"...), true
	case value:
		dst, r.fixed = append(dst, "null"...), true
	case memberOrEnd, elementOrEnd: // nothing stands before it
		r.fixed = true
		return dst
	}
	r.comma = true
	r.at = elementOrEnd
	if r.innermost() == '}' {
		r.at = memberOrEnd
	}
	return dst
}

// open begins an object or an array.
func (r *Repairer) open(dst []byte, b byte) []byte {
	if r.naming() { // a container is no name: it is the value of a member that has none
		dst, r.fixed = append(dst, `"":`...), true
	}
	if b == '{' {
		r.stack, r.at = append(r.stack, '}'), memberOrEnd
	} else {
		r.stack, r.at = append(r.stack, ']'), elementOrEnd
		r.lists++
	}
	return append(dst, b)
}

// close ends the innermost container that b ends, and those within it. One that ends none is
// left out.
func (r *Repairer) close(dst []byte, b byte) []byte {
	if b == ']' && r.lists == 0 || b == '}' && r.lists == len(r.stack) {
		r.fixed = true
		return dst
	}
	r.fixed = r.fixed || r.innermost() != b
	for {
		dst = r.finish(dst)
		last := r.stack[len(r.stack)-1]
		dst = append(dst, last)
		r.stack = r.stack[:len(r.stack)-1]
		r.at = commaOrEnd
		if last == ']' {
			r.lists--
		}
		if last == b {
			break
		}
	}
	if len(r.stack) == 0 {
		r.at = after
	}
	return dst
}

// finish writes what a container lacks that ends now.
func (r *Repairer) finish(dst []byte) []byte {
	switch r.at {
	case colon:
		dst, r.fixed = append(dst, ":null"...), true
	case value:
		dst, r.fixed = append(dst, "null"...), true
	}
	r.fixed = r.fixed || r.comma
	dst = append(dst, r.gap...)
	r.comma, r.gap = false, r.gap[:0]
	return dst
}

// End appends what is missing when the text has ended.
func (r *Repairer) End(dst []byte) []byte {
	switch r.at {
	case before:
		if !r.beganAtEnd() {
			r.plain = true
			return append(dst, r.held...)
		}
		return r.End(r.start(dst))
	case inString, inEscape, inQuote:
		r.fixed = r.fixed || r.at != inQuote
		dst = r.endString(dst)
	case inWord:
		dst = r.endWord(dst)
	case inSlash, inLineComment, inBlockComment:
		r.at = state(r.held[0])
	case after:
		return dst
	}
	r.fixed = r.fixed || len(r.stack) > 0
	for len(r.stack) > 0 && !r.plain {
		dst = r.close(dst, r.innermost())
	}
	return dst
}

// Snapshot appends what End would, and changes nothing.
func (r *Repairer) Snapshot(dst []byte) []byte {
	c := *r
	c.stack, c.word, c.held, c.gap = slices.Clone(r.stack), slices.Clone(r.word), slices.Clone(r.held), slices.Clone(r.gap)
	return c.End(dst)
}
