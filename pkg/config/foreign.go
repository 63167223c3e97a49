package config

import (
	"encoding/json"
	"fmt"
	"reflect"
)

// Decode lays a JSON object over the struct that into points to, whose fields are declared
// by the tags that this package knows. It is for what is configured within the configuration
// and only its owner understands, such as a plugin's own settings; nothing stands for an
// empty object. The error is a *Problems.
func Decode(data json.RawMessage, into any, opts ...Option) error {
	if len(data) == 0 || string(data) == "null" {
		data = json.RawMessage("{}")
	}
	root, problem := parseJSON(data)
	if problem != nil {
		return &Problems{List: []Problem{*problem}}
	}
	d := &decoder{options: newOptions(opts), at: make(map[string]position), files: make(fileDigests), references: make(map[string]string)}
	reportDuplicates(root, "", func(path string, at position, message string) {
		d.problem(path, at, "%s", message)
	})
	d.section(root, reflect.ValueOf(into).Elem(), "")
	if len(d.problems) == 0 {
		return nil
	}
	sortProblems(d.problems)
	for i := range d.problems {
		d.problems[i].Line, d.problems[i].Column = 0, 0 // of a text that nobody has written so
	}
	return &Problems{List: d.problems}
}

// Fault returns the error of a key that [Decode] has read and whose value its owner cannot use.
func Fault(path, format string, args ...any) *Problems {
	return &Problems{List: []Problem{{Path: path, Message: fmt.Sprintf(format, args...)}}}
}

// Declared is what the declaration of a struct says of one of its keys, which are named by
// their paths: rules[].name.
type Declared struct{ Name, Type, Default, Meaning string }

// DeclaredIn are the keys of the struct that of is or points to, and of what it holds, in
// order, for documentation. Those that are not acted on are left out.
func DeclaredIn(of any) []Declared {
	t, _ := heldBy(reflect.TypeOf(of), "")
	return declaredIn(nil, t, "")
}

func declaredIn(keys []Declared, t reflect.Type, under string) []Declared {
	for _, f := range sectionOf(t).fields {
		if f.unused {
			continue
		}
		keys = append(keys, Declared{under + f.name, typeName(f), f.standard, meaning(f)})
		if inner, path := heldBy(f.typ, under+f.name); inner.Kind() == reflect.Struct {
			keys = declaredIn(keys, inner, path+".")
		}
	}
	return keys
}

// heldBy is what a pointer, list or object holds in the end, and the path to it.
func heldBy(t reflect.Type, path string) (reflect.Type, string) {
	switch t.Kind() {
	case reflect.Pointer:
		return heldBy(t.Elem(), path)
	case reflect.Slice:
		return heldBy(t.Elem(), path+"[]")
	case reflect.Map:
		return heldBy(t.Elem(), path+".NAME")
	}
	return t, path
}
