package edge_test

import (
	"testing"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/stretchr/testify/require"
)

func TestBedrockDrawsForOpenAIsCallers(t *testing.T) {
	m, url := serveMock(t)
	d := open(t, &config.Config{Providers: map[string]config.Provider{"bedrock": {
		Network: config.Network{BaseURL: url},
		Keys:    []config.Key{{Name: "k", Weight: 1, Bedrock: &config.Bedrock{Region: "us-east-1", AccessKey: "AKID", SecretKey: "s"}}},
	}}})
	for model, body := range map[string]string{
		"amazon.nova-canvas-v1:0":             `{"taskType":"TEXT_IMAGE","textToImageParams":{"text":"a cat"},"imageGenerationConfig":{"numberOfImages":2,"width":1024,"height":768,"quality":"premium"}}`,
		"amazon.titan-image-generator-v2:0":   `{"taskType":"TEXT_IMAGE","textToImageParams":{"text":"a cat"},"imageGenerationConfig":{"numberOfImages":2,"width":1024,"height":768,"quality":"premium"}}`,
		"us.stability.stable-image-core-v1:1": `{"prompt":"a cat","aspect_ratio":"5:4","output_format":"png"}`,
	} {
		n := "2"
		if model[0] == 'u' {
			n = "1"
		}
		res := d.post(t, "/v1/images/generations", `{"model":"bedrock/`+model+`","prompt":"a cat","n":`+n+`,"size":"1024x768","quality":"high"}`)
		require.Equal(t, 200, res.Status, res.Body)
		require.Contains(t, res.Body, `"data":[{"b64_json":"iVB`)
		require.JSONEq(t, body, string(last(t, m).Body))
		require.Contains(t, last(t, m).Path, "/model/")
		require.Contains(t, last(t, m).Get("Authorization"), "AWS4-HMAC-SHA256 Credential=AKID/")
	}
	d.settled(t, `operation="image_generation",provider="bedrock"`)
	for body, param := range map[string]string{
		`{"model":"bedrock/anthropic.claude-3","prompt":"x"}`:               "model",
		`{"model":"bedrock/stability.sd3-5-large-v1:0","prompt":"x","n":2}`: "n",
		`{"model":"bedrock/amazon.nova-canvas-v1:0"}`:                       "prompt",
	} {
		res := d.post(t, "/v1/images/generations", body)
		require.Equal(t, 400, res.Status, body)
		require.Contains(t, res.Body, `"param":"`+param+`"`)
	}
}
