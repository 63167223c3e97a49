package genai

import (
	"strings"

	"github.com/asbru-gateway/asbru/pkg/dialect/put"

	"github.com/asbru-gateway/asbru/pkg/dialect/take"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// decodeTools reads the list of tools. Each function is a tool of its own, and so
// is each of Google's own tools, kept raw: https://ai.google.dev/api/caching#Tool
func decodeTools(v jsonx.Value, r *api.Request) *api.Error {
	if err := take.WantArray(v, "tools", "an array of tools"); err != nil {
		return err
	}
	i := 0
	for tool := range v.Elements() {
		param := take.At("tools", i)
		i++
		if tool.Kind() != jsonx.Object {
			return take.WrongType(param, "an object")
		}
		for key, m := range tool.Members() {
			if m.IsNull() {
				continue
			}
			if key == "functionDeclarations" || key == "function_declarations" {
				if err := decodeDeclarations(m, param+"."+key, r); err != nil {
					return err
				}
				continue
			}
			o := put.Begin(nil)
			o.Raw(key, api.JSON(m))
			r.Tools = append(r.Tools, api.Tool{Name: key, Raw: o.End(), RawOf: name})
		}
	}
	return nil
}

func decodeDeclarations(v jsonx.Value, param string, r *api.Request) *api.Error {
	if err := take.WantArray(v, param, "an array of function declarations"); err != nil {
		return err
	}
	i := 0
	for d := range v.Elements() {
		if err := decodeDeclaration(d, take.At(param, i), r); err != nil {
			return err
		}
		i++
	}
	return nil
}

func decodeDeclaration(v jsonx.Value, param string, r *api.Request) *api.Error {
	if v.Kind() != jsonx.Object {
		return take.WrongType(param, "an object")
	}
	t := api.Tool{}
	if err := take.String(v.Get("name"), param+".name", &t.Name); err != nil {
		return err
	}
	for key, m := range v.Members() {
		var err *api.Error
		switch key {
		case "name":
		case "description":
			err = take.String(m, param+".description", &t.Description)
		case "parameters":
			if err = take.WantObject(m, param+".parameters", "an object"); err == nil && take.Present(m) {
				t.Parameters = appendJSONSchema(nil, m)
			}
		case "parametersJsonSchema", "parameters_json_schema":
			if take.Present(m) {
				t.Parameters = api.JSON(m)
			}
		default:
			r.Extra = extra(r.Extra, inDeclaration+t.Name+".", key, m)
		}
		if err != nil {
			return err
		}
	}
	r.Tools = append(r.Tools, t)
	return nil
}

// appendTools writes the functions as one tool and Google's own ones behind it.
func appendTools(o *put.Object, r *api.Request) *api.Error {
	if len(r.Tools) == 0 {
		return nil
	}
	o.Key("tools")
	o.Dst = append(o.Dst, '[')
	functions, n := 0, 0
	for i := range r.Tools {
		t := &r.Tools[i]
		if len(t.Raw) > 0 {
			continue
		}
		if functions == 0 {
			o.Dst = append(o.Dst, `{"functionDeclarations":[`...)
			n++
		}
		o.Dst = put.Comma(o.Dst)
		functions++
		appendDeclaration(o, t, own(r.Extra, r.ExtraOf))
	}
	if functions > 0 {
		o.Dst = append(o.Dst, "]}"...)
	}
	for i := range r.Tools {
		t := &r.Tools[i]
		if len(t.Raw) == 0 {
			continue
		}
		if t.RawOf != name {
			return foreignTool(t)
		}
		o.Dst = put.Comma(o.Dst)
		n++
		o.Dst = append(o.Dst, t.Raw...)
	}
	o.Dst = append(o.Dst, ']')
	return nil
}

// foreignTool is the answer to a tool that another provider runs: without it the
// model would answer something else.
func foreignTool(t *api.Tool) *api.Error {
	return api.Errorf(api.KindUnsupported, "unsupported_tool",
		"The tool %q exists only in the %s API. Declare it as a function, or send the call to a provider of that API.",
		t.Name, t.RawOf)
}

func appendDeclaration(o *put.Object, t *api.Tool, extras []api.Field) {
	d := put.Begin(o.Dst)
	d.Text("name", t.Name)
	d.Some("description", t.Description)
	d.Raw("parametersJsonSchema", t.Parameters)
	d.Extras(extras, inDeclaration+t.Name+".")
	o.Dst = d.End()
}

// decodeToolConfig reads toolConfig: https://ai.google.dev/api/caching#ToolConfig
func decodeToolConfig(v jsonx.Value, r *api.Request) *api.Error {
	if err := take.WantObject(v, "toolConfig", "an object"); err != nil {
		return err
	}
	for key, m := range v.Members() {
		switch key {
		case "functionCallingConfig", "function_calling_config":
			if err := decodeCalling(m, r); err != nil {
				return err
			}
		default:
			r.Extra = extra(r.Extra, inToolConfig, key, m)
		}
	}
	return nil
}

// decodeCalling reads functionCallingConfig. Calls whose arguments come in pieces
// are not asked for again: the canonical stream has them whole.
func decodeCalling(v jsonx.Value, r *api.Request) *api.Error {
	const param = inToolConfig + "functionCallingConfig"
	if err := take.WantObject(v, param, "an object"); err != nil {
		return err
	}
	var mode string
	var names []string
	for key, m := range v.Members() {
		var err *api.Error
		switch key {
		case "mode":
			err = take.String(m, param+".mode", &mode)
		case "allowedFunctionNames", "allowed_function_names":
			err = take.Strings(m, param+"."+key, &names)
		case "streamFunctionCallArguments", "stream_function_call_arguments":
		default:
			r.Extra = extra(r.Extra, inCalling, key, m)
		}
		if err != nil {
			return err
		}
	}
	r.ToolChoice.Names = names
	decodeMode(strings.ToUpper(mode), r)
	return nil
}

// The modes of function calling. Validated lets the model choose between text
// and calls that fit their schema.
const (
	modeAuto      = "AUTO"
	modeAny       = "ANY"
	modeNone      = "NONE"
	modeValidated = "VALIDATED"
)

func decodeMode(mode string, r *api.Request) {
	c := &r.ToolChoice
	switch {
	case mode == modeNone:
		c.Mode = api.ToolNone
	case mode == modeAny && len(c.Names) == 0:
		c.Mode = api.ToolRequired
	case mode == modeAny && len(c.Names) == 1:
		c.Mode = api.ToolNamed
	case len(c.Names) > 0:
		c.Mode, c.Required = api.ToolAllowed, mode == modeAny
	case mode == modeAuto:
		c.Mode = api.ToolAuto
	case mode == modeValidated:
		r.Extra = append(r.Extra, api.Field{Name: inCalling + "mode", Value: api.JSON(`"` + modeValidated + `"`)})
	}
}

func modeOf(c *api.ToolChoice) string {
	switch c.Mode {
	case api.ToolAuto:
		return modeAuto
	case api.ToolNone:
		return modeNone
	case api.ToolRequired, api.ToolNamed:
		return modeAny
	case api.ToolAllowed:
		if c.Required {
			return modeAny
		}
		return modeValidated
	}
	return ""
}

// appendToolConfig writes toolConfig; nothing where nobody said anything.
func appendToolConfig(o *put.Object, r *api.Request) {
	extras := own(r.Extra, r.ExtraOf)
	mode := modeOf(&r.ToolChoice)
	if mode == "" && !under(extras, inToolConfig) {
		return
	}
	o.Key("toolConfig")
	c := put.Begin(o.Dst)
	if mode != "" || under(extras, inCalling) {
		c.Key("functionCallingConfig")
		f := put.Begin(c.Dst)
		f.Some("mode", mode)
		if r.ToolChoice.Mode == api.ToolNamed || r.ToolChoice.Mode == api.ToolAllowed {
			f.Strings("allowedFunctionNames", r.ToolChoice.Names)
		}
		f.Extras(extras, inCalling)
		c.Dst = f.End()
	}
	c.Extras(extras, inToolConfig)
	o.Dst = c.End()
}
