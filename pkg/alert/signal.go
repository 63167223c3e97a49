package alert

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Signal says that something is so, or, from an event, that it is over.
type Signal struct {
	Kind Kind `json:"kind"`
	// Subject is what it is of: a limit's id, PROVIDER/KEY, the name of a node.
	Subject string `json:"subject"`
	// Summary is one sentence for people. It may hold what a provider has said.
	Summary string  `json:"summary"`
	Percent float64 `json:"percent,omitempty"`
	// Until is how long what an event tells holds, if nothing tells otherwise. A signal
	// without it holds while it is seen.
	Until time.Time `json:"until,omitzero"`
	// Over says that it is so no more.
	Over bool `json:"over,omitempty"`
}

const (
	maxSubject = 200
	maxSummary = 500
)

// clean bounds what others have written, and leaves it on one line.
func (s *Signal) clean() {
	s.Subject, s.Summary = Plain(s.Subject, maxSubject), Plain(s.Summary, maxSummary)
}

// Plain returns a text on one line of at most so many bytes, without control
// characters and without those that turn the direction of writing.
func Plain(text string, most int) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\r', r == '\t':
			return ' '
		case r == utf8.RuneError, unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r), unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, text)
	if len(text) <= most {
		return text
	}
	const more = "…"
	cut := most - len(more)
	for cut > 0 && !utf8.RuneStart(text[cut]) {
		cut--
	}
	return text[:cut] + more
}
