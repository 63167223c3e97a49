package genai

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
)

// AppendResponse implements dialect.Codec.
func (codec) AppendResponse(dst []byte, h *dialect.Head, r *api.Response) []byte {
	switch r.Op {
	case api.OpEmbedding:
		return appendEmbeddings(dst, h, r)
	case api.OpCountTokens:
		return appendCountAnswer(dst, r)
	case api.OpModels:
		return appendModels(dst, h, r)
	}
	return appendAnswer(dst, r)
}

func appendAnswer(dst []byte, r *api.Response) []byte {
	extras := own(r.Extra, r.ExtraOf)
	o := begin(dst)
	if !isBlockedPrompt(r, extras) {
		o.key("candidates")
		o.dst = append(o.dst, '[')
		for i := range r.Choices {
			o.dst = appendComma(o.dst, i)
			o.dst = appendCandidate(o.dst, &r.Choices[i], i, extras)
		}
		o.dst = append(o.dst, ']')
	}
	appendUsage(&o, &r.Usage)
	o.word("modelVersion", r.Model)
	o.word("responseId", r.ID)
	o.extras(extras, atTop)
	return o.end()
}

// isBlockedPrompt says whether the one choice only stands for Google's promptFeedback.
func isBlockedPrompt(r *api.Response, extras []api.Field) bool {
	return len(r.Choices) == 1 && r.Choices[0].Finish == api.FinishFilter &&
		len(r.Choices[0].Parts) == 0 && has(extras, "promptFeedback")
}

func appendCandidate(dst []byte, c *api.Choice, i int, extras []api.Field) []byte {
	path := inCandidate(i)
	o := begin(dst)
	o.key("content")
	o.dst = append(o.dst, `{"role":"model","parts":[`...)
	o.dst = append(appendAnswerParts(o.dst, c.Parts), "]}"...)
	o.word("finishReason", finishWord(c.Finish, c.FinishRaw))
	o.int("index", int64(c.Index))
	appendLogProbs(&o, c.LogProbs)
	if !has(extras, path+"citationMetadata") && !has(extras, path+"groundingMetadata") {
		appendCitations(&o, c.Parts)
	}
	o.extras(extras, path)
	return o.end()
}

// appendAnswerParts writes what the model said. Reasoning of any provider is shown
// as thoughts; what cannot be said in this dialect is left out.
func appendAnswerParts(dst []byte, ps []api.Part) []byte {
	w := contentsWriter{dst: dst, own: true, inside: true, answers: true}
	for i := range ps {
		// The only part that is refused is a file of another provider's store: it
		// writes nothing, and nobody could read it from here.
		_ = w.appendPart("", &ps[i])
	}
	return w.dst
}
