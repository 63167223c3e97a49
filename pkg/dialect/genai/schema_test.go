package genai

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

func TestGooglesSchemaBecomesJSONSchema(t *testing.T) {
	for _, row := range []struct{ name, schema, want string }{
		{"types in lower case", `{"type":"OBJECT","properties":{"type":{"type":"STRING"}}}`, `{"type":"object","properties":{"type":{"type":"string"}}}`},
		{"nullable as a type", `{"type":"NUMBER","nullable":true}`, `{"type":["number","null"]}`},
		{
			"nullable as an alternative", `{"any_of":[{"type":"STRING"},{"type":"INTEGER"}],"nullable":true}`,
			`{"anyOf":[{"type":"string"},{"type":"integer"},{"type":"null"}]}`,
		},
		{
			"counts as numbers", `{"type":"ARRAY","items":{"type":"STRING"},"min_items":"1","maxItems":3}`,
			`{"type":"array","items":{"type":"string"},"minItems":1,"maxItems":3}`,
		},
		{"definitions", `{"ref":"#/$defs/a","defs":{"a":{"type":"BOOLEAN"}}}`, `{"$ref":"#/$defs/a","$defs":{"a":{"type":"boolean"}}}`},
		{"an example", `{"type":"STRING","example":"x","propertyOrdering":["a"]}`, `{"type":"string","examples":["x"]}`},
		{
			"what is the same in both", `{"type":"string","enum":["a"],"pattern":"^a","additionalProperties":false}`,
			`{"type":"string","enum":["a"],"pattern":"^a","additionalProperties":false}`,
		},
		{"what is no schema", `{"properties":[1],"anyOf":{},"type":7}`, `{"properties":[1],"anyOf":{},"type":7}`},
	} {
		t.Run(row.name, func(t *testing.T) {
			require.JSONEq(t, row.want, string(appendJSONSchema(nil, jsonx.Value(row.schema))))
		})
	}
}
