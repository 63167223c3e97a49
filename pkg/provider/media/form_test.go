package media_test

import (
	"testing"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/asbru-gateway/asbru/pkg/provider/media"
	"github.com/stretchr/testify/require"
)

var forms = []media.Form{media.Gemini{}, media.ElevenLabs{}, media.HuggingFace{}, media.Replicate{}, media.Runway{}, media.Vertex{}, media.Bedrock{}}

func TestGoogleSaysWhyItHasDeclined(t *testing.T) {
	for _, body := range []string{
		`{"promptFeedback":{"blockReason":"SAFETY"}}`,
		`{"candidates":[{"finishReason":"SAFETY"}]}`,
		`{"predictions":[{"raiFilteredReason":"SAFETY"}]}`,
	} {
		_, err := media.Gemini{}.Answer(&media.Request{Op: api.OpImageGeneration}, "", []byte(body))
		require.Equal(t, "content_filter", err.Code)
		require.Contains(t, err.Message, "SAFETY")
	}
	_, err := media.Gemini{}.Answer(&media.Request{Op: api.OpImageGeneration}, "", []byte(`{"candidates":[{"content":{"parts":[{"text":"no"}]},"finishReason":"STOP"}]}`))
	require.Equal(t, "provider_bad_answer", err.Code)
}

func FuzzAskAndAnswer(f *testing.F) {
	f.Add([]byte(`{"prompt":"x","size":"1x1","n":2,"input":"y","voice":{"id":"v"},"speed":2}`), []byte(`{"text":"x","words":[{"start":1,"end":2,"text":"x"}]}`))
	f.Add([]byte(`{"input":"x","response_format":"pcm"}`), []byte(`{"candidates":[{"content":{"parts":[{"inlineData":{"data":"AAAA","mimeType":"audio/L16;rate=1"}}]}}]}`))
	f.Fuzz(func(t *testing.T, body, answer []byte) {
		if jsonx.Valid(body) != nil {
			return
		}
		for _, form := range forms {
			for _, op := range []api.Op{api.OpImageGeneration, api.OpSpeech, api.OpTranscription, api.OpVideo, api.OpImageEdit} {
				r := &media.Request{Op: op, Model: "m", Body: jsonx.Value(body)}
				if err := form.Ask(r); err == nil {
					require.NotEmpty(t, r.Path)
					require.NoError(t, jsonx.Valid(r.JSON))
				}
				if a, err := form.Answer(r, "image/png", answer); err == nil && a.ContentType == "application/json" {
					require.NoError(t, jsonx.Valid(a.Body))
				}
			}
		}
	})
}

func TestReplicateSaysHowAPredictionEnded(t *testing.T) {
	for body, code := range map[string]string{
		`{"status":"failed","error":"NSFW"}`:   "prediction_failed",
		`{"status":"processing"}`:              "provider_timeout",
		`{"status":"succeeded","output":null}`: "provider_bad_answer",
		`{"status":"succeeded","output":[{}]}`: "provider_bad_answer",
		`[]`:                                   "provider_bad_answer",
	} {
		_, err := media.Replicate{}.Answer(&media.Request{Op: api.OpImageGeneration}, "", []byte(body))
		require.Equal(t, code, err.Code, body)
	}
	a, err := media.Replicate{}.Answer(&media.Request{Op: api.OpImageGeneration}, "", []byte(`{"status":"succeeded","output":"data:image/png;base64,AAAA"}`))
	require.Nil(t, err)
	require.Contains(t, string(a.Body), `"data":[{"b64_json":"AAAA"}]`)
}
