package control

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/danielgtaylor/huma/v2"
)

// declared begins the names of the configuration's declarations among the schemas of
// the API, so that they are told from its own types.
const declared = "Config"

const schemaRef = "#/components/schemas/"

// declarations are the JSON Schemas of the parts of the configuration, by name.
type declarations map[string]map[string]any

// declare registers the schemas of the configuration: the whole as Config, a part as
// Config and its name.
func declare(registry huma.Registry) declarations {
	text, err := config.Schema()
	if err != nil {
		panic(fmt.Sprintf("control: the configuration's schema: %v", err)) // a test makes it
	}
	text = []byte(strings.ReplaceAll(string(text), `"#/$defs/`, `"`+schemaRef+declared))
	var root map[string]any
	if err := json.Unmarshal(text, &root); err != nil {
		panic(fmt.Sprintf("control: the configuration's schema: %v", err))
	}
	found := declarations{}
	for name, schema := range root["$defs"].(map[string]any) {
		found[name] = schema.(map[string]any)
		registry.Map()[declared+name] = &huma.Schema{Extensions: found[name]}
	}
	delete(root, "$defs")
	delete(root, "$schema")
	registry.Map()[declared] = &huma.Schema{Extensions: root}
	return found
}

// object is the schema of a part of the configuration, with further members. Nothing is
// required, as a change names but what it changes, and an answer what was asked for.
func (d declarations) object(name string, added map[string]*huma.Schema) *huma.Schema {
	is, ok := d[name]
	if !ok {
		panic("control: the configuration declares no " + name)
	}
	properties := maps.Clone(is["properties"].(map[string]any))
	for member, schema := range added {
		properties[member] = schema
	}
	return &huma.Schema{Extensions: map[string]any{"type": "object", "properties": properties, "additionalProperties": false}}
}

// revisionSchema is that of the member that each answer has.
var revisionSchema = &huma.Schema{Type: "integer", Description: "The configuration's revision. Send it back with a change to have the change refused if the object was changed since."}

// asResource describes an operation of a resource.
func (c *Control) asResource(r *resource, op huma.Operation) huma.Operation {
	members := map[string]*huma.Schema{"revision": revisionSchema}
	switch {
	case op.Method == http.MethodGet && op.Path == cmp.Or(r.listed, r.path):
		members[r.many] = &huma.Schema{Type: "array", Items: c.objectSchema(r)}
		for _, count := range []string{"count", "total_count", "limit", "offset"} {
			members[count] = &huma.Schema{Type: "integer"}
		}
		members["next_cursor"] = &huma.Schema{Type: "string", Description: "Where the next page begins, for after; absent on the last page."}
		op.Parameters = append(op.Parameters, r.filterParameters()...)
	case op.Method == http.MethodDelete:
		members["message"] = &huma.Schema{Type: "string"}
	case !r.bare:
		members["message"] = &huma.Schema{Type: "string"}
		members[r.one] = c.objectSchema(r)
		if op.Method == http.MethodPost {
			maps.Copy(members, r.madeAdds)
		}
	}
	answered := &huma.Schema{Type: "object", Properties: members, AdditionalProperties: false, Required: []string{"revision"}}
	if r.bare && len(members) == 1 {
		added := map[string]*huma.Schema{"revision": revisionSchema, "message": {Type: "string"}}
		maps.Copy(added, r.added)
		answered = c.declared.object(r.schema, added)
	}
	op.Responses = map[string]*huma.Response{"200": {Description: "OK", Content: jsonOf(answered)}}
	if op.Method == http.MethodPost || op.Method == http.MethodPut {
		op.SkipValidateBody = true // the configuration's own checks say all that is wrong
		added := map[string]*huma.Schema{"revision": revisionSchema}
		if r.keyed {
			added[r.known] = &huma.Schema{Type: "string", Description: "Its name."}
		}
		op.RequestBody = &huma.RequestBody{Required: true, Content: jsonOf(c.declared.object(r.schema, added), r.example)}
	}
	op.Parameters = append(op.Parameters, r.pathParameters(op.Path)...)
	return op
}

// objectSchema is the schema of a resource's object as answers have it.
func (c *Control) objectSchema(r *resource) *huma.Schema {
	name := r.schema + "Object"
	schemas := c.api.OpenAPI().Components.Schemas.Map()
	if schemas[name] == nil {
		schemas[name] = c.declared.object(r.schema, r.added)
	}
	return &huma.Schema{Ref: schemaRef + name}
}

// jsonOf is a body of JSON, perhaps with an example.
func jsonOf(s *huma.Schema, example ...string) map[string]*huma.MediaType {
	body := &huma.MediaType{Schema: s}
	for _, text := range example {
		body.Example = json.RawMessage(text)
	}
	return map[string]*huma.MediaType{"application/json": body}
}

func (r *resource) filterParameters() []*huma.Param {
	var all []*huma.Param
	for _, name := range r.filters {
		all = append(all, &huma.Param{Name: name, In: "query", Description: "Those that have this.", Schema: &huma.Schema{Type: "string"}})
	}
	return append(all, &huma.Param{Name: "tag", In: "query", Description: "Those that bear this tag.", Schema: &huma.Schema{Type: "string"}})
}

func (r *resource) pathParameters(path string) []*huma.Param {
	var all []*huma.Param
	for _, name := range []string{"provider", "id"} {
		if slices.Contains(strings.Split(path, "/"), "{"+name+"}") {
			all = append(all, &huma.Param{Name: name, In: "path", Required: true, Schema: &huma.Schema{Type: "string"}})
		}
	}
	return all
}

// asKey describes an operation of virtual keys.
func (c *Control) asKey(op huma.Operation) huma.Operation {
	const name = "VirtualKeyObject"
	schemas := c.api.OpenAPI().Components.Schemas.Map()
	if schemas[name] == nil {
		schemas[name] = c.declared.object("VirtualKey", map[string]*huma.Schema{
			"value":      {Type: "string", Description: "The key itself in the answer that made it; its last four characters ever after."},
			"created_at": {Type: "string", Format: "date-time"},
			"updated_at": {Type: "string", Format: "date-time"},
			"team":       {Type: "object", Description: "The team that it belongs to."},
			"customer":   {Type: "object", Description: "The customer that it belongs to."},
			"revision":   {Type: "integer", Description: "The key's own. Send it back with a change to have the change refused if somebody else was quicker."},
		})
	}
	key := &huma.Schema{Ref: schemaRef + name}
	many := &huma.Schema{Type: "array", Items: key}
	members := map[string]*huma.Schema{"message": {Type: "string"}}
	switch bulk := strings.HasSuffix(op.Path, "/bulk"); {
	case op.Method == http.MethodGet && op.Path == virtualKeysPath:
		members = map[string]*huma.Schema{"virtual_keys": many, "next_cursor": {Type: "string", Description: "Where the next page begins, for after; absent on the last page."}}
		for _, count := range []string{"count", "total_count", "limit", "offset"} {
			members[count] = &huma.Schema{Type: "integer"}
		}
	case bulk:
		members["virtual_keys"] = many
	default:
		members["virtual_key"] = key
	}
	op.Responses = map[string]*huma.Response{"200": {Description: "OK", Content: jsonOf(&huma.Schema{Type: "object", Properties: members, AdditionalProperties: false})}}
	if op.Method != http.MethodGet && op.OperationID != "rotate-virtual-key" {
		op.SkipValidateBody = true // the configuration's own checks say all that is wrong
		sent := &huma.Schema{Ref: schemaRef + name}
		if strings.HasSuffix(op.Path, "/bulk") {
			sent = &huma.Schema{Type: "object", Properties: map[string]*huma.Schema{"virtual_keys": many}, Required: []string{"virtual_keys"}, AdditionalProperties: false}
		}
		example := keyExample
		if strings.HasSuffix(op.Path, "/bulk") {
			example = `{"virtual_keys":[` + keyExample + `]}`
		}
		op.RequestBody = &huma.RequestBody{Required: true, Content: jsonOf(sent, example)}
	}
	return op
}

const keyExample = `{"name":"web","tags":["prod"],"budget":{"max_limit":20,"reset_duration":"1d"}}`

// asExport describes an operation of the document that says all.
func (c *Control) asExport(op huma.Operation) huma.Operation {
	key := c.declared.object("VirtualKey", map[string]*huma.Schema{
		"digest":     {Type: "string", Description: "SHA-256 of its value, in hexadecimal. Without one, a value is made."},
		"last4":      {Type: "string", Description: "Last characters of its value."},
		"created_at": {Type: "string", Format: "date-time"},
		"strict":     {Type: "boolean", Description: "Whether its empty lists allow nothing, where that is not as the configuration's version says."},
	})
	document := &huma.Schema{Type: "object", AdditionalProperties: false, Required: []string{"format"}, Properties: map[string]*huma.Schema{
		"format":        {Type: "string", Enum: []any{exportFormat}},
		"configuration": {Ref: schemaRef + declared},
		"virtual_keys":  {Type: "array", Items: key, Description: "The keys that are not in the configuration."},
	}}
	if op.Method == http.MethodGet {
		op.Responses = map[string]*huma.Response{"200": {Description: "OK", Content: jsonOf(document)}}
		return op
	}
	op.SkipValidateBody = true
	op.RequestBody = &huma.RequestBody{Required: true, Content: jsonOf(document, `{"format":"asbru/1","virtual_keys":[{"id":"vk-web","name":"web"}]}`)}
	return op
}
