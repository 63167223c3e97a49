package openai

import (
	"strings"

	"github.com/asbru-gateway/asbru/pkg/dialect/take"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect/put"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// Reasoning stands in a message as the text reasoning_content (or reasoning).
// Signed and encrypted reasoning, which has to come back as it was, stands in
// reasoning_details, whose form is OpenRouter's:
// https://openrouter.ai/docs/use-cases/reasoning-tokens
//
//	{"type":"reasoning.text","text":…,"signature":…,"format":"anthropic-claude-v1"}
//	{"type":"reasoning.encrypted","data":…,"format":…}
//	{"type":"reasoning.summary","summary":…,"format":…}

// Names of other dialects that this one carries signatures for.
const (
	google    = "genai"
	anthropic = "anthropic"
)

// detailFormats are the words for whose reasoning a detail is.
var detailFormats = [...]struct{ dialect, format string }{
	{anthropic, "anthropic-claude-v1"},
	{google, "google-gemini-v1"},
}

func formatOf(dialect string) string {
	for _, f := range detailFormats {
		if f.dialect == dialect {
			return f.format
		}
	}
	return "unknown"
}

// ownerOf returns the dialect for which a detail's format stands; this one's own
// if it is of a provider that only this dialect reaches.
func ownerOf(format string) string {
	for _, f := range detailFormats {
		if f.format == format {
			return f.dialect
		}
	}
	return name
}

// reasoningParts reads a message's reasoning. The details say all that the plain
// text says, so the text is read only where they have none.
func reasoningParts(w *wireMessage) []api.Part {
	var parts []api.Part
	told := false
	for e := range w.details.Elements() {
		p := decodeDetail(e)
		told = told || p.Kind == api.PartReasoning && p.Text != ""
		parts = append(parts, p)
	}
	if w.details.Len() == 0 {
		for e := range w.thinkingBlocks.Elements() {
			p := decodeThinkingBlock(e)
			told = told || p.Text != ""
			parts = append(parts, p)
		}
	}
	words, _ := w.reasoning.Str()
	if told || words == "" {
		return parts
	}
	for i := range parts { // a signature without its text belongs to the plain text
		if parts[i].Kind == api.PartReasoning && parts[i].Signature != "" {
			parts[i].Text = words
			return parts
		}
	}
	return append([]api.Part{{Kind: api.PartReasoning, Text: words}}, parts...)
}

// decodeDetail reads an element of reasoning_details.
func decodeDetail(v jsonx.Value) api.Part {
	p := api.Part{Kind: api.PartReasoning, SignatureOf: ownerOf(take.Text(v, "format"))}
	switch take.Text(v, "type") {
	case "reasoning.text":
		p.Text, p.Signature = take.Text(v, "text"), take.Text(v, "signature")
	case "reasoning.summary":
		p.Text = take.Text(v, "summary")
	case "reasoning.encrypted":
		p.Kind, p.Signature = api.PartRedacted, take.Text(v, "data")
	default:
		return api.Part{Kind: api.PartOpaque, Raw: api.JSON(v), RawOf: name}
	}
	if p.Signature == "" {
		p.SignatureOf = ""
	}
	return p
}

// decodeThinkingBlock reads one of litellm's thinking_blocks, which are Anthropic's own.
func decodeThinkingBlock(v jsonx.Value) api.Part {
	if take.Text(v, "type") == "redacted_thinking" {
		return api.Part{Kind: api.PartRedacted, Signature: take.Text(v, "data"), SignatureOf: anthropic}
	}
	p := api.Part{Kind: api.PartReasoning, Text: take.Text(v, "thinking"), Signature: take.Text(v, "signature")}
	if p.Signature != "" {
		p.SignatureOf = anthropic
	}
	return p
}

// isDetail says whether p belongs in reasoning_details.
func isDetail(p *api.Part) bool {
	switch p.Kind {
	case api.PartReasoning, api.PartRedacted:
		return true
	case api.PartOpaque:
		return p.RawOf == name && strings.HasPrefix(take.Text(jsonx.Value(p.Raw), "type"), "reasoning.")
	}
	return false
}

// appendReasoning writes the reasoning of a message: all its text in the field
// key, unless that is empty, and the details where the text is not all.
func appendReasoning(dst []byte, parts []api.Part, key string, details bool) []byte {
	if key != "" {
		dst = appendReasoningText(dst, parts, key)
	}
	if !details {
		return dst
	}
	dst = append(put.Key(dst, "reasoning_details"), '[')
	index := 0
	for i := range parts {
		if isDetail(&parts[i]) {
			dst = appendDetail(put.Comma(dst), &parts[i], index)
			index++
		}
	}
	return append(dst, ']')
}

func appendReasoningText(dst []byte, parts []api.Part, key string) []byte {
	begun := false
	for i := range parts {
		p := &parts[i]
		if p.Kind != api.PartReasoning || p.Text == "" {
			continue
		}
		if !begun {
			dst = append(put.Key(dst, key), '"')
			begun = true
		}
		dst = jsonx.AppendStringBody(dst, p.Text)
	}
	if begun {
		dst = append(dst, '"')
	}
	return dst
}

// appendDetail writes p as an element of reasoning_details.
func appendDetail(dst []byte, p *api.Part, index int) []byte {
	switch p.Kind {
	case api.PartOpaque:
		return append(dst, p.Raw...)
	case api.PartRedacted:
		dst = append(dst, `{"type":"reasoning.encrypted"`...)
		dst = put.Text(dst, "data", p.Signature)
	default:
		dst = append(dst, `{"type":"reasoning.text"`...)
		dst = put.Text(dst, "text", p.Text)
		dst = put.Some(dst, "signature", p.Signature)
	}
	dst = put.Text(dst, "format", formatOf(p.SignatureOf))
	dst = put.Int(dst, "index", int64(index))
	return append(dst, '}')
}

// signedReasoning says whether the plain text would lose something of the reasoning.
func signedReasoning(parts []api.Part) bool {
	for i := range parts {
		if isDetail(&parts[i]) && (parts[i].Kind != api.PartReasoning || parts[i].Signature != "") {
			return true
		}
	}
	return false
}
