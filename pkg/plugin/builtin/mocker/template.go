package mocker

import (
	"fmt"
	"strings"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/plugin"
)

// template is a text in pieces: texts that stand, and values that a call fills in.
type template []piece

type piece struct {
	text  string
	value func(*plugin.Call) string // nil: text stands
}

// parse reads a text with {{names}} of values.
func parse(text string) (t template, err error) {
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
		value, err := valueOf(strings.TrimSpace(name))
		if err != nil {
			return nil, err
		}
		t, text = append(t, piece{value: value}), after
	}
	return t, nil
}

func (t template) fill(c *plugin.Call) string {
	if len(t) == 1 && t[0].value == nil {
		return t[0].text
	}
	var b strings.Builder
	for _, p := range t {
		if p.value == nil {
			b.WriteString(p.text)
			continue
		}
		b.WriteString(p.value(c))
	}
	return b.String()
}

// values are those of the call.
var values = map[string]func(*plugin.Call) string{
	"provider":    func(c *plugin.Call) string { return c.Provider },
	"model":       func(c *plugin.Call) string { return c.Model },
	"message":     lastMessage,
	"request_id":  func(c *plugin.Call) string { return c.RequestID },
	"virtual_key": func(c *plugin.Call) string { return c.Caller.VirtualKey },
	"user":        func(c *plugin.Call) string { return c.Caller.EndUser },
	"now":         func(*plugin.Call) string { return time.Now().UTC().Format(time.RFC3339) },
}

func valueOf(name string) (func(*plugin.Call) string, error) {
	if v := values[name]; v != nil {
		return v, nil
	}
	if header, ok := strings.CutPrefix(name, "header."); ok && header != "" {
		return func(c *plugin.Call) string { return c.Header(header) }, nil
	}
	if sample, ok := strings.CutPrefix(name, "faker."); ok {
		made, err := sampler(sample)
		if err != nil {
			return nil, err
		}
		return func(*plugin.Call) string { return made() }, nil
	}
	return nil, fmt.Errorf("there is no value {{%s}}", name)
}

// lastMessage is what the user has said last.
func lastMessage(c *plugin.Call) string {
	r := c.Request
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
