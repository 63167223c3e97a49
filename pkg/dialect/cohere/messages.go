package cohere

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect/put"
	"github.com/asbru-gateway/asbru/pkg/dialect/take"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// A conversation: https://docs.cohere.com/v2/reference/chat#request.body.messages

func (d *requestDecoder) messages(v jsonx.Value) *api.Error {
	i := 0
	for e := range v.Elements() {
		if e.Kind() != jsonx.Object {
			return take.WrongType(take.Within("messages", i, ""), "an object with role and content")
		}
		if err := d.message(e, i); err != nil {
			return err
		}
		i++
	}
	return nil
}

func (d *requestDecoder) message(v jsonx.Value, i int) *api.Error {
	param := take.Within("messages", i, "content")
	content := v.Get("content")
	m := api.Message{}
	var err *api.Error
	switch take.Text(v, "role") {
	case "system":
		m.Role = api.RoleSystem
		if m.Parts, err = decodeContent(content, param); err != nil {
			return err
		}
		if len(d.r.Messages) == 0 {
			d.r.System = append(d.r.System, m.Parts...)
			return nil
		}
	case "user":
		if m.Parts, err = decodeContent(content, param); err == nil && !take.Present(content) {
			err = take.WrongType(param, "a string or an array of content blocks")
		}
	case "assistant":
		m.Role = api.RoleAssistant
		m.Parts, err = assistantParts(v, param)
	case "tool":
		return d.toolResult(v, i)
	default:
		return api.Invalid("invalid_value", take.Within("messages", i, "role"), "The role of a message must be system, user, assistant or tool.")
	}
	if err != nil {
		return err
	}
	d.r.Messages = append(d.r.Messages, m)
	return nil
}

// toolResult reads a message of role tool. A run of them is one message.
func (d *requestDecoder) toolResult(v jsonx.Value, i int) *api.Error {
	id := take.Text(v, "tool_call_id")
	if id == "" {
		return api.Invalid("missing_tool_call_id", take.Within("messages", i, "tool_call_id"),
			"A message of role tool must name the call it answers in tool_call_id.")
	}
	parts, err := decodeContent(v.Get("content"), take.Within("messages", i, "content"))
	if err != nil {
		return err
	}
	part := api.Part{Kind: api.PartToolResult, Result: &api.ToolResult{ID: id, Parts: parts}}
	if n := len(d.r.Messages); n > 0 && d.r.Messages[n-1].Role == api.RoleTool {
		d.r.Messages[n-1].Parts = append(d.r.Messages[n-1].Parts, part)
		return nil
	}
	d.r.Messages = append(d.r.Messages, api.Message{Role: api.RoleTool, Parts: []api.Part{part}})
	return nil
}

// assistantParts reads what a model said, in a request's history or in an answer:
// its thoughts, its plan for the calls, text, calls.
func assistantParts(v jsonx.Value, param string) ([]api.Part, *api.Error) {
	content, err := decodeContent(v.Get("content"), param)
	if err != nil {
		return nil, err
	}
	thoughts := 0
	for thoughts < len(content) && (content[thoughts].Kind == api.PartReasoning || content[thoughts].Kind == api.PartRedacted) {
		thoughts++
	}
	parts := append([]api.Part(nil), content[:thoughts]...)
	if plan := take.Text(v, "tool_plan"); plan != "" {
		parts = append(parts, api.Part{Text: plan})
	}
	said := len(parts)
	parts = append(parts, content[thoughts:]...)
	citeParts(parts, thoughts, said, v.Get("citations"))
	n := 0
	for e := range v.Get("tool_calls").Elements() {
		parts = append(parts, decodeCall(e, n))
		n++
	}
	return parts, nil
}

func (w *requestWriter) appendMessages(dst []byte) ([]byte, *api.Error) {
	if len(w.r.System) == 0 && len(w.r.Messages) == 0 { // as of a system message without a text
		return dst, api.Invalid("missing_messages", "messages", "The conversation says nothing.")
	}
	dst = append(put.Key(dst, "messages"), '[')
	var err *api.Error
	if len(w.r.System) > 0 {
		if dst, err = appendMessage(dst, "system", w.r.System); err != nil {
			return dst, err
		}
	}
	for i := range w.r.Messages {
		m := &w.r.Messages[i]
		switch m.Role {
		case api.RoleTool:
			dst, err = appendResults(dst, m)
		case api.RoleAssistant:
			dst = append(put.Comma(dst), `{"role":"assistant"`...)
			dst = append(appendSaid(dst, m.Parts, false), '}')
		case api.RoleSystem, api.RoleDeveloper:
			dst, err = appendMessage(dst, "system", m.Parts)
		default:
			dst, err = appendMessage(dst, "user", withoutDocuments(m.Parts))
		}
		if err != nil {
			return dst, err
		}
	}
	return append(dst, ']'), nil
}

func appendMessage(dst []byte, role string, parts []api.Part) ([]byte, *api.Error) {
	dst = put.Text(append(put.Comma(dst), '{'), "role", role)
	dst, err := appendContent(put.Key(dst, "content"), parts)
	return append(dst, '}'), err
}

// appendResults writes a run of tool results, one message each. A tool answers in
// text; a picture that it made follows in a message of the user behind the run.
func appendResults(dst []byte, m *api.Message) ([]byte, *api.Error) {
	var media []api.Part
	for i := range m.Parts {
		res := m.Parts[i].Result
		if m.Parts[i].Kind != api.PartToolResult || res == nil {
			continue
		}
		words := make([]api.Part, 0, len(res.Parts))
		for _, p := range res.Parts {
			switch {
			case p.Kind == api.PartImage:
				media = append(media, api.Part{Text: "Output of tool call " + res.ID + ":"}, p)
			case isDocument(&p):
				words = append(words, api.Part{Text: p.Media.Text})
			default:
				words = append(words, p)
			}
		}
		dst = append(put.Comma(dst), `{"role":"tool"`...)
		dst = put.Text(dst, "tool_call_id", res.ID)
		var err *api.Error
		if dst, err = appendContent(put.Key(dst, "content"), words); err != nil {
			return dst, err
		}
		dst = append(dst, '}')
	}
	if len(media) == 0 {
		return dst, nil
	}
	return appendMessage(dst, "user", media)
}

// appendSaid writes the members of what a model said. Text beside calls is the
// plan for them. To a caller a signature of another dialect goes along, sealed.
func appendSaid(dst []byte, parts []api.Part, sealed bool) []byte {
	plan := planOf(parts)
	begun := false
	for i := range parts {
		before := len(dst)
		if begun {
			dst = put.Comma(dst)
		} else {
			dst = append(put.Key(dst, "content"), '[')
		}
		start := len(dst)
		if i != plan {
			dst = appendSaidBlock(dst, &parts[i], sealed)
		}
		if len(dst) == start {
			dst = dst[:before]
			continue
		}
		begun = true
	}
	if begun {
		dst = append(dst, ']')
	}
	if plan >= 0 {
		dst = put.Text(dst, "tool_plan", parts[plan].Text)
	}
	return appendCitations(appendCalls(dst, parts, sealed), parts, plan)
}

// planOf is which of the parts is the plan for calls: the first text, if there are any; else -1.
func planOf(parts []api.Part) int {
	plan, calls := -1, false
	for i := range parts {
		switch p := &parts[i]; {
		case p.Kind == api.PartToolCall:
			calls = true
		case p.Kind == api.PartText && p.Text != "" && plan < 0:
			plan = i
		}
	}
	if !calls {
		return -1
	}
	return plan
}
