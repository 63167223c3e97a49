package template

// Hot path where plugins have templates.

import (
	"fmt"
	"strings"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/plugin"
)

// Template is a text in pieces: texts that stand, and values that a call fills in. It never
// changes. Safe for concurrent use.
type Template []piece

// Value is a value of a call. The call's Request may be nil.
type Value func(*plugin.Call) string

type piece struct {
	text  string
	value Value // nil: text stands
}

// Text is a template without values.
func Text(text string) Template { return Template{{text: text}} }

// Parse reads a text with {{names}} of values. More knows further names than those of the
// call, and returns nil for what it does not know; it may be nil itself.
func Parse(text string, more func(name string) (Value, error)) (t Template, err error) {
	for text != "" {
		before, rest, found := strings.Cut(text, "{{")
		if before != "" {
			t = append(t, piece{text: before})
		}
		if !found {
			break
		}
		name, after, closed := strings.Cut(rest, "}}")
		if !closed {
			return nil, fmt.Errorf("{{%.20s has no end", rest)
		}
		value, err := valueOf(strings.TrimSpace(name), more)
		if err != nil {
			return nil, err
		}
		t, text = append(t, piece{value: value}), after
	}
	return t, nil
}

// Fill returns the text for a call.
func (t Template) Fill(c *plugin.Call) string {
	if len(t) == 1 {
		return t[0].of(c)
	}
	var b strings.Builder
	for i := range t {
		b.WriteString(t[i].of(c))
	}
	return b.String()
}

func (p *piece) of(c *plugin.Call) string {
	if p.value == nil {
		return p.text
	}
	return p.value(c)
}

// values are those that every call has.
var values = map[string]Value{
	"provider":    func(c *plugin.Call) string { return c.Provider },
	"model":       func(c *plugin.Call) string { return c.Model },
	"message":     lastMessage,
	"id":          func(c *plugin.Call) string { return c.ID },
	"request_id":  func(c *plugin.Call) string { return c.RequestID },
	"virtual_key": func(c *plugin.Call) string { return c.Caller.VirtualKey },
	"team":        func(c *plugin.Call) string { return c.Caller.Team },
	"customer":    func(c *plugin.Call) string { return c.Caller.Customer },
	"user":        func(c *plugin.Call) string { return c.Caller.EndUser },
	"now":         func(*plugin.Call) string { return time.Now().UTC().Format(time.RFC3339) },
}

func valueOf(name string, more func(string) (Value, error)) (Value, error) {
	if v := values[name]; v != nil {
		return v, nil
	}
	if header, ok := strings.CutPrefix(name, "header."); ok && header != "" {
		return func(c *plugin.Call) string { return c.Header(header) }, nil
	}
	if more != nil {
		if v, err := more(name); v != nil || err != nil {
			return v, err
		}
	}
	return nil, fmt.Errorf("there is no value {{%s}}", name)
}

// lastMessage is what the user has said last.
func lastMessage(c *plugin.Call) string {
	r := c.Request
	if r == nil {
		return ""
	}
	for i := len(r.Messages) - 1; i >= 0; i-- {
		if m := &r.Messages[i]; m.Role == api.RoleUser {
			return textOf(m.Parts)
		}
	}
	if n := len(r.Inputs); n > 0 {
		return r.Inputs[n-1].Text
	}
	return ""
}

func textOf(parts []api.Part) string {
	var b strings.Builder
	for i := range parts {
		if parts[i].Kind == api.PartText {
			b.WriteString(parts[i].Text)
		}
	}
	return b.String()
}
