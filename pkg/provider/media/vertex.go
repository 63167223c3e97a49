package media

import (
	"encoding/base64"
	"net/http"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// Vertex is Google's in Vertex AI: as [Gemini], but for where a model is, and for Veo, whose
// videos come in the answer of who asks for them.
// https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/imagen-api,
// https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/veo-video-generation
type Vertex struct{}

// inVertex is where Google's models are in a project.
const inVertex = "/publishers/google/models/"

// Ask implements Form.
func (Vertex) Ask(r *Request) *api.Error {
	if r.Op != api.OpVideo {
		return Gemini{at: inVertex}.Ask(r)
	}
	r.Whole = true
	isNew, err := r.checkVideo()
	switch {
	case err != nil:
		return err
	case isNew:
		return Gemini{at: inVertex}.askNewVideo(r)
	}
	r.Method = http.MethodPost
	r.Path = append(segment([]byte(inVertex), r.Model), ":fetchPredictOperation"...)
	r.JSON = append(jsonx.AppendString([]byte(`{"operationName":`), r.Video.Name), '}')
	return nil
}

// Answer implements Form.
func (Vertex) Answer(r *Request, contentType string, body []byte) (*Answer, *api.Error) {
	if r.Op != api.OpVideo {
		return Gemini{}.Answer(r, contentType, body)
	}
	response, told, err := r.operation(body)
	if told != nil || err != nil {
		return told, err
	}
	for video := range response.Get("videos").Elements() {
		return r.vertexVideo(video)
	}
	return r.shown(failed("The model has declined."), "")
}

// vertexVideo tells of a video that is done, or shows it.
func (r *Request) vertexVideo(video jsonx.Value) (*Answer, *api.Error) {
	if !r.Video.Content {
		return r.shown(completed, "")
	}
	if where, _ := video.Get("gcsUri").Str(); strings.HasPrefix(where, "gs://") {
		return r.shown(completed, "https://storage.googleapis.com/"+strings.TrimPrefix(where, "gs://"))
	}
	data, _ := video.Get("bytesBase64Encoded").Str()
	plain, err := base64.StdEncoding.DecodeString(data)
	if err != nil || len(plain) == 0 {
		return nil, bad()
	}
	kind, _ := video.Get("mimeType").Str()
	if !strings.HasPrefix(kind, "video/") {
		kind = "video/mp4"
	}
	return &Answer{ContentType: kind, Body: plain}, nil
}
