package bedrock

import (
	"strings"

	"github.com/asbru-gateway/asbru/pkg/dialect/put"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// Embeddings are asked for with InvokeModel, in the form of the model's maker:
// https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-text.html
// https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-embed.html

// appendEmbedding writes an embedding request: Cohere's, or Titan's, which has one
// text.
func appendEmbedding(dst []byte, r *api.Request) ([]byte, *api.Error) {
	for i := range r.Inputs {
		if len(r.Inputs[i].Tokens) > 0 {
			return dst, unsupported("input", "Amazon Bedrock embeds text, not tokens.")
		}
	}
	switch {
	case strings.Contains(r.Model, "cohere"):
		return appendCohere(dst, r), nil
	case len(r.Inputs) != 1:
		return dst, unsupported("input", "This model of Amazon Bedrock embeds one text a call.")
	}
	o := put.Begin(dst)
	o.Text("inputText", r.Inputs[0].Text)
	if !strings.Contains(r.Model, "titan-embed-text-v1") { // which knows no more than the text
		o.OptInt("dimensions", r.Embedding.Dimensions)
		o.Extras(own(r.Extra, r.ExtraOf), atTop)
	}
	return o.End(), nil
}

// tasks are Cohere's words for Google's.
var tasks = map[string]string{
	"RETRIEVAL_QUERY": "search_query", "CLASSIFICATION": "classification", "CLUSTERING": "clustering",
}

const searchDocument = "search_document"

func appendCohere(dst []byte, r *api.Request) []byte {
	task := searchDocument
	if t, ok := tasks[r.Embedding.Task]; ok {
		task = t
	}
	texts := make([]string, len(r.Inputs))
	for i := range r.Inputs {
		texts[i] = r.Inputs[i].Text
	}
	o := put.Begin(dst)
	o.Strings("texts", texts)
	o.Text("input_type", task)
	o.Strings("embedding_types", []string{"float"})
	o.OptInt("output_dimension", r.Embedding.Dimensions)
	return o.End()
}

// embeddingsOf is where an answer has its vectors: Titan's one, or Cohere's list,
// which may stand below its type.
func embeddingsOf(v jsonx.Value) jsonx.Value {
	if one := v.Get("embedding"); one.Kind() == jsonx.Array {
		return one
	}
	all := v.Get("embeddings")
	if all.Kind() == jsonx.Object {
		return all.Get("float")
	}
	return all
}

func decodeEmbeddings(v jsonx.Value, r *api.Response) {
	at := embeddingsOf(v)
	if v.Get("embedding") != nil {
		r.Embeddings = append(r.Embeddings, vector(at))
		return
	}
	for e := range at.Elements() {
		r.Embeddings = append(r.Embeddings, vector(e))
	}
}

func vector(v jsonx.Value) []float32 {
	var out []float32
	for e := range v.Elements() {
		f, _ := e.Float()
		out = append(out, float32(f))
	}
	return out
}

// embeddingUsage reads Titan's count of tokens; Cohere says it in a header only.
func embeddingUsage(v jsonx.Value) (u api.Usage) {
	if n, ok := v.Get("inputTextTokenCount").Int(); ok && n >= 0 {
		u = api.Usage{Input: n, Known: true}
	}
	return u
}
