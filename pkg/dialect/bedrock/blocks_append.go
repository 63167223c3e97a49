package bedrock

import (
	"encoding/hex"
	"hash/fnv"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/dialect/put"

	"github.com/asbru-gateway/asbru/pkg/dialect/take"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// blockWriter writes the elements of a list of blocks.
type blockWriter struct {
	dst       []byte
	n         int  // elements so far
	own       bool // the request was made in this dialect
	cache     bool // cache points may be written
	words     bool // calls and their results are told in words
	documents int  // in the request so far
}

func (w *blockWriter) next() {
	w.dst = put.Comma(w.dst)
	w.n++
}

// appendMessages writes the conversation. Roles have to take turns, and the results
// of a turn's calls have to be in the one message after it: a run of messages of one
// side becomes one message, results first.
func (w *blockWriter) appendMessages(r *api.Request) *api.Error {
	turns := 0
	for start := 0; start < len(r.Messages); {
		role := w.roleOf(r.Messages[start].Role)
		end := start + 1
		for end < len(r.Messages) && (w.roleOf(r.Messages[end].Role) == role || w.silent(&r.Messages[end])) {
			end++
		}
		before := len(w.dst)
		w.dst = put.Comma(w.dst)
		w.dst = append(append(append(w.dst, `{"role":"`...), role...), `","content":[`...)
		if err := w.appendTurn(r.Messages[start:end], r.Cache, end == len(r.Messages)); err != nil {
			return err
		}
		w.dst = append(w.dst, "]}"...)
		if w.n == 0 {
			w.dst = w.dst[:before]
		} else {
			turns++
		}
		w.n, start = 0, end
	}
	if turns == 0 {
		return take.Invalid("missing_messages", "messages", "The conversation must have at least one message that is not empty.")
	}
	return nil
}

func (w *blockWriter) appendTurn(messages []api.Message, whole *api.Cache, last bool) *api.Error {
	for _, results := range [...]bool{true, false} {
		for i := range messages {
			m := &messages[i]
			for j := range m.Parts {
				if (m.Parts[j].Kind == api.PartToolResult) != results {
					continue
				}
				if err := w.append(&m.Parts[j], m.Role); err != nil {
					return err
				}
			}
		}
	}
	if last && whole != nil && w.cache && w.n > 0 {
		w.next()
		w.dst = appendCachePoint(w.dst, whole)
	}
	return nil
}

// roleOf is the side that says a message. System text within a conversation is a role
// that few models take; who sent it in this dialect knows of one that does.
func (w *blockWriter) roleOf(role api.Role) string {
	switch {
	case role == api.RoleAssistant:
		return roleAssistant
	case role == api.RoleSystem && w.own:
		return roleSystem
	}
	return roleUser
}

// silent says whether nothing of m reaches the wire, so that its neighbours meet.
func (w *blockWriter) silent(m *api.Message) bool {
	for i := range m.Parts {
		if w.sayable(&m.Parts[i], m.Role) {
			return false
		}
	}
	return true
}

// sayable says whether append writes p, or has an error to say about it: not for
// text that the provider would refuse as empty, nor for what another provider's model
// left in its turn and only that one can read.
func (w *blockWriter) sayable(p *api.Part, role api.Role) bool {
	switch p.Kind {
	case api.PartText, api.PartRefusal:
		return strings.TrimSpace(p.Text) != ""
	case api.PartReasoning, api.PartRedacted:
		return p.SignatureOf == name && p.Signature != "" || w.own && p.SignatureOf == "" && p.Text != ""
	case api.PartAudio:
		return role != api.RoleAssistant || p.Text != ""
	case api.PartOpaque:
		return role != api.RoleAssistant || p.RawOf == name
	}
	return true
}

// append writes p, if it is sayable, and the cache point behind it.
func (w *blockWriter) append(p *api.Part, role api.Role) *api.Error {
	if !w.sayable(p, role) {
		return nil
	}
	if err := w.appendBlock(p, role); err != nil {
		return err
	}
	if p.Cache != nil && w.cache {
		w.next()
		w.dst = appendCachePoint(w.dst, p.Cache)
	}
	return nil
}

func (w *blockWriter) appendBlock(p *api.Part, role api.Role) *api.Error {
	if p.RawOf == name && len(p.Raw) > 0 {
		w.next()
		w.dst = append(w.dst, p.Raw...)
		return nil
	}
	switch p.Kind {
	case api.PartText, api.PartRefusal:
		w.text(p.Text)
	case api.PartReasoning, api.PartRedacted:
		w.reasoning(p, p.Signature)
	case api.PartImage, api.PartFile, api.PartVideo:
		return w.appendMedia(p)
	case api.PartAudio:
		if role == api.RoleAssistant {
			w.text(p.Text)
			return nil
		}
		return w.appendMedia(p)
	case api.PartToolCall:
		return w.call(p.Call)
	case api.PartToolResult:
		return w.result(p.Result)
	default:
		return unsupportedContent("a block that only the dialect " + printable(p.RawOf) + " has")
	}
	return nil
}

func (w *blockWriter) text(s string) {
	w.next()
	o := put.Begin(w.dst)
	o.Text("text", s)
	w.dst = o.End()
}

// reasoning writes a thought, or what is encrypted of it.
func (w *blockWriter) reasoning(p *api.Part, signature string) {
	w.next()
	o := put.Begin(w.dst)
	o.Inside("reasoningContent", func(in *put.Object) {
		if p.Kind == api.PartRedacted && p.SignatureOf == name {
			in.Text("redactedContent", p.Signature)
			return
		}
		in.Inside("reasoningText", func(t *put.Object) {
			t.Text("text", p.Text)
			t.Some("signature", signature)
		})
	})
	w.dst = o.End()
}

// call writes a toolUse. The free text of a custom tool becomes the member input.
func (w *blockWriter) call(c *api.ToolCall) *api.Error {
	if c == nil {
		return take.WrongType("messages", "a tool call")
	}
	if w.words {
		w.text("I called the tool " + c.Name + " with " + string(c.Args) + ".")
		return nil
	}
	w.next()
	o := put.Begin(w.dst)
	o.Inside("toolUse", func(in *put.Object) {
		in.Text("toolUseId", wireCallID(c.ID))
		in.Text("name", c.Name)
		in.Key("input")
		in.Dst = appendInput(in.Dst, c)
	})
	w.dst = o.End()
	return nil
}

func appendInput(dst []byte, c *api.ToolCall) []byte {
	args := jsonx.Value(c.Args)
	switch {
	case args.Kind() == jsonx.Object:
		return append(dst, args...)
	case c.Custom && args.Kind() == jsonx.String:
		o := put.Begin(dst)
		o.Raw("input", c.Args)
		return o.End()
	}
	return append(dst, "{}"...)
}

func (w *blockWriter) result(t *api.ToolResult) *api.Error {
	if t == nil {
		return take.WrongType("messages", "a tool result")
	}
	if w.words {
		w.text("The tool answered: " + wordsOf(t.Parts))
		return nil
	}
	w.next()
	o := put.Begin(w.dst)
	o.Key("toolResult")
	in := put.Begin(o.Dst)
	in.Text("toolUseId", wireCallID(t.ID))
	in.Key("content")
	inner := blockWriter{dst: append(in.Dst, '['), own: w.own, documents: w.documents}
	for i := range t.Parts {
		if err := inner.append(&t.Parts[i], api.RoleTool); err != nil {
			return err
		}
	}
	if inner.n == 0 { // the list may not be empty
		inner.text("(nothing)")
	}
	w.documents = inner.documents
	in.Dst = append(inner.dst, ']')
	if t.IsError {
		in.Text("status", "error")
	}
	o.Dst = in.End()
	w.dst = o.End()
	return nil
}

func wordsOf(parts []api.Part) string {
	var all []string
	for i := range parts {
		if parts[i].Text != "" {
			all = append(all, parts[i].Text)
		}
	}
	return strings.Join(all, "\n")
}

func appendCachePoint(dst []byte, c *api.Cache) []byte {
	o := put.Begin(dst)
	o.Inside("cachePoint", func(in *put.Object) {
		in.Text("type", "default")
		in.Some("ttl", c.TTL)
	})
	return o.End()
}

// maxCallID is as long as an id of a call may be.
const maxCallID = 64

// wireCallID returns id if the provider accepts it. Other dialects' ids may hold
// more, some a whole signature, and a call and its result have to go on having the
// same, so such an id becomes its hash.
func wireCallID(id string) string {
	ok := id != "" && len(id) <= maxCallID
	for i := 0; i < len(id) && ok; i++ {
		ok = isAlphanumeric(id[i]) || strings.IndexByte("_-.:", id[i]) >= 0
	}
	if ok {
		return id
	}
	h := fnv.New128a()
	h.Write([]byte(id)) // a hash's Write returns no error
	return "tooluse_" + hex.EncodeToString(h.Sum(nil))
}
