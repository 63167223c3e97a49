package edge_test

import (
	"testing"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/provider"
	"github.com/stretchr/testify/require"
)

// relayedAs is how each operation that passes in OpenAI's form is asked for.
var relayedAs = map[api.Op]func(t *testing.T, d *door, provider string) answer{
	api.OpModeration:      jsonAs("/v1/moderations", `"input":"x"`),
	api.OpImageGeneration: jsonAs("/v1/images/generations", `"prompt":"x"`),
	api.OpImageEdit:       formAs("/v1/images/edits", "prompt", "x", "@image", "png"),
	api.OpImageVariation:  formAs("/v1/images/variations", "@image", "png"),
	api.OpSpeech:          jsonAs("/v1/audio/speech", `"input":"x","voice":"alloy"`),
	api.OpTranscription:   formAs("/v1/audio/transcriptions", "@file", "sound"),
	api.OpTranslation:     formAs("/v1/audio/translations", "@file", "sound"),
	api.OpFile:            listOf("files"),
	api.OpUpload:          jsonAs("/v1/uploads", `"filename":"f","purpose":"batch"`),
	api.OpBatch:           listOf("batches"),
	api.OpContainer:       listOf("containers"),
	api.OpVideo:           jsonAs("/v1/videos", `"prompt":"x"`),
}

func jsonAs(path, fields string) func(t *testing.T, d *door, provider string) answer {
	return func(t *testing.T, d *door, provider string) answer {
		return d.post(t, path+"?provider="+provider, `{"model":"`+provider+`/m",`+fields+"}")
	}
}

func formAs(path string, fields ...string) func(t *testing.T, d *door, provider string) answer {
	return func(t *testing.T, d *door, provider string) answer {
		return d.postForm(t, path, append([]string{"model", provider + "/m"}, fields...)...)
	}
}

func listOf(kind string) func(t *testing.T, d *door, provider string) answer {
	return func(t *testing.T, d *door, provider string) answer {
		return do(t, "GET", d.URL("/v1/"+kind+"?provider="+provider), "")
	}
}

func TestEveryProviderDoesWhatItsRowSaysOfMedia(t *testing.T) {
	_, url := serveMock(t)
	cfg := &config.Config{Providers: map[string]config.Provider{}}
	for _, p := range provider.Table {
		to := over(url).Providers["openai"]
		to.Keys[0].Azure = &config.Azure{Endpoint: url}
		cfg.Providers[p.Name] = to
	}
	delete(cfg.Providers, "bedrock") // signs, and has none of these
	d := open(t, cfg)
	for _, p := range provider.Table {
		for op, ask := range relayedAs {
			if p.Dialect != "openai" && p.Media == nil || p.Name == "bedrock" || (p.Name == "gemini" || p.Name == "vertex" || p.Name == "huggingface") && op > api.OpTranslation {
				continue // in their own dialects
			}
			res := ask(t, d, p.Name)
			if p.Ops.Has(op) {
				require.Equal(t, 200, res.Status, "%s, %s: %s", p.Name, op, res.Body)
				require.Equal(t, p.Name, res.Header.Get("X-Asbru-Provider"))
				continue
			}
			require.Equal(t, 400, res.Status, "%s, %s: %s", p.Name, op, res.Body)
			code, _ := errorOf(t, "openai", res)
			require.Equal(t, "operation_not_supported", code)
		}
	}
}

func TestGoogleDrawsAndSpeaksForOpenAIsCallers(t *testing.T) {
	d, m := behindMock(t, "gemini")
	res := d.post(t, "/v1/images/generations", `{"model":"gemini/imagen-4","prompt":"a cat","n":2,"size":"1536x1024","user":"u"}`)
	require.Equal(t, 200, res.Status, res.Body)
	require.Regexp(t, `^\{"created":\d+,"data":\[\{"b64_json":"iVB[^"]*"\},\{"b64_json":"[^"]*"\}\]\}$`, res.Body)
	require.Equal(t, "/v1beta/models/imagen-4:predict", last(t, m).Path)
	require.JSONEq(t, `{"instances":[{"prompt":"a cat"}],"parameters":{"sampleCount":2,"aspectRatio":"4:3"}}`, string(last(t, m).Body))
	require.NotEmpty(t, last(t, m).Get("X-Goog-Api-Key"))

	res = d.post(t, "/v1/images/generations", `{"model":"gemini/gemini-2.5-flash-image","prompt":"a cat"}`)
	require.Equal(t, 200, res.Status, res.Body)
	require.Contains(t, res.Body, `"usage":{"input_tokens":2,"output_tokens":1290,"total_tokens":1292}`)
	require.JSONEq(t, `{"contents":[{"role":"user","parts":[{"text":"a cat"}]}],"generationConfig":{"responseModalities":["IMAGE"]}}`, string(last(t, m).Body))
	d.settled(t, `asbru_tokens_total{dialect="openai",kind="output",model="gemini-2.5-flash-image",operation="image_generation",provider="gemini"} 1290`)

	res = d.post(t, "/v1/audio/speech", `{"model":"gemini/gemini-2.5-flash-preview-tts","input":"Hello","voice":"alloy","instructions":"Whisper"}`)
	require.Equal(t, 200, res.Status, res.Body)
	require.Equal(t, "audio/wav", res.Header.Get("Content-Type"))
	require.Equal(t, "RIFF", res.Body[:4])
	require.Contains(t, string(last(t, m).Body), `"voiceName":"Kore"`)
	require.Contains(t, string(last(t, m).Body), `"Whisper: Hello"`)
	res = d.post(t, "/v1/audio/speech", `{"model":"gemini/gemini-2.5-flash-preview-tts","input":"Hello","voice":"Puck","response_format":"pcm"}`)
	require.Len(t, res.Body, 5*480)

	for body, param := range map[string]string{
		`{"model":"gemini/imagen-4","prompt":"x","response_format":"url"}`: "response_format",
		`{"model":"gemini/imagen-4","prompt":"x","stream":true}`:           "stream",
		`{"model":"gemini/gemini-x-image","prompt":"x","n":2}`:             "n",
		`{"model":"gemini/imagen-4"}`:                                      "prompt",
	} {
		res = d.post(t, "/v1/images/generations", body)
		require.Equal(t, 400, res.Status, body)
		require.Contains(t, res.Body, `"param":"`+param+`"`)
	}
	res = d.post(t, "/v1/images/generations", `{"model":"gemini/imagen-4","prompt":"x","stream":true,"drop_params":true}`)
	require.Equal(t, 200, res.Status, res.Body)
	require.Equal(t, "stream", res.Header.Get("X-Asbru-Dropped-Params"))
	res = d.post(t, "/v1/images/generations", `{"model":"gemini/imagen-mock-status-429","prompt":"x"}`)
	require.Equal(t, 429, res.Status)
	_, message := errorOf(t, "openai", res)
	require.Contains(t, message, "told to answer 429")
}

func TestElevenLabsSpeaksAndListensForOpenAIsCallers(t *testing.T) {
	d, m := behindMock(t, "elevenlabs")
	res := d.post(t, "/v1/audio/speech", `{"model":"elevenlabs/eleven_turbo_v2_5","input":"Hello","voice":"alloy","speed":1.1}`)
	require.Equal(t, 200, res.Status, res.Body)
	require.Equal(t, "audio/mpeg", res.Header.Get("Content-Type"))
	require.Equal(t, "/v1/text-to-speech/21m00Tcm4TlvDq8ikWAM/stream?output_format=mp3_44100_128", last(t, m).Path)
	require.JSONEq(t, `{"text":"Hello","model_id":"eleven_turbo_v2_5","voice_settings":{"speed":1.1}}`, string(last(t, m).Body))
	require.Equal(t, "sk-canary-openai-0123456789", last(t, m).Get("xi-api-key"))
	res = d.post(t, "/v1/audio/speech", `{"model":"elevenlabs/e","input":"Hello","voice":"my voice","response_format":"wav"}`)
	require.Equal(t, 200, res.Status, res.Body)
	require.Equal(t, "/v1/text-to-speech/my%20voice/stream?output_format=wav_24000", last(t, m).Path)
	res = d.post(t, "/v1/audio/speech", `{"model":"elevenlabs/e","input":"Hello","voice":"alloy","response_format":"flac"}`)
	require.Equal(t, 400, res.Status)
	res = d.post(t, "/v1/audio/speech", `{"model":"elevenlabs/e","input":"Hello","voice":"../x"}`)
	require.Equal(t, 400, res.Status)

	for name, fields := range map[string][]string{
		"first":  {"model", "elevenlabs/scribe_v1", "language", "en", "@file", "sound"},
		"behind": {"language", "en", "@file", "sound", "model", "elevenlabs/scribe_v1"},
	} {
		res = d.postForm(t, "/v1/audio/transcriptions", fields...)
		require.Equal(t, 200, res.Status, "%s: %s", name, res.Body)
		require.JSONEq(t, `{"text":"The file speech.mp3 has 5 bytes.","usage":{"type":"duration","seconds":6}}`, res.Body)
		require.Equal(t, "/v1/speech-to-text", last(t, m).Path)
		require.Contains(t, string(last(t, m).Body), "name=\"model_id\"\r\n\r\nscribe_v1\r\n")
		require.Contains(t, string(last(t, m).Body), "name=\"language_code\"\r\n\r\nen\r\n")
	}
	res = d.postForm(t, "/v1/audio/transcriptions", "model", "elevenlabs/scribe_v1", "response_format", "verbose_json", "@file", "sound")
	require.Contains(t, res.Body, `{"word":"speech.mp3","start":2,"end":3}`)
	res = d.postForm(t, "/v1/audio/transcriptions", "model", "elevenlabs/scribe_v1", "response_format", "text", "@file", "sound")
	require.Equal(t, "The file speech.mp3 has 5 bytes.\n", res.Body)
	res = d.postForm(t, "/v1/audio/transcriptions", "model", "elevenlabs/scribe_v1", "response_format", "srt", "@file", "sound")
	require.Equal(t, 400, res.Status)
	res = d.post(t, "/v1/audio/speech", `{"model":"elevenlabs/mock-status-401","input":"Hello","voice":"alloy"}`)
	require.Equal(t, 401, res.Status)
	require.Contains(t, res.Body, "told to answer 401")
	res = d.post(t, "/v1/chat/completions", `{"model":"elevenlabs/x","messages":[{"role":"user","content":"x"}]}`)
	require.Equal(t, 400, res.Status)
}

func TestReplicateAndHuggingFaceDrawForOpenAIsCallers(t *testing.T) {
	d, m := behindMock(t, "replicate", "huggingface")
	res := d.post(t, "/v1/images/generations", `{"model":"replicate/black-forest-labs/flux-schnell","prompt":"a cat","n":2,"size":"1024x1024","seed":7,"user":"u"}`)
	require.Equal(t, 200, res.Status, res.Body)
	require.Regexp(t, `^\{"created":\d+,"data":\[\{"url":"https://replicate.delivery/mock/0.png"\},\{"url":"https://replicate.delivery/mock/1.png"\}\]\}$`, res.Body)
	require.Equal(t, "/v1/models/black-forest-labs/flux-schnell/predictions", last(t, m).Path)
	require.Equal(t, "wait", last(t, m).Get("Prefer"))
	require.JSONEq(t, `{"input":{"prompt":"a cat","num_outputs":2,"aspect_ratio":"1:1","seed":7}}`, string(last(t, m).Body))
	res = d.post(t, "/v1/images/generations", `{"model":"replicate/5c7d5dc6dd8bf75c","prompt":"a cat"}`)
	require.Equal(t, 200, res.Status, res.Body)
	require.JSONEq(t, `{"version":"5c7d5dc6dd8bf75c","input":{"prompt":"a cat"}}`, string(last(t, m).Body))
	res = d.post(t, "/v1/images/generations", `{"model":"replicate/x/y","prompt":"a cat","response_format":"b64_json"}`)
	require.Equal(t, 400, res.Status)

	res = d.post(t, "/v1/images/generations", `{"model":"huggingface/black-forest-labs/FLUX.1-dev:hf-inference","prompt":"a cat","size":"512x256"}`)
	require.Equal(t, 200, res.Status, res.Body)
	require.Contains(t, res.Body, `"data":[{"b64_json":"iVBORw0KGgo`)
	require.Equal(t, "/hf-inference/models/black-forest-labs/FLUX.1-dev", last(t, m).Path)
	require.JSONEq(t, `{"inputs":"a cat","parameters":{"width":512,"height":256}}`, string(last(t, m).Body))
	res = d.post(t, "/v1/audio/speech", `{"model":"huggingface/facebook/mms-tts-eng","input":"Hello","voice":"any"}`)
	require.Equal(t, 200, res.Status, res.Body)
	require.Equal(t, "audio/flac", res.Header.Get("Content-Type"))
	res = d.post(t, "/v1/images/generations", `{"model":"huggingface/a/b:fal-ai","prompt":"a cat"}`)
	require.Equal(t, 400, res.Status)
}
