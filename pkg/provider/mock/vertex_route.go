package mock

import (
	"net/url"
	"strings"

	"github.com/valyala/fasthttp"
)

// vertexVerbs are those of Vertex AI beside the Gemini API's.
var vertexVerbs = map[string]operation{
	"predict": {dialect: gemini{}, run: (*Server).vertexPredict},

	"fetchPredictOperation": {dialect: gemini{}, run: (*Server).veoOfVertex},
	"rawPredict":            {dialect: anthropic{}, run: (*Server).chat},
	"streamRawPredict":      {dialect: anthropic{}, run: (*Server).chat, stream: true},
}

// vertexRoute takes apart /v1beta1[/projects/{p}/locations/{l}]/publishers/{publisher}/models/{model}:{verb}.
func vertexRoute(path string) (operation, bool) {
	if strings.HasPrefix(path, "/v1/projects/") && strings.HasSuffix(path, ":rank") {
		return operation{dialect: gemini{}, run: (*Server).discoveryRank, method: fasthttp.MethodPost}, true
	}
	_, rest, ok := strings.Cut(path, "/v1beta1/")
	if !ok {
		return operation{}, false
	}
	_, rest, ok = strings.Cut(rest, "publishers/")
	publisher, rest, _ := strings.Cut(rest, "/models/")
	at := strings.LastIndexByte(rest, ':')
	if !ok || at <= 0 {
		return operation{}, false
	}
	op, known := vertexVerbs[rest[at+1:]]
	if !known {
		op, known = geminiVerbs[rest[at+1:]]
	}
	model, err := url.PathUnescape(rest[:at])
	switch {
	case !known || err != nil:
		return operation{}, false
	case publisher == "mistralai":
		op.dialect = openaiChat{}
	case model == countTokens:
		op.run = (*Server).anthropicCount
	}
	op.method, op.model = fasthttp.MethodPost, model
	return op, true
}

// countTokens stands for a model in the path where Claude's tokens are counted.
const countTokens = "count-tokens"

// readVertex checks what is Vertex AI's own of a request to Claude: the model is in the
// path, unless tokens are counted, and the version in the body.
func (r *anthropicRequest) readVertex(model string) error {
	switch {
	case r.Version != "vertex-2023-10-16":
		return badRequest("anthropic_version: Field required")
	case (r.Model != "") != (model == countTokens):
		return badRequest("model: Extra inputs are not permitted")
	case r.Model == "":
		r.Model = model
	}
	return nil
}

type vertexInstance struct {
	Content string `json:"content"`
}

// vertexPredict is predict, for embeddings, and for the pictures of Imagen.
func (s *Server) vertexPredict(c *call) {
	if strings.HasPrefix(c.op.model, "imagen") {
		s.geminiPredict(c)
		return
	}
	var r struct {
		Instances  []vertexInstance `json:"instances"`
		Parameters struct {
			Dimensions int `json:"outputDimensionality"`
		} `json:"parameters"`
	}
	err := decode(c.ctx.Request.Body(), &r)
	switch {
	case err != nil:
	case len(r.Instances) == 0:
		err = badRequest("Request contains an invalid argument.")
	case strings.Contains(c.op.model, "gemini-embedding-001") && len(r.Instances) > 1:
		err = badRequest("Only one instance is supported for this model.")
	}
	if err != nil {
		c.fail(fasthttp.StatusBadRequest, err.Error())
		return
	}
	if !s.begin(c, c.op.model) {
		return
	}
	n := r.Parameters.Dimensions
	if n <= 0 || n > maxDimensions {
		n = geminiDimensions
	}
	body := []byte(`{"predictions":[`)
	for i, in := range r.Instances {
		if i > 0 {
			body = append(body, ',')
		}
		body = appendVector(append(body, `{"embeddings":{"values":`...), vector([]byte(in.Content), n))
		body = append(body, `,"statistics":{"truncated":false,"token_count":2}}}`...)
	}
	c.whole(s, typeJSON, append(body, `]}`...))
}
