package code

import (
	"fmt"
	"slices"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// signature is a tool as a line of Python's stubs.
func (f *Function) signature() string {
	line := "def " + f.Name + "(" + strings.Join(f.parameters(), ", ") + ") -> " + f.returns() + ": ..."
	if f.Tool.Description != "" {
		line += "  # " + summary(f.Tool.Description)
	}
	return line
}

// summaryBytes bounds what a signature says of a tool.
const summaryBytes = 200

// summary is the beginning of a description, on one line.
func summary(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if len(text) > summaryBytes {
		text = clipped(text, summaryBytes) + "…"
	}
	return text
}

// parameters are those of the schema, the required ones first.
func (f *Function) parameters() []string {
	schema := jsonx.Value(f.Tool.Schema)
	var required []string
	for name := range schema.Get("required").Elements() {
		if text, ok := name.Str(); ok {
			required = append(required, text)
		}
	}
	var first, rest []string
	for name, property := range schema.Get("properties").Members() {
		p := name + ": " + typeOf(property)
		if slices.Contains(required, name) {
			first = append(first, p)
		} else {
			rest = append(rest, p+" = None")
		}
	}
	return append(first, rest...)
}

func (f *Function) returns() string {
	if len(f.Tool.Output) > 0 {
		return typeOf(jsonx.Value(f.Tool.Output))
	}
	return "any"
}

// types are Python's names of those of JSON Schema.
var types = map[string]string{"string": "str", "integer": "int", "number": "float", "boolean": "bool", "array": "list", "object": "dict", "null": "None"}

// typeOf is a schema's type in Python's words.
func typeOf(schema jsonx.Value) string {
	if values := schema.Get("enum"); values.Kind() == jsonx.Array && values.Len() <= 8 {
		var all []string
		for v := range values.Elements() {
			all = append(all, string(v))
		}
		return "Literal[" + strings.Join(all, ", ") + "]"
	}
	kind, _ := schema.Get("type").Str()
	switch name := types[kind]; {
	case name == "":
		return "any"
	case kind == "array" && schema.Get("items").Kind() == jsonx.Object:
		return "list[" + typeOf(schema.Get("items")) + "]"
	default:
		return name
	}
}

// docs is all that is known of a tool.
func (f *Function) docs(server string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s.%s(%s)\n\n%s\n\nSchema of the arguments:\n%s\n", server, f.Name, strings.Join(f.parameters(), ", "), f.Tool.Description, f.Tool.Schema)
	if len(f.Tool.Output) > 0 {
		fmt.Fprintf(&b, "\nSchema of the result:\n%s\n", f.Tool.Output)
	}
	return b.String()
}
