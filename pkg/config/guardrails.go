package config

import (
	"regexp"

	"github.com/asbru-gateway/asbru/pkg/routing"
)

// Guardrails are what texts of calls and of answers must satisfy.
type Guardrails struct {
	Rules []GuardrailRule `json:"rules,omitempty" doc:"The rules, all of which are looked at, in this order."`
}

// GuardrailRule says what texts of some calls must satisfy.
type GuardrailRule struct {
	ID           string           `json:"id,omitempty" maxLength:"64" doc:"Id of the rule; its name stands for one that is absent."`
	Name         string           `json:"name,omitempty" maxLength:"128" doc:"Name of the rule."`
	Enabled      *bool            `json:"enabled,omitempty" switch:"true" default:"true" doc:"Whether the rule holds."`
	CEL          string           `json:"cel,omitempty" alias:"cel_expression" maxLength:"4096" doc:"Of which calls, in CEL with what routing rules can ask. Absent: of all."`
	ApplyTo      string           `json:"apply_to,omitempty" enum:"input,output,both" default:"both" doc:"Whether it looks at what is sent to models, at what they answer, or at both."`
	SamplingRate *float64         `json:"sampling_rate,omitempty" minimum:"0" maximum:"100" default:"100" doc:"Share of the calls that it looks at, in percent."`
	Checks       []GuardrailCheck `json:"checks,omitempty" required:"true" doc:"What is looked for."`
	OnError      string           `json:"on_error,omitempty" enum:"allow,deny" default:"deny" doc:"What becomes of a call when a check cannot be made, as when a model does not answer."`
}

// On says whether the rule holds.
func (r *GuardrailRule) On() bool { return r.Enabled == nil || *r.Enabled }

// Label is what the rule is called: its id, or else its name.
func (r *GuardrailRule) Label() string {
	if r.ID != "" {
		return r.ID
	}
	return r.Name
}

// GuardrailCheck is something to look for in texts, and what is done when it is there.
type GuardrailCheck struct {
	Type    string `json:"type,omitempty" required:"true" enum:"pii,words,regex,injection,limits,json_schema,moderation" doc:"What is looked for: see docs/guardrails.md."`
	Name    string `json:"name,omitempty" maxLength:"64" doc:"What the check is called in verdicts. Absent: its type."`
	Action  string `json:"action,omitempty" enum:"refuse,redact,note" doc:"refuse ends the call with the error guardrail_blocked; redact replaces what was found; note only tells of it. Absent: redact for pii, refuse for all others. Only pii, words and regex can redact."`
	Message string `json:"message,omitempty" maxLength:"512" doc:"What a caller is told whose call is refused."`

	Kinds    []string           `json:"kinds,omitempty" enum:"email,phone,iban,card,ssn,ip,api_key" doc:"Of pii: what is found. Absent: all."`
	Patterns []GuardrailPattern `json:"patterns,omitempty" doc:"Of pii and regex: regular expressions to find."`
	Restore  *bool              `json:"restore,omitempty" default:"true" doc:"Of pii: whether the caller sees the values again where the answer has their placeholders."`

	Words  []string `json:"words,omitempty" doc:"Of words: words and phrases. Upper case, accents, look-alike letters and characters that cannot be seen make no difference."`
	Parts  bool     `json:"parts,omitempty" doc:"Of words: also within longer words."`
	Exact  bool     `json:"exact,omitempty" doc:"Of words: only as they are written."`
	Digits bool     `json:"digits,omitempty" doc:"Of words: also with digits and signs for letters, as in p4$$word."`

	Threshold float64 `json:"threshold,omitempty" minimum:"0" maximum:"1" default:"0.6" doc:"Of injection and moderation: the least score that counts."`

	MaxBytes        int `json:"max_bytes,omitempty" minimum:"0" doc:"Of limits: most bytes of all texts of a call, or of an answer. 0: any."`
	MaxTokens       int `json:"max_tokens,omitempty" minimum:"0" doc:"Of limits: the same in tokens, estimated at 4 bytes each."`
	MaxMessages     int `json:"max_messages,omitempty" minimum:"0" doc:"Of limits: most messages of a call."`
	MaxOutputTokens int `json:"max_output_tokens,omitempty" minimum:"0" doc:"Of limits: most tokens that a call may ask for. One that asks for more, or does not say, is sent with this many."`

	Schema Raw  `json:"schema,omitempty" kind:"object" doc:"Of json_schema: the JSON Schema that the answer's text must fit. Absent: the one that the call came with, if any."`
	Tries  *int `json:"tries,omitempty" minimum:"1" maximum:"5" default:"2" doc:"Of json_schema: how often a model is asked, with what was wrong, before the call fails."`

	Model        string   `json:"model,omitempty" maxLength:"256" doc:"Of moderation: the model that judges, as provider/model."`
	Instructions string   `json:"instructions,omitempty" maxLength:"8192" doc:"Of moderation: what it is told to look for, beside the categories."`
	Categories   []string `json:"categories,omitempty" doc:"Of moderation: what is not wanted. Absent: violence, hate, harassment, sexual content, self-harm and crime."`

	Window *int `json:"window,omitempty" minimum:"16" maximum:"65536" doc:"Of regex, pii patterns and moderation: how many bytes of a stream are looked at together, and held back until then. Absent: 256, and 2000 for moderation."`
}

// Restores says whether values come back.
func (c *GuardrailCheck) Restores() bool { return c.Restore == nil || *c.Restore }

// Label is what the check is called.
func (c *GuardrailCheck) Label() string {
	if c.Name != "" {
		return c.Name
	}
	return c.Type
}

// GuardrailPattern is a regular expression to find.
type GuardrailPattern struct {
	Name  string `json:"name,omitempty" required:"true" maxLength:"32" doc:"Its name, of letters, digits and underscores; in upper case the word of its placeholder."`
	Regex string `json:"regex,omitempty" required:"true" maxLength:"4096" doc:"The expression, as RE2 has it."`
	Check string `json:"check,omitempty" enum:"luhn,mod97" doc:"The check digits that what is found must have."`
}

func (c *checker) guardrails(at string, g *Guardrails) {
	labels := map[string]string{}
	for i := range g.Rules {
		r, at := &g.Rules[i], element(child(at, "rules"), i)
		if r.Label() == "" {
			c.problem(child(at, "name"), "is required")
		} else {
			unique(c, at, r.Label(), labels)
		}
		if err := routing.CheckExpression(r.CEL); err != nil {
			c.problem(child(at, "cel"), "%s", err)
		}
		for j := range r.Checks {
			c.guardrailCheck(element(child(at, "checks"), j), &r.Checks[j])
		}
	}
}

func (c *checker) guardrailCheck(at string, k *GuardrailCheck) {
	missing := func(key string, is bool) {
		if is {
			c.problem(child(at, key), "is required of this type")
		}
	}
	switch k.Type {
	case "words":
		missing("words", len(k.Words) == 0)
	case "regex":
		missing("patterns", len(k.Patterns) == 0)
	case "moderation":
		missing("model", k.Model == "")
	case "limits":
		if k.MaxBytes+k.MaxTokens+k.MaxMessages+k.MaxOutputTokens == 0 {
			c.problem(at, "has no limit")
		}
	}
	if k.Action == "redact" && k.Type != "pii" && k.Type != "words" && k.Type != "regex" {
		c.problem(child(at, "action"), "must be refuse or note for this type")
	}
	for i, p := range k.Patterns {
		if _, err := regexp.Compile(p.Regex); err != nil {
			c.problem(child(element(child(at, "patterns"), i), "regex"), "is no regular expression that RE2 has")
		}
	}
}
