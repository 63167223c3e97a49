package anthropic

import (
	"github.com/asbru-gateway/asbru/pkg/dialect/take"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// appendClosedSchema appends a JSON Schema of another dialect as the API takes the
// schema of an answer or of a strict tool: each object says that it has no other
// properties, and there are no bounds on numbers, texts and lists. Those become
// words of the description, as the API's own SDKs do it.
// https://docs.anthropic.com/en/docs/build-with-claude/structured-outputs#json-schema-limitations
func appendClosedSchema(dst []byte, schema jsonx.Value) []byte {
	if schema.Kind() != jsonx.Object {
		return append(dst, schema...)
	}
	var bounds []byte
	dst = append(dst, '{')
	for key, v := range schema.Members() {
		switch key {
		case "description", "additionalProperties": // below
		case "properties", "$defs", "definitions":
			dst = appendClosedMembers(appendKey(dst, key), v)
		case "items":
			dst = appendClosedSchema(appendKey(dst, key), v)
		case "anyOf", "allOf":
			dst = appendClosedList(appendKey(dst, key), v)
		case "oneOf":
			dst = appendClosedList(appendKey(dst, "anyOf"), v)
		default:
			if isBound(key, v) {
				bounds = appendBound(bounds, key, v)
				continue
			}
			dst = append(appendKey(dst, key), v...)
		}
	}
	if words := describe(take.Text(schema, "description"), bounds); words != "" {
		dst = jsonx.AppendString(appendKey(dst, "description"), words)
	}
	if isObjectSchema(schema) {
		dst = append(appendKey(dst, "additionalProperties"), "false"...)
	}
	return append(dst, '}')
}

func appendClosedMembers(dst []byte, v jsonx.Value) []byte {
	if v.Kind() != jsonx.Object {
		return append(dst, v...)
	}
	dst = append(dst, '{')
	for key, m := range v.Members() {
		dst = appendClosedSchema(appendKey(dst, key), m)
	}
	return append(dst, '}')
}

func appendClosedList(dst []byte, v jsonx.Value) []byte {
	dst = append(dst, '[')
	n := 0
	for e := range v.Elements() {
		if n > 0 {
			dst = append(dst, ',')
		}
		dst = appendClosedSchema(dst, e)
		n++
	}
	return append(dst, ']')
}

func isObjectSchema(schema jsonx.Value) bool {
	kind := schema.Get("type")
	if take.Text(kind) == "object" || kind == nil && schema.Get("properties") != nil {
		return true
	}
	for e := range kind.Elements() {
		if take.Text(e) == "object" {
			return true
		}
	}
	return false
}

// isBound says whether a member bounds a value in a way that the API refuses. Of
// lists it takes that they may or may not be empty.
func isBound(key string, v jsonx.Value) bool {
	switch key {
	case "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
		"minLength", "maxLength", "maxItems", "uniqueItems", "minProperties", "maxProperties":
		return true
	case "minItems":
		n, ok := v.Int()
		return !ok || n > 1
	}
	return false
}

func appendBound(bounds []byte, key string, v jsonx.Value) []byte {
	if len(bounds) > 0 {
		bounds = append(bounds, ", "...)
	}
	bounds = append(append(bounds, key...), ": "...)
	return append(bounds, v...)
}

// describe puts bounds behind a description.
func describe(words string, bounds []byte) string {
	switch {
	case len(bounds) == 0:
		return words
	case words != "":
		words += "\n\n"
	}
	return words + "{" + string(bounds) + "}"
}
