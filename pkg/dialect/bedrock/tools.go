package bedrock

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect/take"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

func decodeToolConfig(v jsonx.Value, r *api.Request) *api.Error {
	const param = "toolConfig"
	if err := take.WantObject(v, param, "an object"); err != nil {
		return err
	}
	if err := take.WantArray(v.Get("tools"), param+".tools", "an array of tools"); err != nil {
		return err
	}
	i := 0
	for t := range v.Get("tools").Elements() {
		if point := t.Get("cachePoint"); point != nil && len(r.Tools) > 0 {
			r.Tools[len(r.Tools)-1].Cache = cacheOf(point)
			continue
		}
		tool, err := decodeTool(t, take.At(param+".tools", i))
		if err != nil {
			return err
		}
		r.Tools = append(r.Tools, tool)
		i++
	}
	choice := v.Get("toolChoice")
	if err := take.WantObject(choice, param+".toolChoice", "an object"); err != nil {
		return err
	}
	for key, m := range choice.Members() {
		switch key {
		case "auto":
			r.ToolChoice.Mode = api.ToolAuto
		case "any":
			r.ToolChoice.Mode = api.ToolRequired
		case "tool":
			r.ToolChoice = api.ToolChoice{Mode: api.ToolNamed, Names: []string{take.Text(m, "name")}}
		}
	}
	return nil
}

func decodeTool(v jsonx.Value, param string) (t api.Tool, err *api.Error) {
	if v.Kind() != jsonx.Object {
		return t, take.WrongType(param, "an object")
	}
	spec := v.Get("toolSpec")
	if spec.Kind() != jsonx.Object {
		return api.Tool{Name: take.Text(v, "systemTool", "name"), Raw: api.JSON(v), RawOf: name}, nil
	}
	t.Name, t.Description = take.Text(spec, "name"), take.Text(spec, "description")
	if schema := spec.Get("inputSchema", "json"); take.Present(schema) {
		t.Parameters = api.JSON(schema)
	}
	if strict, ok := spec.Get("strict").Bool(); ok {
		t.Strict = api.Some(strict)
	}
	return t, nil
}

// mayCall says whether the model may call tools. Bedrock has no word for that it may
// not, so then it is told of none.
func mayCall(r *api.Request) bool {
	return len(r.Tools) > 0 && r.ToolChoice.Mode != api.ToolNone
}

// appendToolConfig writes the tools and the choice among them.
func appendToolConfig(o *object, r *api.Request, cache bool) *api.Error {
	if !mayCall(r) {
		return nil
	}
	o.key("toolConfig")
	c := begin(o.dst)
	c.key("tools")
	c.dst = append(c.dst, '[')
	n := 0
	for i := range r.Tools {
		t := &r.Tools[i]
		if !chosen(&r.ToolChoice, t.Name) {
			continue
		}
		c.dst = appendComma(c.dst, n)
		n++
		if len(t.Raw) > 0 && t.RawOf != name {
			return foreignTool(t)
		}
		c.dst = appendTool(c.dst, t, r.ExtraOf == name)
		if t.Cache != nil && cache {
			c.dst = appendCachePoint(append(c.dst, ','), t.Cache)
		}
	}
	if n == 0 {
		return take.Invalid("invalid_value", "tool_choice", "The tool that is chosen is none of those in tools.")
	}
	c.dst = append(c.dst, ']')
	if !oneCall(r) {
		appendChoice(&c, &r.ToolChoice)
	}
	o.dst = c.end()
	return nil
}

// chosen says whether a tool is among those that the model may choose from.
func chosen(c *api.ToolChoice, tool string) bool {
	if c.Mode != api.ToolAllowed || len(c.Names) == 0 {
		return true
	}
	for _, n := range c.Names {
		if n == tool {
			return true
		}
	}
	return false
}

// foreignTool is the answer to a tool that another provider runs: without it the
// model would answer something else.
func foreignTool(t *api.Tool) *api.Error {
	return api.Errorf(api.KindUnsupported, "unsupported_tool",
		"The tool %q exists only in the %s API. Declare it as a function, or send the call to a provider of that API.", t.Name, t.RawOf)
}

const anyObject = `{"type":"object","properties":{}}`

func appendTool(dst []byte, t *api.Tool, own bool) []byte {
	if len(t.Raw) > 0 {
		return append(dst, t.Raw...)
	}
	o := begin(dst)
	o.inside("toolSpec", func(spec *object) {
		spec.str("name", t.Name)
		spec.word("description", t.Description)
		spec.inside("inputSchema", func(in *object) {
			switch {
			case len(t.Parameters) == 0:
				in.raw("json", api.JSON(anyObject))
			case own || jsonx.Value(t.Parameters).Get("type") != nil:
				in.raw("json", t.Parameters)
			default: // the type is required
				in.inside("json", func(schema *object) {
					schema.str("type", "object")
					for key, m := range jsonx.Value(t.Parameters).Members() {
						schema.raw(key, api.JSON(m))
					}
				})
			}
		})
		if t.Strict.Set && own { // few models take it
			spec.bool("strict", t.Strict.V)
		}
	})
	return o.end()
}

func appendChoice(o *object, c *api.ToolChoice) {
	const empty = "{}"
	switch {
	case c.Mode == api.ToolAuto, c.Mode == api.ToolAllowed && !c.Required:
		o.inside("toolChoice", func(in *object) { in.raw("auto", api.JSON(empty)) })
	case c.Mode == api.ToolRequired, c.Mode == api.ToolAllowed:
		o.inside("toolChoice", func(in *object) { in.raw("any", api.JSON(empty)) })
	case c.Mode == api.ToolNamed && len(c.Names) > 0:
		o.inside("toolChoice", func(in *object) {
			in.inside("tool", func(tool *object) { tool.str("name", c.Names[0]) })
		})
	}
}
