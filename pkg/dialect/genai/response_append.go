package genai

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/put"
)

// AppendResponse implements dialect.Codec.
func (codec) AppendResponse(dst []byte, h *dialect.Head, r *api.Response) []byte {
	switch r.Op {
	case api.OpEmbedding:
		return appendEmbeddings(dst, h, r)
	case api.OpRerank:
		return appendRanks(dst, h, r)
	case api.OpCountTokens:
		return appendCountAnswer(dst, r)
	case api.OpModels:
		return appendModels(dst, h, r)
	}
	return appendAnswer(dst, r)
}

func appendAnswer(dst []byte, r *api.Response) []byte {
	extras := own(r.Extra, r.ExtraOf)
	o := put.Begin(dst)
	if !isBlockedPrompt(r, extras) {
		o.Key("candidates")
		o.Dst = append(o.Dst, '[')
		for i := range r.Choices {
			o.Dst = put.Comma(o.Dst)
			o.Dst = appendCandidate(o.Dst, &r.Choices[i], i, extras)
		}
		o.Dst = append(o.Dst, ']')
	}
	appendUsage(&o, &r.Usage)
	o.Some("modelVersion", r.Model)
	o.Some("responseId", r.ID)
	o.Extras(extras, atTop)
	return o.End()
}

// isBlockedPrompt says whether the one choice only stands for Google's promptFeedback.
func isBlockedPrompt(r *api.Response, extras []api.Field) bool {
	return len(r.Choices) == 1 && r.Choices[0].Finish == api.FinishFilter &&
		len(r.Choices[0].Parts) == 0 && has(extras, "promptFeedback")
}

func appendCandidate(dst []byte, c *api.Choice, i int, extras []api.Field) []byte {
	path := inCandidate(i)
	o := put.Begin(dst)
	o.Key("content")
	o.Dst = append(o.Dst, `{"role":"model","parts":[`...)
	o.Dst = append(appendAnswerParts(o.Dst, c.Parts), "]}"...)
	o.Some("finishReason", finishWord(c.Finish, c.FinishRaw))
	o.Int("index", int64(c.Index))
	appendLogProbs(&o, c.LogProbs)
	if !has(extras, path+"citationMetadata") && !has(extras, path+"groundingMetadata") {
		appendCitations(&o, c.Parts)
	}
	o.Extras(extras, path)
	return o.End()
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
