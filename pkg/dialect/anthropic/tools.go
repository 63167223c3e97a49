package anthropic

import (
	"slices"
	"strconv"

	"github.com/asbru-gateway/asbru/pkg/dialect/take"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// Tools and tool choice: https://docs.anthropic.com/en/api/messages#body-tools

func decodeTools(r *api.Request, v jsonx.Value) *api.Error {
	if v.IsNull() {
		return nil
	}
	if v.Kind() != jsonx.Array {
		return take.WrongType("tools", "an array of tools")
	}
	i := 0
	for e := range v.Elements() {
		t, err := decodeTool(e)
		if err != nil {
			return within(err, "tools", i)
		}
		r.Tools = append(r.Tools, t)
		i++
	}
	return nil
}

func decodeTool(v jsonx.Value) (api.Tool, *api.Error) {
	var t api.Tool
	if v.Kind() != jsonx.Object {
		return t, take.WrongType("", "an object")
	}
	if err := take.String(v.Get("name"), "name", &t.Name); err != nil {
		return t, err
	}
	if kind := take.Text(v, "type"); kind != "" && kind != "custom" {
		t.Raw, t.RawOf = api.JSON(v), name // a tool that the provider runs
		return t, nil
	}
	for key, member := range v.Members() {
		var err *api.Error
		switch key {
		case "name", "type":
		case "description":
			err = take.String(member, key, &t.Description)
		case "input_schema":
			t.Parameters = api.JSON(member)
		case "strict":
			err = take.Bool(member, key, &t.Strict)
		case "cache_control":
			t.Cache = decodeCache(member)
		default:
			t.Extra = append(t.Extra, api.Field{Name: key, Value: api.JSON(member)})
		}
		if err != nil {
			return t, err
		}
	}
	return t, nil
}

func decodeToolChoice(c *api.ToolChoice, v jsonx.Value) *api.Error {
	if v.IsNull() {
		return nil
	}
	switch take.Text(v, "type") {
	case "auto":
		c.Mode = api.ToolAuto
	case "any":
		c.Mode = api.ToolRequired
	case "none":
		c.Mode = api.ToolNone
	case "tool":
		c.Mode, c.Names = api.ToolNamed, []string{take.Text(v, "name")}
	default:
		return take.Invalid("invalid_value", "tool_choice.type", `The value must be "auto", "any", "tool" or "none".`)
	}
	var alone api.Opt[bool]
	err := take.Bool(v.Get("disable_parallel_tool_use"), "tool_choice.disable_parallel_tool_use", &alone)
	if alone.Set {
		c.Parallel = api.Some(!alone.V)
	}
	return err
}

// appendTools writes the tools and the choice among them. The dialect cannot
// allow some of the tools only, so the others are left out.
func appendTools(dst []byte, r *api.Request, q *dialect.Quirks) ([]byte, *api.Error) {
	n := 0
	for i := range r.Tools {
		t := &r.Tools[i]
		if r.ToolChoice.Mode == api.ToolAllowed && !slices.Contains(r.ToolChoice.Names, t.Name) {
			continue
		}
		if n == 0 {
			dst = append(appendKey(dst, "tools"), '[')
		} else {
			dst = append(dst, ',')
		}
		var err *api.Error
		if dst, err = appendTool(dst, t, q, r.ExtraOf); err != nil {
			return dst, within(err, "tools", i)
		}
		n++
	}
	if n == 0 {
		return dst, nil // a choice without tools is refused
	}
	return appendToolChoice(append(dst, ']'), &r.ToolChoice), nil
}

func appendTool(dst []byte, t *api.Tool, q *dialect.Quirks, extraOf string) ([]byte, *api.Error) {
	if t.Raw != nil {
		if t.RawOf != name {
			err := api.Errorf(api.KindUnsupported, "unsupported_tool",
				"The Anthropic Messages API does not have this %s tool.", t.RawOf)
			return dst, err
		}
		return append(dst, t.Raw...), nil
	}
	dst = append(dst, `{"name":`...)
	dst = jsonx.AppendString(dst, t.Name)
	if t.Description != "" {
		dst = appendKey(dst, "description")
		dst = jsonx.AppendString(dst, t.Description)
	}
	dst = appendKey(dst, "input_schema")
	schema := jsonx.Value(t.Parameters)
	if t.Strict.V && extraOf != name {
		schema = appendClosedSchema(nil, schema)
	}
	dst = appendInputSchema(dst, schema)
	if t.Strict.Set && !q.NoStrict {
		dst = appendKey(dst, "strict")
		dst = appendBool(dst, t.Strict.V)
	}
	dst = appendCache(dst, t.Cache)
	if extraOf == name {
		dst = appendFields(dst, t.Extra)
	}
	return append(dst, '}'), nil
}

// appendInputSchema writes a schema, which must be of an object and say so.
func appendInputSchema(dst []byte, schema jsonx.Value) []byte {
	switch {
	case schema.Kind() != jsonx.Object:
		return append(dst, `{"type":"object","properties":{}}`...)
	case schema.Get("type") != nil:
		return append(dst, schema...)
	}
	dst = append(dst, `{"type":"object"`...)
	for key, v := range schema.Members() {
		dst = appendKey(dst, key)
		dst = append(dst, v...)
	}
	return append(dst, '}')
}

func appendToolChoice(dst []byte, c *api.ToolChoice) []byte {
	alone := c.Parallel.Set && !c.Parallel.V
	kind := "auto"
	switch c.Mode {
	case api.ToolUnset:
		if !alone {
			return dst
		}
	case api.ToolNone:
		return append(appendKey(dst, "tool_choice"), `{"type":"none"}`...)
	case api.ToolRequired:
		kind = "any"
	case api.ToolNamed:
		kind = "tool"
	case api.ToolAllowed:
		if c.Required {
			kind = "any"
		}
	}
	dst = append(appendKey(dst, "tool_choice"), `{"type":`...)
	dst = jsonx.AppendString(dst, kind)
	if kind == "tool" && len(c.Names) > 0 {
		dst = appendKey(dst, "name")
		dst = jsonx.AppendString(dst, c.Names[0])
	}
	if c.Parallel.Set {
		dst = appendKey(dst, "disable_parallel_tool_use")
		dst = appendBool(dst, alone)
	}
	return append(dst, '}')
}

// appendKey starts a member of the object that dst ends in.
func appendKey(dst []byte, key string) []byte {
	if dst[len(dst)-1] != '{' {
		dst = append(dst, ',')
	}
	return append(jsonx.AppendString(dst, key), ':')
}

func appendInt(dst []byte, n int64) []byte { return strconv.AppendInt(dst, n, 10) }

func appendFields(dst []byte, fields []api.Field) []byte {
	for i := range fields {
		dst = appendKey(dst, fields[i].Name)
		dst = append(dst, fields[i].Value...)
	}
	return dst
}
