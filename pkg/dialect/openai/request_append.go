package openai

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/put"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// AppendRequest implements dialect.Codec. A list of models has no body.
//
// What a provider can do without is left out where this dialect has no word for
// it: how much of the thoughts to show, Google's top_k, cache markers, an error
// flag on a tool's result.
func (codec) AppendRequest(dst []byte, r *api.Request, q *dialect.Quirks) ([]byte, *api.Error) {
	w := requestWriter{r: r, q: q}
	switch r.Op {
	case api.OpChat:
		return w.appendChat(dst)
	case api.OpCompletion:
		return w.appendCompletion(dst)
	case api.OpEmbedding:
		return w.appendEmbedding(dst)
	case api.OpRerank:
		return w.appendRerank(dst), nil
	}
	return dst, unsupportedOp(r.Op)
}

// requestWriter writes one request.
type requestWriter struct {
	r *api.Request
	q *dialect.Quirks
}

// extensions says whether fields that OpenAI does not document may be sent: if
// the caller spoke this dialect, they are the caller's own.
func (w *requestWriter) extensions() bool { return w.r.ExtraOf == name }

// signatures says whether the provider takes opaque reasoning back.
func (w *requestWriter) signatures() bool { return w.q.ReasoningField == "reasoning_details" }

func (w *requestWriter) appendChat(dst []byte) ([]byte, *api.Error) {
	r := w.r
	dst = put.Text(append(dst, '{'), "model", r.Model)
	dst, err := w.appendMessages(dst)
	if err != nil {
		return dst, err
	}
	if dst, err = w.appendTools(dst); err != nil {
		return dst, err
	}
	dst = w.appendToolChoice(dst)
	dst = w.appendFormat(dst)
	limit := w.q.MaxTokensField
	if limit == "" {
		limit = "max_completion_tokens"
	}
	dst = put.OptInt(dst, limit, r.Sampling.MaxTokens)
	dst = w.appendSampling(dst)
	dst = put.OptBool(dst, "logprobs", r.Sampling.LogProbs)
	dst = put.OptInt(dst, "top_logprobs", r.Sampling.TopLogProbs)
	dst = put.Some(dst, "reasoning_effort", r.Reasoning.Level())
	dst = put.Some(dst, "verbosity", r.Verbosity)
	if len(r.Modalities) > 0 {
		dst = put.Strings(dst, "modalities", r.Modalities)
	}
	if r.Audio != nil {
		dst = append(put.Key(dst, "audio"), '{')
		dst = put.Text(dst, "voice", r.Audio.Voice)
		dst = append(put.Some(dst, "format", r.Audio.Format), '}')
	}
	dst = put.Raw(dst, "metadata", r.Metadata)
	dst = put.Some(dst, "service_tier", r.ServiceTier)
	dst = w.appendCache(dst, r.Cache)
	return w.appendEnd(dst), nil
}

// appendSampling writes what chat and text completion have in common.
func (w *requestWriter) appendSampling(dst []byte) []byte {
	s := &w.r.Sampling
	dst = put.OptFloat(dst, "temperature", s.Temperature)
	dst = put.OptFloat(dst, "top_p", s.TopP)
	if w.extensions() {
		dst = put.OptInt(dst, "top_k", s.TopK)
	}
	dst = put.OptInt(dst, "n", s.N)
	dst = put.OptInt(dst, "seed", s.Seed)
	dst = put.OptFloat(dst, "presence_penalty", s.PresencePenalty)
	dst = put.OptFloat(dst, "frequency_penalty", s.FrequencyPenalty)
	dst = put.Raw(dst, "logit_bias", s.LogitBias)
	if len(s.Stop) > 0 {
		dst = put.Strings(dst, "stop", s.Stop)
	}
	return dst
}

// appendEnd writes what all operations end with.
func (w *requestWriter) appendEnd(dst []byte) []byte {
	dst = put.Some(dst, "user", w.r.User)
	if w.r.Stream {
		dst = append(dst, `,"stream":true`...)
		dst = w.appendStreamOptions(dst)
	}
	if w.r.ExtraOf == name {
		for _, f := range w.r.Extra {
			if f.Name != "stream_options" {
				dst = put.Raw(dst, f.Name, f.Value)
			}
		}
	}
	return append(dst, '}')
}

// appendStreamOptions asks for usage, beside what else the caller set.
func (w *requestWriter) appendStreamOptions(dst []byte) []byte {
	if w.q.NoStreamUsage {
		return dst
	}
	options := []byte(`{"include_usage":true}`)
	if w.r.ExtraOf == name {
		for _, f := range w.r.Extra {
			if f.Name != "stream_options" {
				continue
			}
			if with, err := jsonx.Set(nil, f.Value, []byte("true"), "include_usage"); err == nil {
				options = with
			}
		}
	}
	return append(put.Key(dst, "stream_options"), options...)
}

func (w *requestWriter) appendFormat(dst []byte) []byte {
	f := &w.r.Format
	switch f.Kind {
	case api.FormatText:
		return append(dst, `,"response_format":{"type":"text"}`...)
	case api.FormatJSON:
		return append(dst, `,"response_format":{"type":"json_object"}`...)
	case api.FormatSchema:
		title := f.Name
		if title == "" {
			title = "response" // required here, unknown to other dialects
		}
		dst = append(dst, `,"response_format":{"type":"json_schema","json_schema":{`...)
		dst = put.Text(dst, "name", title)
		dst = put.Some(dst, "description", f.Description)
		dst = put.Raw(dst, "schema", f.Schema)
		dst = put.OptBool(dst, "strict", f.Strict)
		return append(dst, "}}"...)
	}
	return dst
}
