package openai

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
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
	dst = appendText(append(dst, '{'), "model", r.Model)
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
	dst = appendOptInt(dst, limit, r.Sampling.MaxTokens)
	dst = w.appendSampling(dst)
	dst = appendOptBool(dst, "logprobs", r.Sampling.LogProbs)
	dst = appendOptInt(dst, "top_logprobs", r.Sampling.TopLogProbs)
	dst = appendSome(dst, "reasoning_effort", r.Reasoning.Level())
	dst = appendSome(dst, "verbosity", r.Verbosity)
	if len(r.Modalities) > 0 {
		dst = appendStrings(dst, "modalities", r.Modalities)
	}
	if r.Audio != nil {
		dst = append(appendKey(dst, "audio"), '{')
		dst = appendText(dst, "voice", r.Audio.Voice)
		dst = append(appendSome(dst, "format", r.Audio.Format), '}')
	}
	dst = appendRaw(dst, "metadata", r.Metadata)
	dst = appendSome(dst, "service_tier", r.ServiceTier)
	dst = w.appendCache(dst, r.Cache)
	return w.appendEnd(dst), nil
}

// appendSampling writes what chat and text completion have in common.
func (w *requestWriter) appendSampling(dst []byte) []byte {
	s := &w.r.Sampling
	dst = appendOptFloat(dst, "temperature", s.Temperature)
	dst = appendOptFloat(dst, "top_p", s.TopP)
	if w.extensions() {
		dst = appendOptInt(dst, "top_k", s.TopK)
	}
	dst = appendOptInt(dst, "n", s.N)
	dst = appendOptInt(dst, "seed", s.Seed)
	dst = appendOptFloat(dst, "presence_penalty", s.PresencePenalty)
	dst = appendOptFloat(dst, "frequency_penalty", s.FrequencyPenalty)
	dst = appendRaw(dst, "logit_bias", s.LogitBias)
	if len(s.Stop) > 0 {
		dst = appendStrings(dst, "stop", s.Stop)
	}
	return dst
}

// appendEnd writes what all operations end with.
func (w *requestWriter) appendEnd(dst []byte) []byte {
	dst = appendSome(dst, "user", w.r.User)
	if w.r.Stream {
		dst = append(dst, `,"stream":true`...)
		dst = w.appendStreamOptions(dst)
	}
	if w.r.ExtraOf == name {
		for _, f := range w.r.Extra {
			if f.Name != "stream_options" {
				dst = appendRaw(dst, f.Name, f.Value)
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
	return append(appendKey(dst, "stream_options"), options...)
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
		dst = appendText(dst, "name", title)
		dst = appendSome(dst, "description", f.Description)
		dst = appendRaw(dst, "schema", f.Schema)
		dst = appendOptBool(dst, "strict", f.Strict)
		return append(dst, "}}"...)
	}
	return dst
}
