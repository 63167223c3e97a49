package typescript

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

type description struct {
	Paths      map[string]map[string]operation `json:"paths"`
	Components struct {
		Schemas map[string]schema `json:"schemas"`
	} `json:"components"`
}

type operation struct {
	OperationID string `json:"operationId"`
	Summary     string `json:"summary"`
	Parameters  []struct {
		Name        string `json:"name"`
		In          string `json:"in"`
		Required    bool   `json:"required"`
		Schema      schema `json:"schema"`
		Description string `json:"description"`
	} `json:"parameters"`
	RequestBody *content           `json:"requestBody"`
	Responses   map[string]content `json:"responses"`
}

type content struct {
	Content map[string]struct {
		Schema schema `json:"schema"`
	} `json:"content"`
}

// head is what the file begins with.
const head = `// Code generated from the description of the admin API by "make generate". DO NOT EDIT.

import { operation } from "./operation";

`

// Of writes the OpenAPI document as a module. Its lines are not indented: it is for compilers.
func Of(document []byte) ([]byte, error) {
	var d description
	if err := json.Unmarshal(document, &d); err != nil {
		return nil, fmt.Errorf("read the description: %w", err)
	}
	var b strings.Builder
	b.WriteString(head)
	for _, name := range slices.Sorted(maps.Keys(d.Components.Schemas)) {
		s := d.Components.Schemas[name]
		comment(&b, s.Description)
		if s.Ref == "" && len(s.Properties) > 0 && len(s.types()) == 1 {
			fmt.Fprintf(&b, "export interface %s {\n%s}\n\n", typeName(name), s.members())
			continue
		}
		fmt.Fprintf(&b, "export type %s = %s;\n\n", typeName(name), s.text())
	}
	for _, path := range slices.Sorted(maps.Keys(d.Paths)) {
		for _, method := range slices.Sorted(maps.Keys(d.Paths[path])) {
			o := d.Paths[path][method]
			o.write(&b, strings.ToUpper(method), path)
		}
	}
	return []byte(b.String()), nil
}

func (o *operation) write(b *strings.Builder, method, path string) {
	comment(b, o.Summary)
	fmt.Fprintf(b, "export const %s = /*#__PURE__*/ operation<%s, %s>(%q, %q, %q);\n\n",
		constantName(o.OperationID), o.asked(), o.answer(), o.OperationID, method, path)
}

// asked is the type of what an operation is asked with.
func (o *operation) asked() string {
	all := schema{Type: "object", Properties: map[string]schema{}}
	for _, in := range []string{"path", "query"} {
		part := schema{Type: "object", Properties: map[string]schema{}}
		for _, p := range o.Parameters {
			if p.In != in {
				continue
			}
			s := p.Schema
			s.Description = p.Description
			part.Properties[p.Name] = s
			if p.Required {
				part.Required = append(part.Required, p.Name)
			}
		}
		if len(part.Properties) > 0 {
			all.Properties[in] = part
		}
		if len(part.Required) > 0 {
			all.Required = append(all.Required, in)
		}
	}
	if o.RequestBody != nil {
		all.Properties["body"] = o.RequestBody.schema()
		all.Required = append(all.Required, "body")
	}
	if len(all.Properties) == 0 {
		return "Record<never, never>"
	}
	return all.text()
}

// answer is the type of what an operation answers when it succeeds.
func (o *operation) answer() string {
	for _, status := range slices.Sorted(maps.Keys(o.Responses)) {
		if response := o.Responses[status]; status[0] == '2' && len(response.Content) > 0 {
			s := response.schema()
			return s.text()
		}
	}
	return "null"
}

// schema is the one of the content as JSON.
func (c *content) schema() schema {
	for kind, content := range c.Content {
		if strings.HasSuffix(kind, "json") {
			return content.Schema
		}
	}
	return schema{}
}

// read makes a schema of what was decoded without knowing that it is one.
func read(decoded map[string]any) *schema {
	text, err := json.Marshal(decoded)
	if err != nil {
		return nil
	}
	var s schema
	if json.Unmarshal(text, &s) != nil {
		return nil
	}
	return &s
}
