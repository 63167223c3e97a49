package bedrock

import (
	"strconv"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/anthropic"
	"github.com/asbru-gateway/asbru/pkg/dialect/openai"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// AppendResponse implements dialect.Codec: in the words that the request was in.
func (invoke) AppendResponse(dst []byte, h *dialect.Head, r *api.Response) []byte {
	switch f := form(h.Form); f {
	case formClaude:
		return anthropic.Codec.AppendResponse(dst, h, r)
	case formOpenAI:
		return openai.Codec.AppendResponse(dst, h, r)
	case formTitanEmbed:
		return appendTitanVector(dst, r)
	case formCohereEmbed, formCohereTyped:
		return appendCohereVectors(dst, f, r)
	case formLlama, formMistral, formTitanText:
		var answer api.Choice
		if len(r.Choices) > 0 {
			answer = r.Choices[0]
		}
		var said strings.Builder
		for i := range answer.Parts {
			if p := &answer.Parts[i]; p.Kind == api.PartText || p.Kind == api.PartRefusal {
				said.WriteString(p.Text)
			}
		}
		return appendCompletion(dst, f, said.String(), answer.Finish, &r.Usage)
	}
	return Codec.AppendResponse(dst, h, r) // Nova's is Converse's
}

// appendCompletion writes the answer of a model that completes text.
func appendCompletion(dst []byte, f form, said string, finish api.Finish, u *api.Usage) []byte {
	o := begin(dst)
	switch f {
	case formLlama:
		o.str("generation", said)
		o.int("prompt_token_count", u.Input)
		o.int("generation_token_count", u.Output)
		o.str("stop_reason", stopWord(f, finish))
	case formMistral:
		o.key("outputs")
		o.dst = append(o.dst, '[')
		in := begin(o.dst)
		in.str("text", said)
		in.str("stop_reason", stopWord(f, finish))
		o.dst = append(in.end(), ']')
	default:
		o.int("inputTextTokenCount", u.Input)
		o.key("results")
		o.dst = append(o.dst, '[')
		in := begin(o.dst)
		in.int("tokenCount", u.Output)
		in.str("outputText", said)
		in.str("completionReason", stopWord(f, finish))
		o.dst = append(in.end(), ']')
	}
	return o.end()
}

// stopWord is a form's word for why the model stopped.
func stopWord(f form, finish api.Finish) string {
	switch {
	case f == formTitanText && finish == api.FinishLength:
		return "LENGTH"
	case f == formTitanText && finish == api.FinishFilter:
		return "CONTENT_FILTERED"
	case f == formTitanText:
		return "FINISH"
	case finish == api.FinishLength:
		return "length"
	}
	return "stop"
}

func appendTitanVector(dst []byte, r *api.Response) []byte {
	o := begin(dst)
	o.key("embedding")
	o.dst = append(o.dst, '[')
	if len(r.Embeddings) > 0 {
		o.dst = appendNumbers(o.dst, r.Embeddings[0])
	}
	o.dst = append(o.dst, ']')
	o.int("inputTextTokenCount", r.Usage.Input)
	return o.end()
}

func appendCohereVectors(dst []byte, f form, r *api.Response) []byte {
	o := begin(dst)
	o.word("id", r.ID)
	o.key("embeddings")
	kind := "embeddings_floats"
	if f == formCohereTyped {
		kind = "embeddings_by_type"
		o.dst = append(o.dst, `{"float":`...)
	}
	o.dst = append(o.dst, '[')
	for i, v := range r.Embeddings {
		o.dst = append(appendComma(o.dst, i), '[')
		o.dst = append(appendNumbers(o.dst, v), ']')
	}
	o.dst = append(o.dst, ']')
	if f == formCohereTyped {
		o.dst = append(o.dst, '}')
	}
	o.str("response_type", kind)
	return o.end()
}

// appendNumbers writes numbers with as few digits as tell them apart.
func appendNumbers(dst []byte, v []float32) []byte {
	for i, n := range v {
		dst = strconv.AppendFloat(appendComma(dst, i), float64(n), 'g', -1, 32)
	}
	return dst
}

// metrics is the member of a stream's last chunk that counts, whichever the model.
const metrics = "amazon-bedrock-invocationMetrics"

func appendMetrics(o *object, u *api.Usage) {
	o.inside(metrics, func(in *object) {
		in.int("inputTokenCount", max(u.Input-u.CacheRead-u.CacheWrite, 0))
		in.int("outputTokenCount", u.Output)
		in.int("invocationLatency", 0)
		in.int("firstByteLatency", 0)
		if u.CacheRead > 0 {
			in.int("cacheReadInputTokenCount", u.CacheRead)
		}
		if u.CacheWrite > 0 {
			in.int("cacheWriteInputTokenCount", u.CacheWrite)
		}
	})
}

// metricsOf reads it.
func metricsOf(v jsonx.Value) (u api.Usage) {
	for key, m := range v.Get(metrics).Members() {
		n, ok := m.Int()
		if !ok || n < 0 {
			continue
		}
		switch key {
		case "inputTokenCount":
			u.Input += n
			u.Known = true
		case "outputTokenCount":
			u.Output = n
		case "cacheReadInputTokenCount":
			u.Input += n
			u.CacheRead = n
		case "cacheWriteInputTokenCount":
			u.Input += n
			u.CacheWrite = n
		}
	}
	return u
}
