package bedrock

import (
	"strconv"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/dialect/put"

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
	o := put.Begin(dst)
	switch f {
	case formLlama:
		o.Text("generation", said)
		o.Int("prompt_token_count", u.Input)
		o.Int("generation_token_count", u.Output)
		o.Text("stop_reason", stopWord(f, finish))
	case formMistral:
		o.Key("outputs")
		o.Dst = append(o.Dst, '[')
		in := put.Begin(o.Dst)
		in.Text("text", said)
		in.Text("stop_reason", stopWord(f, finish))
		o.Dst = append(in.End(), ']')
	default:
		o.Int("inputTextTokenCount", u.Input)
		o.Key("results")
		o.Dst = append(o.Dst, '[')
		in := put.Begin(o.Dst)
		in.Int("tokenCount", u.Output)
		in.Text("outputText", said)
		in.Text("completionReason", stopWord(f, finish))
		o.Dst = append(in.End(), ']')
	}
	return o.End()
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
	o := put.Begin(dst)
	o.Key("embedding")
	o.Dst = append(o.Dst, '[')
	if len(r.Embeddings) > 0 {
		o.Dst = appendNumbers(o.Dst, r.Embeddings[0])
	}
	o.Dst = append(o.Dst, ']')
	o.Int("inputTextTokenCount", r.Usage.Input)
	return o.End()
}

func appendCohereVectors(dst []byte, f form, r *api.Response) []byte {
	o := put.Begin(dst)
	o.Some("id", r.ID)
	o.Key("embeddings")
	kind := "embeddings_floats"
	if f == formCohereTyped {
		kind = "embeddings_by_type"
		o.Dst = append(o.Dst, `{"float":`...)
	}
	o.Dst = append(o.Dst, '[')
	for _, v := range r.Embeddings {
		o.Dst = append(put.Comma(o.Dst), '[')
		o.Dst = append(appendNumbers(o.Dst, v), ']')
	}
	o.Dst = append(o.Dst, ']')
	if f == formCohereTyped {
		o.Dst = append(o.Dst, '}')
	}
	o.Text("response_type", kind)
	return o.End()
}

// appendNumbers writes numbers with as few digits as tell them apart.
func appendNumbers(dst []byte, v []float32) []byte {
	for _, n := range v {
		dst = strconv.AppendFloat(put.Comma(dst), float64(n), 'g', -1, 32)
	}
	return dst
}

// metrics is the member of a stream's last chunk that counts, whichever the model.
const metrics = "amazon-bedrock-invocationMetrics"

func appendMetrics(o *put.Object, u *api.Usage) {
	o.Inside(metrics, func(in *put.Object) {
		in.Int("inputTokenCount", max(u.Input-u.CacheRead-u.CacheWrite, 0))
		in.Int("outputTokenCount", u.Output)
		in.Int("invocationLatency", 0)
		in.Int("firstByteLatency", 0)
		if u.CacheRead > 0 {
			in.Int("cacheReadInputTokenCount", u.CacheRead)
		}
		if u.CacheWrite > 0 {
			in.Int("cacheWriteInputTokenCount", u.CacheWrite)
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
