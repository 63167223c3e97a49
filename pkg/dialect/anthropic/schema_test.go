package anthropic

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSchemaOfAnotherDialectIsClosed(t *testing.T) {
	for name, c := range map[string]struct{ schema, want string }{
		"an object":            {`{"type":"object","properties":{"a":{"type":"string"}}}`, `{"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":false}`},
		"one that is open":     {`{"type":["object","null"],"additionalProperties":true}`, `{"type":["object","null"],"additionalProperties":false}`},
		"one without a type":   {`{"properties":{}}`, `{"properties":{},"additionalProperties":false}`},
		"no object":            {`{"type":"string","enum":["a"]}`, `{"type":"string","enum":["a"]}`},
		"true":                 {`true`, `true`},
		"objects within lists": {`{"type":"array","minItems":1,"items":{"type":"object"}}`, `{"type":"array","minItems":1,"items":{"type":"object","additionalProperties":false}}`},
		"objects defined":      {`{"$ref":"#/$defs/a","$defs":{"a":{"type":"object"}}}`, `{"$ref":"#/$defs/a","$defs":{"a":{"type":"object","additionalProperties":false}}}`},
		"one of several":       {`{"oneOf":[{"type":"object"},{"type":"null"}]}`, `{"anyOf":[{"type":"object","additionalProperties":false},{"type":"null"}]}`},
		"bounds":               {`{"type":"integer","minimum":1,"maximum":5}`, `{"type":"integer","description":"{minimum: 1, maximum: 5}"}`},
		"described bounds":     {`{"type":"array","description":"d","minItems":2}`, `{"type":"array","description":"d\n\n{minItems: 2}"}`},
		"a property that is called like a bound": {
			`{"type":"object","properties":{"minimum":{"type":"number"}}}`,
			`{"type":"object","properties":{"minimum":{"type":"number"}},"additionalProperties":false}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			require.JSONEq(t, c.want, string(appendClosedSchema(nil, []byte(c.schema))))
		})
	}
}
