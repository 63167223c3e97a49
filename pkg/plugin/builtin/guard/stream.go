package guard

import (
	"context"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/plugin"
)

var _ plugin.StreamHook = (*Guard)(nil)

// stream is a call's answer while it streams.
type stream struct {
	pass
	call  *plugin.Call
	reach int  // how much of a text is held back until more has come
	step  int  // how much more must have come before it is looked at
	whole bool // texts are held back until their choice is over
	idle  bool // there is nothing to do
	parts []*part
	size  int // of the texts so far
	out   []api.Event
	told  int // verdicts that have been noted
}

// OnEvents implements plugin.StreamHook: what it returns has been looked at.
func (g *Guard) OnEvents(ctx context.Context, c *plugin.Call, events []api.Event) ([]api.Event, *api.Error) {
	s := g.of(c)
	if s.stream == nil {
		s.stream = newStream(s, c)
	}
	st := s.stream
	if st.idle {
		return events, nil
	}
	st.ctx, st.out = ctx, st.out[:0]
	for i := range events {
		if events[i].Kind == api.EventStart && len(st.parts) > 0 {
			st.parts = st.parts[:0] // of another attempt
		}
		st.event(&events[i])
		if st.refusal != nil {
			break
		}
	}
	if err := st.note(); err != nil {
		return nil, err
	}
	return st.out, nil
}

func newStream(s *state, c *plugin.Call) *stream {
	st := &stream{pass: pass{state: s, side: Output}, call: c, step: 1, idle: s.vault.Empty()}
	st.eachCheck(func(_ *rule, k *check) {
		st.idle = false
		switch {
		case k.look != nil:
			st.reach = max(st.reach, k.look.reach())
		case k.schema != nil:
			st.whole = st.whole || k.schema.of(c.Request) != nil
		case k.model != nil:
			st.reach, st.step = max(st.reach, judgedWindowLap), max(st.step, k.model.window)
		}
	})
	return st
}

// eachCheck calls visit with each check of answers.
func (s *stream) eachCheck(visit func(*rule, *check)) {
	for _, r := range s.rules {
		if !r.out {
			continue
		}
		for _, k := range r.checks {
			visit(r, k)
		}
	}
}

// note notes each verdict once.
func (s *stream) note() *api.Error {
	for ; s.told < len(s.verdicts); s.told++ {
		one := pass{state: s.state, verdicts: s.verdicts[s.told : s.told+1]}
		_ = one.report(s.call)
	}
	return s.refusal
}

func (s *stream) event(e *api.Event) {
	switch e.Kind {
	case api.EventPart:
		s.end(e.Choice, func(p *part) bool { return p.kind != api.PartToolCall || p.complete() })
		p := s.part(e)
		p.kind = e.PartKind
	case api.EventDelta:
		if p := s.part(e); p.guarded() {
			s.more(p, e.Text)
			return
		}
	case api.EventSign, api.EventCitation:
		s.end(e.Choice, func(p *part) bool { return p.index == e.Part })
	case api.EventFinish:
		s.end(e.Choice, func(*part) bool { return true })
		s.finish(e.Choice)
	case api.EventEnd, api.EventError:
		for _, p := range s.parts {
			s.release(p, true)
		}
	}
	if s.refusal == nil {
		s.out = append(s.out, *e)
	}
}

// part returns the part that an event is of.
func (s *stream) part(e *api.Event) *part {
	for _, p := range s.parts {
		if p.choice == e.Choice && p.index == e.Part {
			return p
		}
	}
	p := &part{choice: e.Choice, index: e.Part, kind: e.PartKind}
	s.parts = append(s.parts, p)
	return p
}

// end releases the parts of a choice to which nothing is added any more.
func (s *stream) end(choice int, over func(*part) bool) {
	for _, p := range s.parts {
		if p.choice == choice && over(p) && !s.whole {
			s.release(p, true)
		}
	}
}

// finish looks at what needs the whole of a choice, and releases what was held back for it.
func (s *stream) finish(choice int) {
	if !s.whole {
		return
	}
	var b strings.Builder
	calls := false
	for _, p := range s.parts {
		calls = calls || p.choice == choice && p.kind == api.PartToolCall
		if p.choice == choice && p.kind == api.PartText {
			b.Write(p.held)
		}
	}
	s.eachCheck(func(r *rule, k *check) {
		if k.schema == nil || calls || s.refusal != nil {
			return
		}
		if fits := k.schema.of(s.call.Request); fits != nil {
			if wrong := misfit(fits, b.String()); wrong != "" {
				s.breaks(r, k, b.String(), wrong)
			}
		}
	})
	for _, p := range s.parts {
		if p.choice == choice {
			s.release(p, true)
		}
	}
}

// more takes what has come of a part's text.
func (s *stream) more(p *part, text string) {
	p.held = append(p.held, text...)
	s.size += len(text)
	s.eachCheck(func(r *rule, k *check) {
		if k.limits == nil || s.refusal != nil {
			return
		}
		if reason := k.limits.size(s.size); reason != "" {
			s.breaks(r, k, "", reason)
		}
	})
	if !s.whole && (p.kind != api.PartToolCall || s.reach == 0) {
		s.release(p, false)
	}
}
