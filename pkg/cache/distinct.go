package cache

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// reversals are words that turn a text's meaning round. To an embedding a question and its
// opposite are almost one: "turn it on" and "turn it off" are nearer to each other than two
// spellings of either. Of a pair of opposites one is enough, since the other text has it not.
var reversals = setOf(`after cannot close closed closing cons decline decrease decreased decreases decreasing
	delete deleted deletes deleting denied deny disable disabled disables disabling disadvantage disadvantages
	except exclude excluded excludes excluding export exporting fail failed failing fails false fewer hide hiding
	illegal invalid least less logout lower lowest lose losing max maximum minus neither never no non none nor not nothing off
	oldest outgoing rarely refuse refused reject rejected remove removed removes removing revoke revoked
	sell selling sent slow slower slowest smallest stop stopped stopping stops uninstall uninstalling unless unsafe
	unsubscribe until upload uploading without worse worst wrong
	kein keine keinen nicht nie ohne aucun jamais pas sans nunca ningún`)

func setOf(words string) map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		set[w] = true
	}
	return set
}

// AppendDistinct appends what tells a text from others that an embedding may take for it, in
// the order of the text: words with a digit or a sign of code or of an address in them, words
// that turn the meaning round, and, if names are to count, those that begin with a capital
// letter within a sentence. Where two texts differ in that, they are never alike.
func AppendDistinct(dst []byte, text string, names bool) []byte {
	first := true // in its sentence
	for word := range strings.FieldsSeq(text) {
		bare := strings.TrimFunc(word, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !sign(r) })
		lower := strings.ToLower(bare)
		if telling(bare, lower, names && !first) || strings.HasPrefix(word, "--") {
			dst = append(append(dst, lower...), ' ')
		}
		first = bare == "" && first || strings.HasSuffix(word, ".") || strings.HasSuffix(word, "!") || strings.HasSuffix(word, "?") || strings.HasSuffix(word, ":")
	}
	return dst
}

// sign says whether a word has a meaning of its own with r in it.
func sign(r rune) bool { return strings.ContainsRune("@#$€£%&/\\_=+<>*^~|{}[]", r) }

func telling(word, lower string, name bool) bool {
	if word == "" {
		return false
	}
	if strings.ContainsFunc(word, func(r rune) bool { return unicode.IsDigit(r) || sign(r) }) {
		return true
	}
	if reversals[lower] || strings.HasSuffix(lower, "n't") || strings.HasSuffix(lower, "n’t") {
		return true
	}
	r, size := utf8.DecodeRuneInString(word)
	rest := word[size:]
	own := r == 'I' && (rest == "" || strings.HasPrefix(rest, "'") || strings.HasPrefix(rest, "’")) // no name
	return name && unicode.IsUpper(r) && !own
}
