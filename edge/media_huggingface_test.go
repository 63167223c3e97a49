package edge_test

import (
	"testing"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/stretchr/testify/require"
)

func TestHuggingFaceListensToModelsByNamesOfOnesOwn(t *testing.T) {
	m, url := serveMock(t)
	d := open(t, &config.Config{Providers: map[string]config.Provider{"huggingface": {
		Network: config.Network{BaseURL: url},
		Keys: []config.Key{{
			Name: "k", Value: "hf-1", Weight: 1,
			HuggingFace: &config.Deployments{Deployments: map[string]string{"ears": "openai/whisper-large-v3"}},
		}},
	}}})
	res := d.postForm(t, "/v1/audio/transcriptions", "model", "huggingface/ears", "@file", "sound")
	require.Equal(t, 200, res.Status, res.Body)
	require.JSONEq(t, `{"text":"This is audio/mp3."}`, res.Body)
	require.Equal(t, "/hf-inference/models/openai/whisper-large-v3", last(t, m).Path)
	require.Equal(t, "sound", string(last(t, m).Body))
	res = d.post(t, "/v1/embeddings", `{"model":"huggingface/BAAI/bge-m3","input":["one","two"]}`)
	require.Equal(t, 200, res.Status, res.Body)
	require.Equal(t, "/hf-inference/models/BAAI/bge-m3/pipeline/feature-extraction", last(t, m).Path)
	require.JSONEq(t, `{"inputs":["one","two"]}`, string(last(t, m).Body))
	require.Contains(t, res.Body, `{"object":"embedding","index":1,"embedding":[`)
	res = d.post(t, "/v1/embeddings", `{"model":"huggingface/BAAI/bge-m3","input":"one","dimensions":3}`)
	require.Equal(t, 400, res.Status)
	require.Contains(t, res.Body, `"param":"dimensions"`)
	res = d.postForm(t, "/v1/audio/transcriptions", "model", "huggingface/ears", "response_format", "verbose_json", "@file", "sound")
	require.Equal(t, 400, res.Status)
}
