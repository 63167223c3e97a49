package openai

import (
	"slices"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/put"
)

// AppendResponse implements dialect.Codec.
func (codec) AppendResponse(dst []byte, h *dialect.Head, r *api.Response) []byte {
	switch r.Op {
	case api.OpEmbedding:
		return appendEmbeddings(dst, h, r)
	case api.OpModels:
		return appendModels(dst, h, r)
	case api.OpRerank:
		return appendRanks(dst, r)
	}
	object := "chat.completion"
	if r.Op == api.OpCompletion {
		object = "text_completion"
	}
	dst = put.Text(append(dst, '{'), "id", r.ID)
	dst = put.Text(dst, "object", object)
	dst = put.Int(dst, "created", r.Created)
	dst = put.Text(dst, "model", r.Model)
	dst = append(put.Key(dst, "choices"), '[')
	for i := range r.Choices {
		dst = appendChoice(put.Comma(dst), r.Op, &r.Choices[i])
	}
	dst = append(dst, ']')
	if r.Usage.Known {
		dst = appendUsage(put.Key(dst, "usage"), &r.Usage)
	}
	dst = put.Some(dst, "service_tier", r.ServiceTier)
	dst = put.Some(dst, "system_fingerprint", r.Fingerprint)
	return append(appendExtra(dst, r.Extra, r.ExtraOf), '}')
}

func appendChoice(dst []byte, op api.Op, c *api.Choice) []byte {
	dst = put.Int(append(dst, '{'), "index", int64(c.Index))
	if op == api.OpCompletion {
		dst = put.Text(dst, "text", textOf(c.Parts))
		dst = appendCompletionLogProbs(dst, c.LogProbs)
	} else {
		dst = appendSpoken(put.Key(dst, "message"), c.Parts)
		dst = appendLogProbs(dst, c)
	}
	dst = put.Text(dst, "finish_reason", finishWord(c.Finish, c.FinishRaw))
	return append(dst, '}')
}

// textOf returns the text of all text parts.
func textOf(parts []api.Part) string {
	all := ""
	for i := range parts {
		if parts[i].Kind == api.PartText {
			all += parts[i].Text
		}
	}
	return all
}

// appendSpoken writes the message of an answer. Blocks that only another dialect
// knows, such as the steps of a tool that ran at the provider, have no place in it.
func appendSpoken(dst []byte, parts []api.Part) []byte {
	said := sortSaid(parts)
	words := textOf(said.content)
	dst = append(dst, `{"role":"assistant"`...)
	dst = put.TextOrNull(dst, "content", words)
	dst = put.TextOrNull(dst, "refusal", said.refusal)
	dst = appendReasoning(dst, parts, "reasoning_content", signedReasoning(parts))
	if len(said.calls) > 0 {
		dst = append(put.Key(dst, "tool_calls"), '[')
		for _, p := range said.calls {
			dst = appendCall(put.Comma(dst), p, true)
		}
		dst = append(dst, ']')
	}
	dst = appendAnnotations(dst, said.content)
	dst = appendImages(dst, said.content)
	if i := slices.IndexFunc(parts, func(p api.Part) bool { return p.Kind == api.PartAudio }); i >= 0 {
		dst = appendSound(dst, &parts[i])
	}
	dst = appendSignature(dst, said.signature, google)
	return append(dst, '}')
}

// appendImages writes drawn images in the form that OpenRouter gave them.
func appendImages(dst []byte, parts []api.Part) []byte {
	begun := false
	for i := range parts {
		if parts[i].Kind != api.PartImage {
			continue
		}
		out := dst
		if !begun {
			out = append(put.Key(out, "images"), '[')
		}
		out, err := appendMedia(put.Comma(out), &parts[i])
		if err != nil {
			continue // an image that has neither data nor a URL cannot be shown
		}
		dst, begun = append(out, '}'), true
	}
	if begun {
		dst = append(dst, ']')
	}
	return dst
}

// appendSound writes a spoken answer.
func appendSound(dst []byte, p *api.Part) []byte {
	if p.RawOf == name && len(p.Raw) > 0 {
		return put.Raw(dst, "audio", p.Raw)
	}
	if p.Media == nil {
		return dst
	}
	dst = append(put.Key(dst, "audio"), '{')
	dst = put.Text(dst, "id", p.Media.FileID)
	dst = put.Text(dst, "data", p.Media.Data)
	dst = put.Text(dst, "transcript", p.Text)
	return append(put.Int(dst, "expires_at", 0), '}')
}
