package edge_test

import (
	"testing"

	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
	"github.com/stretchr/testify/require"
)

// openaiModels is OpenAI's list, which Anthropic's dialect reads too.
func openaiModels(x *upstreamtest.Exchange) {
	x.JSON(200, `{"object":"list","data":[{"id":"gpt-5","object":"model","created":1700000000,"owned_by":"openai"}]}`)
}

func TestModelListHasTheShapeOfEachDialect(t *testing.T) {
	d := open(t, over(upstreamtest.New(t, openaiModels).URL))
	for path, want := range map[string]string{
		"/v1/models":           `{"id":"openai/gpt-5","object":"model"`,
		"/openai/v1/models":    `{"id":"openai/gpt-5","object":"model"`,
		"/anthropic/v1/models": `"type":"model","id":"openai/gpt-5"`,
		"/genai/v1beta/models": `{"name":"models/openai/gpt-5"`,
	} {
		res := do(t, "GET", d.URL(path), "")
		require.Equal(t, 200, res.Status, path)
		require.Contains(t, res.Body, want, path)
	}
}

func TestOneModelIsAnsweredAsItself(t *testing.T) {
	d := open(t, over(upstreamtest.New(t, openaiModels).URL))
	for path, want := range map[string]string{
		"/v1/models/openai/gpt-5":                 `{"id":"openai/gpt-5","object":"model","created":1700000000,"owned_by":"openai"}`,
		"/v1/models/openai%2Fgpt-5":               `{"id":"openai/gpt-5","object":"model","created":1700000000,"owned_by":"openai"}`,
		"/openai/v1/models/gpt-5":                 `{"id":"openai/gpt-5","object":"model","created":1700000000,"owned_by":"openai"}`,
		"/anthropic/v1/models/openai%2fgpt-5":     `{"type":"model","id":"openai/gpt-5","display_name":"openai/gpt-5","created_at":"2023-11-14T22:13:20Z"}`,
		"/genai/v1beta/models/openai/gpt-5?key=k": `{"name":"models/openai/gpt-5","supportedGenerationMethods":["generateContent","streamGenerateContent","countTokens"]}`,
	} {
		res := do(t, "GET", d.URL(path), "")
		require.Equal(t, 200, res.Status, path)
		require.JSONEq(t, want, res.Body, path)
	}
	for _, path := range []string{"/v1/models/nosuch", "/anthropic/v1/models/gpt-6", "/v1/models/openai%2F..%2Fgpt-5"} {
		require.Equal(t, 404, do(t, "GET", d.URL(path), "").Status, path)
	}
}
