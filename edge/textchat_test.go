package edge_test

import (
	"net/http"
	"testing"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/stretchr/testify/require"
)

func TestTextsAreCompletedByModelsThatChat(t *testing.T) {
	upstream, url := serveMock(t)
	cfg := over(url)
	body := func(model, more string) string {
		return `{"model":"` + model + `","prompt":"Hello","max_tokens":20` + more + `}`
	}
	off := open(t, cfg)
	require.Equal(t, "operation_not_supported", code(t, off.post(t, "/v1/completions", body("anthropic/claude-sonnet-4-6", ""))))
	on := over(url)
	on.Client.Compat.ConvertTextToChat = true
	d := open(t, on)
	for model, path := range map[string]string{
		"anthropic/claude-sonnet-4-6":   "/v1/messages",
		"gemini/gemini-2.5-flash":       "/v1beta/models/gemini-2.5-flash:generateContent",
		"openai/gpt-5":                  "/v1/chat/completions",
		"openai/gpt-3.5-turbo-instruct": "/v1/completions",
	} {
		t.Run(model, func(t *testing.T) {
			res := d.post(t, "/v1/completions", body(model, ""))
			require.Equal(t, http.StatusOK, res.Status, res.Body)
			require.Contains(t, res.Body, `"object":"text_completion"`)
			require.Contains(t, res.Body, `Hello"`)
			require.Contains(t, last(t, upstream).Path, path)
			res = d.post(t, "/v1/completions", body(model, `,"stream":true`))
			require.Equal(t, http.StatusOK, res.Status, res.Body)
			require.Contains(t, res.Body, `"object":"text_completion"`)
			require.Contains(t, res.Body, `"text":"`)
			require.Contains(t, res.Body, "data: [DONE]")
		})
	}
	for _, more := range []string{`,"suffix":"x"`, `,"echo":true`, `,"best_of":2`} {
		res := d.post(t, "/v1/completions", body("anthropic/claude-sonnet-4-6", more))
		require.Equal(t, http.StatusBadRequest, res.Status)
		require.Equal(t, "unsupported_field", code(t, res))
	}
	require.Equal(t, http.StatusBadRequest, d.post(t, "/v1/completions", `{"model":"openai/gpt-5","prompt":["a","b"]}`).Status)
	require.Equal(t, http.StatusBadRequest, d.post(t, "/v1/completions", `{"model":"openai/gpt-5","prompt":[1,2]}`).Status)
}

func TestBifrostsPluginHasTextsCompletedAsChats(t *testing.T) {
	_, url := serveMock(t)
	cfg := over(url)
	cfg.Plugins = []config.Plugin{{Name: "litellmcompat"}}
	res := open(t, cfg).post(t, "/v1/completions", `{"model":"anthropic/claude-sonnet-4-6","prompt":"Hello"}`)
	require.Equal(t, http.StatusOK, res.Status, res.Body)
}

// code is the code of an error in OpenAI's dialect.
func code(t *testing.T, res answer) string {
	t.Helper()
	c, _ := errorOf(t, "openai", res)
	return c
}
