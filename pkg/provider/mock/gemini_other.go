package mock

import (
	"strconv"

	"github.com/valyala/fasthttp"
)

type geminiEmbedRequest struct {
	Content    geminiContent `json:"content"`
	Dimensions int           `json:"outputDimensionality"`
}

func (r *geminiEmbedRequest) check() error {
	switch {
	case len(r.Content.Parts) == 0:
		return badRequest("* EmbedContentRequest.content: contents is not specified\n")
	case r.Dimensions < 0 || r.Dimensions > maxDimensions:
		return badRequest("* EmbedContentRequest.output_dimensionality: out of range\n")
	}
	return nil
}

func (r *geminiEmbedRequest) appendValues(dst []byte) []byte {
	var text []byte
	for _, part := range r.Content.Parts {
		text = append(text, part.Text...)
	}
	n := r.Dimensions
	if n == 0 {
		n = geminiDimensions
	}
	dst = append(dst, `{"values":`...)
	return append(appendVector(dst, vector(text, n)), '}')
}

// geminiEmbed is embedContent: https://ai.google.dev/api/embeddings
func (s *Server) geminiEmbed(c *call) {
	var r geminiEmbedRequest
	err := decode(c.ctx.Request.Body(), &r)
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
	c.whole(s, typeJSON, append(r.appendValues([]byte(`{"embedding":`)), '}'))
}

// geminiEmbedBatch is batchEmbedContents.
func (s *Server) geminiEmbedBatch(c *call) {
	var r struct {
		Requests []geminiEmbedRequest `json:"requests"`
	}
	err := decode(c.ctx.Request.Body(), &r)
	if err == nil && len(r.Requests) == 0 {
		err = badRequest("* BatchEmbedContentsRequest.requests: requests is not specified\n")
	}
	for i := range r.Requests {
		if err == nil {
			err = r.Requests[i].check()
		}
	}
	if err != nil {
		c.fail(fasthttp.StatusBadRequest, err.Error())
		return
	}
	if !s.begin(c, c.op.model) {
		return
	}
	body := []byte(`{"embeddings":[`)
	for i := range r.Requests {
		if i > 0 {
			body = append(body, ',')
		}
		body = r.Requests[i].appendValues(body)
	}
	c.whole(s, typeJSON, append(body, `]}`...))
}

// geminiCount is countTokens: https://ai.google.dev/api/tokens
func (s *Server) geminiCount(c *call) {
	var r struct {
		Contents []geminiContent `json:"contents"`
		Whole    geminiRequest   `json:"generateContentRequest"`
	}
	p := &prompt{model: c.op.model}
	err := decode(c.ctx.Request.Body(), &r)
	if err == nil {
		for _, part := range r.Whole.System.Parts {
			p.addSystem(part.Text)
		}
		err = p.readContents(append(r.Whole.Contents, r.Contents...))
	}
	if err != nil {
		c.fail(fasthttp.StatusBadRequest, err.Error())
		return
	}
	if !s.begin(c, p.model) {
		return
	}
	n := int64(compose(p, &c.plan).usage.input)
	body := strconv.AppendInt([]byte(`{"totalTokens":`), n, 10)
	body = append(body, `,"promptTokensDetails":[{"modality":"TEXT","tokenCount":`...)
	c.whole(s, typeJSON, append(strconv.AppendInt(body, n, 10), `}]}`...))
}
