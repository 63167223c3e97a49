package mock

import (
	"strings"

	"github.com/valyala/fasthttp"
)

// bedrockDraw is InvokeModel of what draws: Titan, Nova Canvas and Stability's.
// https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-image.html
func (s *Server) bedrockDraw(c *call) {
	var r struct {
		Task   string `json:"taskType"`
		Prompt string `json:"prompt"`
		Text   struct {
			Text string `json:"text"`
		} `json:"textToImageParams"`
		Config struct {
			Count int `json:"numberOfImages"`
		} `json:"imageGenerationConfig"`
	}
	err := decode(c.ctx.Request.Body(), &r)
	if err == nil && r.Prompt == "" && (r.Task != "TEXT_IMAGE" || r.Text.Text == "") {
		err = badRequest("Malformed input request, please reformat your input and try again.")
	}
	if err != nil {
		c.fail(fasthttp.StatusBadRequest, err.Error())
		return
	}
	if !s.begin(c, c.op.model) {
		return
	}
	images := `["` + pixel + `"` + strings.Repeat(`,"`+pixel+`"`, max(r.Config.Count, 1)-1) + "]"
	if r.Prompt != "" {
		c.whole(s, typeJSON, []byte(`{"seeds":[1],"finish_reasons":[null],"images":`+images+`}`))
		return
	}
	c.whole(s, typeJSON, []byte(`{"images":`+images+`,"error":null}`))
}
