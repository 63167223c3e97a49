package config

import (
	"fmt"
	"reflect"
	"strings"
)

// meaning is what documentation says of a key.
func meaning(f *field) string {
	text := f.doc
	if f.required {
		text = "Required. " + text
	}
	if f.enum != nil {
		text += " One of `" + strings.Join(f.enum, "`, `") + "`."
	}
	switch {
	case f.min != nil && f.max != nil:
		text += fmt.Sprintf(" From %s to %s.", number(*f.min), number(*f.max))
	case f.min != nil:
		text += fmt.Sprintf(" At least %s.", number(*f.min))
	}
	if f.aliases != nil {
		text += " Other name: `" + strings.Join(f.aliases, "`, `") + "`."
	}
	return text
}

// typeName is the type of a key for people.
func typeName(f *field) string {
	switch {
	case f.unit > 0:
		return "duration"
	case f.ref:
		return "reference"
	}
	return goTypeName(f.typ)
}

func goTypeName(t reflect.Type) string {
	switch {
	case t == secretType:
		return "secret"
	case t == rawType:
		return "any"
	case t.Kind() == reflect.Pointer:
		return goTypeName(t.Elem())
	case t.Kind() == reflect.Slice:
		return "list of " + goTypeName(t.Elem())
	case t.Kind() == reflect.Map:
		return "object of " + goTypeName(t.Elem())
	}
	return map[reflect.Kind]string{
		reflect.Struct: "object", reflect.String: "string", reflect.Bool: "boolean",
		reflect.Int: "integer", reflect.Float64: "number",
	}[t.Kind()]
}
