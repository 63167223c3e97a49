package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"
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
	c.proxy("proxy_config", c.config.Proxy)
	c.publicURL("client.public_url", c.config.Client.PublicURL)
	c.metricLabels()
	c.loggedHeaders()
	c.governance()
	c.framework("framework", &c.config.Framework)
	c.auth("auth", &c.config.Auth)
	c.alerts()
	c.reports()
	c.telemetry()
	c.vault()
	c.mcp()
	c.plugins()
	c.artefacts()
	c.logs()
	c.cache()
	c.guardrails("guardrails", &c.config.Guardrails)
	c.bifrostGuardrails("guardrails_config", &c.config.GuardrailsConfig)
	if s := c.config.Webhooks.Secret; s != "" && c.config.Webhooks.Key() == nil {
		c.problem("webhooks.secret", "want whsec_ and 24 to 64 bytes in base64")
	}
	if s := c.config.Server; (s.TLSCertFile == "") != (s.TLSKeyFile == "") {
		c.problem("server", "needs both tls_cert_file and tls_key_file, or neither")
	}
}

// publicURL checks where others are told to come to; "" is nowhere.
func (c *checker) publicURL(path, url string) {
	if url != "" && !strings.HasPrefix(url, "https://") && !strings.HasPrefix(url, "http://") {
		c.problem(path, "must begin with https:// or http://")
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
