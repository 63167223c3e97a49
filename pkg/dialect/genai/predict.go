package genai

import (
	"strings"

	"github.com/asbru-gateway/asbru/pkg/dialect/put"

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
	o := put.Begin(dst)
	o.Key("instances")
	o.Dst = append(o.Dst, '[')
	for i := range r.Inputs {
		if r.Inputs[i].Tokens != nil {
			return dst, noTokens()
		}
		o.Dst = put.Comma(o.Dst)
		e := put.Begin(o.Dst)
		e.Text("content", r.Inputs[i].Text)
		e.Some("task_type", r.Embedding.Task)
		e.Some("title", r.Embedding.Title)
		o.Dst = e.End()
	}
	o.Dst = append(o.Dst, ']')
	if r.Embedding.Dimensions.Set {
		o.Key("parameters")
		p := put.Begin(o.Dst)
		p.OptInt("outputDimensionality", r.Embedding.Dimensions)
		o.Dst = p.End()
	}
	return o.End(), nil
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
	o := put.Begin(dst)
	o.Key("predictions")
	o.Dst = append(o.Dst, '[')
	for _, vector := range r.Embeddings {
		o.Dst = put.Comma(o.Dst)
		e := put.Begin(o.Dst)
		e.Key("embeddings")
		e.Dst = appendVector(e.Dst, vector)
		o.Dst = e.End()
	}
	o.Dst = append(o.Dst, ']')
	return o.End()
}
