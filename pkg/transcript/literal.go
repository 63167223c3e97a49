package transcript

import (
	"encoding/json"
	"iter"
	"strings"
)

// literals yields the JSON string literals of a text, quotes included, and where each
// begins. The text need not be JSON, nor whole: the last literal may lack its end.
func literals(text string) iter.Seq2[int, string] {
	return func(yield func(at int, literal string) bool) {
		for at := 0; ; {
			quote := strings.IndexByte(text[at:], '"')
			if quote < 0 {
				return
			}
			at += quote
			end := at + 1
			for end < len(text) {
				next := strings.IndexAny(text[end:], `"\`)
				if next < 0 {
					end = len(text)
					break
				}
				end += next
				if text[end] == '"' {
					end++
					break
				}
				end = min(end+2, len(text))
			}
			if !yield(at, text[at:end]) {
				return
			}
			at = end
		}
	}
}

// unquoted is what a literal says. Of one that is not whole it is what there is of it.
func unquoted(literal string) string {
	if strings.IndexByte(literal, '\\') < 0 {
		return strings.Trim(literal, `"`)
	}
	var s string
	if json.Unmarshal([]byte(literal), &s) == nil {
		return s
	}
	body := strings.TrimPrefix(literal, `"`)
	for cut := 0; cut <= 12 && cut <= len(body); cut++ { // half an escape, or of a pair of them
		if json.Unmarshal([]byte(`"`+body[:len(body)-cut]+`"`), &s) == nil {
			return s
		}
	}
	return body
}

// isName says whether a literal that ends at a place of the text is the name of a member.
func isName(text string, end int) bool {
	return strings.HasPrefix(strings.TrimLeft(text[end:], " \t\r\n"), ":")
}
