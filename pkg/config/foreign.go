package config

import (
	"encoding/json"
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

// Declared is what the declaration of a struct says of one of its keys.
type Declared struct{ Name, Type, Default, Meaning string }

// DeclaredIn are the keys of the struct that of is or points to, in order, for documentation.
func DeclaredIn(of any) []Declared {
	t := reflect.TypeOf(of)
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	var keys []Declared
	for _, f := range sectionOf(t).fields {
		keys = append(keys, Declared{f.name, typeName(f), f.standard, meaning(f)})
	}
	return keys
}
