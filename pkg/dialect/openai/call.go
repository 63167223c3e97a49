package openai

import (
	"strconv"

	"github.com/asbru-gateway/asbru/pkg/dialect/take"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect/put"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// decodeCall reads an element of a whole message's tool_calls, the n-th one.
func decodeCall(v jsonx.Value, n int) api.Part {
	call := &api.ToolCall{ID: take.Text(v, "id")}
	if call.ID == "" {
		call.ID = fallbackID(n)
	}
	if custom := v.Get("custom"); custom.Kind() == jsonx.Object {
		call.Custom, call.Name = true, take.Text(custom, "name")
		call.Args = jsonx.AppendString(nil, take.Text(custom, "input"))
	} else {
		call.Name = take.Text(v, "function", "name")
		call.Args = arguments(v.Get("function", "arguments"))
	}
	p := api.Part{Kind: api.PartToolCall, Call: call}
	if s := take.Text(v, "extra_content", "google", "thought_signature"); s != "" {
		p.Signature, p.SignatureOf = s, google
	}
	return p
}

// fallbackID is the id of the n-th call of a message whose provider gave it none.
func fallbackID(n int) string { return "call_" + strconv.Itoa(n) }

// arguments returns a call's arguments as an object. On the wire they are a
// string that should hold one; some providers send the object itself. What a
// model garbled is kept as the text it is, in an object, so that a conversation
// with such a call in its history can go on.
func arguments(v jsonx.Value) api.JSON {
	if v.Kind() == jsonx.Object {
		return api.JSON(v)
	}
	s, _ := v.Str()
	return argumentsOf(s)
}

func argumentsOf(s string) api.JSON {
	raw := jsonx.Value(s)
	switch {
	case s == "" || jsonx.Valid(raw) == nil && raw.IsNull():
		return api.JSON(`{}`)
	case jsonx.Valid(raw) == nil && raw.Kind() == jsonx.Object:
		return api.JSON(s)
	}
	return append(put.Text([]byte{'{'}, "malformed_arguments", s), '}')
}

// appendCall writes a call as an element of tool_calls.
func appendCall(dst []byte, p *api.Part, signature bool) []byte {
	c := p.Call
	dst = put.Text(append(dst, '{'), "id", c.ID)
	if c.Custom {
		dst = append(dst, `,"type":"custom","custom":{`...)
		dst = put.Text(dst, "name", c.Name)
		dst = append(put.Key(dst, "input"), c.Args...)
	} else {
		dst = append(dst, `,"type":"function","function":{`...)
		dst = put.Text(dst, "name", c.Name)
		dst = put.Text(dst, "arguments", argsText(c.Args))
	}
	dst = append(dst, '}')
	if signature {
		dst = appendSignature(dst, p.Signature, p.SignatureOf)
	}
	return append(dst, '}')
}

func argsText(args api.JSON) string {
	if len(args) == 0 {
		return "{}"
	}
	return jsonx.Borrow(args)
}

// appendSignature writes Google's signature of a call or a message in the form of
// its own OpenAI endpoint; other dialects sign nothing but reasoning.
// https://ai.google.dev/gemini-api/docs/thought-signatures
func appendSignature(dst []byte, signature, of string) []byte {
	if signature == "" || of != google {
		return dst
	}
	dst = append(put.Key(dst, "extra_content"), `{"google":{`...)
	dst = put.Text(dst, "thought_signature", signature)
	return append(dst, "}}"...)
}
