package openai

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect/put"
	"github.com/asbru-gateway/asbru/pkg/dialect/take"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

func (w *requestWriter) appendMessages(dst []byte) ([]byte, *api.Error) {
	dst = append(put.Key(dst, "messages"), '[')
	var err *api.Error
	if len(w.r.System) > 0 {
		if dst, err = w.appendMessage(dst, &api.Message{Role: api.RoleSystem, Parts: w.r.System}); err != nil {
			return dst, err
		}
	}
	for i := range w.r.Messages {
		m := &w.r.Messages[i]
		switch m.Role {
		case api.RoleTool:
			dst, err = w.appendResults(dst, m)
		case api.RoleAssistant:
			dst, err = w.appendAssistant(dst, m)
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
	switch r {
	case api.RoleAssistant:
		return "assistant"
	case api.RoleSystem:
		return "system"
	case api.RoleDeveloper:
		if w.q.NoDeveloper {
			return "system"
		}
		return "developer"
	}
	return "user"
}

// openMessage begins a message with its role and name.
func (w *requestWriter) openMessage(dst []byte, m *api.Message) []byte {
	dst = put.Text(append(put.Comma(dst), '{'), "role", w.roleOf(m.Role))
	if !w.q.NoNames {
		dst = put.Some(dst, "name", m.Name)
	}
	return dst
}

func (w *requestWriter) appendMessage(dst []byte, m *api.Message) ([]byte, *api.Error) {
	dst, err := w.appendContent(put.Key(w.openMessage(dst, m), "content"), m.Parts)
	if err != nil {
		return dst, err
	}
	return append(appendExtra(dst, m.Extra, w.r.ExtraOf), '}'), nil
}

// appendAssistant writes what a model said before. Its parts are sorted into the
// members that the dialect has for them.
func (w *requestWriter) appendAssistant(dst []byte, m *api.Message) ([]byte, *api.Error) {
	said := sortSaid(m.Parts)
	dst = put.Key(w.openMessage(dst, m), "content")
	if len(said.content) == 0 && (len(said.calls) > 0 || said.refusal != "" || said.audio != "") {
		dst = append(dst, "null"...)
	} else {
		var err *api.Error
		if dst, err = w.appendContent(dst, said.content); err != nil {
			return dst, err
		}
	}
	dst = put.Some(dst, "refusal", said.refusal)
	if w.signatures() {
		dst = appendReasoning(dst, m.Parts, "", said.thought)
		dst = appendSignature(dst, said.signature, google)
	} else {
		dst = appendReasoning(dst, m.Parts, w.q.ReasoningField, false)
	}
	if said.audio != "" {
		dst = append(put.Text(append(put.Key(dst, "audio"), '{'), "id", said.audio), '}')
	}
	if len(said.calls) > 0 {
		dst = append(put.Key(dst, "tool_calls"), '[')
		for _, p := range said.calls {
			dst = appendCall(put.Comma(dst), p, w.signatures())
		}
		dst = append(dst, ']')
	}
	return append(appendExtra(dst, m.Extra, w.r.ExtraOf), '}'), nil
}

// said is a model's message in the members that the dialect has for its parts.
type said struct {
	content   []api.Part
	calls     []*api.Part
	refusal   string
	audio     string // id of a spoken answer
	signature string // Google's, of the text
	thought   bool
}

// sortSaid leaves out blocks that only another dialect knows: they are history,
// and what they led to stands in the text.
func sortSaid(parts []api.Part) said {
	var s said
	for i := range parts {
		p := &parts[i]
		switch {
		case isDetail(p):
			s.thought = true
		case p.Kind == api.PartToolCall && p.Call != nil:
			s.calls = append(s.calls, p)
		case p.Kind == api.PartRefusal:
			s.refusal += p.Text
		case p.Kind == api.PartAudio && p.Media != nil && p.Media.FileID != "":
			s.audio = p.Media.FileID
		case p.Kind == api.PartAudio && p.Text != "":
			s.content = append(s.content, api.Part{Text: p.Text})
		case p.Kind == api.PartOpaque && p.RawOf != name:
		default:
			if p.SignatureOf == google {
				s.signature = p.Signature
			}
			if p.Kind != api.PartText || p.Text != "" {
				s.content = append(s.content, *p)
			}
		}
	}
	return s
}

// appendResults writes a run of tool results, one message each. A tool message
// holds text only, so images and files follow in a user message behind the run.
func (w *requestWriter) appendResults(dst []byte, m *api.Message) ([]byte, *api.Error) {
	var media []api.Part
	own := m.Extra
	for i := range m.Parts {
		res := m.Parts[i].Result
		if m.Parts[i].Kind != api.PartToolResult || res == nil {
			continue
		}
		words := make([]api.Part, 0, len(res.Parts))
		for _, p := range res.Parts {
			if p.Media == nil {
				words = append(words, p)
				continue
			}
			media = append(media, api.Part{Text: "Output of tool call " + res.ID + ":"}, p)
		}
		dst = append(put.Comma(dst), `{"role":"tool"`...)
		dst = put.Text(dst, "tool_call_id", res.ID)
		if w.extensions() && !w.q.NoNames {
			dst = put.Some(dst, "name", res.Name)
		}
		var err *api.Error
		if dst, err = w.appendContent(put.Key(dst, "content"), words); err != nil {
			return dst, err
		}
		dst = appendExtra(w.appendCache(dst, m.Parts[i].Cache), own, w.r.ExtraOf)
		dst = append(dst, '}')
		own = nil
	}
	if len(media) == 0 {
		return dst, nil
	}
	return w.appendMessage(dst, &api.Message{Role: api.RoleUser, Parts: media})
}

// decodeSpoken reads a message's audio: in an answer the sound and its
// transcript, in a request the id of an earlier answer.
func decodeSpoken(v jsonx.Value) api.Part {
	return api.Part{
		Kind: api.PartAudio, Text: take.Text(v, "transcript"),
		Media: &api.Media{FileID: take.Text(v, "id"), Data: take.Text(v, "data")},
		Raw:   api.JSON(v), RawOf: name,
	}
}
