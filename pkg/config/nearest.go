package config

import (
	"fmt"
	"math"
	"strings"
)

// unknown is the message for a word that is none of known. The path says the word.
func unknown(what, word string, known []string) string {
	switch near, likely := nearest(word, known); {
	case near == "":
		return "unknown " + what
	case likely:
		return fmt.Sprintf("unknown %s, did you mean %q?", what, near)
	default:
		return fmt.Sprintf("unknown %s; the nearest is %q", what, near)
	}
}

// nearest returns the first of the known words that is fewest edits away, and
// whether it is near enough to be what was meant.
func nearest(word string, known []string) (best string, likely bool) {
	// A word this long is no slip of the finger, and comparing it would be slow.
	if len(word) > 64 {
		return "", false
	}
	word = strings.ToLower(word)
	least := math.MaxInt
	for _, k := range known {
		d := edits(word, strings.ToLower(k))
		if len(word) > 2 && strings.HasPrefix(k, word) {
			d = 1 // cut short
		}
		if d < least {
			best, least = k, d
		}
	}
	return best, least <= max(2, len(word)/3) && least < len(best)
}

// edits is the number of letters to insert, delete, replace or swap with their
// neighbour to make b of a (optimal string alignment distance).
func edits(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			row[j] = min(row[j-1]+1, last[j]+1, last[j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
