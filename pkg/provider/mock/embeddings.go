package mock

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"hash/fnv"
	"math"
	"strconv"
	"unicode"

	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/goccy/go-json"
	"github.com/valyala/fasthttp"
)

const (
	openaiDimensions = 1536
	geminiDimensions = 3072
	maxDimensions    = 1 << 14
)

// vector makes the embedding of a text: a unit vector that depends on its words, whatever
// their order and case, and on nothing else. Two texts are as alike as they share words.
func vector(text []byte, dimensions int) []float32 {
	v := make([]float32, dimensions)
	words := bytes.FieldsFunc(bytes.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	if len(words) == 0 {
		words = [][]byte{text}
	}
	for _, word := range words {
		addWord(v, word)
	}
	var sum float64
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	if sum == 0 {
		v[0], sum = 1, 1
	}
	for i := range v {
		v[i] = float32(float64(v[i]) / math.Sqrt(sum))
	}
	return v
}

// addWord adds the direction of a word: those of two words are about at right angles.
func addWord(v []float32, word []byte) {
	h := fnv.New64a()
	_, _ = h.Write(word) // never fails
	state := h.Sum64() | 1
	for i := range v {
		state ^= state << 13 // xorshift64
		state ^= state >> 7
		state ^= state << 17
		v[i] += float32(float64(int32(state>>32)) / math.MaxInt32)
	}
}

func appendVector(dst []byte, v []float32) []byte {
	dst = append(dst, '[')
	for i, x := range v {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = strconv.AppendFloat(dst, float64(x), 'f', -1, 32)
	}
	return append(dst, ']')
}

// appendVectorBase64 appends little-endian float32 values in base64, in quotes.
func appendVectorBase64(dst []byte, v []float32) []byte {
	raw := make([]byte, 0, 4*len(v))
	for _, x := range v {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(x))
	}
	dst = append(dst, '"')
	dst = base64.StdEncoding.AppendEncode(dst, raw)
	return append(dst, '"')
}

type openaiEmbedRequest struct {
	Model      string          `json:"model"`
	Input      json.RawMessage `json:"input"`
	Dimensions int             `json:"dimensions"`
	Encoding   string          `json:"encoding_format"`
}

// openaiEmbed is POST /v1/embeddings:
// https://platform.openai.com/docs/api-reference/embeddings
func (s *Server) openaiEmbed(c *call) {
	var r openaiEmbedRequest
	err := decode(c.ctx.Request.Body(), &r)
	inputs := embedInputs(r.Input)
	switch {
	case err != nil:
	case r.Model == "":
		err = badRequest("you must provide a model parameter")
	case len(inputs) == 0:
		err = badRequest("'$.input' is invalid. Please check the API reference: https://platform.openai.com/docs/api-reference.")
	case r.Dimensions < 0 || r.Dimensions > maxDimensions:
		err = badRequest("Invalid value for 'dimensions'.")
	}
	if err != nil {
		c.fail(fasthttp.StatusBadRequest, err.Error())
		return
	}
	if !s.begin(c, r.Model) {
		return
	}
	if r.Dimensions == 0 {
		r.Dimensions = openaiDimensions
	}
	c.whole(s, typeJSON, appendOpenAIEmbeddings(nil, &r, inputs))
}

func appendOpenAIEmbeddings(dst []byte, r *openaiEmbedRequest, inputs [][]byte) []byte {
	dst = append(dst, `{"object":"list","data":[`...)
	bytes := 0
	for i, input := range inputs {
		bytes += len(input)
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, `{"object":"embedding","index":`...)
		dst = strconv.AppendInt(dst, int64(i), 10)
		dst = append(dst, `,"embedding":`...)
		if v := vector(input, r.Dimensions); r.Encoding == "base64" {
			dst = appendVectorBase64(dst, v)
		} else {
			dst = appendVector(dst, v)
		}
		dst = append(dst, '}')
	}
	dst = append(dst, `],"model":`...)
	dst = jsonx.AppendString(dst, r.Model)
	dst = append(dst, `,"usage":{"prompt_tokens":`...)
	dst = strconv.AppendInt(dst, int64(tokens(bytes)), 10)
	dst = append(dst, `,"total_tokens":`...)
	dst = strconv.AppendInt(dst, int64(tokens(bytes)), 10)
	return append(dst, `}}`...)
}

// embedInputs reads what is to be embedded: a text or several, or token numbers
// or several lists of them. Tokens stand for the text of their list.
func embedInputs(raw json.RawMessage) [][]byte {
	var one string
	if json.Unmarshal(raw, &one) == nil {
		return [][]byte{[]byte(one)}
	}
	var several []json.RawMessage
	if json.Unmarshal(raw, &several) != nil || len(several) == 0 {
		return nil
	}
	var numbers []int
	if json.Unmarshal(raw, &numbers) == nil {
		return [][]byte{raw}
	}
	inputs := make([][]byte, 0, len(several))
	for _, item := range several {
		if json.Unmarshal(item, &one) == nil {
			item = json.RawMessage(one)
		}
		inputs = append(inputs, item)
	}
	return inputs
}
