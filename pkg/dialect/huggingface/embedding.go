package huggingface

import (
	"bytes"
	"net/url"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/openai"
	"github.com/asbru-gateway/asbru/pkg/dialect/put"
	"github.com/asbru-gateway/asbru/pkg/dialect/take"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// Embedding is OpenAI's codec, but for embeddings on the side of the provider.
var Embedding dialect.Codec = codec{openai.Codec}

type codec struct{ dialect.Codec }

// Path appends where a model's embeddings are, behind the router's address.
func Path(dst []byte, _ api.Op, model string, _ bool) []byte {
	dst = append(dst, "/hf-inference/models"...)
	for part := range strings.SplitSeq(strings.TrimSuffix(model, ":hf-inference"), "/") {
		dst = append(append(dst, '/'), url.PathEscape(part)...)
	}
	return append(dst, "/pipeline/feature-extraction"...)
}

// AppendRequest implements dialect.Codec.
func (codec) AppendRequest(dst []byte, r *api.Request, _ *dialect.Quirks) ([]byte, *api.Error) {
	if r.Embedding.Dimensions.Set {
		return dst, unsaid("dimensions")
	}
	dst = append(put.Key(append(dst, '{'), "inputs"), '[')
	for i := range r.Inputs {
		if r.Inputs[i].Tokens != nil {
			return dst, unsaid("input")
		}
		dst = jsonx.AppendString(put.Comma(dst), r.Inputs[i].Text)
	}
	return append(dst, "]}"...), nil
}

func unsaid(field string) *api.Error {
	err := api.Errorf(api.KindUnsupported, "unsupported_field", "Hugging Face makes vectors of texts, of as many numbers as the model has.")
	err.Param = field
	return err
}

// Inspect implements dialect.Codec. What was used is not told.
func (codec) Inspect(_ api.Op, body []byte) (api.Usage, *api.Error) {
	if jsonx.Valid(body) != nil || jsonx.Value(bytes.TrimSpace(body)).Kind() != jsonx.Array {
		return api.Usage{}, bad(body)
	}
	return api.Usage{}, nil
}

// DecodeResponse implements dialect.Codec: a list of vectors, one for each text.
func (c codec) DecodeResponse(op api.Op, body []byte, into *api.Response) *api.Error {
	if _, err := c.Inspect(op, body); err != nil {
		return err
	}
	into.Op = op
	for row := range jsonx.Value(body).Elements() {
		if row.Kind() != jsonx.Array {
			return bad(body)
		}
		vector := make([]float32, 0, row.Len())
		for n := range row.Elements() {
			f, ok := n.Float()
			if !ok { // a vector for each token: the model is none that embeds texts
				return bad(body)
			}
			vector = append(vector, float32(f))
		}
		into.Embeddings = append(into.Embeddings, vector)
	}
	return nil
}

// bad is the error of an answer without vectors.
func bad(body []byte) *api.Error {
	if why := take.Text(jsonx.Value(body), "error"); why != "" && jsonx.Valid(body) == nil {
		return api.Errorf(api.KindUnavailable, "provider_bad_answer", "The provider has answered with an error: %.300s", why)
	}
	return api.Errorf(api.KindUnavailable, "provider_bad_answer", "The provider's answer has no vector for each text.")
}
