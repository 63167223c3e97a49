package responses

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect/put"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// appendInput writes instructions and the conversation.
func (w *requestWriter) appendInput(dst []byte) ([]byte, *api.Error) {
	system := w.r.System
	if len(system) == 1 && system[0].Kind == api.PartText {
		dst = put.Text(dst, "instructions", system[0].Text)
		system = nil
	}
	dst = append(put.Key(dst, "input"), '[')
	var err *api.Error
	if len(system) > 0 {
		if dst, err = w.appendMessage(dst, &api.Message{Role: api.RoleDeveloper, Parts: system}); err != nil {
			return dst, err
		}
	}
	custom := map[string]bool{} // ids of calls of free text, whose results have a form of their own
	for i := range w.r.Messages {
		switch m := &w.r.Messages[i]; m.Role {
		case api.RoleTool:
			dst, err = appendResults(dst, m, custom)
		case api.RoleAssistant:
			dst = w.appendAssistant(dst, m, custom)
		default:
			dst, err = w.appendMessage(dst, m)
		}
		if err != nil {
			return dst, err
		}
	}
	return append(dst, ']'), nil
}

func (w *requestWriter) roleOf(r api.Role) string {
	switch {
	case r == api.RoleDeveloper && !w.q.NoDeveloper:
		return "developer"
	case r == api.RoleSystem, r == api.RoleDeveloper:
		return "system"
	}
	return "user"
}

func (w *requestWriter) appendMessage(dst []byte, m *api.Message) ([]byte, *api.Error) {
	dst = append(put.Comma(dst), `{"type":"message"`...)
	dst = put.Key(put.Text(dst, "role", w.roleOf(m.Role)), "content")
	dst, err := appendContent(dst, m.Parts)
	return append(dst, '}'), err
}

// appendAssistant writes what a model said before, an item for each part but for
// neighbouring texts. Blocks that only another dialect knows are left out: they are
// history, and what they led to stands in the text. So is reasoning that the
// provider cannot know to be its own.
func (w *requestWriter) appendAssistant(dst []byte, m *api.Message, custom map[string]bool) []byte {
	for i := 0; i < len(m.Parts); i++ {
		switch p := &m.Parts[i]; p.Kind {
		case api.PartText, api.PartRefusal:
			n := 1
			for i+n < len(m.Parts) && isWords(&m.Parts[i+n]) {
				n++
			}
			dst = appendSaid(put.Comma(dst), m.Parts[i:i+n])
			i += n - 1
		case api.PartAudio:
			if p.Text != "" { // its transcript
				dst = appendSaid(put.Comma(dst), []api.Part{{Text: p.Text}})
			}
		case api.PartReasoning, api.PartRedacted:
			if p.SignatureOf == name && p.Signature != "" {
				dst = append(put.Comma(dst), `{"type":"reasoning"`...)
				dst = appendSummary(dst, p.Text)
				dst = append(put.Text(dst, "encrypted_content", p.Signature), '}')
			}
		case api.PartToolCall:
			if p.Call != nil {
				custom[p.Call.ID] = p.Call.Custom
				dst = append(appendCall(put.Comma(dst), "", "", "", p.Call), '}')
			}
		case api.PartOpaque:
			if p.RawOf == name {
				dst = append(put.Comma(dst), p.Raw...)
			}
		}
	}
	return dst
}

func isWords(p *api.Part) bool { return p.Kind == api.PartText || p.Kind == api.PartRefusal }

// appendSaid writes the words of a model's message.
func appendSaid(dst []byte, parts []api.Part) []byte {
	dst = append(dst, `{"type":"message","role":"assistant","content":`...)
	if len(parts) == 1 && parts[0].Kind == api.PartText && len(parts[0].Citations) == 0 {
		return append(jsonx.AppendString(dst, parts[0].Text), '}')
	}
	dst = append(dst, '[')
	for i := range parts {
		dst = appendWords(put.Comma(dst), &parts[i], nil)
	}
	return append(dst, "]}"...)
}

// appendWords writes a content part of the model's.
func appendWords(dst []byte, p *api.Part, probs []api.LogProb) []byte {
	if p.Kind == api.PartRefusal {
		return append(put.Text(append(dst, `{"type":"refusal"`...), "refusal", p.Text), '}')
	}
	dst = append(dst, `{"type":"output_text"`...)
	dst = put.Text(dst, "text", p.Text)
	dst = append(appendCitations(append(put.Key(dst, "annotations"), '['), p.Citations), ']')
	return append(appendLogProbs(dst, probs), '}')
}

// appendSummary writes what is shown of reasoning.
func appendSummary(dst []byte, words string) []byte {
	dst = append(put.Key(dst, "summary"), '[')
	if words != "" {
		dst = append(put.Text(append(dst, `{"type":"summary_text"`...), "text", words), '}')
	}
	return append(dst, ']')
}

// appendCall writes a call and leaves it open. An item of an answer has an id and a
// status, and the namespace that the caller has the tool in.
func appendCall(dst []byte, id, namespace, status string, c *api.ToolCall) []byte {
	kind, member, value := "function_call", "arguments", jsonx.Borrow(c.Args)
	if c.Custom {
		kind, member, value = "custom_tool_call", "input", freeTextOf(c.Args)
	} else if value == "" && status != "in_progress" {
		value = "{}"
	}
	dst = put.Text(append(dst, '{'), "type", kind)
	dst = put.Some(dst, "id", id)
	dst = put.Text(dst, "call_id", c.ID)
	dst = put.Text(dst, "name", c.Name)
	dst = put.Some(dst, "namespace", namespace)
	dst = put.Text(dst, member, value)
	return put.Some(dst, "status", status)
}

// appendResults writes a run of tool results, an item each.
func appendResults(dst []byte, m *api.Message, custom map[string]bool) ([]byte, *api.Error) {
	for i := range m.Parts {
		res := m.Parts[i].Result
		if m.Parts[i].Kind != api.PartToolResult || res == nil {
			continue
		}
		kind := "function_call_output"
		if custom[res.ID] {
			kind = "custom_tool_call_output"
		}
		dst = put.Text(append(put.Comma(dst), '{'), "type", kind)
		dst = put.Key(put.Text(dst, "call_id", res.ID), "output")
		var err *api.Error
		if dst, err = appendContent(dst, res.Parts); err != nil {
			return dst, err
		}
		dst = append(dst, '}')
	}
	return dst, nil
}
