package cohere

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

// Embeddings: https://docs.cohere.com/v2/reference/embed

// tasks are the dialect's words for what embeddings are for, and Google's.
var tasks = [...]struct{ own, google string }{
	{"search_document", "RETRIEVAL_DOCUMENT"},
	{"search_query", "RETRIEVAL_QUERY"},
	{"classification", "CLASSIFICATION"},
	{"clustering", "CLUSTERING"},
}

func (d *requestDecoder) embedMember(key string, v jsonx.Value) *api.Error {
	e := &d.r.Embedding
	switch key {
	case "texts":
		var texts []string
		if err := take.Strings(v, key, &texts); err != nil {
			return err
		}
		for _, s := range texts {
			d.r.Inputs = append(d.r.Inputs, api.Input{Text: s})
		}
	case "inputs":
		return d.embedInputs(v)
	case "images":
		if !empty(v) {
			return onlyText("images")
		}
	case "input_type":
		return d.inputType(v)
	case "output_dimension":
		return take.Int(v, key, &e.Dimensions)
	case "embedding_types":
		return d.embeddingTypes(v)
	default:
		d.keep(key, v)
	}
	return nil
}

func (d *requestDecoder) inputType(v jsonx.Value) *api.Error {
	word, _ := v.Str()
	for _, t := range tasks {
		if t.own == word {
			d.r.Embedding.Task = t.google
			return nil
		}
	}
	if word == "image" {
		return onlyText("input_type")
	}
	d.keep("input_type", v)
	return nil
}

// embedInputs reads inputs made of parts, of which only text is known to all providers.
func (d *requestDecoder) embedInputs(v jsonx.Value) *api.Error {
	for e := range v.Elements() {
		var in api.Input
		for part := range e.Get("content").Elements() {
			s, ok := part.Get("text").Str()
			if !ok {
				return onlyText("inputs")
			}
			if in.Text != "" {
				in.Text += "\n"
			}
			in.Text += s
		}
		d.r.Inputs = append(d.r.Inputs, in)
	}
	return nil
}

// embeddingTypes reads the wanted forms; those that are made smaller only Cohere's own models have.
func (d *requestDecoder) embeddingTypes(v jsonx.Value) *api.Error {
	var list []string
	if err := take.Strings(v, "embedding_types", &list); err != nil {
		return err
	}
	for _, t := range list {
		if t != "float" && t != "base64" || len(list) > 1 {
			return &api.Error{
				Kind: api.KindUnsupported, Code: "unsupported_field", Param: "embedding_types",
				Message: "This model's provider gives embeddings in one form, float or base64.",
			}
		}
		d.r.Embedding.Encoding = t
	}
	return nil
}

func onlyText(param string) *api.Error {
	err := api.Errorf(api.KindUnsupported, "unsupported_embedding_input", "Only text can be embedded by this model's provider.")
	err.Param = param
	return err
}

func (w *requestWriter) appendEmbed(dst []byte) ([]byte, *api.Error) {
	r := w.r
	dst = put.Text(append(dst, '{'), "model", r.Model)
	dst = append(put.Key(dst, "texts"), '[')
	for i := range r.Inputs {
		if r.Inputs[i].Tokens != nil {
			return dst, api.Errorf(api.KindUnsupported, "unsupported_embedding_input",
				"Cohere embeds text, not token numbers. Send the input as text.")
		}
		dst = jsonx.AppendString(put.Comma(dst), r.Inputs[i].Text)
	}
	dst = put.Text(append(dst, ']'), "input_type", w.inputType())
	dst = append(dst, `,"embedding_types":["float"]`...)
	dst = put.OptInt(dst, "output_dimension", r.Embedding.Dimensions)
	if r.ExtraOf == name {
		for _, f := range r.Extra {
			if f.Name != "input_type" {
				dst = put.Raw(dst, f.Name, f.Value)
			}
		}
	}
	return append(dst, '}'), nil
}

// inputType is what the embeddings are for, which the dialect wants to be told.
// Callers of other dialects may say it in this one's own field; what they embed
// without a word are mostly documents.
func (w *requestWriter) inputType() string {
	for _, f := range w.r.Extra {
		if s, ok := jsonx.Value(f.Value).Str(); ok && f.Name == "input_type" {
			return s
		}
	}
	for _, t := range tasks {
		if t.google == w.r.Embedding.Task {
			return t.own
		}
	}
	return tasks[0].own
}

// decodeEmbeddings reads the vectors of an answer, which is asked for numbers.
func decodeEmbeddings(v jsonx.Value, into *api.Response) *api.Error {
	for e := range v.Get("float").Elements() {
		vector := make([]float32, 0, e.Len())
		for n := range e.Elements() {
			f, ok := n.Float()
			if !ok {
				return badAnswer("an embedding that is not made of numbers")
			}
			vector = append(vector, float32(f))
		}
		into.Embeddings = append(into.Embeddings, vector)
	}
	if len(into.Embeddings) == 0 {
		return badAnswer("an answer without embeddings")
	}
	return nil
}

func appendEmbeddings(dst []byte, h *dialect.Head, r *api.Response) []byte {
	dst = put.Text(append(dst, '{'), "id", r.ID)
	if h.Legacy {
		return appendV1Embeddings(dst, h, r)
	}
	dst = append(dst, `,"embeddings":{`...)
	kind := "float"
	if h.Base64 {
		kind = "base64"
	}
	dst = append(put.Key(dst, kind), '[')
	for _, vector := range r.Embeddings {
		dst = put.Comma(dst)
		if h.Base64 {
			dst = appendBase64(dst, vector)
		} else {
			dst = appendVector(dst, vector)
		}
	}
	dst = append(dst, "]}"...)
	dst = appendMeta(dst, "2", &r.Usage)
	return append(put.Text(dst, "response_type", "embeddings_by_type"), '}')
}

// appendV1Embeddings writes them as the first version does where no type is asked for.
func appendV1Embeddings(dst []byte, h *dialect.Head, r *api.Response) []byte {
	dst = append(put.Key(dst, "embeddings"), '[')
	for _, vector := range r.Embeddings {
		dst = appendVector(put.Comma(dst), vector)
	}
	dst = append(put.Key(append(dst, ']'), "texts"), '[')
	for text := range h.Echo.Texts.Elements() {
		dst = append(put.Comma(dst), text...)
	}
	dst = appendMeta(append(dst, ']'), "1", &r.Usage)
	return append(put.Text(dst, "response_type", "embeddings_floats"), '}')
}

// appendMeta writes what the operations beside chat say of themselves. SDKs add up
// what is billed, so it is there also where nothing is known of it.
func appendMeta(dst []byte, version string, u *api.Usage) []byte {
	dst = append(dst, `,"meta":{"api_version":{`...)
	dst = append(put.Text(dst, "version", version), `},"billed_units":{`...)
	if u.Units > 0 {
		dst = put.Int(dst, "search_units", u.Units)
	} else {
		dst = put.Int(dst, "input_tokens", u.Input)
	}
	return append(dst, "}}"...)
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
// JSON has none for NaN and the infinities, which no embedding has: 0.
func appendVector(dst []byte, vector []float32) []byte {
	dst = append(dst, '[')
	for _, f := range vector {
		dst = put.Comma(dst)
		if f-f != 0 {
			dst = append(dst, '0')
			continue
		}
		dst = strconv.AppendFloat(dst, float64(f), 'g', -1, 32)
	}
	return append(dst, ']')
}
