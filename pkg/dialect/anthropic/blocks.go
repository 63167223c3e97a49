package anthropic

import (
	"bytes"
	"slices"

	"github.com/asbru-gateway/asbru/pkg/dialect/take"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// Content blocks, as requests and answers share them:
// https://docs.anthropic.com/en/api/messages#body-messages-content

// decodeContent appends the parts of a content member: a string, or an array of blocks.
func decodeContent(dst []api.Part, v jsonx.Value, param string) ([]api.Part, *api.Error) {
	if s, ok := v.Str(); ok {
		return append(dst, api.Part{Kind: api.PartText, Text: s}), nil
	}
	if v.Kind() != jsonx.Array {
		return dst, take.WrongType(param, "a string or an array of content blocks")
	}
	i := 0
	for e := range v.Elements() {
		p, err := decodeBlock(e)
		if err != nil {
			return dst, within(err, param, i)
		}
		dst = append(dst, p)
		i++
	}
	return dst, nil
}

// decodeBlock reads one block. One of a type, or with a source, that the
// vocabulary has no word for becomes a PartOpaque.
func decodeBlock(v jsonx.Value) (api.Part, *api.Error) {
	kind, ok := v.Get("type").Str()
	if !ok {
		return api.Part{}, take.WrongType("type", "a string that names the type of the block")
	}
	p := api.Part{Cache: decodeCache(v.Get("cache_control"))}
	var err *api.Error
	switch kind {
	case "text":
		p.Kind = api.PartText
		if err = take.String(v.Get("text"), "text", &p.Text); err == nil {
			p.Citations = decodeCitations(v.Get("citations"))
		}
	case "image", "document":
		return decodeMedia(p, kind, v), nil
	case "tool_use":
		p.Kind = api.PartToolCall
		p.Call = &api.ToolCall{ID: take.Text(v, "id"), Name: take.Text(v, "name"), Args: emptyObject}
		if in := v.Get("input"); in != nil && !in.IsNull() {
			p.Call.Args = api.JSON(in)
		}
		keepOthers(&p, v, toolUseMembers)
	case "tool_result":
		p.Kind = api.PartToolResult
		p.Result, err = decodeToolResult(v)
		keepOthers(&p, v, toolResultMembers)
	case "thinking":
		p.Kind = api.PartReasoning
		p.Text, p.Signature = take.Text(v, "thinking"), take.Text(v, "signature")
		if p.SignatureOf = signatureOf(p.Signature); dialect.Unseal(p.Signature, &p) {
			return p, nil
		}
	case "redacted_thinking":
		p.Kind = api.PartRedacted
		p.Signature = take.Text(v, "data")
		p.SignatureOf = signatureOf(p.Signature)
	default:
		return opaque(v), nil
	}
	return p, err
}

var emptyObject = api.JSON("{}")

func opaque(v jsonx.Value) api.Part {
	return api.Part{Kind: api.PartOpaque, Raw: api.JSON(v), RawOf: name}
}

// signatureOf says whose a signature is. A block without one is the gateway's
// own rendering of another provider's reasoning.
func signatureOf(signature string) string {
	if signature == "" {
		return ""
	}
	return name
}

// The members of blocks that the vocabulary has words for.
var (
	toolUseMembers    = []string{"type", "id", "name", "input", "cache_control"}
	toolResultMembers = []string{"type", "tool_use_id", "content", "is_error", "cache_control"}
	mediaMembers      = []string{"type", "source", "title", "context", "citations", "cache_control"}
)

// keepOthers keeps the block v beside what was read of it if it has more
// members, such as the caller and the toolset of a tool_use. Only those others
// are written from it again: what the vocabulary has words for may have been
// changed since, by a hook that hides a secret.
func keepOthers(p *api.Part, v jsonx.Value, read []string) {
	for key := range v.Members() {
		if !slices.Contains(read, key) {
			p.Raw, p.RawOf = api.JSON(v), name
			return
		}
	}
}

// appendOthers writes the members that keepOthers kept.
func appendOthers(dst []byte, raw api.JSON, rawOf string, read []string) []byte {
	if rawOf != name {
		return dst
	}
	for key, member := range jsonx.Value(raw).Members() {
		if !slices.Contains(read, key) {
			dst = appendKey(dst, key)
			dst = append(dst, member...)
		}
	}
	return dst
}

func decodeToolResult(v jsonx.Value) (*api.ToolResult, *api.Error) {
	r := &api.ToolResult{ID: take.Text(v, "tool_use_id")}
	r.IsError, _ = v.Get("is_error").Bool()
	content := v.Get("content")
	if content == nil || content.IsNull() {
		return r, nil
	}
	var err *api.Error
	r.Parts, err = decodeContent(nil, content, "content")
	return r, err
}

func decodeCache(v jsonx.Value) *api.Cache {
	if v.Kind() != jsonx.Object {
		return nil
	}
	return &api.Cache{TTL: take.Text(v, "ttl")}
}

func appendCache(dst []byte, c *api.Cache) []byte {
	if c == nil {
		return dst
	}
	dst = append(dst, `,"cache_control":{"type":"ephemeral"`...)
	if c.TTL != "" {
		dst = append(dst, `,"ttl":`...)
		dst = jsonx.AppendString(dst, c.TTL)
	}
	return append(dst, '}')
}

func appendTextBlock(dst []byte, text string) []byte {
	dst = append(dst, `{"type":"text","text":`...)
	return jsonx.AppendString(dst, text)
}

func appendThinkingBlock(dst []byte, thought, signature string) []byte {
	dst = append(dst, `{"type":"thinking","thinking":`...)
	dst = jsonx.AppendString(dst, thought)
	dst = append(dst, `,"signature":`...)
	dst = jsonx.AppendString(dst, signature)
	return append(dst, '}')
}

func appendRedactedBlock(dst []byte, data string) []byte {
	dst = append(dst, `{"type":"redacted_thinking","data":`...)
	dst = jsonx.AppendString(dst, data)
	return append(dst, '}')
}

// appendToolUse leaves the block open, for a cache_control.
func appendToolUse(dst []byte, id string, call *api.ToolCall) []byte {
	dst = append(dst, `{"type":"tool_use","id":`...)
	dst = jsonx.AppendString(dst, id)
	dst = append(dst, `,"name":`...)
	dst = jsonx.AppendString(dst, call.Name)
	dst = append(dst, `,"input":`...)
	return appendInput(dst, call)
}

// appendInput writes a call's arguments. They must be an object: none at all
// become an empty one, and free text is put into one.
func appendInput(dst []byte, call *api.ToolCall) []byte {
	args := jsonx.Value(bytes.TrimSpace(call.Args))
	switch {
	case args.Kind() == jsonx.Object && jsonx.Valid(args) == nil:
		return append(dst, args...)
	case len(args) == 0 || args.IsNull():
		return append(dst, emptyObject...)
	}
	dst = append(dst, `{"input":`...)
	if s, ok := args.Str(); ok {
		dst = jsonx.AppendString(dst, s)
	} else {
		dst = jsonx.AppendString(dst, jsonx.Borrow(args))
	}
	return append(dst, '}')
}
