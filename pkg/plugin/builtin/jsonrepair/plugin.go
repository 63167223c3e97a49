package jsonrepair

// Hot path where the plugin is configured.

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/plugin"
)

// Kind is the kind of plugins that repair JSON.
func Kind() plugin.Kind {
	return plugin.Kind{
		Name: "json_repair", Doc: "Makes JSON valid that models answer with, and that is almost.", Settings: settings{},
		Make: func(env plugin.Env, raw json.RawMessage) (plugin.Plugin, error) {
			var s settings
			if err := config.Decode(raw, &s); err != nil {
				return nil, err
			}
			return &repair{env: env, always: s.When == "always", calls: s.ToolCalls == nil || *s.ToolCalls, streams: s.Streams}, nil
		},
	}
}

// repair is the plugin. Safe for concurrent use.
type repair struct {
	env           plugin.Env
	always, calls bool
	streams       string
}

// Name implements plugin.Plugin.
func (p *repair) Name() string { return p.env.Name }

// Wants implements plugin.Partial.
func (p *repair) Wants(at plugin.Point) bool { return at != plugin.OnEvents || p.streams != "pass" }

// texts says whether the texts of a call's answer are repaired.
func (p *repair) texts(c *plugin.Call) bool {
	return p.always || c.Request != nil && (c.Request.Format.Kind == api.FormatJSON || c.Request.Format.Kind == api.FormatSchema)
}

// AfterAttempt implements plugin.AnswerHook.
func (p *repair) AfterAttempt(_ context.Context, c *plugin.Call, answer *api.Response, failed *api.Error) *api.Error {
	if failed != nil || answer == nil || c.Op != api.OpChat && c.Op != api.OpCompletion {
		return failed
	}
	texts, did := p.texts(c), false
	for i := range answer.Choices {
		parts := answer.Choices[i].Parts
		for j := range parts {
			part := &parts[j]
			switch {
			case part.Kind == api.PartText && texts:
				if text, changed := repaired(part.Text); changed {
					part.Text, did = text, true
				}
			case part.Call != nil && !part.Call.Custom && p.calls:
				if args, changed := repaired(string(part.Call.Args)); changed {
					part.Call.Args, did = api.JSON(args), true
				}
			}
		}
	}
	if did {
		p.note(c)
	}
	return nil
}

// repaired repairs a text that is not valid as it is.
func repaired(text string) (string, bool) {
	if json.Valid([]byte(text)) {
		return text, false
	}
	fixed, changed := Repair(text)
	return fixed, changed && json.Valid([]byte(fixed))
}

func (p *repair) note(c *plugin.Call) {
	c.Note("json_repair", "repaired")
	p.env.Count("repaired")
}

// place is a part of a stream's answer.
type place struct{ choice, part int }

// stream is the plugin's state of a stream.
type stream struct {
	parts map[place]*open
	did   bool
}

// open is a part that is under way.
type open struct {
	Repairer
	kind  api.PartKind
	sent  bool   // something has gone on
	whole []byte // of snapshots: all that has gone on
}

// key is what the state of a call is kept under.
type key struct{ *repair }

// OnEvents implements plugin.StreamHook.
func (p *repair) OnEvents(_ context.Context, c *plugin.Call, events []api.Event) ([]api.Event, *api.Error) {
	texts := p.texts(c)
	if !texts && !p.calls {
		return events, nil
	}
	s, _ := c.Value(key{p}).(*stream)
	if s == nil {
		s = &stream{parts: map[place]*open{}}
		c.SetValue(key{p}, s)
	}
	out := make([]api.Event, 0, len(events)+1)
	for i := range events {
		e := &events[i]
		switch e.Kind {
		case api.EventPart:
			if e.PartKind == api.PartText && texts || e.PartKind == api.PartToolCall && !e.Custom && p.calls {
				s.parts[place{e.Choice, e.Part}] = &open{kind: e.PartKind}
			}
		case api.EventDelta:
			if o := s.parts[place{e.Choice, e.Part}]; o != nil {
				text := p.more(o, e.Text)
				if text == "" {
					continue
				}
				e.Text, e.LogProbs = text, nil
			}
		case api.EventFinish, api.EventEnd:
			out = p.finish(s, e, out)
			if e.Kind == api.EventEnd && s.did {
				p.note(c)
			}
		}
		out = append(out, *e)
	}
	return out, nil
}

// more returns what goes on of a part when more of it is there.
func (p *repair) more(o *open, text string) string {
	if p.streams != "snapshots" {
		out := string(o.Append(nil, text))
		o.sent = o.sent || out != ""
		return out
	}
	before := len(o.whole)
	o.whole = o.Append(o.whole, text)
	if len(o.whole) == before {
		return ""
	}
	return string(o.Snapshot(o.whole[:len(o.whole):len(o.whole)]))
}

// finish ends the parts of a choice that has ended, or all: what they lack goes on.
func (p *repair) finish(s *stream, at *api.Event, out []api.Event) []api.Event {
	for _, w := range slices.SortedFunc(maps.Keys(s.parts), func(a, b place) int { return cmp.Or(cmp.Compare(a.choice, b.choice), cmp.Compare(a.part, b.part)) }) {
		o := s.parts[w]
		if at.Kind == api.EventFinish && w.choice != at.Choice {
			continue
		}
		rest := string(o.End(nil))
		s.did = s.did || o.Changed()
		delete(s.parts, w)
		if p.streams == "snapshots" {
			rest = ""
		}
		if o.kind == api.PartToolCall && strings.TrimSpace(rest) == "" && !o.sent {
			continue // a call without arguments
		}
		if rest != "" {
			out = append(out, api.Event{Kind: api.EventDelta, Choice: w.choice, Part: w.part, PartKind: o.kind, Text: rest})
		}
	}
	return out
}
