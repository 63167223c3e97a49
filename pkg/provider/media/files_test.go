package media_test

import (
	"strings"
	"testing"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/provider/media"
	"github.com/stretchr/testify/require"
)

const (
	formType = "multipart/form-data; boundary=b"
	formBody = "--b\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nm\r\n" +
		"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"A.WAV\"\r\nContent-Type: application/octet-stream\r\n\r\n\x00\x01\r\n" +
		"--b\r\nContent-Disposition: form-data; name=\"image[]\"; filename=\"x\"\r\nContent-Type: image/png; q=1\r\n\r\npng\r\n--b--\r\n"
)

func TestAFormIsFilesAndFields(t *testing.T) {
	files, fields, err := media.ReadForm(formType, []byte(formBody))
	require.Nil(t, err)
	require.Equal(t, map[string]string{"model": "m"}, fields)
	require.Equal(t, []media.Part{{"file", "audio/wav", []byte{0, 1}}, {"image[]", "image/png", []byte("png")}}, files)
	for _, broken := range []string{formBody[:60], formBody[:200]} {
		_, _, err := media.ReadForm(formType, []byte(broken))
		require.Equal(t, "invalid_form", err.Code)
	}
	_, _, err = media.ReadForm("multipart/form-data", []byte(formBody))
	require.Equal(t, "invalid_form", err.Code)
}

func FuzzReadForm(f *testing.F) {
	f.Add([]byte(formBody))
	f.Add([]byte(strings.ReplaceAll(formBody, "octet-stream", "base64")))
	f.Fuzz(func(t *testing.T, body []byte) {
		files, fields, err := media.ReadForm(formType, body)
		if err != nil {
			return
		}
		size := 0
		for _, p := range files {
			size += len(p.Data)
		}
		for _, v := range fields {
			size += len(v)
		}
		require.LessOrEqual(t, size, len(body))
	})
}

// Answers are those of AWS's guides:
// https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-diffusion-stable-ultra-text-image-request-response.html
func TestBedrocksModelsSayWhyTheyDecline(t *testing.T) {
	for body, code := range map[string]string{
		`{"seeds":[],"finish_reasons":["Filter reason: prompt"],"images":[]}`: "content_filter",
		`{"images":[],"error":"blocked by our content filters"}`:              "content_filter",
		`{"seeds":[1],"finish_reasons":[null],"images":[]}`:                   "provider_bad_answer",
		`no`: "provider_bad_answer",
	} {
		_, err := media.Bedrock{}.Answer(&media.Request{Op: api.OpImageGeneration}, "", []byte(body))
		require.Equal(t, code, err.Code, body)
	}
	a, err := media.Bedrock{}.Answer(&media.Request{Op: api.OpImageGeneration}, "", []byte(`{"seeds":[2130420379],"finish_reasons":[null],"images":["AAAA"]}`))
	require.Nil(t, err)
	require.Contains(t, string(a.Body), `"data":[{"b64_json":"AAAA"}]`)
}

// https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/veo-video-generation#poll-the-status-of-the-long-running-operation
func TestVertexTellsHowAVideoIs(t *testing.T) {
	v := media.Video{Provider: "vertex", Model: "veo", Name: "projects/p/operations/o"}
	for body, want := range map[string]string{
		`{"name":"o"}`: `"status":"in_progress"`,
		`{"name":"o","done":true,"error":{"message":"no"}}`:   `"message":"no"`,
		`{"name":"o","done":true,"response":{"videos":[]}}`:   `The model has declined.`,
		`{"name":"o","done":true,"response":{"videos":[{}]}}`: `"status":"completed"`,
	} {
		a, err := media.Vertex{}.Answer(&media.Request{Op: api.OpVideo, Video: v}, "", []byte(body))
		require.Nil(t, err)
		require.Contains(t, string(a.Body), want)
	}
	v.Content = true
	a, err := media.Vertex{}.Answer(&media.Request{Op: api.OpVideo, Video: v}, "", []byte(`{"done":true,"response":{"videos":[{"gcsUri":"gs://b/o.mp4"}]}}`))
	require.Nil(t, err)
	require.Equal(t, "https://storage.googleapis.com/b/o.mp4", a.Location)
	_, err = media.Vertex{}.Answer(&media.Request{Op: api.OpVideo, Video: v}, "", []byte(`{"done":true,"response":{"videos":[{"bytesBase64Encoded":"%"}]}}`))
	require.Equal(t, "provider_bad_answer", err.Code)
}
