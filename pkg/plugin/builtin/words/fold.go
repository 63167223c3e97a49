package words

import (
	"unicode"
	"unicode/utf8"

	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// folded is a text as the automaton reads it, and where each of its bytes came from; at is
// nil while that is the same place.
type folded struct {
	text []byte
	at   []int32 // of each byte of text, and of the end
}

// fold writes text into f as it is compared. A run of space is one space.
func (f *folded) fold(text string) {
	f.text, f.at = f.text[:0], nil
	for i := range len(text) {
		b := text[i]
		if b >= utf8.RuneSelf || lowered[b] == ' ' && i > 0 && f.text[i-1] == ' ' {
			f.foldOn(text, i)
			return
		}
		f.text = append(f.text, lowered[b])
	}
}

// foldOn goes on with a text whose bytes were one for one up to from.
func (f *folded) foldOn(text string, from int) {
	f.at = make([]int32, from, len(text)+1)
	for i := range f.at {
		f.at[i] = int32(i)
	}
	for i := from; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		n := len(f.text)
		if f.text = appendFolded(f.text, r); n > 0 && len(f.text) == n+1 && f.text[n] == ' ' && f.text[n-1] == ' ' {
			f.text = f.text[:n]
		}
		for range len(f.text) - n {
			f.at = append(f.at, int32(i))
		}
		i += size
	}
	f.at = append(f.at, int32(len(text)))
}

// borrow returns the folded text, which changes with f.
func (f *folded) borrow() string { return jsonx.Borrow(f.text) }

// place returns where bytes [start, end) of the folded text are in the original.
func (f *folded) place(start, end int) (from, to int) {
	if f.at == nil {
		return start, end
	}
	return int(f.at[start]), int(f.at[end])
}

var lowered = func() (l [utf8.RuneSelf]byte) {
	for i := range l {
		l[i] = byte(unicode.ToLower(rune(i)))
	}
	l['\t'], l['\n'], l['\r'] = ' ', ' ', ' '
	return l
}()

// appendFolded appends what r is compared as; nothing for what cannot be seen.
func appendFolded(dst []byte, r rune) []byte {
	if r < utf8.RuneSelf {
		return append(dst, lowered[r])
	}
	if hidden(r) {
		return dst
	}
	if plain := alike(r); plain != "" {
		return append(dst, plain...)
	}
	r = unicode.ToLower(r)
	if plain, ok := lookalikes[r]; ok {
		return append(dst, plain...)
	}
	return utf8.AppendRune(dst, r)
}

// hidden says whether a character has no width of its own: joiners, marks of direction,
// variation selectors, tags, soft hyphens, combining marks.
func hidden(r rune) bool {
	switch {
	case r == 0xad, r == 0x34f, r == 0x61c, r == 0x115f, r == 0x1160, r == 0x3164, r == 0xfeff, r == 0xffa0:
		return true
	case r >= 0x200b && r <= 0x200f, r >= 0x202a && r <= 0x202e, r >= 0x2060 && r <= 0x206f, r >= 0xfe00 && r <= 0xfe0f, r >= 0xe0000 && r <= 0xe0fff:
		return true
	}
	return r >= 0x300 && unicode.In(r, unicode.Mn, unicode.Me)
}

// alike returns the letter or digit that a character of a range is a form of, as in 𝐛, ⓑ and
// ｂ; empty for none.
func alike(r rune) string {
	switch {
	case r >= 0xff01 && r <= 0xff5e: // full width
		return ascii(r - 0xff01 + '!')
	case r >= 0x1d400 && r <= 0x1d6a3: // mathematical letters, 13 alphabets
		n := (r - 0x1d400) % 52
		return ascii('a' + n%26)
	case r >= 0x1d7ce && r <= 0x1d7ff: // mathematical digits
		return ascii('0' + (r-0x1d7ce)%10)
	case r >= 0x24b6 && r <= 0x24e9: // in circles
		return ascii('a' + (r-0x24b6)%26)
	case r >= 0x1f130 && r <= 0x1f149: // in squares
		return ascii('a' + r - 0x1f130)
	case r >= 0x1f170 && r <= 0x1f189:
		return ascii('a' + r - 0x1f170)
	case r >= 0x1f1e6 && r <= 0x1f1ff: // regional indicators
		return ascii('a' + r - 0x1f1e6)
	}
	return ""
}

const asciiLetters = "!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"

func ascii(r rune) string {
	b := lowered[r] - '!'
	return asciiLetters[b : b+1]
}

// Fold returns text as lists compare it.
func Fold(text string) string {
	var f folded
	f.fold(text)
	return f.borrow()
}
