package anthropic

import (
	"encoding/hex"
	"hash/fnv"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/dialect/take"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// appendMessages writes the conversation. Roles have to take turns, and the
// results of a turn's tool calls have to come first in the one message after it.
// So a run of messages of one side becomes one message.
func appendMessages(dst []byte, r *api.Request) ([]byte, *api.Error) {
	dst = append(appendKey(dst, "messages"), '[')
	n := 0
	for start := 0; start < len(r.Messages); {
		role := wireRole(r, &r.Messages[start])
		end := start + 1
		for end < len(r.Messages) && (wireRole(r, &r.Messages[end]) == role || silent(&r.Messages[end])) {
			end++
		}
		before := len(dst)
		if n > 0 {
			dst = append(dst, ',')
		}
		var said bool
		var err *api.Error
		if dst, said, err = appendTurn(dst, r, role, start, end); err != nil {
			return dst, err
		}
		if said {
			n++
		} else {
			dst = dst[:before]
		}
		start = end
	}
	if n == 0 {
		return dst, take.Invalid("missing_messages", "messages", "The conversation must have at least one message that is not empty.")
	}
	return append(dst, ']'), nil
}

// wireRole is the side that says m. System text within a conversation is a role
// that few models take; who sent it in this dialect knows of one that does.
func wireRole(r *api.Request, m *api.Message) string {
	switch {
	case m.Role == api.RoleAssistant:
		return "assistant"
	case m.Role == api.RoleSystem && r.ExtraOf == name:
		return "system"
	}
	return "user"
}

// silent says whether nothing of m reaches the wire, so that its neighbours meet.
func silent(m *api.Message) bool {
	for i := range m.Parts {
		if sayable(&m.Parts[i], m.Role) {
			return false
		}
	}
	return true
}

// appendTurn writes messages start to end as one; said is false if there was nothing in them.
func appendTurn(dst []byte, r *api.Request, role string, start, end int) (_ []byte, said bool, _ *api.Error) {
	dst = append(dst, `{"role":`...)
	dst = jsonx.AppendString(dst, role)
	dst = append(dst, `,"content":[`...)
	w := blockWriter{dst: dst}
	for _, results := range [...]bool{true, false} {
		for i := start; i < end; i++ {
			m := &r.Messages[i]
			for j := range m.Parts {
				if (m.Parts[j].Kind == api.PartToolResult) != results {
					continue
				}
				if err := w.append(&m.Parts[j], m.Role); err != nil {
					return w.dst, false, within(within(err, "content", j), "messages", i)
				}
			}
		}
	}
	dst = append(w.dst, ']')
	if r.ExtraOf == name {
		dst = appendFields(dst, r.Messages[start].Extra)
	}
	return append(dst, '}'), w.n > 0, nil
}

// blockWriter writes the elements of a content array.
type blockWriter struct {
	dst []byte
	n   int
}

func (w *blockWriter) next() {
	if w.n > 0 {
		w.dst = append(w.dst, ',')
	}
	w.n++
}

// ownRaw says whether p is a block that only this dialect knows.
func ownRaw(p *api.Part) bool {
	return p.Kind == api.PartOpaque && p.RawOf == name && len(p.Raw) > 0
}

// sayable says whether append writes p, or has an error to say about it: not
// for text that the provider would refuse as empty, nor for what another
// provider's model left in its turn and only that one can read.
func sayable(p *api.Part, role api.Role) bool {
	switch p.Kind {
	case api.PartText, api.PartRefusal:
		return strings.TrimSpace(p.Text) != ""
	case api.PartReasoning, api.PartRedacted:
		return isThinking(p)
	case api.PartAudio:
		return role != api.RoleAssistant || p.Text != ""
	case api.PartOpaque:
		return role != api.RoleAssistant || ownRaw(p)
	}
	return true
}

// append writes p, if it is sayable, as a block.
func (w *blockWriter) append(p *api.Part, role api.Role) *api.Error {
	if !sayable(p, role) {
		return nil
	}
	w.next()
	var err *api.Error
	switch p.Kind {
	case api.PartText, api.PartRefusal:
		w.dst = appendTextBlock(w.dst, p.Text)
		w.dst = appendCitations(w.dst, p.Citations, false)
	case api.PartReasoning:
		w.dst = appendThinkingBlock(w.dst, p.Text, p.Signature)
		return nil // takes no cache_control
	case api.PartRedacted:
		w.dst = appendRedactedBlock(w.dst, p.Signature)
		return nil
	case api.PartImage, api.PartFile:
		w.dst, err = appendMedia(w.dst, p)
	case api.PartToolCall:
		if p.Call == nil {
			return take.WrongType("", "a tool call")
		}
		w.dst = appendToolUse(w.dst, wireCallID(p.Call.ID), p.Call)
		w.dst = appendOthers(w.dst, p.Raw, p.RawOf, toolUseMembers)
	case api.PartToolResult:
		err = w.toolResult(p.Result)
		w.dst = appendOthers(w.dst, p.Raw, p.RawOf, toolResultMembers)
	case api.PartAudio:
		if role != api.RoleAssistant {
			return unsupportedPart("sound")
		}
		w.dst = appendTextBlock(w.dst, p.Text)
	case api.PartVideo:
		return unsupportedPart("video")
	default:
		if !ownRaw(p) {
			return unsupportedPart("a block that only the dialect " + printable(p.RawOf) + " has")
		}
		w.dst = append(w.dst, p.Raw...)
		return nil // has its cache_control in it
	}
	if err != nil {
		return err
	}
	w.dst = append(appendCache(w.dst, p.Cache), '}')
	return nil
}

func unsupportedPart(what string) *api.Error {
	return api.Errorf(api.KindUnsupported, "unsupported_content", "The Anthropic Messages API does not take %s.", what)
}

// toolResult leaves the block open, for a cache_control.
func (w *blockWriter) toolResult(t *api.ToolResult) *api.Error {
	if t == nil {
		return take.WrongType("", "a tool result")
	}
	w.dst = append(w.dst, `{"type":"tool_result","tool_use_id":`...)
	w.dst = jsonx.AppendString(w.dst, wireCallID(t.ID))
	if t.IsError {
		w.dst = append(w.dst, `,"is_error":true`...)
	}
	if len(t.Parts) == 0 {
		return nil
	}
	w.dst = append(w.dst, `,"content":`...)
	if p := &t.Parts[0]; len(t.Parts) == 1 && p.Kind == api.PartText && p.Cache == nil {
		w.dst = jsonx.AppendString(w.dst, p.Text)
		return nil
	}
	w.dst = append(w.dst, '[')
	inner := blockWriter{dst: w.dst}
	for i := range t.Parts {
		if err := inner.append(&t.Parts[i], api.RoleTool); err != nil {
			return within(err, "content", i)
		}
	}
	w.dst = append(inner.dst, ']')
	return nil
}

// wireCallID returns id if the provider accepts it: it takes letters, digits, _
// and -. Other dialects' ids may hold more, some a whole signature, and a call
// and its result have to go on having the same, so such an id becomes its hash.
func wireCallID(id string) string {
	for i := range len(id) {
		c := id[i]
		if c != '_' && c != '-' && (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z') {
			return hashedCallID(id)
		}
	}
	if id == "" {
		return hashedCallID(id)
	}
	return id
}

func hashedCallID(id string) string {
	h := fnv.New128a()
	h.Write([]byte(id)) // a hash's Write returns no error
	return "toolu_" + hex.EncodeToString(h.Sum(nil))
}
