package catalog

import (
	"path"
	"strings"
)

// Pattern is a model's name with * for any text and ? for any character, as
// [path.Match] reads it, but that a slash is like any other character.
type Pattern string

// NewPattern makes a pattern of its text.
func NewPattern(text string) Pattern { return Pattern(withoutSlash(text)) }

// Fits says whether a model's name is as the pattern has it.
func (p Pattern) Fits(model string) bool { return p.fits(withoutSlash(model)) }

// fits is Fits for a name that withoutSlash has been given.
func (p Pattern) fits(plain string) bool {
	ok, err := path.Match(string(p), plain)
	return ok && err == nil
}

func withoutSlash(s string) string { return strings.ReplaceAll(s, "/", "\x00") }
