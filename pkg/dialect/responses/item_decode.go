package responses

import (
	"slices"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/dialect/take"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect/put"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// input reads the conversation: one text of the user's, or items.
func (d *requestDecoder) input(v jsonx.Value) *api.Error {
	if words, ok := v.Str(); ok {
		if words != "" {
			d.r.Messages = append(d.r.Messages, api.Message{Parts: []api.Part{{Text: words}}})
		}
		return nil
	}
	i := 0
	for e := range v.Elements() {
		if e.Kind() != jsonx.Object {
			return take.WrongType(take.At("input", i), "an item, which is an object")
		}
		if err := d.item(e, i); err != nil {
			return err
		}
		i++
	}
	return nil
}

// item reads the i-th item.
func (d *requestDecoder) item(v jsonx.Value, i int) *api.Error {
	kind := take.Text(v, "type")
	switch kind {
	case "", "message":
		if kind == "" && v.Get("role") == nil && take.Text(v, "id") != "" {
			return refuseItem("item_reference", i)
		}
		return d.message(v, i)
	case "function_call", "custom_tool_call":
		d.said(decodeCall(v))
		return nil
	case "function_call_output", "custom_tool_call_output":
		return d.result(v, i)
	case "reasoning":
		d.said(decodeReasoning(v))
		return nil
	case "item_reference", "compaction", "additional_tools", "mcp_approval_response", "tool_search_output":
		return refuseItem(kind, i)
	}
	if strings.HasSuffix(kind, "_output") {
		return refuseItem(kind, i)
	}
	// What a tool did that ran at the provider, or a piece of that: history, and what
	// it led to stands in the text.
	d.said(api.Part{Kind: api.PartOpaque, Raw: api.JSON(v), RawOf: name})
	return nil
}

func refuseItem(kind string, i int) *api.Error {
	return &api.Error{
		Kind: api.KindUnsupported, Code: "unsupported_content", Param: take.At("input", i),
		Message: "An item of type " + printable(kind) + " means something to a provider of the Responses API only, and this model's provider is asked in another way.",
	}
}

// printable returns a word of the caller's as it may stand in a message.
func printable(word string) string {
	if len(word) > 40 || strings.Trim(word, "abcdefghijklmnopqrstuvwxyz_") != "" {
		return "that kind"
	}
	return word
}

// said appends what the model has said to its message, a new one if need be.
func (d *requestDecoder) said(parts ...api.Part) {
	if n := len(d.r.Messages); n > 0 && d.r.Messages[n-1].Role == api.RoleAssistant {
		m := &d.r.Messages[n-1]
		m.Parts = append(m.Parts, parts...)
		return
	}
	d.r.Messages = append(d.r.Messages, api.Message{Role: api.RoleAssistant, Parts: parts})
}

func (d *requestDecoder) message(v jsonx.Value, i int) *api.Error {
	role := take.Text(v, "role")
	parts, err := decodeContent(v.Get("content"), take.Within("input", i, "content"))
	if err != nil {
		return err
	}
	m := api.Message{Parts: parts}
	switch role {
	case "user":
		if !take.Present(v.Get("content")) {
			return take.WrongType(take.Within("input", i, "content"), "a string or an array of content parts")
		}
	case "assistant":
		d.said(parts...)
		return nil
	case "system", "developer":
		if len(d.r.Messages) == 0 { // whether they were called system or developer makes no difference then
			d.r.System = append(d.r.System, parts...)
			return nil
		}
		m.Role = api.RoleSystem
		if role == "developer" {
			m.Role = api.RoleDeveloper
		}
	default:
		return api.Invalid("invalid_value", take.Within("input", i, "role"),
			"The role of a message must be user, assistant, system or developer.")
	}
	d.r.Messages = append(d.r.Messages, m)
	return nil
}

// decodeCall reads a call. One of free text is the call of a function of one text,
// which its tool is made into.
func decodeCall(v jsonx.Value) api.Part {
	call := &api.ToolCall{ID: take.Text(v, "call_id"), Name: inNamespace(take.Text(v, "namespace"), take.Text(v, "name"))}
	if take.Text(v, "type") == "custom_tool_call" {
		call.Args = freeText(take.Text(v, "input"))
	} else {
		call.Args = arguments(take.Text(v, "arguments"))
	}
	return api.Part{Kind: api.PartToolCall, Call: call}
}

// arguments returns a call's arguments as an object. What a model garbled is kept
// as the text it is, in an object, so that a conversation with such a call in its
// history can go on.
func arguments(s string) api.JSON {
	raw := jsonx.Value(s)
	switch {
	case s == "" || jsonx.Valid(raw) == nil && raw.IsNull():
		return api.JSON(`{}`)
	case jsonx.Valid(raw) == nil && raw.Kind() == jsonx.Object:
		return api.JSON(s)
	}
	return append(put.Text([]byte{'{'}, "malformed_arguments", s), '}')
}

// result reads what a tool answered. Results stand behind the message with their
// calls, all in one, also where the items come in another order.
func (d *requestDecoder) result(v jsonx.Value, i int) *api.Error {
	id := take.Text(v, "call_id")
	if id == "" {
		return api.Invalid("missing_tool_call_id", take.Within("input", i, "call_id"), "A tool's output must name the call it answers in call_id.")
	}
	parts, err := decodeContent(v.Get("output"), take.Within("input", i, "output"))
	if err != nil {
		return err
	}
	part := api.Part{Kind: api.PartToolResult, Result: &api.ToolResult{ID: id, Parts: parts}}
	at := d.called(id) + 1
	if at < len(d.r.Messages) && d.r.Messages[at].Role == api.RoleTool {
		m := &d.r.Messages[at]
		m.Parts = append(m.Parts, part)
		return nil
	}
	d.r.Messages = slices.Insert(d.r.Messages, at, api.Message{Role: api.RoleTool, Parts: []api.Part{part}})
	return nil
}

// called returns the index of the message that makes a call, the newest; that of the last
// message but results where there is none.
func (d *requestDecoder) called(id string) int {
	last := len(d.r.Messages) - 1
	for i := last; i >= 0; i-- {
		for j := range d.r.Messages[i].Parts {
			if p := &d.r.Messages[i].Parts[j]; p.Kind == api.PartToolCall && p.Call.ID == id {
				return i
			}
		}
	}
	if last >= 0 && d.r.Messages[last].Role == api.RoleTool {
		last--
	}
	return last
}
