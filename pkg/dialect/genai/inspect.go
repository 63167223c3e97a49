package genai

// Hot path.

import (
	"bytes"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// badAnswer is the code of an answer, whole or in a stream, that is none.
const badAnswer = "provider_bad_answer"

// Inspect implements dialect.Codec. The usage of OpCountTokens is not known: its
// number is the answer, not what the call used.
func (codec) Inspect(op api.Op, body []byte) (api.Usage, *api.Error) {
	var found answerFields
	if _, err := jsonx.ScanObject(body, func(m jsonx.Member) error { found.note(m.Key, m.At); return nil }); err != nil {
		return api.Usage{}, notAnswer(body)
	}
	if !found.errorAt.Empty() {
		return api.Usage{}, decodeErrorObject(0, found.errorAt.Of(body), body)
	}
	if op == api.OpChat && !found.answers {
		return api.Usage{}, notAnswer(body)
	}
	if op == api.OpEmbedding && !found.embeds {
		return api.Usage{}, notAnswer(body)
	}
	if op == api.OpEmbedding && !found.predictionsAt.Empty() {
		var r api.Response
		decodePredictions(found.predictionsAt.Of(body), &r)
		return r.Usage, nil
	}
	if op == api.OpRerank {
		if found.recordsAt.Empty() {
			return api.Usage{}, notAnswer(body)
		}
		return ranksUsage(found.recordsAt.Of(body)), nil
	}
	return usageOf(found.usageAt.Of(body)), nil
}

// answerFields are the members of an answer that tell what it is.
type answerFields struct {
	usageAt jsonx.Span
	// predictionsAt is where the usage of embeddings stands that were asked for so.
	predictionsAt jsonx.Span
	errorAt       jsonx.Span
	recordsAt     jsonx.Span // of a rerank
	answers       bool       // of a conversation; one may have nothing but usage
	embeds        bool
}

func (a *answerFields) note(key []byte, at jsonx.Span) {
	switch string(key) {
	case "usageMetadata":
		a.usageAt, a.answers = at, true
	case "candidates", "promptFeedback":
		a.answers = true
	case "embeddings", "embedding":
		a.embeds = true
	case "predictions":
		a.embeds, a.predictionsAt = true, at
	case "records":
		a.recordsAt = at
	case "error":
		a.errorAt = at
	}
}

// notAnswer is the error of a body that came with a status of success and is no
// answer: an error in an array, HTML, half a JSON, nothing.
func notAnswer(body []byte) *api.Error {
	if e := errorObject(body); e != nil {
		return decodeErrorObject(0, e, body)
	}
	what := "something that is not a whole answer"
	if len(bytes.TrimSpace(body)) == 0 {
		what = "an empty body"
	}
	err := api.Errorf(api.KindUnavailable, badAnswer, "The provider answered with %s.", what)
	err.Sent = api.SentYes
	return err
}
