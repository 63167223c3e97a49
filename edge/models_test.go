package edge_test

import (
	"testing"

	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
	"github.com/stretchr/testify/require"
)

// openaiModels is OpenAI's list, which Anthropic's dialect reads too.
func openaiModels(x *upstreamtest.Exchange) {
	x.JSON(200, `{"object":"list","data":[{"id":"house-5","object":"model","created":1700000000,"owned_by":"openai"}]}`)
}

func TestModelListHasTheShapeOfEachDialect(t *testing.T) {
	d := open(t, over(upstreamtest.New(t, openaiModels).URL))
	for path, want := range map[string]string{
		"/v1/models":           `{"id":"openai/house-5","object":"model"`,
		"/openai/v1/models":    `{"id":"openai/house-5","object":"model"`,
		"/anthropic/v1/models": `"type":"model","id":"openai/house-5"`,
		"/genai/v1beta/models": `{"name":"models/openai/house-5"`,
	} {
		res := do(t, "GET", d.URL(path), "")
		require.Equal(t, 200, res.Status, path)
		require.Contains(t, res.Body, want, path)
	}
}

func TestOneModelIsAnsweredAsItself(t *testing.T) {
	d := open(t, over(upstreamtest.New(t, openaiModels).URL))
	for path, want := range map[string]string{
		"/v1/models/openai/house-5":                 `{"id":"openai/house-5","object":"model","created":1700000000,"owned_by":"openai"}`,
		"/v1/models/openai%2Fhouse-5":               `{"id":"openai/house-5","object":"model","created":1700000000,"owned_by":"openai"}`,
		"/openai/v1/models/house-5":                 `{"id":"openai/house-5","object":"model","created":1700000000,"owned_by":"openai"}`,
		"/anthropic/v1/models/openai%2fhouse-5":     `{"type":"model","id":"openai/house-5","display_name":"openai/house-5","created_at":"2023-11-14T22:13:20Z"}`,
		"/genai/v1beta/models/openai/house-5?key=k": `{"name":"models/openai/house-5","supportedGenerationMethods":["generateContent","streamGenerateContent","countTokens"]}`,
	} {
		res := do(t, "GET", d.URL(path), "")
		require.Equal(t, 200, res.Status, path)
		require.JSONEq(t, want, res.Body, path)
	}
	for _, path := range []string{"/v1/models/nosuch", "/anthropic/v1/models/gpt-6", "/v1/models/openai%2F..%2Fhouse-5"} {
		require.Equal(t, 404, do(t, "GET", d.URL(path), "").Status, path)
	}
}

func TestAModelListSaysWhatModelsTakeAndCost(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		x.JSON(200, `{"object":"list","data":[{"id":"gpt-4o","object":"model","created":1,"owned_by":"openai"}]}`)
	})
	d := open(t, over(up.URL))
	require.JSONEq(t, `{"id":"openai/gpt-4o","object":"model","created":1,"owned_by":"openai","context_length":128000,"max_completion_tokens":16384,
		"pricing":{"prompt":"0.0000025","completion":"0.00001","input_cache_read":"0.00000125","input_cache_write":"0.0000025"},
		"architecture":{"input_modalities":["text","image","file"]},"supported_parameters":["tools"]}`,
		do(t, "GET", d.URL("/v1/models/openai/gpt-4o"), "").Body)
	require.Contains(t, do(t, "GET", d.URL("/genai/v1beta/models/openai/gpt-4o"), "").Body, `"inputTokenLimit":128000`)
}
