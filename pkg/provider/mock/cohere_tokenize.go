package mock

import (
	"strconv"

	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/valyala/fasthttp"
)

// maxTokenizeBytes is the longest text that the API takes apart.
const maxTokenizeBytes = 65536

// cohereTokenize is POST /v1/tokenize: https://docs.cohere.com/reference/tokenize
// A token is four bytes, or what is left of the text.
func (s *Server) cohereTokenize(c *call) {
	var r struct{ Model, Text string }
	err := decode(c.ctx.Request.Body(), &r)
	switch {
	case err != nil:
	case r.Model == "":
		err = badRequest("invalid request: model is required")
	case r.Text == "" || len(r.Text) > maxTokenizeBytes:
		err = badRequest("invalid request: text must be between 1 and 65536 characters")
	}
	if err != nil {
		c.fail(fasthttp.StatusBadRequest, err.Error())
		return
	}
	if !s.begin(c, r.Model) {
		return
	}
	numbers, words := []byte(`{"tokens":[`), []byte(`],"token_strings":[`)
	i := 0
	pieces(r.Text, tokens(len(r.Text)), func(piece string) {
		if i > 0 {
			numbers, words = append(numbers, ','), append(words, ',')
		}
		numbers = strconv.AppendInt(numbers, int64(1000+i), 10)
		words = jsonx.AppendString(words, piece)
		i++
	})
	c.whole(s, typeJSON, append(append(numbers, words...), `],"meta":{"api_version":{"version":"1"}}}`...))
}
