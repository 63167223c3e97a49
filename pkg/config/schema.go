package config

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
)

// Schema returns the JSON Schema (draft 2020-12) of the configuration file,
// indented, the same each time.
func Schema() ([]byte, error) {
	b := schemaBuilder{done: make(map[string]bool)}
	root := schemaObject{
		{"$schema", "https://json-schema.org/draft/2020-12/schema"},
		{"title", "Configuration of Asbru"},
	}
	root = append(root, b.section(reflect.TypeFor[Config]())...)
	root = append(root, schemaEntry{"$defs", b.defs})
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(root); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// schemaObject is a JSON object that keeps its order.
type schemaObject []schemaEntry

type schemaEntry struct {
	key   string
	value any
}

// MarshalJSON writes the entries in order.
func (o schemaObject) MarshalJSON() ([]byte, error) {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	out.WriteByte('{')
	for i, entry := range o {
		if i > 0 {
			out.WriteByte(',')
		}
		if err := e.Encode(entry.key); err != nil {
			return nil, err
		}
		out.WriteByte(':')
		if err := e.Encode(entry.value); err != nil {
			return nil, err
		}
	}
	out.WriteByte('}')
	return out.Bytes(), nil
}

// schemaBuilder collects the schemas of structs under $defs.
type schemaBuilder struct {
	defs schemaObject
	done map[string]bool
}

func (b *schemaBuilder) section(t reflect.Type) schemaObject {
	var properties schemaObject
	var required []string
	for _, f := range sectionOf(t).fields {
		property := b.field(f)
		properties = append(properties, schemaEntry{f.name, property})
		for _, alias := range f.aliases {
			properties = append(properties, schemaEntry{alias, schemaObject{
				{"description", "Another name of " + f.name + "."},
				{"$ref", "#/$defs/" + b.define(t.Name()+"."+f.name, property)},
			}})
		}
		if f.required {
			required = append(required, f.name)
		}
	}
	s := schemaObject{{"type", "object"}, {"properties", properties}, {"additionalProperties", false}}
	if required != nil {
		s = append(s, schemaEntry{"required", required})
	}
	return s
}

// field is the schema of one key.
func (b *schemaBuilder) field(f *field) schemaObject {
	doc := f.doc
	if f.unused {
		doc += " " + strings.ToUpper(unusedNote[:1]) + unusedNote[1:] + "."
	}
	value := b.value(f.typ, f)
	if !f.required {
		value = nullable(value)
	}
	s := append(schemaObject{{"description", doc}}, value...)
	if f.standard != "" {
		s = append(s, schemaEntry{"default", f.defaultValue().Interface()})
	}
	return s
}

// nullable lets a value be null, which is how Bifrost spells what is not given. A
// reference is left as it is: what it leads to may be null.
func nullable(s schemaObject) schemaObject {
	null := schemaObject{{"type", "null"}}
	for i, entry := range s {
		switch value := entry.value.(type) {
		case string:
			if entry.key == "type" {
				s[i].value = []string{value, "null"}
			}
		case []string:
			if entry.key == "type" {
				s[i].value = append(slices.Clone(value), "null")
			}
		case []any:
			s[i].value = append(slices.Clone(value), nil) // of an enum
		case []schemaObject:
			s[i].value = append(slices.Clone(value), null)
		}
	}
	return s
}

// value is the schema of a type; f declares its bounds, or those of its elements.
func (b *schemaBuilder) value(t reflect.Type, f *field) schemaObject {
	switch t {
	case unusedType, rawType:
		if f.kind == "" {
			return nil
		}
		return schemaObject{{"type", f.kind}}
	case secretType:
		return schemaObject{{"$ref", "#/$defs/" + b.define("Secret", nullable(slices.Clone(secretSchema)))}}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return b.value(t.Elem(), f)
	case reflect.Struct:
		s := schemaObject{{"$ref", "#/$defs/" + b.structure(t)}}
		if reflect.PointerTo(t).Implements(reflect.TypeFor[everything]()) {
			return schemaObject{{"anyOf", []schemaObject{{{"const", everyName}}, s}}}
		}
		return s
	case reflect.Map:
		return schemaObject{{"type", "object"}, {"additionalProperties", b.value(t.Elem(), f)}}
	case reflect.Slice:
		return schemaObject{{"type", "array"}, {"items", b.value(t.Elem(), f)}}
	case reflect.Bool:
		return schemaObject{{"type", "boolean"}}
	case reflect.String:
		return f.withEnum(f.withBounds(schemaObject{{"type", "string"}}))
	case reflect.Float64:
		return f.withBounds(schemaObject{{"type", "number"}})
	}
	s := schemaObject{{"type", "integer"}}
	if f.unit > 0 {
		// A bound says nothing about a string.
		s = schemaObject{{"type", []string{"integer", "string"}}, {"pattern", `^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$`}}
	}
	return f.withEnum(f.withBounds(s))
}

var secretSchema = schemaObject{
	{"description", "The value itself, env.NAME for an environment variable, or file:PATH for a file."},
	{"anyOf", []schemaObject{
		{{"type", "string"}},
		{
			{"description", "The form in which Bifrost exports a secret."},
			{"type", "object"},
			{"properties", schemaObject{
				{"value", schemaObject{{"type", "string"}}},
				{"env_var", schemaObject{{"type", "string"}}},
				{"from_env", schemaObject{{"type", "boolean"}}},
				{"ref", schemaObject{{"type", "string"}}},
				{"type", schemaObject{{"type", "string"}}},
			}},
			{"additionalProperties", false},
		},
	}},
}

func (b *schemaBuilder) structure(t reflect.Type) string {
	if !b.done[t.Name()] {
		// Marked first: what it holds comes before it, and it holds no struct of its own kind.
		b.done[t.Name()] = true
		b.defs = append(b.defs, schemaEntry{t.Name(), nullable(b.section(t))})
	}
	return t.Name()
}

func (b *schemaBuilder) define(name string, s schemaObject) string {
	if !b.done[name] {
		b.done[name] = true
		b.defs = append(b.defs, schemaEntry{name, s})
	}
	return name
}

func (f *field) withBounds(s schemaObject) schemaObject {
	if f.min != nil {
		s = append(s, schemaEntry{"minimum", *f.min})
	}
	if f.max != nil {
		s = append(s, schemaEntry{"maximum", *f.max})
	}
	if f.longest > 0 {
		s = append(s, schemaEntry{"maxLength", f.longest})
	}
	return s
}

func (f *field) withEnum(s schemaObject) schemaObject {
	if len(f.enum) == 0 {
		return s
	}
	values := make([]any, len(f.enum))
	for i, e := range f.enum {
		values[i] = e
		if f.typ.Kind() == reflect.Int {
			values[i] = json.Number(e)
		}
	}
	return append(s, schemaEntry{"enum", values})
}
