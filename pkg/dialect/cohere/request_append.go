package cohere

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/put"
)

// AppendRequest implements dialect.Codec. A list of models has no body.
//
// What a provider can do without is left out where this dialect has no word for
// it: names of messages, cache markers, an error flag on a tool's result, one call
// at a time.
func (codec) AppendRequest(dst []byte, r *api.Request, q *dialect.Quirks) ([]byte, *api.Error) {
	w := requestWriter{r: r, q: q}
	switch r.Op {
	case api.OpChat:
		return w.appendChat(dst)
	case api.OpEmbedding:
		return w.appendEmbed(dst)
	case api.OpRerank:
		return w.appendRerank(dst), nil
	case api.OpCountTokens:
		return w.appendTokenize(dst), nil
	}
	return dst, unsupportedOp(r.Op)
}

// requestWriter writes one request.
type requestWriter struct {
	r *api.Request
	q *dialect.Quirks
}

func (w *requestWriter) appendChat(dst []byte) ([]byte, *api.Error) {
	r := w.r
	if r.Sampling.N.V > 1 {
		return dst, &api.Error{
			Kind: api.KindUnsupported, Code: "unsupported_field", Param: "n",
			Message: "Cohere's API gives one answer to a request. Ask again for another.",
		}
	}
	dst = put.Text(append(dst, '{'), "model", r.Model)
	dst, err := w.appendMessages(dst)
	if err != nil {
		return dst, err
	}
	dst = w.appendDocuments(dst)
	if dst, err = w.appendTools(dst); err != nil {
		return dst, err
	}
	dst = appendFormat(dst, &r.Format)
	dst = w.appendThinking(dst)
	dst = appendSampling(dst, &r.Sampling)
	if r.Stream {
		dst = append(dst, `,"stream":true`...)
	}
	return append(appendExtra(dst, r.Extra, r.ExtraOf), '}'), nil
}

func appendSampling(dst []byte, s *api.Sampling) []byte {
	dst = put.OptInt(dst, "max_tokens", s.MaxTokens)
	dst = put.OptFloat(dst, "temperature", s.Temperature)
	dst = put.OptFloat(dst, "p", s.TopP)
	dst = put.OptInt(dst, "k", s.TopK)
	dst = put.OptInt(dst, "seed", s.Seed)
	dst = put.OptFloat(dst, "presence_penalty", s.PresencePenalty)
	dst = put.OptFloat(dst, "frequency_penalty", s.FrequencyPenalty)
	if s.LogProbs.V {
		dst = append(dst, `,"logprobs":true`...)
	}
	if len(s.Stop) > 0 {
		dst = put.Strings(dst, "stop_sequences", s.Stop)
	}
	return dst
}

func appendFormat(dst []byte, f *api.Format) []byte {
	switch f.Kind {
	case api.FormatText:
		return append(dst, `,"response_format":{"type":"text"}`...)
	case api.FormatJSON:
		return append(dst, `,"response_format":{"type":"json_object"}`...)
	case api.FormatSchema:
		dst = append(dst, `,"response_format":{"type":"json_object"`...)
		return append(put.Raw(dst, "json_schema", f.Schema), '}')
	}
	return dst
}

// budgets are how many tokens to think with stand for an effort. With a higher one,
// and where nothing is said, the model thinks as much as it likes.
var budgets = map[string]int64{"minimal": 1024, "low": 2048, "medium": 8192}

// appendThinking asks the model to think, or not to. Where the caller has not said
// anything it is the model's own affair: those that cannot think refuse the field.
func (w *requestWriter) appendThinking(dst []byte) []byte {
	want := w.r.Reasoning
	switch {
	case want.Level() == "none":
		return append(dst, `,"thinking":{"type":"disabled"}`...)
	case !want.Wanted():
		return dst
	}
	dst = append(dst, `,"thinking":{"type":"enabled"`...)
	budget := budgets[want.Effort]
	if want.Budget.V > 0 {
		budget = want.Budget.V
	}
	if budget > 0 {
		dst = put.Int(dst, "token_budget", budget)
	}
	return append(dst, '}')
}
