package edge_test

import (
	"fmt"
	"testing"

	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
	"github.com/stretchr/testify/require"
)

func TestAnthropicsTextCompletionsAreAnsweredByEveryModel(t *testing.T) {
	_, url := serveMock(t)
	d := open(t, over(url))
	for _, model := range []string{"openai/gpt-4o", "anthropic/claude-sonnet-4-5", "gemini/gemini-2.5-flash"} {
		body := fmt.Sprintf(`{"model":%q,"max_tokens_to_sample":50,"prompt":"\n\nHuman: Hello\n\nAssistant:"}`, model)
		res := d.post(t, "/anthropic/v1/complete", body)
		require.Equal(t, 200, res.Status, res.Body)
		require.Contains(t, res.Body, `{"type":"completion","id":"`)
		require.Contains(t, res.Body, `"stop_reason":"stop_sequence"`)

		res = d.post(t, "/anthropic/v1/complete", body[:len(body)-1]+`,"stream":true}`)
		require.Equal(t, 200, res.Status, res.Body)
		require.Equal(t, "text/event-stream; charset=utf-8", res.Header.Get("Content-Type"))
		require.Contains(t, res.Body, "event: completion\ndata: {\"type\":\"completion\"")
		require.Contains(t, res.Body, `"stop_reason":null`)
		require.Contains(t, res.Body, `"stop_reason":"stop_sequence"`)
	}
}

func TestErrorsOfTextCompletionsAreAnthropics(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		x.JSON(429, `{"error":{"message":"slow down","type":"rate_limit_error","code":"rate_limit_exceeded"}}`)
	})
	d := open(t, over(up.URL))
	res := d.post(t, "/anthropic/v1/complete", `{"model":"openai/gpt-4o","max_tokens_to_sample":50,"prompt":"x"}`)
	require.Equal(t, 429, res.Status)
	require.Contains(t, res.Body, `"type":"rate_limit_error"`)
	res = d.post(t, "/anthropic/v1/complete", `{"model":"openai/gpt-4o"}`)
	require.Equal(t, 400, res.Status)
	require.Contains(t, res.Body, `"type":"invalid_request_error"`)
}
