package pii

import (
	"strconv"
	"strings"
)

// maxValues bounds what a vault keeps. Beyond it placeholders have no number, and stay.
const maxValues = 4096

// Vault keeps the values that one call's placeholders stand for. The same value has the same
// placeholder, and numbers are given in the order of the texts, so that a conversation that
// goes on is redacted as before and a provider's prompt cache still serves. The zero Vault is
// empty. Not safe for concurrent use.
type Vault struct {
	values []kept
	known  map[string]int // of a label and a value, in values
	counts map[string]int // of each label
	taken  map[string]bool
}

type kept struct{ placeholder, value string }

// Empty says whether nothing is kept.
func (v *Vault) Empty() bool { return len(v.values) == 0 }

// Each tells each placeholder and the value that it stands for.
func (v *Vault) Each(tell func(placeholder, value string)) {
	for _, k := range v.values {
		tell(k.placeholder, k.value)
	}
}

// Reserve keeps the vault from giving a placeholder that a text has already: what a caller
// has written themselves must not become somebody's number.
func (v *Vault) Reserve(text string) {
	for {
		i := strings.IndexByte(text, '[')
		if i < 0 {
			return
		}
		text = text[i:]
		if n := placeholderAt(text); n > 0 {
			if v.taken == nil {
				v.taken = map[string]bool{}
			}
			if len(v.taken) < maxValues {
				v.taken[strings.Clone(text[:n])] = true
			}
			text = text[n:]
			continue
		}
		text = text[1:]
	}
}

// Placeholder returns what stands for a value.
func (v *Vault) Placeholder(m Match, value string) string {
	label := strings.ToUpper(m.Name)
	if m.Kind != Own {
		label = placeholders[m.Kind]
	}
	key := label + "\x00" + value
	if i, ok := v.known[key]; ok {
		return v.values[i].placeholder
	}
	if len(v.values) >= maxValues {
		return "[" + label + "]"
	}
	if v.known == nil {
		v.known, v.counts = map[string]int{}, map[string]int{}
	}
	var p string
	for p == "" || v.taken[p] {
		v.counts[label]++
		p = "[" + label + "_" + strconv.Itoa(v.counts[label]) + "]"
	}
	v.known[key] = len(v.values)
	v.values = append(v.values, kept{p, strings.Clone(value)})
	return p
}

// Redact returns text with placeholders where matches are.
func (v *Vault) Redact(text string, matches []Match) string {
	if len(matches) == 0 {
		return text
	}
	var b strings.Builder
	b.Grow(len(text))
	from := 0
	for _, m := range matches {
		b.WriteString(text[from:m.Start])
		b.WriteString(v.Placeholder(m, text[m.Start:m.End]))
		from = m.End
	}
	b.WriteString(text[from:])
	return b.String()
}

// value returns what a placeholder stands for.
func (v *Vault) value(placeholder string) (string, bool) {
	for i := range v.values {
		if v.values[i].placeholder == placeholder {
			return v.values[i].value, true
		}
	}
	return "", false
}

// longestPlaceholder is the length of a placeholder whose pattern has a long name.
const longestPlaceholder = 64

// placeholderAt returns the length of the placeholder that text begins with, 0 for none, and
// -1 where it may become one when more text comes.
func placeholderAt(text string) int {
	i := 1
	for ; i < len(text) && i < longestPlaceholder; i++ {
		switch b := text[i]; {
		case b >= 'A' && b <= 'Z' || isDigit(b) || b == '_':
		case b == ']' && i > 3 && isDigit(text[i-1]):
			return i + 1
		default:
			return 0
		}
	}
	if i == longestPlaceholder {
		return 0
	}
	return -1
}
