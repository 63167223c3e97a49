package words

import (
	"fmt"
	"strings"
	"sync"
	"unicode/utf8"
)

// Bounds of a list.
const (
	MaxWords = 10_000
	maxBytes = 128 << 10
)

// Match is a place of a text at which a word of the list is.
type Match struct {
	Start, End int
	Word       int // its number in the list
}

// Options say what counts as a word of the list.
type Options struct {
	// Parts also finds a word within a longer one.
	Parts bool
	// Exact compares the characters as they are: nothing is folded.
	Exact bool
	// Digits also finds words whose letters were replaced by digits and signs: p4$$word.
	Digits bool
}

// List is a list of words and phrases. Safe for concurrent use.
type List struct {
	o       Options
	auto    automaton
	longest int
	scratch sync.Pool // of *folded
}

// New makes a list of words. Between the words of a phrase stands one space, for which any
// space in a text does.
func New(list []string, o Options) (*List, error) {
	if len(list) > MaxWords {
		return nil, fmt.Errorf("there are %d words, at most %d are taken", len(list), MaxWords)
	}
	l := &List{o: o, scratch: sync.Pool{New: func() any { return new(folded) }}}
	total, forms := 0, make([]string, len(list))
	for i, word := range list {
		forms[i] = l.form(word)
		if strings.TrimSpace(forms[i]) == "" {
			return nil, fmt.Errorf("word %d is empty", i+1)
		}
		total += len(forms[i])
		// A hidden character may stand behind each letter, and a letter may take four bytes.
		l.longest = max(l.longest, 8*utf8.RuneCountInString(forms[i]))
	}
	if total > maxBytes {
		return nil, fmt.Errorf("the words have %d bytes together, at most %d are taken", total, maxBytes)
	}
	l.auto = newAutomaton(forms)
	return l, nil
}

// Longest is how many bytes of a text a match has at most, as good as always.
func (l *List) Longest() int { return l.longest }

func (l *List) form(word string) string {
	word = strings.Join(strings.Fields(word), " ")
	if l.o.Exact {
		return word
	}
	var f folded
	f.fold(word)
	if l.o.Digits {
		lettered(f.text)
	}
	return string(f.text)
}

// Append appends the matches in a text.
func (l *List) Append(dst []Match, text string) []Match {
	if l.o.Exact {
		return l.auto.append(dst, text, func(start, end int) bool { return l.o.Parts || borders(text, start, end) })
	}
	f := l.scratch.Get().(*folded)
	defer l.scratch.Put(f)
	f.fold(text)
	from, read := len(dst), f.borrow()
	dst = l.auto.append(dst, read, func(start, end int) bool { return l.o.Parts || borders(read, start, end) })
	if l.o.Digits && lettered(f.text) {
		dst = l.auto.append(dst, read, func(start, end int) bool {
			from, to := f.place(start, end)
			return disguised(text[from:to]) && (l.o.Parts || borders(read, start, end))
		})
	}
	for i := range dst[from:] {
		m := &dst[from+i]
		m.Start, m.End = f.place(m.Start, m.End)
	}
	return dst
}
