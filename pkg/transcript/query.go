package transcript

import "strings"

// Phrase is words that must stand one behind another.
type Phrase struct {
	Words []string
	// Open: the last word may go on.
	Open bool
}

// mostPhrases bounds a query.
const mostPhrases = 32

// ParseQuery reads what is looked for: words, all of which must be there. Quotation marks
// hold words together, and a star behind one stands for whatever follows. Nothing else has
// a meaning.
func ParseQuery(text string) []Phrase {
	var all []Phrase
	for i, part := range strings.Split(text, `"`) {
		pieces := []string{part}
		if i%2 == 0 { // not in quotation marks
			pieces = strings.Fields(part)
		}
		for _, piece := range pieces {
			p := Phrase{Open: strings.HasSuffix(strings.TrimSpace(piece), "*")}
			for word := range words(piece) {
				p.Words = append(p.Words, word)
			}
			if len(p.Words) > 0 && len(all) < mostPhrases {
				all = append(all, p)
			}
		}
	}
	return all
}
