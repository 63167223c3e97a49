package pii

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Match is a place of a text at which something was found.
type Match struct {
	Start, End int
	Kind       Kind
	Name       string // of the pattern, where Kind is Own
}

// Label is what the match is called: its kind's name, or its pattern's.
func (m Match) Label() string {
	if m.Kind == Own {
		return m.Name
	}
	return m.Kind.String()
}

// Pattern is something to find beside what is built in.
type Pattern struct {
	Name  string // letters, digits and underscores
	Regex string // as RE2 has it
	Check string // luhn, mod97 or empty: what the characters found must satisfy
}

// Finder finds what it was made for. Safe for concurrent use.
type Finder struct {
	wanted [Own]bool
	own    []pattern
}

type pattern struct {
	name  string
	regex *regexp.Regexp
	check func(string) bool
}

// NewFinder makes a finder of the given kinds and patterns.
func NewFinder(kinds []Kind, own []Pattern) (*Finder, error) {
	f := &Finder{}
	for _, k := range kinds {
		if k < Own {
			f.wanted[k] = true
		}
	}
	for _, p := range own {
		if !isName(p.Name) {
			return nil, fmt.Errorf("the name of a pattern must be of letters, digits and underscores, and begin with a letter")
		}
		regex, err := regexp.Compile(p.Regex)
		if err != nil {
			return nil, fmt.Errorf("pattern %s: %w", p.Name, err)
		}
		check, ok := checks[p.Check]
		if !ok {
			return nil, fmt.Errorf("pattern %s: no check is called %q: there are luhn and mod97", p.Name, p.Check)
		}
		f.own = append(f.own, pattern{p.Name, regex, check})
	}
	return f, nil
}

var checks = map[string]func(string) bool{
	"":      func(string) bool { return true },
	"luhn":  luhn,
	"mod97": func(s string) bool { return mod97(strings.ToUpper(alphanumeric(s))) },
}

func isName(s string) bool {
	for i := range len(s) {
		if !isAlphanumeric(s[i]) && s[i] != '_' || i == 0 && !isLetter(s[i]) {
			return false
		}
	}
	return s != ""
}

func alphanumeric(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x80 && isAlphanumeric(byte(r)) {
			return r
		}
		return -1
	}, s)
}

// Append appends what text has, in its order; no two matches overlap.
func (f *Finder) Append(dst []Match, text string) []Match {
	from := len(dst)
	dst = f.scan(dst, text)
	if len(f.own) == 0 {
		return dst
	}
	for i := range f.own {
		dst = f.own[i].append(dst, text)
	}
	return dst[:from+len(apart(dst[from:]))]
}

func (p *pattern) append(dst []Match, text string) []Match {
	for _, at := range p.regex.FindAllStringIndex(text, -1) {
		if at[0] < at[1] && p.check(text[at[0]:at[1]]) {
			dst = append(dst, Match{at[0], at[1], Own, p.name})
		}
	}
	return dst
}

// apart sorts matches and keeps of those that overlap the one that begins first, or the
// longer one.
func apart(all []Match) []Match {
	slices.SortStableFunc(all, func(a, b Match) int { return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(b.End, a.End)) })
	kept, end := all[:0], 0
	for _, m := range all {
		if m.Start >= end {
			kept, end = append(kept, m), m.End
		}
	}
	return kept
}
