package mock

import (
	"strconv"

	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/valyala/fasthttp"
)

const cohereDimensions = 1536

// maxCohereTexts is how many texts the API embeds in one call.
const maxCohereTexts = 96

type cohereEmbedRequest struct {
	Model      string   `json:"model"`
	Texts      []string `json:"texts"`
	InputType  string   `json:"input_type"`
	Types      []string `json:"embedding_types"`
	Dimensions int      `json:"output_dimension"`
}

func (r *cohereEmbedRequest) check() error {
	switch {
	case r.Model == "":
		return badRequest("invalid request: model is required")
	case len(r.Texts) == 0:
		return badRequest("invalid request: texts, images or inputs must be given")
	case len(r.Texts) > maxCohereTexts:
		return badRequestf("invalid request: total number of texts must be at most %d", maxCohereTexts)
	case r.InputType == "":
		return badRequest("invalid request: input_type is required")
	case r.Dimensions < 0 || r.Dimensions > maxDimensions:
		return badRequest("invalid request: output_dimension is not one that the model has")
	}
	return nil
}

// cohereEmbed is POST /v2/embed: https://docs.cohere.com/v2/reference/embed
func (s *Server) cohereEmbed(c *call) {
	var r cohereEmbedRequest
	err := decode(c.ctx.Request.Body(), &r)
	if err == nil {
		err = r.check()
	}
	if err != nil {
		c.fail(fasthttp.StatusBadRequest, err.Error())
		return
	}
	if !s.begin(c, r.Model) {
		return
	}
	if r.Dimensions == 0 {
		r.Dimensions = cohereDimensions
	}
	c.whole(s, typeJSON, r.appendAnswer([]byte(`{"id":"`+c.id("")+`","embeddings":{`)))
}

func (r *cohereEmbedRequest) appendAnswer(dst []byte) []byte {
	if len(r.Types) == 0 {
		r.Types = []string{"float"}
	}
	bytes := 0
	for i, kind := range r.Types {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(jsonx.AppendString(dst, kind), `:[`...)
		for j, text := range r.Texts {
			if bytes += len(text); j > 0 {
				dst = append(dst, ',')
			}
			if v := vector([]byte(text), r.Dimensions); kind == "base64" {
				dst = appendVectorBase64(dst, v)
			} else {
				dst = appendVector(dst, v)
			}
		}
		dst = append(dst, ']')
	}
	dst = append(dst, `},"texts":[`...)
	for i, text := range r.Texts {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = jsonx.AppendString(dst, text)
	}
	dst = append(dst, `],"meta":{"api_version":{"version":"2"},"billed_units":{"input_tokens":`...)
	dst = strconv.AppendInt(dst, int64(tokens(bytes)), 10)
	return append(dst, `}},"response_type":"embeddings_by_type"}`...)
}
