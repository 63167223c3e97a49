// Package words finds words and phrases of a list in texts, also where somebody has tried to
// hide them.
//
// A [List] is compiled once into an automaton that reads each byte of a text once, however
// many words there are. Before, a text is folded: upper case, accents, letters of other
// scripts and forms that look the same, and characters that cannot be seen make no
// difference. What is found is told by its place in the text as it was.
//
// It knows words, not meanings. Letters that are spaced out, or a word cut in two, are not found.
package words
