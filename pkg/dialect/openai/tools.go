package openai

import (
	"slices"

	"github.com/asbru-gateway/asbru/pkg/dialect/take"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect/put"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

func (d *requestDecoder) tools(v jsonx.Value) *api.Error {
	if v.IsNull() {
		return nil
	}
	if v.Kind() != jsonx.Array {
		return take.WrongType("tools", "an array of tools")
	}
	i := 0
	for e := range v.Elements() {
		t, err := decodeTool(e, i)
		if err != nil {
			return err
		}
		d.r.Tools = append(d.r.Tools, t)
		i++
	}
	return nil
}

func decodeTool(v jsonx.Value, i int) (api.Tool, *api.Error) {
	if v.Kind() != jsonx.Object {
		return api.Tool{}, take.WrongType(take.At("tools", i), "an object")
	}
	f := v.Get("function")
	if kind := take.Text(v, "type"); kind != "function" {
		return api.Tool{Name: take.Text(v, kind, "name"), Description: take.Text(v, kind, "description"), Raw: api.JSON(v), RawOf: name}, nil
	}
	t := api.Tool{Name: take.Text(f, "name"), Description: take.Text(f, "description"), Cache: cacheOf(v.Get("cache_control"))}
	if t.Cache == nil {
		t.Cache = cacheOf(f.Get("cache_control"))
	}
	if t.Name == "" {
		return t, api.Invalid("invalid_tool", take.Within("tools", i, "function.name"), "Give the function of each tool a name.")
	}
	if err := take.Object(f.Get("parameters"), take.Within("tools", i, "function.parameters"), "a JSON Schema object", &t.Parameters); err != nil {
		return t, err
	}
	return t, take.Bool(f.Get("strict"), take.Within("tools", i, "function.strict"), &t.Strict)
}

// toolChoice reads all forms of tool_choice: a word, one named tool, a set of allowed ones.
func (d *requestDecoder) toolChoice(v jsonx.Value) *api.Error {
	if v.IsNull() {
		return nil
	}
	c := &d.r.ToolChoice
	word, _ := v.Str()
	if word == "" {
		word = take.Text(v, "type")
	}
	switch word {
	case "auto":
		c.Mode = api.ToolAuto
	case "none":
		c.Mode = api.ToolNone
	case "required", "any":
		c.Mode = api.ToolRequired
	case "function", "custom":
		c.Mode, c.Names = api.ToolNamed, []string{take.Text(v, word, "name")}
	case "allowed_tools":
		c.Mode = api.ToolAllowed
		c.Required = take.Text(v, "allowed_tools", "mode") == "required"
		for e := range v.Get("allowed_tools", "tools").Elements() {
			c.Names = append(c.Names, take.Text(e, take.Text(e, "type"), "name"))
		}
	default:
		return api.Invalid("invalid_value", "tool_choice",
			`The field "tool_choice" must be "auto", "none", "required", or an object that names a tool.`)
	}
	return nil
}

func (w *requestWriter) appendTools(dst []byte) ([]byte, *api.Error) {
	if len(w.r.Tools) == 0 {
		return dst, nil
	}
	dst = append(put.Key(dst, "tools"), '[')
	for i := range w.r.Tools {
		t := &w.r.Tools[i]
		dst = put.Comma(dst)
		switch {
		case t.Raw == nil:
			dst = w.appendTool(dst, t)
		case t.RawOf == name:
			dst = append(dst, t.Raw...)
		default:
			return dst, api.Errorf(api.KindUnsupported, "unsupported_tool",
				"The tool %q is one that only the dialect %s knows.", t.Name, t.RawOf)
		}
	}
	return append(dst, ']'), nil
}

func (w *requestWriter) appendTool(dst []byte, t *api.Tool) []byte {
	dst = append(dst, `{"type":"function","function":{`...)
	dst = put.Text(dst, "name", t.Name)
	dst = put.Some(dst, "description", t.Description)
	dst = put.Raw(dst, "parameters", t.Parameters)
	if !w.q.NoStrict {
		dst = put.OptBool(dst, "strict", t.Strict)
	}
	dst = append(dst, '}')
	return append(w.appendCache(dst, t.Cache), '}')
}

func (w *requestWriter) appendToolChoice(dst []byte) []byte {
	c := &w.r.ToolChoice
	// Without tools both fields are refused.
	if len(w.r.Tools) == 0 {
		return dst
	}
	dst = put.OptBool(dst, "parallel_tool_calls", c.Parallel)
	switch c.Mode {
	case api.ToolAuto:
		return put.Text(dst, "tool_choice", "auto")
	case api.ToolNone:
		return put.Text(dst, "tool_choice", "none")
	case api.ToolRequired:
		return put.Text(dst, "tool_choice", "required")
	case api.ToolNamed:
		if len(c.Names) > 0 {
			return w.appendToolName(put.Key(dst, "tool_choice"), c.Names[0])
		}
	case api.ToolAllowed:
		mode := "auto"
		if c.Required {
			mode = "required"
		}
		dst = append(put.Key(dst, "tool_choice"), `{"type":"allowed_tools","allowed_tools":{`...)
		dst = append(put.Text(dst, "mode", mode), `,"tools":[`...)
		for _, n := range c.Names {
			dst = w.appendToolName(put.Comma(dst), n)
		}
		return append(dst, "]}}"...)
	}
	return dst
}

// appendToolName writes a reference to one of the request's tools.
func (w *requestWriter) appendToolName(dst []byte, tool string) []byte {
	kind := "function"
	if slices.ContainsFunc(w.r.Tools, func(t api.Tool) bool {
		return t.Name == tool && t.RawOf == name && take.Text(jsonx.Value(t.Raw), "type") == "custom"
	}) {
		kind = "custom"
	}
	dst = put.Text(append(dst, '{'), "type", kind)
	dst = append(put.Key(dst, kind), '{')
	return append(put.Text(dst, "name", tool), "}}"...)
}
