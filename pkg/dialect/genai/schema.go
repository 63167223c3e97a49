package genai

import (
	"strings"

	"github.com/asbru-gateway/asbru/pkg/dialect/put"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// schemaNames are the members of Google's Schema, a subset of OpenAPI 3.0, under
// the names that JSON Schema has for them. Those that are the same in both, and
// unknown ones, are left out here: https://ai.google.dev/api/caching#Schema
var schemaNames = map[string]string{
	"any_of": "anyOf", "min_items": "minItems", "max_items": "maxItems",
	"min_length": "minLength", "max_length": "maxLength",
	"min_properties": "minProperties", "max_properties": "maxProperties",
	"additional_properties": "additionalProperties",
	"defs":                  "$defs", "ref": "$ref",
}

// appendJSONSchema appends Google's Schema v as JSON Schema: types in lower case,
// nullable as one more type, counts as numbers. What only orders the model's
// output is left out.
func appendJSONSchema(dst []byte, v jsonx.Value) api.JSON {
	if v.Kind() != jsonx.Object {
		return append(dst, v...)
	}
	nullable, _ := v.Get("nullable").Bool()
	o := put.Begin(dst)
	for key, m := range v.Members() {
		if known, ok := schemaNames[key]; ok {
			key = known
		}
		switch key {
		case "nullable", "propertyOrdering", "property_ordering":
		case "type":
			o.Key(key)
			o.Dst = appendSchemaType(o.Dst, m, nullable)
		case "properties", "$defs":
			o.Key(key)
			o.Dst = appendSchemaMap(o.Dst, m)
		case "items", "additionalProperties":
			o.Key(key)
			o.Dst = appendJSONSchema(o.Dst, m)
		case "anyOf":
			o.Key(key)
			o.Dst = appendSchemaList(o.Dst, m, nullable)
		case "minItems", "maxItems", "minLength", "maxLength", "minProperties", "maxProperties":
			if n, ok := integer(m); ok {
				o.Int(key, n)
			}
		case "example":
			o.Key("examples")
			o.Dst = append(append(append(o.Dst, '['), m...), ']')
		default:
			o.Raw(key, api.JSON(m))
		}
	}
	return o.End()
}

func appendSchemaType(dst []byte, v jsonx.Value, nullable bool) []byte {
	t, ok := v.Str()
	if !ok {
		return append(dst, v...)
	}
	t = strings.ToLower(t)
	if !nullable {
		return jsonx.AppendString(dst, t)
	}
	dst = append(dst, '[')
	dst = jsonx.AppendString(dst, t)
	return append(dst, `,"null"]`...)
}

func appendSchemaMap(dst []byte, v jsonx.Value) []byte {
	if v.Kind() != jsonx.Object {
		return append(dst, v...)
	}
	o := put.Begin(dst)
	for key, m := range v.Members() {
		o.Key(key)
		o.Dst = appendJSONSchema(o.Dst, m)
	}
	return o.End()
}

func appendSchemaList(dst []byte, v jsonx.Value, nullable bool) []byte {
	if v.Kind() != jsonx.Array {
		return append(dst, v...)
	}
	dst = append(dst, '[')
	i := 0
	for m := range v.Elements() {
		dst = put.Comma(dst)
		dst = appendJSONSchema(dst, m)
		i++
	}
	if nullable {
		dst = put.Comma(dst)
		dst = append(dst, `{"type":"null"}`...)
	}
	return append(dst, ']')
}
