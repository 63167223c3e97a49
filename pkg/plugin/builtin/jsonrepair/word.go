package jsonrepair

import (
	"strings"

	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// isWord says whether a byte can be of a number, a name, or a text without quotes.
func isWord(b byte) bool {
	return b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b == '_' || b == '$' || b == '+' || b == '-' || b == '.' || b >= 0x80
}

// literals are words that stand for a value, as JSON, JavaScript and Python have them.
var literals = map[string]string{
	"true": "true", "false": "false", "null": "null", "True": "true", "False": "false", "None": "null", "undefined": "null",
	"NaN": "null", "nan": "null", "Infinity": "null", "-Infinity": "null", "TRUE": "true", "FALSE": "false", "NULL": "null",
}

// endWord ends the word that is open.
func (r *Repairer) endWord(dst []byte) []byte {
	word := string(r.word)
	if r.key {
		r.at, r.fixed = colon, true
		return jsonx.AppendString(dst, word)
	}
	r.at = commaOrEnd
	out := valueOf(word)
	r.fixed = r.fixed || out != word
	return append(dst, out...)
}

// valueOf returns the value that a word stands for.
func valueOf(word string) string {
	if v, ok := literals[word]; ok {
		return v
	}
	if isNumber(word) {
		return word
	}
	// What was cut off.
	if len(word) > 1 {
		for _, whole := range []string{"true", "false", "null"} {
			if strings.HasPrefix(whole, word) {
				return whole
			}
		}
	}
	n := strings.TrimRight(strings.TrimPrefix(word, "+"), ".eE+-")
	if strings.HasPrefix(n, ".") {
		n = "0" + n
	}
	if strings.HasPrefix(n, "-.") {
		n = "-0" + n[1:]
	}
	if isNumber(n) {
		return n
	}
	return string(jsonx.AppendString(nil, word))
}

// isNumber says whether a text is a number as JSON has it.
func isNumber(s string) bool {
	s = strings.TrimPrefix(s, "-")
	whole := digits(s)
	if whole == 0 || whole > 1 && s[0] == '0' {
		return false
	}
	s = s[whole:]
	if rest, ok := strings.CutPrefix(s, "."); ok {
		n := digits(rest)
		if n == 0 {
			return false
		}
		s = rest[n:]
	}
	if s == "" {
		return true
	}
	if s[0] != 'e' && s[0] != 'E' {
		return false
	}
	if s = s[1:]; s != "" && (s[0] == '+' || s[0] == '-') {
		s = s[1:]
	}
	return s != "" && digits(s) == len(s)
}

func digits(s string) int {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n
}
