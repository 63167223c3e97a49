package genai

import (
	"strings"

	"github.com/asbru-gateway/asbru/pkg/dialect/take"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// Vertex AI's older embedding models are asked for predictions:
// https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/text-embeddings-api

// Predicts says whether an embedding model is one of those; newer ones have the verbs
// of the Gemini API.
func Predicts(model string) bool {
	return !strings.Contains(model, "gemini-embedding") || strings.Contains(model, "gemini-embedding-001")
}

// decodePredict reads {instances:[{content, task_type, title}], parameters}.
func decodePredict(v jsonx.Value, r *api.Request) *api.Error {
	var dimensions api.Opt[int64]
	if err := readInt(either(v.Get("parameters"), "outputDimensionality", "output_dimensionality"), "parameters.outputDimensionality", &dimensions); err != nil {
		return err
	}
	i := 0
	for e := range v.Get("instances").Elements() {
		s, ok := e.Get("content").Str()
		if !ok {
			return take.WrongType(take.At("instances", i)+".content", "a text")
		}
		opts := api.EmbeddingOptions{Dimensions: dimensions, Task: text(e, "task_type", "taskType"), Title: text(e, "title", "title")}
		if i > 0 && opts != r.Embedding {
			return api.Errorf(api.KindUnsupported, "unsupported_embedding_mix",
				"The instances differ in task_type or title, which this model's provider cannot take in one call. Send them apart.")
		}
		r.Embedding = opts
		r.Inputs = append(r.Inputs, api.Input{Text: s})
		i++
	}
	return nil
}

func appendPredict(dst []byte, r *api.Request) ([]byte, *api.Error) {
	o := begin(dst)
	o.key("instances")
	o.dst = append(o.dst, '[')
	for i := range r.Inputs {
		if r.Inputs[i].Tokens != nil {
			return dst, noTokens()
		}
		o.dst = appendComma(o.dst, i)
		e := begin(o.dst)
		e.str("content", r.Inputs[i].Text)
		e.word("task_type", r.Embedding.Task)
		e.word("title", r.Embedding.Title)
		o.dst = e.end()
	}
	o.dst = append(o.dst, ']')
	if r.Embedding.Dimensions.Set {
		o.key("parameters")
		p := begin(o.dst)
		p.optInt("outputDimensionality", r.Embedding.Dimensions)
		o.dst = p.end()
	}
	return o.end(), nil
}

// decodePredictions reads [{embeddings:{values, statistics:{token_count}}}]. The tokens
// are those of all together.
func decodePredictions(v jsonx.Value, r *api.Response) {
	for e := range v.Elements() {
		embedding := e.Get("embeddings")
		r.Embeddings = append(r.Embeddings, decodeVector(embedding))
		if n, ok := embedding.Get("statistics", "token_count").Float(); ok && n >= 0 && n < maxPredictTokens {
			r.Usage.Input += int64(n)
			r.Usage.Known = true
		}
	}
}

// maxPredictTokens is the most that one text is believed to have.
const maxPredictTokens = 1e6

func appendPredictions(dst []byte, r *api.Response) []byte {
	o := begin(dst)
	o.key("predictions")
	o.dst = append(o.dst, '[')
	for i, vector := range r.Embeddings {
		o.dst = appendComma(o.dst, i)
		e := begin(o.dst)
		e.key("embeddings")
		e.dst = appendVector(e.dst, vector)
		o.dst = e.end()
	}
	o.dst = append(o.dst, ']')
	return o.end()
}
