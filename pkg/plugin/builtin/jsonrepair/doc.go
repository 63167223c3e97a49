// Package jsonrepair makes JSON whole that models have written almost: it takes away fences and
// prose around it, puts in what is missing between and behind values, and closes what was cut
// off. JSON that is valid stays as it is, to the byte.
//
// A [Repairer] reads a text in any pieces, as streams bring it, and says for each piece what
// goes on; it holds back a few bytes at most. What is ambiguous is decided by what JSON could
// mean at that place, and a text without a place where JSON begins is left alone. What comes
// out is always valid; that it means what the model meant is a guess.
package jsonrepair
