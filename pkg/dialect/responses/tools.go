package responses

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/put"
	"github.com/asbru-gateway/asbru/pkg/dialect/take"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

func (d *requestDecoder) tools(v jsonx.Value) *api.Error {
	if !take.Present(v) {
		return nil
	}
	if v.Kind() != jsonx.Array {
		return take.WrongType("tools", "an array of tools")
	}
	i := 0
	for e := range v.Elements() {
		if e.Kind() != jsonx.Object {
			return take.WrongType(take.At("tools", i), "an object")
		}
		if err := d.tool(e, i); err != nil {
			return err
		}
		i++
	}
	return nil
}

func (d *requestDecoder) tool(v jsonx.Value, i int) *api.Error {
	switch kind := take.Text(v, "type"); kind {
	case "function", "custom":
		return d.function(v, "", i)
	case "namespace":
		for e := range v.Get("tools").Elements() {
			if err := d.function(e, take.Text(v, "name"), i); err != nil {
				return err
			}
		}
		return nil
	case "web_search":
		if live, ok := v.Get("external_web_access").Bool(); ok && !live { // what a cache has, the model may do without
			d.r.Dropped = append(d.r.Dropped, "tools.web_search")
			return nil
		}
		return d.refuseTool(kind, i)
	default:
		return d.refuseTool(kind, i)
	}
}

// function reads a tool that the caller runs. Only plain functions are known to all
// dialects, so one that is another thing, or in a namespace, becomes one.
func (d *requestDecoder) function(v jsonx.Value, namespace string, i int) *api.Error {
	own := take.Text(v, "name")
	if own == "" {
		return api.Invalid("invalid_tool", take.Within("tools", i, "name"), "Give each tool a name.")
	}
	t := api.Tool{Name: inNamespace(namespace, own), Description: take.Text(v, "description")}
	custom := take.Text(v, "type") == "custom"
	if custom || namespace != "" {
		d.head.ToolForms = append(d.head.ToolForms, dialect.ToolForm{Name: t.Name, Own: own, Namespace: namespace, Custom: custom})
	}
	if custom {
		t.Description, t.Parameters = describeCustom(t.Description, v.Get("format")), freeTextSchema
	} else {
		if err := take.Object(v.Get("parameters"), take.Within("tools", i, "parameters"), "a JSON Schema object", &t.Parameters); err != nil {
			return err
		}
		if err := take.Bool(v.Get("strict"), take.Within("tools", i, "strict"), &t.Strict); err != nil {
			return err
		}
	}
	d.r.Tools = append(d.r.Tools, t)
	return nil
}

// inNamespace is the name of the function that stands for a tool in a namespace.
func inNamespace(namespace, name string) string {
	if namespace == "" {
		return name
	}
	return namespace + "__" + name
}

// formOf returns how the caller knows the tool of a call; of a plain function that is
// by its name.
func formOf(h *dialect.Head, name string) dialect.ToolForm {
	for _, f := range h.ToolForms {
		if f.Name == name {
			return f
		}
	}
	return dialect.ToolForm{Name: name, Own: name}
}

// refuseTool refuses a tool that runs at the provider, unless the caller agrees to
// do without.
func (d *requestDecoder) refuseTool(kind string, i int) *api.Error {
	if d.head.DropParams {
		d.r.Dropped = append(d.r.Dropped, "tools."+printable(kind))
		return nil
	}
	return &api.Error{
		Kind: api.KindUnsupported, Code: "unsupported_tool", Param: take.At("tools", i),
		Message: "A tool of type " + printable(kind) + " runs at a provider of the Responses API, and this model's provider is asked in another way. Leave it out, or set drop_params to have the gateway do so.",
	}
}

// toolChoice reads all forms of tool_choice: a word, one named tool, a set of allowed ones.
func (d *requestDecoder) toolChoice(v jsonx.Value) *api.Error {
	if !take.Present(v) {
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
	case "required":
		c.Mode = api.ToolRequired
	case "function", "custom":
		c.Mode, c.Names = api.ToolNamed, []string{take.Text(v, "name")}
	case "allowed_tools":
		c.Mode, c.Required = api.ToolAllowed, take.Text(v, "mode") == "required"
		for e := range v.Get("tools").Elements() {
			if n := take.Text(e, "name"); n != "" {
				c.Names = append(c.Names, n)
			}
		}
	case "":
		return api.Invalid("invalid_value", "tool_choice",
			`The field "tool_choice" must be "auto", "none", "required", or an object that names a tool.`)
	default:
		return d.refuse("tool_choice")
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
		if t.Raw != nil {
			return dst, api.Errorf(api.KindUnsupported, "unsupported_tool", "The tool %q is one that only the dialect %s knows.", t.Name, t.RawOf)
		}
		dst = w.appendTool(put.Comma(dst), t)
	}
	return append(dst, ']'), nil
}

// appendTool writes a function. Where the caller did not say whether its arguments
// are to be kept to strictly, this API would try to; the other dialects do not.
func (w *requestWriter) appendTool(dst []byte, t *api.Tool) []byte {
	dst = append(dst, `{"type":"function"`...)
	dst = put.Text(dst, "name", t.Name)
	dst = put.Some(dst, "description", t.Description)
	if len(t.Parameters) > 0 {
		dst = put.Raw(dst, "parameters", t.Parameters)
	} else {
		dst = append(dst, `,"parameters":{"type":"object","properties":{}}`...)
	}
	if strict := t.Strict; !w.q.NoStrict {
		if !strict.Set && w.r.ExtraOf != name {
			strict = api.Some(false)
		}
		dst = put.OptBool(dst, "strict", strict)
	}
	return append(dst, '}')
}

func (w *requestWriter) appendToolChoice(dst []byte) []byte {
	c := &w.r.ToolChoice
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
			return appendToolName(put.Key(dst, "tool_choice"), c.Names[0])
		}
	case api.ToolAllowed:
		mode := "auto"
		if c.Required {
			mode = "required"
		}
		dst = append(put.Key(dst, "tool_choice"), `{"type":"allowed_tools"`...)
		dst = append(put.Text(dst, "mode", mode), `,"tools":[`...)
		for _, n := range c.Names {
			dst = appendToolName(put.Comma(dst), n)
		}
		return append(dst, "]}"...)
	}
	return dst
}

func appendToolName(dst []byte, tool string) []byte {
	return append(put.Text(append(dst, `{"type":"function"`...), "name", tool), '}')
}
