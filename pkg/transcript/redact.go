package transcript

import (
	"encoding/json"
	"regexp"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/secret"
)

// censor takes out of texts what is not to be kept.
type censor struct {
	patterns []*regexp.Regexp
	values   *strings.Replacer // nil: none
}

func (h *Heard) censor() censor {
	c := censor{patterns: h.Rules.Redact}
	if len(h.Concealed) > 0 {
		c.values = strings.NewReplacer(h.Concealed...)
	}
	return c
}

// redacted returns a text without concealed values, what looks like a secret, and what
// the configuration's patterns find. In JSON that is looked for in what each string says, and not only in
// how it is written: behind \n a key would not be known, nor one with an escape in it.
func (c *censor) redacted(text string) string {
	var out strings.Builder
	done := 0
	for at, literal := range literals(text) {
		if strings.IndexByte(literal, '\\') < 0 {
			continue
		}
		said := unquoted(literal)
		clean := c.without(said)
		if clean == said {
			continue
		}
		written, err := json.Marshal(clean)
		if err != nil {
			continue // a string always can be written
		}
		out.WriteString(text[done:at])
		out.Write(written)
		done = at + len(literal)
	}
	if done > 0 {
		out.WriteString(text[done:])
		text = out.String()
	}
	return c.without(text)
}

func (c *censor) without(text string) string {
	if c.values != nil {
		text = c.values.Replace(text)
	}
	text = secret.RedactKept(text)
	for _, pattern := range c.patterns {
		text = pattern.ReplaceAllLiteralString(text, secret.Mask)
	}
	return text
}
