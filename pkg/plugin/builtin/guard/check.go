package guard

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/plugin/builtin/pii"
	"github.com/asbru-gateway/asbru/pkg/plugin/builtin/words"
)

// check is one check of a rule, compiled. Of look, limits, schema and model it has one.
type check struct {
	name     string
	action   Action
	message  string
	personal bool // what is found is replaced by placeholders
	restore  bool
	// foreign: of a request only what users and tools have said is looked at, not what the
	// application and the model have.
	foreign bool

	look   looker
	limits *limits
	schema *schema
	model  *moderation
}

// piiReach is how long built-in kinds of personal data are at most, but for e-mail addresses
// of unusual length and private keys.
const piiReach = 96

func newCheck(c *config.GuardrailCheck) (*check, error) {
	k := &check{name: c.Label(), action: Action(c.Action), message: c.Message}
	var err error
	switch c.Type {
	case "pii":
		k.action = cmp.Or(k.action, Redact)
		k.personal, k.restore = true, c.Restores()
		k.look, err = newPersonal(c)
	case "regex":
		k.personal = true
		k.look, err = newPersonal(c)
	case "words":
		var list *words.List
		list, err = words.New(c.Words, words.Options{Parts: c.Parts, Exact: c.Exact, Digits: c.Digits})
		k.look = listed{list}
	case "injection":
		k.look, k.foreign = suspicious{c.Threshold}, true
	case "limits":
		k.limits = &limits{bytes: c.MaxBytes, tokens: c.MaxTokens, messages: c.MaxMessages, output: c.MaxOutputTokens}
	case "json_schema":
		k.schema, err = newSchema(c)
	case "moderation":
		k.model, k.foreign = newModeration(c), true
	default:
		err = fmt.Errorf("no check is of type %q", c.Type)
	}
	k.action = cmp.Or(k.action, Refuse)
	if err != nil {
		return nil, fmt.Errorf("check %s: %w", k.name, err)
	}
	return k, nil
}

func newPersonal(c *config.GuardrailCheck) (looker, error) {
	var kinds []pii.Kind
	names := c.Kinds
	if c.Type == "pii" && names == nil {
		names = pii.Names()
	}
	for _, name := range names {
		k, ok := pii.KindByName(name)
		if !ok {
			return nil, fmt.Errorf("there is no kind %q", name)
		}
		kinds = append(kinds, k)
	}
	own := make([]pii.Pattern, len(c.Patterns))
	for i, p := range c.Patterns {
		own[i] = pii.Pattern{Name: p.Name, Regex: p.Regex, Check: p.Check}
	}
	finder, err := pii.NewFinder(kinds, own)
	if err != nil {
		return nil, err
	}
	window := piiReach
	if len(own) > 0 {
		const patternReach = 256
		window = patternReach
	}
	if c.Window != nil {
		window = *c.Window
	}
	return personal{finder, window}, nil
}

// removed stands where a word of a list was.
const removed = "[removed]"

// redact replaces what was found in a text.
func (k *check) redact(v *pii.Vault, text string, found []finding) string {
	var b strings.Builder
	from := 0
	for _, f := range found {
		if f.end <= from {
			continue
		}
		b.WriteString(text[from:max(f.start, from)])
		switch {
		case !k.personal:
			b.WriteString(removed)
		case k.restore:
			b.WriteString(v.Placeholder(f.personal, text[f.start:f.end]))
		default:
			b.WriteString("[" + strings.ToUpper(f.personal.Label()) + "]")
		}
		from = f.end
	}
	b.WriteString(text[from:])
	return b.String()
}
