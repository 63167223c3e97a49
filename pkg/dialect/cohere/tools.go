package cohere

import (
	"slices"
	"strconv"

	"github.com/asbru-gateway/asbru/pkg/dialect/take"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect/put"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// Tools: https://docs.cohere.com/v2/reference/chat#request.body.tools

func (d *requestDecoder) tools(v jsonx.Value) *api.Error {
	if !take.Present(v) {
		return nil
	}
	if v.Kind() != jsonx.Array {
		return take.WrongType("tools", "an array of tools")
	}
	i := 0
	for e := range v.Elements() {
		f := e.Get("function")
		t := api.Tool{Name: take.Text(f, "name"), Description: take.Text(f, "description")}
		if t.Name == "" {
			return api.Invalid("invalid_tool", take.Within("tools", i, "function.name"), "Give the function of each tool a name.")
		}
		if parameters := f.Get("parameters"); take.Present(parameters) {
			if parameters.Kind() != jsonx.Object {
				return take.WrongType(take.Within("tools", i, "function.parameters"), "a JSON Schema object")
			}
			t.Parameters = api.JSON(parameters)
		}
		d.r.Tools = append(d.r.Tools, t)
		i++
	}
	return nil
}

func (d *requestDecoder) toolChoice(v jsonx.Value) *api.Error {
	if !take.Present(v) {
		return nil
	}
	switch word, _ := v.Str(); word {
	case "REQUIRED":
		d.r.ToolChoice.Mode = api.ToolRequired
	case "NONE":
		d.r.ToolChoice.Mode = api.ToolNone
	default:
		return api.Invalid("invalid_value", "tool_choice", `The field "tool_choice" must be "REQUIRED" or "NONE".`)
	}
	return nil
}

// decodeCall reads an element of a whole message's tool_calls, the n-th one.
func decodeCall(v jsonx.Value, n int) api.Part {
	call := &api.ToolCall{ID: take.Text(v, "id"), Name: take.Text(v, "function", "name"), Args: argumentsOf(take.Text(v, "function", "arguments"))}
	if call.ID == "" {
		call.ID = fallbackID(n)
	}
	p := api.Part{Kind: api.PartToolCall, Call: call}
	readSignature(&p, v)
	return p
}

// fallbackID is the id of the n-th call of a message whose provider gave it none.
func fallbackID(n int) string { return "call_" + strconv.Itoa(n) }

// argumentsOf returns a call's arguments as an object. A tool without parameters is
// called with null; what a model garbled is kept as the text it is, in an object, so
// that a conversation with such a call in its history can go on.
func argumentsOf(s string) api.JSON {
	raw := jsonx.Value(s)
	switch {
	case s == "" || jsonx.Valid(raw) == nil && raw.IsNull():
		return api.JSON(`{}`)
	case jsonx.Valid(raw) == nil && raw.Kind() == jsonx.Object:
		return api.JSON(s)
	}
	return append(put.Text([]byte{'{'}, "malformed_arguments", s), '}')
}

// appendCalls writes the calls among a message's parts.
func appendCalls(dst []byte, parts []api.Part, sealed bool) []byte {
	begun := false
	for i := range parts {
		p := &parts[i]
		if p.Kind != api.PartToolCall || p.Call == nil {
			continue
		}
		if !begun {
			dst, begun = append(put.Key(dst, "tool_calls"), '['), true
		}
		dst = append(put.Comma(dst), '{')
		dst = appendFunction(dst, p.Call.ID, p.Call.Name, argsText(p.Call.Args))
		dst = append(appendSignature(dst, p, sealed), '}')
	}
	if begun {
		dst = append(dst, ']')
	}
	return dst
}

// appendFunction writes the members of a call.
func appendFunction(dst []byte, id, function, args string) []byte {
	dst = put.Text(dst, "id", id)
	dst = append(dst, `,"type":"function","function":{`...)
	dst = put.Text(dst, "name", function)
	return append(put.Text(dst, "arguments", args), '}')
}

func argsText(args api.JSON) string {
	if len(args) == 0 {
		return "{}"
	}
	return jsonx.Borrow(args)
}

// appendTools writes the tools and the choice among them. The dialect cannot name
// one, nor allow some only, so the others are left out.
func (w *requestWriter) appendTools(dst []byte) ([]byte, *api.Error) {
	r := w.r
	n, strict := 0, false
	for i := range r.Tools {
		t := &r.Tools[i]
		if !offered(&r.ToolChoice, t.Name) {
			continue
		}
		if t.Raw != nil {
			return dst, api.Errorf(api.KindUnsupported, "unsupported_tool", "The tool %q is one that only the dialect %s knows.", t.Name, t.RawOf)
		}
		if n == 0 {
			dst = append(put.Key(dst, "tools"), '[')
		}
		dst = append(put.Comma(dst), `{"type":"function","function":{`...)
		dst = put.Text(dst, "name", t.Name)
		dst = put.Some(dst, "description", t.Description)
		parameters := t.Parameters
		if len(parameters) == 0 {
			parameters = noParameters
		}
		dst = append(put.Raw(dst, "parameters", parameters), "}}"...)
		strict = (n == 0 || strict) && t.Strict.V
		n++
	}
	if n == 0 {
		return dst, nil // a choice without tools is refused
	}
	dst = append(dst, ']')
	if strict && !w.q.NoStrict {
		dst = append(dst, `,"strict_tools":true`...)
	}
	switch c := &r.ToolChoice; {
	case c.Mode == api.ToolNone:
		dst = put.Text(dst, "tool_choice", "NONE")
	case c.Mode == api.ToolRequired, c.Mode == api.ToolNamed, c.Mode == api.ToolAllowed && c.Required:
		dst = put.Text(dst, "tool_choice", "REQUIRED")
	}
	return dst, nil
}

// noParameters is the schema of a tool that takes none; the dialect wants one.
var noParameters = api.JSON(`{"type":"object","properties":{}}`)

// offered says whether the choice leaves the tool to the model.
func offered(c *api.ToolChoice, tool string) bool {
	if c.Mode != api.ToolNamed && c.Mode != api.ToolAllowed {
		return true
	}
	return slices.Contains(c.Names, tool)
}
