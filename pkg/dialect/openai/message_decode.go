package openai

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect/take"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

func (d *requestDecoder) messages(v jsonx.Value) *api.Error {
	i := 0
	for e := range v.Elements() {
		if e.Kind() != jsonx.Object {
			return take.WrongType(take.At("messages", i), "an object with role and content")
		}
		if err := d.message(e, i); err != nil {
			return err
		}
		i++
	}
	return nil
}

// wireMessage is a message of a request or an answer, its members found and not yet read.
type wireMessage struct {
	role, name, toolCallID    string
	content, refusal          jsonx.Value
	reasoning, details        jsonx.Value
	thinkingBlocks            jsonx.Value // litellm's form of details
	toolCalls, functionCall   jsonx.Value
	audio, annotations        jsonx.Value
	images, signature, cached jsonx.Value
	extra                     []api.Field
}

func readMessage(v jsonx.Value) wireMessage {
	var m wireMessage
	for key, v := range v.Members() {
		switch key {
		case "role":
			m.role, _ = v.Str()
		case "name":
			m.name, _ = v.Str()
		case "tool_call_id":
			m.toolCallID, _ = v.Str()
		case "content":
			m.content = v
		case "refusal":
			m.refusal = v
		case "reasoning_content":
			m.reasoning = v
		case "reasoning":
			if m.reasoning == nil || m.reasoning.IsNull() {
				m.reasoning = v
			}
		case "reasoning_details":
			m.details = v
		case "thinking_blocks":
			m.thinkingBlocks = v
		case "tool_calls":
			m.toolCalls = v
		case "function_call":
			m.functionCall = v
		case "audio":
			m.audio = v
		case "annotations":
			m.annotations = v
		case "images":
			m.images = v
		case "extra_content":
			m.signature = v
		case "cache_control":
			m.cached = v
		default:
			m.extra = append(m.extra, extra(key, v))
		}
	}
	return m
}

func (d *requestDecoder) message(v jsonx.Value, i int) *api.Error {
	w := readMessage(v)
	m := api.Message{Name: w.name, Extra: w.extra}
	var err *api.Error
	switch w.role {
	case "system", "developer":
		return d.system(m, &w, i)
	case "user":
		m.Parts, err = decodeContent(w.content, take.Within("messages", i, "content"))
		if err == nil && !take.Present(w.content) {
			err = take.WrongType(take.Within("messages", i, "content"), "a string or an array of content parts")
		}
	case "assistant":
		m.Role = api.RoleAssistant
		m.Parts, err = assistantParts(&w, take.Within("messages", i, "content"))
		if err == nil {
			err = d.legacyCall(&w, i)
		}
	case "tool":
		return d.toolResult(m, &w, i)
	default:
		return api.Invalid("invalid_value", take.Within("messages", i, "role"),
			"The role of a message must be system, developer, user, assistant or tool.")
	}
	if err != nil {
		return err
	}
	markLast(m.Parts, w.cached)
	d.r.Messages = append(d.r.Messages, m)
	return nil
}

// system reads instructions. Those before the first turn are the request's own;
// whether they were called system or developer makes no difference then.
func (d *requestDecoder) system(m api.Message, w *wireMessage, i int) *api.Error {
	parts, err := decodeContent(w.content, take.Within("messages", i, "content"))
	if err != nil {
		return err
	}
	markLast(parts, w.cached)
	if len(d.r.Messages) == 0 {
		d.r.System = append(d.r.System, parts...)
		return nil
	}
	m.Role, m.Parts = api.RoleSystem, parts
	if w.role == "developer" {
		m.Role = api.RoleDeveloper
	}
	d.r.Messages = append(d.r.Messages, m)
	return nil
}

// toolResult reads a message of role tool. A run of them is one message.
func (d *requestDecoder) toolResult(m api.Message, w *wireMessage, i int) *api.Error {
	if w.toolCallID == "" {
		return api.Invalid("missing_tool_call_id", take.Within("messages", i, "tool_call_id"),
			"A message of role tool must name the call it answers in tool_call_id.")
	}
	parts, err := decodeContent(w.content, take.Within("messages", i, "content"))
	if err != nil {
		return err
	}
	part := api.Part{
		Kind:   api.PartToolResult,
		Result: &api.ToolResult{ID: w.toolCallID, Name: w.name, Parts: parts},
		Cache:  cacheOf(w.cached),
	}
	if n := len(d.r.Messages); n > 0 && d.r.Messages[n-1].Role == api.RoleTool {
		last := &d.r.Messages[n-1]
		last.Parts, last.Extra = append(last.Parts, part), append(last.Extra, m.Extra...)
		return nil
	}
	m.Role, m.Name, m.Parts = api.RoleTool, "", []api.Part{part}
	d.r.Messages = append(d.r.Messages, m)
	return nil
}

// legacyCall refuses what stood in the place of tool_calls before there were any.
func (d *requestDecoder) legacyCall(w *wireMessage, i int) *api.Error {
	if !take.Present(w.functionCall) {
		return nil
	}
	err := api.Errorf(api.KindUnsupported, "unsupported_field",
		"function_call is not translated to a provider of another dialect. Use tool_calls, which replaced it.")
	err.Param = take.Within("messages", i, "function_call")
	return err
}

// assistantParts reads what a model said, in a request's history or in an
// answer: reasoning, then text, calls and the rest.
func assistantParts(w *wireMessage, param string) ([]api.Part, *api.Error) {
	parts := reasoningParts(w)
	content, err := decodeContent(w.content, param)
	if err != nil {
		return nil, err
	}
	parts = append(parts, content...)
	if refusal, _ := w.refusal.Str(); refusal != "" {
		parts = append(parts, api.Part{Kind: api.PartRefusal, Text: refusal})
	}
	parts = signText(parts, w.signature)
	citeText(parts, w.annotations)
	for e := range w.images.Elements() {
		parts = append(parts, decodePart(e))
	}
	if take.Present(w.audio) {
		parts = append(parts, decodeSpoken(w.audio))
	}
	n := 0
	for e := range w.toolCalls.Elements() {
		parts = append(parts, decodeCall(e, n))
		n++
	}
	return parts, nil
}

// markLast puts a message's own cache marker on its last part.
func markLast(parts []api.Part, cached jsonx.Value) {
	if c := cacheOf(cached); c != nil && len(parts) > 0 && parts[len(parts)-1].Cache == nil {
		parts[len(parts)-1].Cache = c
	}
}

// signText puts Google's signature of a message on its last text, which may be empty.
func signText(parts []api.Part, extra jsonx.Value) []api.Part {
	signature := take.Text(extra, "google", "thought_signature")
	if signature == "" {
		return parts
	}
	for i := len(parts) - 1; i >= 0; i-- {
		if parts[i].Kind == api.PartText {
			parts[i].Signature, parts[i].SignatureOf = signature, google
			return parts
		}
	}
	return append(parts, api.Part{Signature: signature, SignatureOf: google})
}
