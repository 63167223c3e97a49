package headers

// Hot path where the plugin is configured.

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/plugin"
)

// Kind is the kind of plugins that write headers and metadata.
func Kind() plugin.Kind {
	return plugin.Kind{
		Name: "headers", Doc: "Writes headers that providers get, and metadata that is kept with calls.", Settings: settings{},
		Make: func(env plugin.Env, raw json.RawMessage) (plugin.Plugin, error) {
			var s settings
			if err := config.Decode(raw, &s); err != nil {
				return nil, err
			}
			rules, err := compile(&s)
			if err != nil {
				return nil, err
			}
			return &headers{name: env.Name, rules: rules}, nil
		},
	}
}

// headers is the plugin. It never changes. Safe for concurrent use.
type headers struct {
	name  string
	rules []compiled
}

// Name implements plugin.Plugin.
func (h *headers) Name() string { return h.name }

// HeadOnly implements plugin.HeadOnly.
func (h *headers) HeadOnly() bool { return true }

// Wants implements plugin.Partial.
func (h *headers) Wants(at plugin.Point) bool {
	return slices.ContainsFunc(h.rules, func(r compiled) bool {
		if at == plugin.BeforeAttempt {
			return len(r.send) > 0
		}
		return len(r.metadata)+len(r.remove) > 0
	})
}

// BeforeRoute implements plugin.RouteHook.
func (h *headers) BeforeRoute(_ context.Context, c *plugin.Call) (*plugin.Answer, *api.Error) {
	for i := range h.rules {
		if r := &h.rules[i]; len(r.metadata)+len(r.remove) > 0 && r.meets(c) {
			c.Metadata = r.describe(c)
		}
	}
	return nil, nil
}

// BeforeAttempt implements plugin.AttemptHook.
func (h *headers) BeforeAttempt(_ context.Context, c *plugin.Call) (*plugin.Answer, *api.Error) {
	for i := range h.rules {
		r := &h.rules[i]
		if len(r.send) == 0 || !r.meets(c) {
			continue
		}
		for j := range r.send {
			if v := r.send[j].value.Fill(c); v != "" {
				c.Send(r.send[j].name, v)
			}
		}
	}
	return nil, nil
}

// meets says whether a call meets the rule's conditions.
func (r *compiled) meets(c *plugin.Call) bool {
	if len(r.providers) > 0 && !slices.Contains(r.providers, c.Provider) || len(r.models) > 0 && !slices.Contains(r.models, c.Model) {
		return false
	}
	for i := range r.wanted {
		v := c.Header(r.wanted[i].name)
		if v == "" || r.wanted[i].value != nil && !r.wanted[i].value.MatchString(v) {
			return false
		}
	}
	return true
}

// describe returns the call's metadata as the rule has them: those that it sets first, since
// there is room for a few only.
func (r *compiled) describe(c *plugin.Call) string {
	var b strings.Builder
	add := func(name, value string) {
		if b.Len() > 0 {
			b.WriteByte(',')
		}
		b.WriteString(name)
		b.WriteByte('=')
		b.WriteString(value)
	}
	for i := range r.metadata {
		if v := unbroken(r.metadata[i].value.Fill(c)); v != "" {
			add(r.metadata[i].name, v)
		}
	}
	if r.removeAll {
		return b.String()
	}
	for pair := range strings.SplitSeq(c.Metadata, ",") {
		name, value, ok := strings.Cut(pair, "=")
		name = strings.TrimSpace(name)
		if !ok || slices.Contains(r.remove, name) || r.sets(name) {
			continue
		}
		add(name, strings.TrimSpace(value))
	}
	return b.String()
}

func (r *compiled) sets(name string) bool {
	return slices.ContainsFunc(r.metadata, func(s setting) bool { return s.name == name })
}

// unbroken keeps a value from beginning another pair.
func unbroken(v string) string {
	if strings.ContainsAny(v, ",\r\n") {
		v = strings.NewReplacer(",", ";", "\r", " ", "\n", " ").Replace(v)
	}
	return strings.TrimSpace(v)
}
