package edge_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// The catalogue says of gpt-3.5-turbo that it calls tools, and that it takes neither
// images nor sound and knows neither schemas nor reasoning.
const schemaAsked = `"messages":[{"role":"user","content":"hi"}],"response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{"type":"object"}}},"reasoning_effort":"low","x":1`

func TestWhatTheModelCannotDoIsRefusedBeforeItIsAsked(t *testing.T) {
	up, sent := listening(t)
	d := open(t, over(up.URL))
	image := `"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://example.com/i.png"}}]}]`
	for body, lacks := range map[string]string{
		image:       "image",
		schemaAsked: "schema, reasoning",
		`"messages":[{"role":"user","content":[{"type":"input_audio","input_audio":{"data":"AAAA","format":"wav"}}]}]`: "audio",
	} {
		res := d.post(t, "/v1/chat/completions", `{"model":"openai/gpt-3.5-turbo",`+body+`}`)
		require.Equal(t, 400, res.Status, body)
		code, message := errorOf(t, "openai", res)
		require.Equal(t, "model_cannot", code)
		require.Contains(t, message, ": "+lacks+".")
	}
	res := d.post(t, "/v1/messages", `{"model":"openai/gpt-3.5-turbo","max_tokens":5,"messages":[{"role":"user","content":[{"type":"image","source":{"type":"url","url":"https://example.com/i.png"}}]}]}`)
	require.Equal(t, 400, res.Status, "in another dialect too")
	require.Zero(t, up.Hits())

	res = d.post(t, "/v1/chat/completions", `{"model":"openai/gpt-3.5-turbo","fallbacks":["openai/gpt-4o"],`+image+`}`)
	require.Equal(t, 200, res.Status, "the fallback can")
	require.Contains(t, <-sent, `"model":"gpt-4o"`)
	for _, body := range []string{
		`"messages":[{"role":"user","content":"of \"image_url\" and \"input_audio\""}],"tools":[{"type":"function","function":{"name":"f"}}]`,
		`"messages":[{"role":"user","content":"hi"}],"reasoning_effort":"none"`,
	} {
		require.Equal(t, 200, d.post(t, "/v1/chat/completions", `{"model":"openai/gpt-3.5-turbo",`+body+`}`).Status, body)
		<-sent
	}
	require.Equal(t, 200, d.post(t, "/v1/chat/completions", `{"model":"openai/not-known",`+image+`}`).Status, "of it nothing is known")
}

func TestWhatTheModelCannotDoIsDroppedWhereThatIsAsked(t *testing.T) {
	up, sent := listening(t)
	d := open(t, over(up.URL))
	res := d.post(t, "/v1/chat/completions", `{"model":"openai/gpt-3.5-turbo","drop_params":true,`+schemaAsked+`,"fallbacks":["openai/gpt-4o"]}`)
	require.Equal(t, 200, res.Status)
	require.Equal(t, "schema, reasoning", res.Header.Get("x-asbru-dropped-params"))
	require.JSONEq(t, `{"model":"gpt-3.5-turbo","messages":[{"role":"user","content":"hi"}],"x":1}`, <-sent)
	require.Contains(t, res.Body, `"finish_reason":"stop"`)
}
