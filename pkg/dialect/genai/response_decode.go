package genai

import (
	"strconv"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// DecodeResponse implements dialect.Codec.
func (c codec) DecodeResponse(op api.Op, body []byte, into *api.Response) *api.Error {
	if _, err := c.Inspect(op, body); err != nil {
		return err
	}
	into.Op, into.ExtraOf = op, name
	v := jsonx.Value(body)
	switch op {
	case api.OpChat:
		decodeAnswer(v, into)
	case api.OpEmbedding:
		decodeEmbeddings(v, into)
	case api.OpRerank:
		return decodeRanks(v, into)
	case api.OpCountTokens:
		into.Usage = decodeCount(v)
	case api.OpModels:
		decodeModels(v, into)
	}
	return nil
}

// decodeAnswer reads a GenerateContentResponse:
// https://ai.google.dev/api/generate-content#generatecontentresponse
func decodeAnswer(v jsonx.Value, r *api.Response) {
	r.ID = text(v, "responseId", "response_id")
	ids := callIDs{base: r.ID}
	for key, m := range v.Members() {
		switch key {
		case "responseId":
		case "modelVersion":
			r.Model, _ = m.Str()
		case "usageMetadata":
			r.Usage = usageOf(m)
			r.ServiceTier = canonicalTier(text(m, "serviceTier", "service_tier"))
		case "candidates":
			for c := range m.Elements() {
				decodeCandidate(c, r, &ids)
			}
		default:
			r.Extra = extra(r.Extra, atTop, key, m)
		}
	}
	if reason := blockReason(v); reason != "" && len(r.Choices) == 0 {
		r.Choices = append(r.Choices, api.Choice{Finish: api.FinishFilter, FinishRaw: reason})
	}
}

// blockReason is why the prompt was refused, in which case there are no candidates.
func blockReason(v jsonx.Value) string {
	return text(v.Get("promptFeedback"), "blockReason", "block_reason")
}

// inCandidate is the path of a candidate in Extra.
func inCandidate(i int) string { return "candidates." + strconv.Itoa(i) + "." }

func decodeCandidate(v jsonx.Value, r *api.Response, ids *callIDs) {
	c := api.Choice{Index: len(r.Choices)}
	path := inCandidate(len(r.Choices))
	reason, called := "", false
	for key, m := range v.Members() {
		switch key {
		case "content":
			for p := range parts(m) {
				part := decodeAnswerPart(p, ids)
				if isEmpty(&part) {
					continue
				}
				c.Parts = append(c.Parts, part)
				called = called || part.Kind == api.PartToolCall
			}
		case "index":
			if n, ok := m.Int(); ok && n >= 0 && n < maxChoices {
				c.Index = int(n)
			}
		case "finishReason":
			reason, _ = m.Str()
		case "logprobsResult":
			c.LogProbs = decodeLogProbs(m)
		default:
			r.Extra = extra(r.Extra, path, key, m)
		}
	}
	c.Finish, c.FinishRaw = finishOf(reason, called)
	addCitations(v, c.Parts)
	r.Choices = append(r.Choices, c)
}

// maxChoices is more than any model gives; a provider's index past it is not believed.
const maxChoices = 64

// decodeAnswerPart reads a part of an answer; one that cannot be read is opaque.
func decodeAnswerPart(v jsonx.Value, ids *callIDs) api.Part {
	p, err := decodePart(v, "part", ids)
	if err != nil {
		return api.Part{Kind: api.PartOpaque, Raw: api.JSON(v), RawOf: name}
	}
	return p
}

// isEmpty says whether a part says nothing: empty text, as the last one of an
// answer often is.
func isEmpty(p *api.Part) bool {
	return p.Kind == api.PartText && p.Text == "" && p.Signature == "" && p.RawOf == ""
}
