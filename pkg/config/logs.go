package config

import (
	"fmt"
	"regexp"
	"time"
)

// Logs says what the log of calls keeps besides their rows.
type Logs struct {
	Bodies        string   `json:"bodies,omitempty" enum:"off,keys,errors,all" default:"off" doc:"Of which calls the bodies are kept, of the request and of the answer: none (off), those of virtual keys whose log_bodies is true (keys), also those that fail (errors), or all. A key whose log_bodies is false is left out in any case."`
	MaxBodyBytes  int      `json:"max_body_bytes,omitempty" minimum:"256" maximum:"262144" default:"65536" doc:"How much of a body is kept, and separately of an answer's."`
	Redact        []string `json:"redact,omitempty" maxLength:"4096" doc:"Regular expressions, as RE2 has them: what they find in a body is replaced by [redacted] before it leaves the node. What looks like a key, a token or a password always is."`
	IgnoreCallers bool     `json:"ignore_callers,omitempty" default:"false" doc:"Keep bodies also where the caller's header x-asbru-log-bodies says false, or x-bf-disable-content-logging true."`
	RetentionDays *int     `json:"retention_in_days,omitempty" minimum:"0" maximum:"36500" default:"30" doc:"Days that bodies are kept, and no longer than the rows of their calls. 0 is as long as those."`
	MaxSizeMB     *int     `json:"max_size_mb,omitempty" minimum:"0" maximum:"1048576" default:"1024" doc:"MiB that bodies may take in the store, compressed; the oldest go first. Their index takes about as much again. 0 is without end."`
}

var logsDefaults = defaultsOf[Logs]()

// KeptBodies is of which calls bodies are kept: off, keys, errors or all.
func (c *Config) KeptBodies() string {
	if c.Logs.Bodies == "" || c.Client.DisableContentLogging {
		return "off"
	}
	return c.Logs.Bodies
}

// MaxBody is how many bytes of a body are kept.
func (l *Logs) MaxBody() int { return or(l.MaxBodyBytes, logsDefaults.MaxBodyBytes) }

// Patterns are the expressions of Redact; they were checked.
func (l *Logs) Patterns() []*regexp.Regexp {
	var all []*regexp.Regexp
	for _, text := range l.Redact {
		if p, err := regexp.Compile(text); err == nil {
			all = append(all, p)
		}
	}
	return all
}

// BodyRetention is how long bodies are kept, 0 for as long as the rows of their calls.
func (c *Config) BodyRetention() time.Duration {
	keep := *logsDefaults.RetentionDays
	switch {
	case c.Logs.RetentionDays != nil:
		keep = *c.Logs.RetentionDays
	case c.Client.LogRetentionDays > 0:
		keep = c.Client.LogRetentionDays
	}
	return time.Duration(keep) * 24 * time.Hour
}

// MaxBytes is how many bytes bodies may take in the store, 0 for no end.
func (l *Logs) MaxBytes() int64 {
	mb := l.MaxSizeMB
	if mb == nil {
		mb = logsDefaults.MaxSizeMB
	}
	return int64(*mb) << 20
}

func (c *checker) logs() {
	for i, text := range c.config.Logs.Redact {
		if _, err := regexp.Compile(text); err != nil {
			c.problem(fmt.Sprintf("logs.redact[%d]", i), "is no regular expression: %v", err)
		}
	}
}
