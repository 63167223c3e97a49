package edge_test

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
	"github.com/stretchr/testify/require"
)

func TestGoogleWritesDownWhatIsSaid(t *testing.T) {
	bodies := make(chan string, 1)
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		bodies <- x.URL.Path + " " + string(x.BodyBytes)
		x.JSON(200, `{"candidates":[{"content":{"parts":[{"text":"hm","thought":true},{"text":"Hello\n"}]},"finishReason":"STOP"}],
			"usageMetadata":{"promptTokenCount":30,"candidatesTokenCount":2,"promptTokensDetails":[{"modality":"TEXT","tokenCount":10},{"modality":"AUDIO","tokenCount":20}]}}`)
	})
	d := open(t, over(up.URL))
	for name, sound := range map[string]string{"small": "sound", "large": strings.Repeat("sound", 100<<10)} {
		for _, fields := range [][]string{
			{"model", "gemini/gemini-2.5-flash", "language", "en", "@file", sound},
			{"@file", sound, "language", "en", "model", "gemini/gemini-2.5-flash"},
		} {
			res := d.postForm(t, "/v1/audio/transcriptions", fields...)
			require.Equal(t, 200, res.Status, "%s: %s", name, res.Body)
			require.JSONEq(t, `{"text":"Hello","usage":{"type":"tokens","input_tokens":30,"input_token_details":{"text_tokens":10,"audio_tokens":20},"output_tokens":2,"total_tokens":32}}`, res.Body)
			got := <-bodies
			require.Contains(t, got, "/v1beta/models/gemini-2.5-flash:generateContent {")
			require.Contains(t, got, `The language is en.`)
			require.Contains(t, got, `{"inlineData":{"mimeType":"audio/mp3","data":"`+base64.StdEncoding.EncodeToString([]byte(sound))+`"}}`)
		}
	}
	res := d.postForm(t, "/v1/audio/transcriptions", "model", "gemini/g", "response_format", "text", "@file", "sound")
	require.Equal(t, "Hello\n", res.Body)
	<-bodies
	d.settled(t, `asbru_tokens_total{dialect="openai",kind="input",model="g",operation="transcription",provider="gemini"} 30`)

	for param, fields := range map[string][]string{
		"response_format": {"model", "gemini/g", "response_format", "srt", "@file", "sound"},
		"file":            {"model", "gemini/g", "@other", "sound"},
		"stream":          {"model", "gemini/g", "stream", "true", "@file", "sound"},
	} {
		res := d.postForm(t, "/v1/audio/transcriptions", fields...)
		require.Equal(t, 400, res.Status, param)
		require.Contains(t, res.Body, `"param":"`+param+`"`)
	}
	res = d.postForm(t, "/v1/audio/transcriptions", "model", "gemini/g", "@file", strings.Repeat("sound", 5<<20))
	require.Equal(t, 413, res.Status, res.Body)
}

func TestAFormThatIsHeldGoesToAFallbackAsItCame(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		if x.N == 1 {
			x.JSON(503, `{"error":{"code":503,"message":"no","status":"UNAVAILABLE"}}`)
			return
		}
		require.Contains(t, string(x.BodyBytes), "name=\"model\"\r\n\r\nwhisper-1\r\n")
		require.NotContains(t, string(x.BodyBytes), "fallbacks")
		x.JSON(200, `{"text":"from OpenAI"}`)
	})
	d := open(t, over(up.URL))
	res := d.postForm(t, "/v1/audio/transcriptions", "model", "gemini/g", "fallbacks", "openai/whisper-1", "@file", strings.Repeat("sound", 100<<10))
	require.Equal(t, 200, res.Status, res.Body)
	require.Contains(t, res.Body, "from OpenAI")
}

func TestGoogleEditsPictures(t *testing.T) {
	d, m := behindMock(t, "gemini")
	res := d.postForm(t, "/v1/images/edits", "model", "gemini/gemini-2.5-flash-image", "prompt", "more "+strings.Repeat("very ", 200)+"red", "size", "1024x1536", "@image[]", "one", "@image[]", "two")
	require.Equal(t, 200, res.Status, res.Body)
	require.Contains(t, res.Body, `"data":[{"b64_json":"iVB`)
	require.Equal(t, "/v1beta/models/gemini-2.5-flash-image:generateContent", last(t, m).Path)
	require.Contains(t, string(last(t, m).Body), `very red"},{"inlineData":{"mimeType":"image/png","data":"b25l"}},{"inlineData":{"mimeType":"image/png","data":"dHdv"}}]}],"generationConfig":{"responseModalities":["IMAGE"],"imageConfig":{"aspectRatio":"3:4"}}}`)
	res = d.post(t, "/v1/images/edits", `{"model":"gemini/g-image","prompt":"x","images":[{"image_url":"data:image/webp;base64,b25l"}]}`)
	require.Equal(t, 200, res.Status, res.Body)
	require.Contains(t, string(last(t, m).Body), `{"inlineData":{"mimeType":"image/webp","data":"b25l"}}`)

	for param, ask := range map[string]func() answer{
		"image":  func() answer { return d.postForm(t, "/v1/images/edits", "model", "gemini/g", "prompt", "x") },
		"prompt": func() answer { return d.postForm(t, "/v1/images/edits", "model", "gemini/g", "@image", "x") },
		"mask": func() answer {
			return d.postForm(t, "/v1/images/edits", "model", "gemini/g", "prompt", "x", "@image", "x", "@mask", "m")
		},
		"model": func() answer {
			return d.postForm(t, "/v1/images/edits", "model", "gemini/imagen-4", "prompt", "x", "@image", "x")
		},
		"images": func() answer {
			return d.post(t, "/v1/images/edits", `{"model":"gemini/g","prompt":"x","images":[{"image_url":"https://x/y.png"}]}`)
		},
	} {
		res := ask()
		require.Equal(t, 400, res.Status, param)
		require.Contains(t, res.Body, `"param":"`+param+`"`)
	}
}

func TestVertexDrawsAndFilms(t *testing.T) {
	m, url := serveMock(t)
	d := open(t, &config.Config{Providers: map[string]config.Provider{"vertex": {
		Network: config.Network{BaseURL: url},
		Keys:    []config.Key{{Name: "k", Value: "k-1", Weight: 1, Vertex: &config.Vertex{ProjectID: "p", Region: "us-east5"}}},
	}}})
	const place = "/v1beta1/projects/p/locations/us-east5/publishers/google/models/"
	res := d.post(t, "/v1/images/generations", `{"model":"vertex/imagen-4.0-generate-001","prompt":"a cat","n":2}`)
	require.Equal(t, 200, res.Status, res.Body)
	require.Equal(t, place+"imagen-4.0-generate-001:predict", last(t, m).Path)
	require.JSONEq(t, `{"instances":[{"prompt":"a cat"}],"parameters":{"sampleCount":2}}`, string(last(t, m).Body))
	res = d.post(t, "/v1/images/generations", `{"model":"vertex/gemini-2.5-flash-image","prompt":"a cat"}`)
	require.Equal(t, 200, res.Status, res.Body)
	require.Equal(t, place+"gemini-2.5-flash-image:generateContent", last(t, m).Path)

	res = d.post(t, "/v1/videos", `{"model":"vertex/veo-3.1-generate-001","prompt":"a cat","size":"1280x720","seconds":"8"}`)
	id := idIn(t, res)
	require.Equal(t, place+"veo-3.1-generate-001:predictLongRunning", last(t, m).Path)
	require.JSONEq(t, `{"instances":[{"prompt":"a cat"}],"parameters":{"aspectRatio":"16:9","durationSeconds":8}}`, string(last(t, m).Body))
	res = do(t, "GET", d.URL("/v1/videos/"+id), "")
	require.Contains(t, res.Body, `"status":"completed"`)
	require.Equal(t, http.MethodPost, last(t, m).Method)
	require.Equal(t, place+"veo-3.1-generate-001:fetchPredictOperation", last(t, m).Path)
	require.Contains(t, string(last(t, m).Body), `{"operationName":"models/veo-3.1-generate-001/operations/`)
	res = do(t, "GET", d.URL("/v1/videos/"+id+"/content"), "")
	require.Equal(t, 200, res.Status)
	require.Equal(t, "video/mp4", res.Header.Get("Content-Type"))
	require.Contains(t, res.Body, "ftyp")
}
