package bedrock

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/take"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// decodeContent reads the blocks of a message or of a tool's result.
func decodeContent(v jsonx.Value, param string) (parts []api.Part, err *api.Error) {
	if err := take.WantArray(v, param, "an array of blocks"); err != nil {
		return nil, err
	}
	i := 0
	for block := range v.Elements() {
		if mark(parts, block) {
			continue
		}
		p, err := decodeBlock(block, take.At(param, i))
		if err != nil {
			return nil, err
		}
		parts = append(parts, p)
		i++
	}
	return parts, nil
}

// mark says whether a block is a cache point, and marks the part before it.
func mark(parts []api.Part, block jsonx.Value) bool {
	point := block.Get("cachePoint")
	if point == nil {
		return false
	}
	if len(parts) > 0 {
		parts[len(parts)-1].Cache = cacheOf(point)
	}
	return true
}

func cacheOf(point jsonx.Value) *api.Cache { return &api.Cache{TTL: take.Text(point, "ttl")} }

// decodeBlock reads a block: an object with the one member that says what it is.
// One of a kind that only Bedrock has is opaque.
func decodeBlock(v jsonx.Value, param string) (p api.Part, err *api.Error) {
	if v.Kind() != jsonx.Object {
		return p, take.WrongType(param, "an object")
	}
	for key, m := range v.Members() {
		if m.IsNull() {
			continue
		}
		switch param := param + "." + key; key {
		case "text":
			err = take.String(m, param, &p.Text)
		case "image":
			p, err = decodeMedia(api.PartImage, v, m, param)
		case "document":
			p, err = decodeMedia(api.PartFile, v, m, param)
		case "video":
			p, err = decodeMedia(api.PartVideo, v, m, param)
		case "audio":
			p, err = decodeMedia(api.PartAudio, v, m, param)
		case "toolUse":
			p, err = decodeToolUse(v, m, param)
		case "toolResult":
			p, err = decodeToolResult(v, m, param)
		case "json":
			p.Text = jsonx.Borrow(m)
		case "reasoningContent":
			p = decodeReasoning(m)
		case "citationsContent":
			p = decodeCited(m)
		default:
			return opaque(v), nil
		}
		return p, err
	}
	return opaque(v), nil
}

func opaque(v jsonx.Value) api.Part {
	return api.Part{Kind: api.PartOpaque, Raw: api.JSON(v), RawOf: name}
}

// serverToolUse is the type of a call of a tool that the provider runs itself.
const serverToolUse = "server_tool_use"

func decodeToolUse(block, v jsonx.Value, param string) (api.Part, *api.Error) {
	if err := take.WantObject(v, param, "an object"); err != nil {
		return api.Part{}, err
	}
	if take.Text(v, "type") == serverToolUse {
		return opaque(block), nil
	}
	call := &api.ToolCall{ID: take.Text(v, "toolUseId"), Name: take.Text(v, "name"), Args: api.JSON("{}")}
	if in := v.Get("input"); in.Kind() == jsonx.Object {
		call.Args = api.JSON(in)
	}
	return api.Part{Kind: api.PartToolCall, Call: call}, nil
}

func decodeToolResult(block, v jsonx.Value, param string) (api.Part, *api.Error) {
	if err := take.WantObject(v, param, "an object"); err != nil {
		return api.Part{}, err
	}
	if kind := take.Text(v, "type"); kind != "" && kind != "tool_result" {
		return opaque(block), nil
	}
	parts, err := decodeContent(v.Get("content"), param+".content")
	return api.Part{Kind: api.PartToolResult, Result: &api.ToolResult{
		ID: take.Text(v, "toolUseId"), Parts: parts, IsError: take.Text(v, "status") == "error",
	}}, err
}

// decodeReasoning reads a thought: its text and signature, or what is encrypted of it.
func decodeReasoning(v jsonx.Value) api.Part {
	if redacted := take.Text(v, "redactedContent"); redacted != "" {
		return api.Part{Kind: api.PartRedacted, Signature: redacted, SignatureOf: name}
	}
	p := api.Part{Kind: api.PartReasoning, Text: take.Text(v, "reasoningText", "text")}
	if sign := take.Text(v, "reasoningText", "signature"); sign != "" && !dialect.Unseal(sign, &p) {
		p.Signature, p.SignatureOf = sign, name
	}
	return p
}

// decodeCited reads text with its citations, which are kept as they are too.
func decodeCited(v jsonx.Value) api.Part {
	p := api.Part{}
	for c := range v.Get("content").Elements() {
		p.Text += take.Text(c, "text")
	}
	for c := range v.Get("citations").Elements() {
		p.Citations = append(p.Citations, decodeCitation(c))
	}
	return p
}

func decodeCitation(v jsonx.Value) api.Citation {
	c := api.Citation{Title: take.Text(v, "title"), URL: take.Text(v, "location", "web", "url"), Raw: api.JSON(v), RawOf: name}
	for s := range v.Get("sourceContent").Elements() {
		c.Text += take.Text(s, "text")
	}
	return c
}
