package mock

import (
	"strconv"

	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/goccy/go-json"
	"github.com/valyala/fasthttp"
)

// bedrockInvoke is InvokeModel: for Claude, and for embeddings, Titan's, and
// Cohere's, whose request and answer are like its own API's.
func (s *Server) bedrockInvoke(c *call) {
	if jsonx.Value(c.ctx.Request.Body()).Get("messages") != nil {
		c.op.dialect = bedrockClaude{}
		s.chat(c)
		return
	}
	if v := jsonx.Value(c.ctx.Request.Body()); v.Get("taskType") != nil || v.Get("prompt") != nil {
		s.bedrockDraw(c)
		return
	}
	var r struct {
		InputText  string `json:"inputText"`
		Dimensions int    `json:"dimensions"`
		Texts      []string
	}
	if err := decode(c.ctx.Request.Body(), &r); err != nil {
		c.fail(fasthttp.StatusBadRequest, err.Error())
		return
	}
	if len(r.Texts) > 0 {
		s.bedrockCohere(c)
		return
	}
	if r.InputText == "" {
		c.fail(fasthttp.StatusBadRequest, "Malformed input request: #: required key [inputText] not found, please reformat your input and try again.")
		return
	}
	if !s.begin(c, c.op.model) {
		return
	}
	if r.Dimensions == 0 {
		r.Dimensions = 1024
	}
	body := appendVector([]byte(`{"embedding":`), vector([]byte(r.InputText), r.Dimensions))
	body = append(body, `,"inputTextTokenCount":`...)
	c.whole(s, typeJSON, append(strconv.AppendInt(body, int64(tokens(len(r.InputText))), 10), '}'))
}

func (s *Server) bedrockCohere(c *call) {
	var r cohereEmbedRequest
	err := decode(c.ctx.Request.Body(), &r)
	if r.Model != "" {
		err = badRequest("Malformed input request: extraneous key [model] is not permitted, please reformat your input and try again.")
	}
	r.Model = c.op.model
	if err == nil {
		err = r.check()
	}
	if err != nil {
		c.fail(fasthttp.StatusBadRequest, err.Error())
		return
	}
	if !s.begin(c, c.op.model) {
		return
	}
	if r.Dimensions == 0 {
		r.Dimensions = cohereDimensions
	}
	c.whole(s, typeJSON, r.appendAnswer([]byte(`{"id":"`+c.id("")+`","embeddings":{`)))
}

// bedrockCount is CountTokens.
func (s *Server) bedrockCount(c *call) {
	var r struct {
		Input struct {
			Converse *bedrockRequest `json:"converse"`
			Invoke   json.RawMessage `json:"invokeModel"`
		} `json:"input"`
	}
	p := &prompt{model: c.op.model}
	err := decode(c.ctx.Request.Body(), &r)
	switch {
	case err != nil:
	case r.Input.Converse != nil:
		err = r.Input.Converse.read(p)
	case r.Input.Invoke != nil:
		p.textBytes = len(r.Input.Invoke)
	default:
		err = badRequest("The input field must set one of the following keys: invokeModel, converse.")
	}
	if err != nil {
		c.fail(fasthttp.StatusBadRequest, err.Error())
		return
	}
	if !s.begin(c, p.model) {
		return
	}
	n := compose(p, &c.plan).usage.input
	c.whole(s, typeJSON, append(strconv.AppendInt([]byte(`{"inputTokens":`), int64(n), 10), '}'))
}
