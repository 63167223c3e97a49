package words

import "unicode"

// disguises are the digits and signs that stand for letters.
var disguises = [256]byte{
	'0': 'o', '1': 'i', '3': 'e', '4': 'a', '5': 's', '7': 't', '8': 'b', '@': 'a', '$': 's', '!': 'i', '|': 'l', '+': 't',
}

// lettered replaces the digits and signs of a folded text, and says whether there were any.
func lettered(text []byte) (any bool) {
	for i, b := range text {
		if d := disguises[b]; d != 0 {
			text[i], any = d, true
		}
	}
	return any
}

// disguised says whether a word has both a letter and what stands for one: 455 is a number.
func disguised(word string) bool {
	letters, signs := false, false
	for _, r := range word {
		letters = letters || unicode.IsLetter(r)
		signs = signs || r < 256 && disguises[r] != 0
	}
	return letters && signs
}
