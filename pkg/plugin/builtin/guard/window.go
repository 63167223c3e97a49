package guard

import (
	"unicode/utf8"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/asbru-gateway/asbru/pkg/plugin/builtin/pii"
)

// part is a part of an answer while it streams.
type part struct {
	choice, index int
	kind          api.PartKind
	before        []byte // the end of what was released, as it came
	held          []byte // what was not
	restorer      pii.Restorer
}

// maxHeld bounds what is held back of a part: beyond it something is let go in the middle of
// what may still become a finding.
const maxHeld = 64 << 10

// guarded says whether what comes of the part is text.
func (p *part) guarded() bool {
	switch p.kind {
	case api.PartText, api.PartReasoning, api.PartRefusal, api.PartToolCall:
		return true
	}
	return false
}

// complete says whether a tool call's arguments are whole.
func (p *part) complete() bool { return jsonx.Valid(p.held) == nil }

// release looks at what is held back of a part and lets go of what can be shown: all of it,
// or all but what may be part of a finding that is not whole yet.
func (s *stream) release(p *part, final bool) {
	if s.refusal != nil || !final && len(p.held) < s.reach+s.step && len(p.held) < maxHeld {
		return
	}
	if p.kind == api.PartToolCall && final && s.reach > 0 {
		s.releaseCall(p)
		return
	}
	text := string(p.before) + string(p.held)
	from, cut := len(p.before), len(text)
	if !final && len(p.held) < maxHeld {
		cut = max(from, runeStart(text, len(text)-s.reach))
	}
	found, cut := s.window(p, text, from, cut, final)
	if s.refusal != nil || cut == from && !final {
		return
	}
	s.show(p, s.redacted(text[:cut], from, found), final)
	p.before = append(p.before[:0], text[max(0, runeStart(text, cut-s.reach)):cut]...)
	p.held = append(p.held[:0], text[cut:]...)
}

// replacement is a finding that a check replaces.
type replacement struct {
	finding
	by *check
}

// window has the checks look at text, of which what is before from has been released. It
// returns what is to be replaced and where to cut, which is not within any of it.
func (s *stream) window(p *part, text string, from, cut int, final bool) ([]replacement, int) {
	var all []replacement
	s.eachCheck(func(r *rule, k *check) {
		if k.look == nil {
			if k.model != nil && s.refusal == nil && len(text) > from {
				s.judge(r, k, text)
			}
			return
		}
		found := k.look.look(s.scratch[:0], text)
		s.scratch = found[:0]
		for _, f := range found {
			switch {
			case f.end <= from, f.start >= cut && k.action != Refuse && f.score == 0:
			case k.action == Redact && p.kind != api.PartReasoning:
				all = append(all, replacement{f, k})
			default:
				s.tell(r, k, text[f.start:f.end], []finding{f})
			}
		}
	})
	if !final && len(p.held) < maxHeld {
		cut = uncut(all, from, cut)
	}
	kept := all[:0]
	for _, f := range all {
		if f.start < cut {
			kept = append(kept, f)
			s.tell(s.ruleOf(f.by), f.by, text[f.start:f.end], []finding{f.finding})
		}
	}
	return kept, cut
}

// uncut moves a cut back to where it goes through nothing that is to be replaced.
func uncut(all []replacement, from, cut int) int {
	for moved := true; moved; {
		moved = false
		for _, f := range all {
			if f.start >= from && f.start < cut && f.end > cut {
				cut, moved = f.start, true
			}
		}
	}
	return cut
}

func (s *stream) ruleOf(k *check) (of *rule) {
	s.eachCheck(func(r *rule, other *check) {
		if other == k {
			of = r
		}
	})
	return of
}

// redacted returns text from a place on with what was found replaced. Of findings that
// overlap, the one whose check stands first counts.
func (s *stream) redacted(text string, from int, found []replacement) string {
	if len(found) == 0 {
		return text[from:]
	}
	var out []byte
	for from < len(text) {
		next := replacement{finding: finding{start: len(text), end: len(text)}}
		for _, f := range found {
			if f.end > from && f.start < next.start {
				next = f
			}
		}
		start, end := max(next.start, from), min(next.end, len(text))
		out = append(out, text[from:start]...)
		if next.by != nil {
			whole := finding{start: 0, end: end - start, personal: next.personal}
			out = append(out, next.by.redact(&s.vault, text[start:end], []finding{whole})...)
		}
		from = end
	}
	return string(out)
}

// releaseCall looks at the whole of a tool call's arguments.
func (s *stream) releaseCall(p *part) {
	if len(p.held) == 0 {
		return
	}
	visit := func(text string) string {
		s.eachCheck(func(r *rule, k *check) {
			switch {
			case text == "" || s.refusal != nil:
			case k.look != nil:
				text = s.text(r, k, text)
			case k.model != nil:
				s.judge(r, k, text)
			}
		})
		return text
	}
	args := string(p.held)
	if p.complete() {
		args = string(overStrings(p.held, visit))
	} else {
		args = visit(args)
	}
	p.held = p.held[:0]
	if s.refusal == nil {
		s.show(p, args, true)
	}
}

// show lets go of text, with the caller's values in the places of their placeholders.
func (s *stream) show(p *part, text string, final bool) {
	if !s.vault.Empty() && p.kind != api.PartReasoning {
		if p.kind == api.PartToolCall {
			p.restorer.Escape = jsonx.AppendStringBody
		}
		out := p.restorer.Append(nil, &s.vault, text)
		if final {
			out = p.restorer.End(out)
		}
		text = string(out)
	}
	if text != "" {
		s.out = append(s.out, api.Event{Kind: api.EventDelta, Choice: p.choice, Part: p.index, PartKind: p.kind, Text: text})
	}
}

// runeStart is the last place up to i at which a character begins.
func runeStart(text string, i int) int {
	for back := 0; i > 0 && i < len(text) && back < utf8.UTFMax && !utf8.RuneStart(text[i]); back++ {
		i--
	}
	return i
}
