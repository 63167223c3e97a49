package injection

import (
	"slices"

	"github.com/asbru-gateway/asbru/pkg/plugin/builtin/words"
)

// maxText bounds what is looked at of one text, in bytes: its beginning and its end.
const maxText = 64 << 10

// Verdict is what a text looks like.
type Verdict struct {
	Score   float64 // from 0 to 1
	Signals []*Signal
}

// Names are the names of the signals.
func (v *Verdict) Names() []string {
	names := make([]string, len(v.Signals))
	for i, s := range v.Signals {
		names[i] = s.Name
	}
	return names
}

// Look estimates a text.
func Look(text string) Verdict {
	if len(text) > maxText {
		text = text[:maxText/2] + "\n" + text[len(text)-maxText/2:]
	}
	var v Verdict
	if invisible(text) {
		v.Signals = append(v.Signals, Invisible)
	}
	var seen []*Signal
	for _, m := range triggers.Append(nil, text) {
		if s := signalOf[m.Word]; !slices.Contains(seen, s) {
			seen = append(seen, s)
		}
	}
	if len(seen) > 0 {
		folded := words.Fold(text)
		for _, s := range seen {
			if s.pattern.MatchString(folded) {
				v.Signals = append(v.Signals, s)
			}
		}
	}
	rest := 1.0
	for _, s := range v.Signals {
		rest *= 1 - s.Weight
	}
	v.Score = 1 - rest
	return v
}

// invisible says whether a text has a tag character, or more than a few that cannot be seen
// beside those that emoji and some scripts need.
func invisible(text string) bool {
	n := 0
	for _, r := range text {
		switch {
		case r >= 0xe0020 && r <= 0xe007e:
			n += 4 // whole sentences are written in these; flags of regions take six
		case r == 0x200b, r == 0x2060, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r >= 0xe0100 && r <= 0xe01ef:
			n++
		}
	}
	const few = 32
	return n > few
}
