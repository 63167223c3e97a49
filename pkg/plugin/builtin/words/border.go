package words

import (
	"unicode"
	"unicode/utf8"
)

// borders says whether what is at [start, end) is no part of a longer word.
func borders(text string, start, end int) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:start])
	first, _ := utf8.DecodeRuneInString(text[start:])
	last, _ := utf8.DecodeLastRuneInString(text[:end])
	after, _ := utf8.DecodeRuneInString(text[end:])
	return apart(before, first) && apart(last, after)
}

// apart says whether a word may end between two characters.
func apart(a, b rune) bool { return !inWord(a) || !inWord(b) }

// inWord says whether a character is part of a word. Scripts that are written without
// spaces have no such borders.
func inWord(r rune) bool {
	if r < utf8.RuneSelf {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
	}
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r)) &&
		!unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Khmer, unicode.Lao)
}
