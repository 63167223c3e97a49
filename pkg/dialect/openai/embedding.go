package openai

import (
	"encoding/base64"
	"encoding/binary"
	"math"
	"strconv"

	"github.com/asbru-gateway/asbru/pkg/dialect/take"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/put"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// Embeddings: https://platform.openai.com/docs/api-reference/embeddings

func (d *requestDecoder) embeddingMember(key string, v jsonx.Value) *api.Error {
	switch e := &d.r.Embedding; key {
	case "input":
		return d.inputs(key, v)
	case "dimensions":
		return take.Int(v, key, &e.Dimensions)
	case "encoding_format":
		return take.String(v, key, &e.Encoding)
	}
	d.keep(key, v)
	return nil
}

func (w *requestWriter) appendEmbedding(dst []byte) ([]byte, *api.Error) {
	e := &w.r.Embedding
	dst = put.Text(append(dst, '{'), "model", w.r.Model)
	dst = w.appendInputs(dst, "input")
	dst = put.OptInt(dst, "dimensions", e.Dimensions)
	dst = put.Some(dst, "encoding_format", e.Encoding)
	return w.appendEnd(dst), nil
}

// decodeEmbeddings reads the rows of an answer, in the order of their index.
func decodeEmbeddings(rows jsonx.Value, into *api.Response) *api.Error {
	n := rows.Len()
	list := make([][]float32, n)
	i := 0
	for e := range rows.Elements() {
		at := i
		if index, ok := e.Get("index").Int(); ok {
			at = int(index)
		}
		if at < 0 || at >= n || list[at] != nil {
			return badAnswer("embeddings whose indexes are no sequence")
		}
		vector, ok := vectorOf(e.Get("embedding"))
		if !ok {
			return badAnswer("an embedding that is neither numbers nor base64")
		}
		list[at] = vector
		i++
	}
	into.Embeddings = append(into.Embeddings, list...)
	return nil
}

// vectorOf reads an array of numbers, or base64 of little-endian float32.
func vectorOf(v jsonx.Value) ([]float32, bool) {
	if s, ok := v.Str(); ok {
		raw, err := base64.StdEncoding.DecodeString(s)
		if err != nil || len(raw)%4 != 0 {
			return nil, false
		}
		vector := make([]float32, len(raw)/4)
		for i := range vector {
			vector[i] = math.Float32frombits(binary.LittleEndian.Uint32(raw[4*i:]))
		}
		return vector, true
	}
	if v.Kind() != jsonx.Array {
		return nil, false
	}
	vector := make([]float32, 0, v.Len())
	for e := range v.Elements() {
		f, ok := e.Float()
		if !ok {
			return nil, false
		}
		vector = append(vector, float32(f))
	}
	return vector, true
}

func appendEmbeddings(dst []byte, h *dialect.Head, r *api.Response) []byte {
	dst = append(dst, `{"object":"list","data":[`...)
	for i, vector := range r.Embeddings {
		dst = append(put.Comma(dst), `{"object":"embedding"`...)
		dst = put.Int(dst, "index", int64(i))
		dst = put.Key(dst, "embedding")
		if h.Base64 {
			dst = appendBase64(dst, vector)
		} else {
			dst = appendVector(dst, vector)
		}
		dst = append(dst, '}')
	}
	dst = append(dst, ']')
	dst = put.Text(dst, "model", r.Model)
	if r.Usage.Known {
		dst = append(put.Key(dst, "usage"), '{')
		dst = put.Int(dst, "prompt_tokens", r.Usage.Input)
		dst = append(put.Int(dst, "total_tokens", r.Usage.Total()), '}')
	}
	return append(appendExtra(dst, r.Extra, r.ExtraOf), '}')
}

func appendBase64(dst []byte, vector []float32) []byte {
	raw := make([]byte, 0, 4*len(vector))
	for _, f := range vector {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(f))
	}
	dst = append(dst, '"')
	dst = base64.StdEncoding.AppendEncode(dst, raw)
	return append(dst, '"')
}

// appendVector writes the shortest numbers that read back as the same float32.
func appendVector(dst []byte, vector []float32) []byte {
	dst = append(dst, '[')
	for _, f := range vector {
		dst = put.Comma(dst)
		if math.IsNaN(float64(f)) || math.IsInf(float64(f), 0) {
			dst = append(dst, "null"...)
			continue
		}
		dst = strconv.AppendFloat(dst, float64(f), 'g', -1, 32)
	}
	return append(dst, ']')
}
