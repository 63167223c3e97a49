package huggingface_test

import (
	"testing"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/huggingface"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/stretchr/testify/require"
)

func TestTextsAreEmbeddedByFeatureExtraction(t *testing.T) {
	out, err := huggingface.Embedding.AppendRequest(nil, &api.Request{Op: api.OpEmbedding, Inputs: []api.Input{{Text: "a"}, {Text: "b"}}}, &dialect.Quirks{})
	require.Nil(t, err)
	require.JSONEq(t, `{"inputs":["a","b"]}`, string(out))
	var r api.Response
	require.Nil(t, huggingface.Embedding.DecodeResponse(api.OpEmbedding, []byte(` [[0.5,1],[-2,3e-1]]`), &r))
	require.Equal(t, [][]float32{{.5, 1}, {-2, .3}}, r.Embeddings)
	for model, want := range map[string]string{
		"intfloat/e5-large":        "/hf-inference/models/intfloat/e5-large/pipeline/feature-extraction",
		"BAAI/bge-m3:hf-inference": "/hf-inference/models/BAAI/bge-m3/pipeline/feature-extraction",
		"a/b?c#d":                  "/hf-inference/models/a/b%3Fc%23d/pipeline/feature-extraction",
	} {
		require.Equal(t, want, string(huggingface.Path(nil, api.OpEmbedding, model, false)))
	}
}

func TestWhatFeatureExtractionCannotSayIsRefused(t *testing.T) {
	for param, r := range map[string]api.Request{
		"dimensions": {Inputs: []api.Input{{Text: "a"}}, Embedding: api.EmbeddingOptions{Dimensions: api.Some[int64](3)}},
		"input":      {Inputs: []api.Input{{Tokens: api.JSON("[1]")}}},
	} {
		_, err := huggingface.Embedding.AppendRequest(nil, &r, &dialect.Quirks{})
		require.Equal(t, param, err.Param)
	}
	for _, body := range []string{``, `{}`, `[1,2]`, `[[[1]]]`, `[["x"]]`, `{"error":"Model too busy"}`, `[[1]`} {
		require.NotNil(t, huggingface.Embedding.DecodeResponse(api.OpEmbedding, []byte(body), &api.Response{}), body)
	}
}

func FuzzDecodeResponse(f *testing.F) {
	f.Add([]byte(`[[1,2],[3]]`))
	f.Fuzz(func(t *testing.T, body []byte) {
		var r api.Response
		if huggingface.Embedding.DecodeResponse(api.OpEmbedding, body, &r) == nil {
			require.Len(t, r.Embeddings, jsonx.Value(body).Len())
		}
	})
}
