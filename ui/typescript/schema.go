package typescript

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// schema is the part of a JSON Schema that types are made of.
type schema struct {
	Ref                  string            `json:"$ref"`
	Type                 any               `json:"type"` // a text, or a list of them
	Enum                 []any             `json:"enum"`
	Items                *schema           `json:"items"`
	Properties           map[string]schema `json:"properties"`
	Required             []string          `json:"required"`
	AdditionalProperties any               `json:"additionalProperties"` // a schema, or whether there are any
	OneOf                []schema          `json:"oneOf"`
	AnyOf                []schema          `json:"anyOf"`
	Description          string            `json:"description"`
}

// types are the kinds of value that the schema allows.
func (s *schema) types() []string {
	switch t := s.Type.(type) {
	case string:
		return []string{t}
	case []any:
		var all []string
		for _, one := range t {
			all = append(all, fmt.Sprint(one))
		}
		return all
	}
	return nil
}

// text writes the type that values of the schema have.
func (s *schema) text() string {
	if s == nil {
		return "unknown"
	}
	if s.Ref != "" {
		return typeName(s.Ref[strings.LastIndexByte(s.Ref, '/')+1:])
	}
	if len(s.Enum) > 0 {
		var values []string
		for _, v := range s.Enum {
			values = append(values, literal(v))
		}
		return strings.Join(values, " | ")
	}
	for _, several := range [][]schema{s.OneOf, s.AnyOf} {
		if len(several) > 0 {
			return union(several)
		}
	}
	var kinds []string
	for _, t := range s.types() {
		kinds = append(kinds, s.kind(t))
	}
	if len(kinds) == 0 {
		return "unknown"
	}
	return strings.Join(slices.Compact(kinds), " | ")
}

func union(several []schema) string {
	var all []string
	for i := range several {
		if text := several[i].text(); !slices.Contains(all, text) {
			all = append(all, text)
		}
	}
	return strings.Join(all, " | ")
}

// kind writes the type of those values that are of the kind t of JSON Schema.
func (s *schema) kind(t string) string {
	switch t {
	case "integer", "number":
		return "number"
	case "array":
		of := s.Items.text()
		if strings.Contains(of, " | ") {
			of = "(" + of + ")"
		}
		return of + "[]"
	case "object":
		return s.object()
	}
	return t // string, boolean, null
}

func (s *schema) object() string {
	if len(s.Properties) == 0 {
		if of, ok := s.AdditionalProperties.(map[string]any); ok {
			return "Record<string, " + read(of).text() + ">"
		}
		return "Record<string, unknown>"
	}
	return "{\n" + s.members() + "}"
}

// members writes the properties, one to a line.
func (s *schema) members() string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		p := s.Properties[name]
		comment(&b, p.Description)
		mark := "?"
		if slices.Contains(s.Required, name) {
			mark = ""
		}
		fmt.Fprintf(&b, "%s%s: %s;\n", quotedName(name), mark, p.text())
	}
	return b.String()
}

func literal(v any) string {
	switch v := v.(type) {
	case string:
		return fmt.Sprintf("%q", v)
	case nil:
		return "null"
	}
	return fmt.Sprint(v)
}

var plainName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

func quotedName(name string) string {
	if plainName.MatchString(name) {
		return name
	}
	return fmt.Sprintf("%q", name)
}

// typeName makes a name of TypeScript of a schema's: what separates its words is left out.
func typeName(name string) string {
	var b strings.Builder
	upper := true
	for _, r := range name {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' {
			upper = true
			continue
		}
		if upper {
			r, upper = unicode.ToUpper(r), false
		}
		b.WriteRune(r)
	}
	return b.String()
}

// constantName is an operation's id as TypeScript writes names of values.
func constantName(id string) string {
	name := []rune(typeName(id))
	name[0] = unicode.ToLower(name[0])
	if slices.Contains(reserved, string(name)) {
		name = append(name, '_')
	}
	return string(name)
}

// reserved are the words of the language that ids of operations may be.
var reserved = []string{"export", "import", "delete", "default", "new", "switch", "case"}

func comment(b *strings.Builder, text string) {
	if text != "" {
		fmt.Fprintf(b, "/** %s */\n", strings.ReplaceAll(strings.ReplaceAll(text, "\n", " "), "*/", "* /"))
	}
}
