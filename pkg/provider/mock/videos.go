package mock

import (
	"encoding/base64"
	"strings"

	"github.com/valyala/fasthttp"
)

// videoRoute finds what Google's Veo, Runway and Replicate tell of videos: they are done
// when they are asked about. https://ai.google.dev/gemini-api/docs/video,
// https://docs.dev.runwayml.com/api
func videoRoute(path string) (operation, bool) {
	op := operation{dialect: openaiChat{}, method: fasthttp.MethodGet}
	switch {
	case strings.HasPrefix(path, "/v1beta/models/") && strings.Contains(path, "/operations/"):
		op.dialect = gemini{}
		op.run = says(`{"name":"` + strings.TrimPrefix(path, "/v1beta/") + `","done":true,"response":{"generateVideoResponse":{"generatedSamples":[{"video":{` +
			`"uri":"https://generativelanguage.googleapis.com/v1beta/files/mock:download?alt=media"}}]}}}`)
	case path == "/v1beta/files/mock:download":
		op.run = func(s *Server, c *call) {
			if s.begin(c, "") {
				c.whole(s, "video/mp4", []byte(emptyVideo))
			}
		}
	case path == "/v1/text_to_video":
		op.method, op.run = fasthttp.MethodPost, (*Server).runway
	case strings.HasPrefix(path, "/v1/tasks/"):
		op.run = says(`{"id":"` + strings.TrimPrefix(path, "/v1/tasks/") + `","status":"SUCCEEDED","progress":1,"output":["https://dnznrvs05pmza.cloudfront.net/mock.mp4"]}`)
	case strings.HasPrefix(path, "/v1/predictions/"):
		op.run = says(`{"id":"` + strings.TrimPrefix(path, "/v1/predictions/") + `","status":"succeeded","output":"https://replicate.delivery/mock/0.mp4","error":null}`)
	default:
		return op, false
	}
	return op, true
}

// emptyVideo is the head of an MP4.
const emptyVideo = "\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2"

// says is an operation that has but one answer.
func says(body string) func(*Server, *call) {
	return func(s *Server, c *call) {
		if s.begin(c, "") {
			c.whole(s, typeJSON, []byte(body))
		}
	}
}

func (s *Server) veo(c *call) {
	var r struct {
		Instances []struct {
			Prompt string `json:"prompt"`
		} `json:"instances"`
	}
	err := decode(c.ctx.Request.Body(), &r)
	if err == nil && (len(r.Instances) != 1 || r.Instances[0].Prompt == "") {
		err = badRequest("Prompt is required.")
	}
	if err != nil {
		c.fail(fasthttp.StatusBadRequest, err.Error())
		return
	}
	if s.begin(c, c.op.model) {
		c.whole(s, typeJSON, []byte(`{"name":"models/`+c.op.model+`/operations/`+c.id("op")+`"}`))
	}
}

// veoOfVertex is fetchPredictOperation, whose answer has the video in it:
// https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/veo-video-generation
func (s *Server) veoOfVertex(c *call) {
	var r struct {
		Operation string `json:"operationName"`
	}
	if err := decode(c.ctx.Request.Body(), &r); err != nil || r.Operation == "" {
		c.fail(fasthttp.StatusBadRequest, "Request contains an invalid argument.")
		return
	}
	if s.begin(c, c.op.model) {
		c.whole(s, typeJSON, []byte(`{"name":"`+r.Operation+`","done":true,"response":{"raiMediaFilteredCount":0,"videos":[{"mimeType":"video/mp4","bytesBase64Encoded":"`+
			base64.StdEncoding.EncodeToString([]byte(emptyVideo))+`"}]}}`))
	}
}

func (s *Server) runway(c *call) {
	var r struct {
		Model  string `json:"model"`
		Prompt string `json:"promptText"`
		Ratio  string `json:"ratio"`
	}
	err := decode(c.ctx.Request.Body(), &r)
	switch {
	case err != nil:
	case len(c.ctx.Request.Header.Peek("X-Runway-Version")) == 0:
		err = badRequest("X-Runway-Version header is required.")
	case r.Model == "" || r.Prompt == "" || r.Ratio == "":
		err = badRequest("Validation of body failed.")
	}
	if err != nil {
		c.fail(fasthttp.StatusBadRequest, err.Error())
		return
	}
	if s.begin(c, r.Model) {
		c.whole(s, typeJSON, []byte(`{"id":"`+c.id("task-")+`"}`))
	}
}
