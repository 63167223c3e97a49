package mock

import (
	"bytes"

	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/goccy/go-json"
	"github.com/valyala/fasthttp"
)

// categories are those that a moderation tells of.
var categories = [...]string{
	"harassment", "harassment/threatening", "hate", "hate/threatening", "illicit", "illicit/violent",
	"self-harm", "self-harm/intent", "self-harm/instructions", "sexual", "sexual/minors", "violence", "violence/graphic",
}

// openaiModerate is POST /v1/moderations:
// https://platform.openai.com/docs/api-reference/moderations
//
// A text is violent that has the word "violence" in it.
func (s *Server) openaiModerate(c *call) {
	var r struct {
		Model string          `json:"model"`
		Input json.RawMessage `json:"input"`
	}
	err := decode(c.ctx.Request.Body(), &r)
	inputs := embedInputs(r.Input)
	if err == nil && len(inputs) == 0 {
		err = badRequest("Invalid value for 'input': expected a string or an array.")
	}
	if err != nil {
		c.fail(fasthttp.StatusBadRequest, err.Error())
		return
	}
	if r.Model == "" {
		r.Model = "omni-moderation-latest"
	}
	if !s.begin(c, r.Model) {
		return
	}
	b := append(append([]byte(nil), `{"id":"`...), c.id("modr-")...)
	b = jsonx.AppendString(append(b, `","model":`...), r.Model)
	b = append(b, `,"results":[`...)
	for i, input := range inputs {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendModeration(b, bytes.Contains(bytes.ToLower(input), []byte("violence")))
	}
	c.whole(s, typeJSON, append(b, "]}"...))
}

func appendModeration(b []byte, violent bool) []byte {
	b = append(b, `{"flagged":false,"categories":{`...)
	scores := []byte(`},"category_scores":{`)
	for i, name := range categories {
		if i > 0 {
			b, scores = append(b, ','), append(scores, ',')
		}
		b = append(jsonx.AppendString(b, name), ":false"...)
		scores = append(jsonx.AppendString(scores, name), ":0.0001"...)
	}
	b = append(append(b, scores...), "}}"...)
	if violent {
		b = bytes.Replace(b, []byte(`"flagged":false`), []byte(`"flagged":true`), 1)
		b = bytes.Replace(b, []byte(`"violence":false`), []byte(`"violence":true`), 1)
		b = bytes.Replace(b, []byte(`"violence":0.0001`), []byte(`"violence":0.98`), 1)
	}
	return b
}
