package mock

import (
	"encoding/base64"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/valyala/fasthttp"
)

// predictionRoute finds the paths of Replicate's predictions and of Hugging Face's own
// inference: https://replicate.com/docs/reference/http,
// https://huggingface.co/docs/inference-providers
func predictionRoute(path string) (operation, bool) {
	op := operation{dialect: openaiChat{}, method: fasthttp.MethodPost}
	if model, ok := strings.CutPrefix(path, "/hf-inference/models/"); ok {
		op.run, op.model = (*Server).infer, model
		return op, true
	}
	op.run = (*Server).predict
	if path == "/v1/predictions" {
		return op, true
	}
	model, ok := strings.CutPrefix(path, "/v1/models/")
	op.model, _ = strings.CutSuffix(model, "/predictions")
	return op, ok && op.model != model
}

// predict answers with where the pictures are, if it is to wait for them.
func (s *Server) predict(c *call) {
	var r struct {
		Version string `json:"version"`
		Input   struct {
			Prompt string `json:"prompt"`
			Count  int    `json:"num_outputs"`
		} `json:"input"`
	}
	err := decode(c.ctx.Request.Body(), &r)
	if c.op.model == "" {
		c.op.model = r.Version
	}
	if err == nil && (r.Input.Prompt == "" || c.op.model == "") {
		err = badRequest("Input validation failed: prompt is required")
	}
	if err != nil {
		c.fail(fasthttp.StatusUnprocessableEntity, err.Error())
		return
	}
	if !s.begin(c, c.op.model) {
		return
	}
	status, output := "starting", "null"
	if strings.HasPrefix(string(c.ctx.Request.Header.Peek("Prefer")), "wait") {
		status, output = "succeeded", `["https://replicate.delivery/mock/0.png"`+strings.Repeat(`,"https://replicate.delivery/mock/1.png"`, max(r.Input.Count, 1)-1)+"]"
	}
	id := c.id("pred")
	b := jsonx.AppendString([]byte(`{"id":"`+id+`","model":`), c.op.model)
	c.plan.status = fasthttp.StatusCreated
	c.whole(s, typeJSON, append(b, `,"status":"`+status+`","output":`+output+`,"error":null,"urls":{"get":"https://api.replicate.com/v1/predictions/`+id+`"}}`...))
}

// extract answers with a vector for each text.
func (s *Server) extract(c *call, model string) {
	var r struct {
		Inputs []string `json:"inputs"`
	}
	err := decode(c.ctx.Request.Body(), &r)
	if err == nil && len(r.Inputs) == 0 {
		err = badRequest("inputs must not be empty")
	}
	if err != nil {
		c.fail(fasthttp.StatusBadRequest, err.Error())
		return
	}
	if !s.begin(c, model) {
		return
	}
	body := []byte("[")
	for i, text := range r.Inputs {
		if i > 0 {
			body = append(body, ',')
		}
		body = appendVector(body, vector([]byte(text), geminiDimensions))
	}
	c.whole(s, typeJSON, append(body, ']'))
}

// infer answers with the text of a sound, a picture, or with sound for a model that has "tts" in its name.
func (s *Server) infer(c *call) {
	if model, ok := strings.CutSuffix(c.op.model, "/pipeline/feature-extraction"); ok {
		s.extract(c, model)
		return
	}
	if kind := string(c.ctx.Request.Header.ContentType()); strings.HasPrefix(kind, "audio/") {
		if s.begin(c, c.op.model) {
			c.whole(s, typeJSON, append(jsonx.AppendString([]byte(`{"text":`), "This is "+kind+"."), '}'))
		}
		return
	}
	var r struct {
		Inputs string `json:"inputs"`
	}
	err := decode(c.ctx.Request.Body(), &r)
	if err == nil && r.Inputs == "" {
		err = badRequest("inputs must not be empty")
	}
	if err != nil {
		c.fail(fasthttp.StatusBadRequest, err.Error())
		return
	}
	if !s.begin(c, c.op.model) {
		return
	}
	if strings.Contains(c.op.model, "tts") {
		c.whole(s, "audio/flac", silence("flac", len(r.Inputs)))
		return
	}
	picture, _ := base64.StdEncoding.DecodeString(pixel) // it is one of ours
	c.whole(s, "image/png", picture)
}
