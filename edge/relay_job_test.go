package edge_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
	"github.com/stretchr/testify/require"
)

func TestSoundAndFormsCanBeJobs(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		switch x.URL.Path {
		case "/v1/audio/speech":
			x.Write("HTTP/1.1 200 OK\r\nContent-Type: audio/mpeg\r\nTransfer-Encoding: chunked\r\n\r\n")
			x.Chunk(strings.Repeat("\xff", 100))
			x.Chunk(strings.Repeat("\xfe", 100))
			x.EndStream()
		case "/v1/audio/transcriptions":
			if strings.Contains(string(x.BodyBytes), "name=\"model\"\r\n\r\nwhisper-1\r\n") && strings.Contains(string(x.BodyBytes), "sound") {
				x.JSON(200, `{"text":"ok"}`)
			}
		}
	})
	d, run := openJobs(t, up)
	run()
	result := func(path, body string, headers ...string) (kind, result string) {
		t.Helper()
		_, head := d.ask(t, 202, "POST", path, "one", body, headers...)
		at := head.Get("Location")
		d.ask(t, 200, "GET", at, "one", "", "Accept", "text/event-stream")
		text, _ := d.ask(t, 200, "GET", at, "one", "")
		var got struct {
			Status string
			Kind   string          `json:"content_type"`
			Result json.RawMessage `json:"result"`
			Base64 []byte          `json:"result_base64"`
		}
		require.NoError(t, json.Unmarshal([]byte(text), &got))
		require.Equal(t, "completed", got.Status, text)
		return got.Kind, string(got.Result) + string(got.Base64)
	}
	kind, sound := result("/v1/async/audio/speech", `{"model":"openai/tts-1","input":"Hello","voice":"alloy"}`)
	require.Equal(t, "audio/mpeg", kind)
	require.Equal(t, strings.Repeat("\xff", 100)+strings.Repeat("\xfe", 100), sound)
	for _, fields := range [][]string{
		{"model", "openai/whisper-1", "@file", "sound"}, {"@file", strings.Repeat("sound", 100<<10), "model", "openai/whisper-1"},
	} {
		formKind, body := form(t, fields...)
		_, text := result("/v1/audio/transcriptions", body, "Content-Type", formKind, "x-asbru-async", "true")
		require.JSONEq(t, `{"text":"ok"}`, text)
	}
	for _, path := range []string{"/v1/async/files", "/v1/async/passthrough/openai/v1/x"} {
		text, _ := d.ask(t, 400, "POST", path, "one", "{}")
		require.Contains(t, text, "operation_not_async")
	}
	_, body := form(t, "model", "openai/whisper-1", "@file", "sound")
	text, _ := d.ask(t, 400, "POST", "/v1/async/audio/transcriptions", "one", body, "Content-Type", "multipart/form-data; boundary=x")
	require.Contains(t, text, "invalid_form")
}
