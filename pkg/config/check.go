package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/limits"
)

// checker holds the rules that join several keys, or that a tag cannot say.
type checker struct {
	config   *Config
	known    func(name string) bool
	at       map[string]position // empty for a Config that was written in Go
	problems []Problem
	notes    []Note
}

func (c *checker) all() {
	for _, name := range slices.Sorted(maps.Keys(c.config.Providers)) {
		c.provider(name, c.config.Providers[name])
	}
	c.metricLabels()
	c.virtualKeys()
	c.scopedPrices("governance.pricing_overrides", c.config.Governance.PricingOverrides)
	c.framework("framework", &c.config.Framework)
	if s := c.config.Webhooks.Secret; s != "" && c.config.Webhooks.Key() == nil {
		c.problem("webhooks.secret", "want whsec_ and 24 to 64 bytes in base64")
	}
	if s := c.config.Server; (s.TLSCertFile == "") != (s.TLSKeyFile == "") {
		c.problem("server", "needs both tls_cert_file and tls_key_file, or neither")
	}
}

func (c *checker) problem(path, format string, args ...any) {
	at := c.place(path)
	c.problems = append(c.problems, Problem{path, at.line, at.column, fmt.Sprintf(format, args...)})
}

func (c *checker) note(path, message string) {
	at := c.place(path)
	c.notes = append(c.notes, Note{path, at.line, at.column, message})
}

// place is where a path stands in the file, or its nearest parent that does.
func (c *checker) place(path string) position {
	for path != "" {
		if at, ok := c.at[path]; ok {
			return at
		}
		path = path[:max(strings.LastIndexAny(path, ".["), 0)]
	}
	return position{}
}

// result is what became of the configuration, in the order of the file.
func (c *checker) result(config *Config, files fileDigests) loaded {
	sortNotes(c.notes)
	l := loaded{config: config, notes: c.notes, files: files}
	if len(c.problems) > 0 {
		sortProblems(c.problems)
		l.problems = &Problems{List: c.problems}
	}
	return l
}

func (c *checker) virtualKeys() {
	values := make(map[Secret]string)
	ids := make(map[string]string)
	for i, k := range c.config.Governance.VirtualKeys {
		path := element("governance.virtual_keys", i)
		if k.Value == "" {
			c.note(path, "has no value, so no caller can use it")
		} else {
			unique(c, child(path, "value"), k.Value, values)
		}
		if k.ID != "" {
			unique(c, child(path, "id"), k.ID, ids)
		}
		c.headerSafe(child(path, "value"), k.Value.Reveal())
		c.rateLimit(child(path, "rate_limit"), k.RateLimit)
		c.budget(child(path, "budget"), k.Budget)
		emptyList(c, child(path, "provider_configs"), k.Providers)
		for j, p := range k.Providers {
			c.virtualKeyProvider(element(child(path, "provider_configs"), j), p)
		}
	}
}

// rateLimit checks that limits and periods stand together.
func (c *checker) rateLimit(path string, l RateLimit) {
	for _, w := range []struct {
		limit        int
		period, name string
	}{{l.RequestMaxLimit, l.RequestResetDuration, "request"}, {l.TokenMaxLimit, l.TokenResetDuration, "token"}} {
		field := child(path, w.name+"_reset_duration")
		if w.limit > 0 && w.period == "" {
			c.problem(field, "is required beside %s_max_limit", w.name)
		}
		if w.period == "" {
			continue
		}
		if _, err := limits.ParsePeriod(w.period); err != nil {
			c.problem(field, "%s", err)
		}
	}
}

// budget checks that a budget has its period.
func (c *checker) budget(path string, b Budget) {
	field := child(path, "reset_duration")
	switch _, err := limits.ParsePeriod(b.ResetDuration); {
	case b.ResetDuration == "" && b.MaxLimit > 0:
		c.problem(field, "is required beside max_limit")
	case b.ResetDuration == "":
	case err != nil:
		c.problem(field, "%s", err)
	case b.CalendarAligned && limits.CalendarOf(b.ResetDuration) == limits.NoCalendar:
		c.problem(field, "must be 1d, 1w, 1M or 1Y when periods are those of the calendar")
	}
}

func (c *checker) virtualKeyProvider(path string, p VirtualKeyProvider) {
	emptyList(c, child(path, "allowed_models"), p.AllowedModels)
	emptyList(c, child(path, "key_ids"), p.KeyIDs)
	provider, ok := c.config.Providers[p.Provider]
	if !ok {
		if p.Provider != "" && p.Provider != EveryProvider {
			c.note(child(path, "provider"), "no such provider is configured")
		}
		return
	}
	for i, id := range p.KeyIDs {
		if id != everyName && !slices.ContainsFunc(provider.Keys, func(k Key) bool { return id == k.ID || id == k.Name }) {
			c.note(element(child(path, "key_ids"), i), "the provider has no such key")
		}
	}
}

// emptyList says what an empty allow-list means where the file does not: a file
// that was written for Bifrost 1.5 or later meant to allow nothing by it.
func emptyList[T any](c *checker, path string, list []T) {
	if list != nil && len(list) == 0 && c.config.Version == 0 {
		c.note(path, "an empty list allows all, as in Bifrost before 1.5; set version to 2 to make it allow none, or to 1 to say so")
	}
}

// unique reports a value that an earlier path has already.
func unique[T comparable](c *checker, path string, value T, seen map[T]string) {
	if first, ok := seen[value]; ok {
		c.problem(path, "is the same as %s", first)
		return
	}
	seen[value] = path
}

// headerSafe refuses what could end or split a header that the value is sent in.
func (c *checker) headerSafe(path, value string) {
	for _, b := range []byte(value) {
		if b < ' ' && b != '\t' || b == 0x7f {
			c.problem(path, "must not have line breaks or control characters")
			return
		}
	}
}
