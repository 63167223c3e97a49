package bedrock

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect/put"
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
func appendToolConfig(o *put.Object, r *api.Request, cache bool) *api.Error {
	if !mayCall(r) {
		return nil
	}
	o.Key("toolConfig")
	c := put.Begin(o.Dst)
	c.Key("tools")
	c.Dst = append(c.Dst, '[')
	n := 0
	for i := range r.Tools {
		t := &r.Tools[i]
		if !chosen(&r.ToolChoice, t.Name) {
			continue
		}
		c.Dst = put.Comma(c.Dst)
		n++
		if len(t.Raw) > 0 && t.RawOf != name {
			return foreignTool(t)
		}
		c.Dst = appendTool(c.Dst, t, r.ExtraOf == name)
		if t.Cache != nil && cache {
			c.Dst = appendCachePoint(append(c.Dst, ','), t.Cache)
		}
	}
	if n == 0 {
		return take.Invalid("invalid_value", "tool_choice", "The tool that is chosen is none of those in tools.")
	}
	c.Dst = append(c.Dst, ']')
	if !oneCall(r) {
		appendChoice(&c, &r.ToolChoice)
	}
	o.Dst = c.End()
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
	o := put.Begin(dst)
	o.Inside("toolSpec", func(spec *put.Object) {
		spec.Text("name", t.Name)
		spec.Some("description", t.Description)
		spec.Inside("inputSchema", func(in *put.Object) {
			switch {
			case len(t.Parameters) == 0:
				in.Raw("json", api.JSON(anyObject))
			case own || jsonx.Value(t.Parameters).Get("type") != nil:
				in.Raw("json", t.Parameters)
			default: // the type is required
				in.Inside("json", func(schema *put.Object) {
					schema.Text("type", "object")
					for key, m := range jsonx.Value(t.Parameters).Members() {
						schema.Raw(key, api.JSON(m))
					}
				})
			}
		})
		if t.Strict.Set && own { // few models take it
			spec.Bool("strict", t.Strict.V)
		}
	})
	return o.End()
}

func appendChoice(o *put.Object, c *api.ToolChoice) {
	const empty = "{}"
	switch {
	case c.Mode == api.ToolAuto, c.Mode == api.ToolAllowed && !c.Required:
		o.Inside("toolChoice", func(in *put.Object) { in.Raw("auto", api.JSON(empty)) })
	case c.Mode == api.ToolRequired, c.Mode == api.ToolAllowed:
		o.Inside("toolChoice", func(in *put.Object) { in.Raw("any", api.JSON(empty)) })
	case c.Mode == api.ToolNamed && len(c.Names) > 0:
		o.Inside("toolChoice", func(in *put.Object) {
			in.Inside("tool", func(tool *put.Object) { tool.Text("name", c.Names[0]) })
		})
	}
}
