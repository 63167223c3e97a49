package guard

import (
	"cmp"
	"slices"

	"github.com/asbru-gateway/asbru/pkg/plugin/builtin/injection"
	"github.com/asbru-gateway/asbru/pkg/plugin/builtin/pii"
	"github.com/asbru-gateway/asbru/pkg/plugin/builtin/words"
)

// finding is a place of a text at which a check has found something.
type finding struct {
	start, end int
	what       string // empty where it must not be told
	personal   pii.Match
	score      float64
}

// looker finds something in a text by the text alone.
type looker interface {
	look(dst []finding, text string) []finding
	// reach is how many bytes what it finds has at most, as good as always: a stream is
	// held back by so many.
	reach() int
}

// personal finds personal data and patterns.
type personal struct {
	finder *pii.Finder
	window int
}

func (p personal) look(dst []finding, text string) []finding {
	for _, m := range p.finder.Append(nil, text) {
		dst = append(dst, finding{start: m.Start, end: m.End, what: m.Label(), personal: m})
	}
	return dst
}

func (p personal) reach() int { return p.window }

// listed finds words. Which one it was is not told: lists are often of what nobody may read.
type listed struct{ list *words.List }

func (l listed) look(dst []finding, text string) []finding {
	from := len(dst)
	for _, m := range l.list.Append(nil, text) {
		dst = append(dst, finding{start: m.Start, end: m.End})
	}
	return dst[:from+len(apart(dst[from:]))]
}

func (l listed) reach() int { return min(max(l.list.Longest(), 32), 1024) }

// apart sorts findings and joins those that overlap.
func apart(all []finding) []finding {
	slices.SortFunc(all, func(a, b finding) int { return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(b.end, a.end)) })
	kept := all[:0]
	for _, f := range all {
		if n := len(kept); n > 0 && f.start < kept[n-1].end {
			kept[n-1].end = max(kept[n-1].end, f.end)
			continue
		}
		kept = append(kept, f)
	}
	return kept
}

// suspicious finds texts that look like prompt injections.
type suspicious struct{ threshold float64 }

// injectionWindow is how much of a stream is looked at together.
const injectionWindow = 512

func (s suspicious) look(dst []finding, text string) []finding {
	v := injection.Look(text)
	if v.Score == 0 || v.Score < s.threshold {
		return dst
	}
	for _, name := range v.Names() {
		dst = append(dst, finding{end: len(text), what: name, score: v.Score})
	}
	return dst
}

func (suspicious) reach() int { return injectionWindow }
