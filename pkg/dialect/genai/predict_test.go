package genai

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
)

func TestVertexIsAskedForEmbeddingsAsItsModelsWantIt(t *testing.T) {
	r := api.Request{
		Op: api.OpEmbedding, Inputs: []api.Input{{Text: "a"}, {Text: "b"}},
		Embedding: api.EmbeddingOptions{Task: "RETRIEVAL_QUERY", Dimensions: api.Some[int64](3)},
	}
	for model, want := range map[string]string{
		"text-embedding-005": `{"instances":[{"content":"a","task_type":"RETRIEVAL_QUERY"},{"content":"b","task_type":"RETRIEVAL_QUERY"}],"parameters":{"outputDimensionality":3}}`,
		"gemini-embedding-2": `{"requests":[{"content":{"parts":[{"text":"a"}]},"embedContentConfig":{"taskType":"RETRIEVAL_QUERY","outputDimensionality":3}},
			{"content":{"parts":[{"text":"b"}]},"embedContentConfig":{"taskType":"RETRIEVAL_QUERY","outputDimensionality":3}}]}`,
	} {
		r.Model = model
		body, err := Codec.AppendRequest(nil, &r, &dialect.Quirks{Vertex: true})
		require.Nil(t, err)
		require.JSONEq(t, want, string(body))

		h := dialect.Head{Op: api.OpEmbedding, Model: model, Legacy: Predicts(model), Predict: Predicts(model)}
		require.Nil(t, Codec.Peek(&h, body))
		var again api.Request
		require.Nil(t, Codec.DecodeRequest(&h, body, &again))
		require.Equal(t, r.Inputs, again.Inputs)
		require.Equal(t, r.Embedding, again.Embedding)
	}
}

func TestPredictionsAreReadAndWritten(t *testing.T) {
	body := []byte(`{"predictions":[{"embeddings":{"values":[0.5,1],"statistics":{"truncated":false,"token_count":4}}},{"embeddings":{"values":[2,3],"statistics":{"token_count":3.0}}}],"metadata":{"billableCharacterCount":9}}`)
	var r api.Response
	require.Nil(t, Codec.DecodeResponse(api.OpEmbedding, body, &r))
	require.Equal(t, [][]float32{{0.5, 1}, {2, 3}}, r.Embeddings)
	require.Equal(t, api.Usage{Input: 7, Known: true}, r.Usage)
	usage, err := Codec.Inspect(api.OpEmbedding, body)
	require.Nil(t, err)
	require.Equal(t, r.Usage, usage)
	require.JSONEq(t, `{"predictions":[{"embeddings":{"values":[0.5,1]}},{"embeddings":{"values":[2,3]}}]}`,
		string(Codec.AppendResponse(nil, &dialect.Head{Op: api.OpEmbedding, Predict: true}, &r)))
}

func TestPredictionsOfOtherThingsAreRefused(t *testing.T) {
	for body, code := range map[string]string{
		`{"parameters":{}}`:                    "missing_requests",
		`{"instances":[]}`:                     "missing_requests",
		`{"instances":[{"prompt":"a house"}]}`: "invalid_type",
		`{"instances":[{"content":"a","task_type":"CLUSTERING"},{"content":"b"}]}`: "unsupported_embedding_mix",
	} {
		h := dialect.Head{Op: api.OpEmbedding, Model: "m", Legacy: true, Predict: true}
		err := Codec.Peek(&h, []byte(body))
		if err == nil {
			err = Codec.DecodeRequest(&h, []byte(body), &api.Request{})
		}
		require.NotNil(t, err, body)
		require.Equal(t, code, err.Code, body)
	}
}

func TestVertexCountsARequestAsItIs(t *testing.T) {
	r := api.Request{Op: api.OpCountTokens, Model: "m", System: []api.Part{{Text: "s"}}, Messages: []api.Message{{Parts: []api.Part{{Text: "a"}}}}}
	body, err := Codec.AppendRequest(nil, &r, &dialect.Quirks{Vertex: true})
	require.Nil(t, err)
	require.JSONEq(t, `{"contents":[{"role":"user","parts":[{"text":"a"}]}],"systemInstruction":{"parts":[{"text":"s"}]}}`, string(body))
}
