package transcript

import (
	"iter"
	"strings"
	"unicode"
)

const (
	// longestWord is how many bytes a word may have: more is no word but a picture in
	// base64, or the like.
	longestWord = 64
	// mostWords bounds what is indexed of a body.
	mostWords = 1 << 15
)

// Words returns the words that a transcript is found by, in their order: those of the
// strings of JSON, without names of members, and of other texts all.
func (t *Transcript) Words() []string {
	var all []string
	for _, text := range [...]string{t.Request.Text, t.Response.Text} {
		most := len(all) + mostWords
		for said := range says(text) {
			for word := range words(said) {
				if len(all) == most {
					break
				}
				if len(word) <= longestWord {
					all = append(all, word)
				}
			}
		}
	}
	return all
}

// says yields what a body says: its strings if it is JSON, or events with JSON in them.
func says(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		if !looksLikeJSON(text) {
			yield(text)
			return
		}
		for at, literal := range literals(text) {
			if !isName(text, at+len(literal)) && !yield(unquoted(literal)) {
				return
			}
		}
	}
}

func looksLikeJSON(text string) bool {
	text = strings.TrimLeft(text, " \t\r\n")
	for _, begin := range [...]string{"{", "[", "data:", "event:"} {
		if strings.HasPrefix(text, begin) {
			return true
		}
	}
	return false
}

// firstAlone is the first letter of the writings without spaces: Thai's.
const firstAlone = 0x0e00

// words yields the words of a text as they are compared: letters, digits and marks, in
// lower case. What is written without spaces comes letter by letter.
func words(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		text = strings.ToLower(text)
		start := -1
		for i, r := range text {
			alone := r >= firstAlone && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
			if part := !alone && (unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r)); part {
				if start < 0 {
					start = i
				}
				continue
			}
			if start >= 0 && !yield(text[start:i]) {
				return
			}
			start = -1
			if alone && !yield(string(r)) {
				return
			}
		}
		if start >= 0 {
			yield(text[start:])
		}
	}
}
