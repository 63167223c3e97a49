package mock

import (
	"sort"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/goccy/go-json"
)

// schema is as much of JSON Schema as the mock obeys. Gemini's spelling of
// types, in capitals, is read too.
type schema struct {
	Type       json.RawMessage            `json:"type"`
	Const      json.RawMessage            `json:"const"`
	Enum       []json.RawMessage          `json:"enum"`
	Properties map[string]json.RawMessage `json:"properties"`
	Items      json.RawMessage            `json:"items"`
	MinItems   int                        `json:"minItems"`
	MinLength  int                        `json:"minLength"`
	Minimum    json.RawMessage            `json:"minimum"`
	Format     string                     `json:"format"`
	AnyOf      []json.RawMessage          `json:"anyOf"`
	OneOf      []json.RawMessage          `json:"oneOf"`
	AllOf      []json.RawMessage          `json:"allOf"`
	Ref        string                     `json:"$ref"`
	Defs       map[string]json.RawMessage `json:"$defs"`
	OldDefs    map[string]json.RawMessage `json:"definitions"`
}

const (
	maxNesting      = 16 // of an example; deeper is null
	maxExampleItems = 16
)

// formats are strings for the formats of JSON Schema.
var formats = map[string]string{
	"date": "2026-01-31", "date-time": "2026-01-31T12:00:00Z", "time": "12:00:00Z", "duration": "PT1H",
	"email": "mock@example.com", "uri": "https://example.com/", "hostname": "example.com",
	"ipv4": "192.0.2.1", "ipv6": "2001:db8::1", "uuid": "00000000-0000-4000-8000-000000000000",
}

// exampleOf makes a value that fits a simple schema: every property, the first
// of several choices, strings that name their property.
func exampleOf(raw json.RawMessage) string {
	var root schema
	if json.Unmarshal(raw, &root) != nil || len(root.Type) == 0 && root.Properties == nil && root.Ref == "" &&
		root.AnyOf == nil && root.OneOf == nil && root.AllOf == nil {
		return "{}" // no schema, or none that says anything
	}
	e := example{defs: root.Defs}
	if e.defs == nil {
		e.defs = root.OldDefs
	}
	return string(e.append(nil, raw, "value", 0))
}

type example struct{ defs map[string]json.RawMessage }

func (e *example) append(dst []byte, raw json.RawMessage, name string, depth int) []byte {
	var s schema
	if depth > maxNesting || json.Unmarshal(raw, &s) != nil {
		return append(dst, "null"...)
	}
	switch {
	case len(s.Const) > 0:
		return append(dst, s.Const...)
	case len(s.Enum) > 0:
		return append(dst, s.Enum[0]...)
	case s.Ref != "":
		return e.append(dst, e.defs[s.Ref[strings.LastIndexByte(s.Ref, '/')+1:]], name, depth+1)
	}
	for _, alternatives := range [][]json.RawMessage{s.AnyOf, s.OneOf, s.AllOf} {
		if len(alternatives) > 0 {
			return e.append(dst, alternatives[0], name, depth+1)
		}
	}
	switch s.kind() {
	case "object":
		return e.appendObject(dst, s.Properties, depth)
	case "array":
		return e.appendArray(dst, &s, name, depth)
	case "string":
		return jsonx.AppendString(dst, s.text(name))
	case "integer", "number":
		if len(s.Minimum) > 0 {
			return append(dst, s.Minimum...)
		}
		return append(dst, '1')
	case "boolean":
		return append(dst, "true"...)
	}
	return append(dst, "null"...)
}

func (e *example) appendObject(dst []byte, properties map[string]json.RawMessage, depth int) []byte {
	names := make([]string, 0, len(properties))
	for name := range properties {
		names = append(names, name)
	}
	sort.Strings(names)
	dst = append(dst, '{')
	for i, name := range names {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(jsonx.AppendString(dst, name), ':')
		dst = e.append(dst, properties[name], name, depth+1)
	}
	return append(dst, '}')
}

func (e *example) appendArray(dst []byte, s *schema, name string, depth int) []byte {
	dst = append(dst, '[')
	for i := range min(max(s.MinItems, 1), maxExampleItems) {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = e.append(dst, s.Items, name, depth+1)
	}
	return append(dst, ']')
}

// kind is the first type that a schema allows, in lower case.
func (s *schema) kind() string {
	var one string
	var several []string
	switch {
	case json.Unmarshal(s.Type, &one) == nil:
		return strings.ToLower(one)
	case json.Unmarshal(s.Type, &several) == nil && len(several) > 0:
		return strings.ToLower(several[0])
	case s.Properties != nil:
		return "object"
	}
	return "string"
}

func (s *schema) text(name string) string {
	if f, ok := formats[s.Format]; ok {
		return f
	}
	return fill("mock "+name, min(s.MinLength, maxCount))
}
