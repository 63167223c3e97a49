package genai

import (
	"iter"
	"strconv"

	"github.com/asbru-gateway/asbru/pkg/dialect/put"

	"github.com/asbru-gateway/asbru/pkg/dialect/take"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// decodeEmbedding reads a batchEmbedContents request, or the one of embedContent,
// which is an entry of a batch by itself: https://ai.google.dev/api/embeddings
func decodeEmbedding(h *dialect.Head, v jsonx.Value, r *api.Request) *api.Error {
	switch {
	case h.Predict:
		return decodePredict(v, r)
	case h.Legacy:
		return decodeEmbedEntry(v, "", r)
	}
	requests := v.Get("requests")
	if err := take.WantArray(requests, "requests", "an array of requests"); err != nil {
		return err
	}
	i := 0
	for e := range requests.Elements() {
		if err := decodeEmbedEntry(e, take.At("requests", i)+".", r); err != nil {
			return err
		}
		i++
	}
	return nil
}

// decodeEmbedEntry reads {content, taskType, title, outputDimensionality}. The
// settings are those of the whole request here, so the entries must agree on them.
func decodeEmbedEntry(v jsonx.Value, param string, r *api.Request) *api.Error {
	if v.Kind() != jsonx.Object {
		return take.WrongType(param+"content", "an object")
	}
	var opts api.EmbeddingOptions
	var content jsonx.Value
	for key, m := range settings(v) {
		var err *api.Error
		switch key {
		case "content":
			content = m
		case "taskType", "task_type":
			err = take.String(m, param+key, &opts.Task)
		case "title":
			err = take.String(m, param+key, &opts.Title)
		case "outputDimensionality", "output_dimensionality":
			err = readInt(m, param+key, &opts.Dimensions)
		}
		if err != nil {
			return err
		}
	}
	input, err := decodeEmbedText(content, param+"content")
	if err != nil {
		return err
	}
	if len(r.Inputs) > 0 && opts != r.Embedding {
		return api.Errorf(api.KindUnsupported, "unsupported_embedding_mix",
			"The requests differ in taskType, title or outputDimensionality, which this model's provider cannot take in one call. Send them apart.")
	}
	r.Embedding = opts
	r.Inputs = append(r.Inputs, input)
	return nil
}

// settings are the members of an entry, and those of its embedContentConfig, in which
// Vertex AI has them.
func settings(v jsonx.Value) iter.Seq2[string, jsonx.Value] {
	return func(yield func(string, jsonx.Value) bool) {
		for key, m := range v.Members() {
			if key != "embedContentConfig" && key != "embed_content_config" {
				if !yield(key, m) {
					return
				}
				continue
			}
			for key, m := range m.Members() {
				if !yield(key, m) {
					return
				}
			}
		}
	}
}

// decodeEmbedText joins a content's text parts, as Google embeds them together.
func decodeEmbedText(content jsonx.Value, param string) (in api.Input, err *api.Error) {
	if content.Kind() != jsonx.Object {
		return in, take.WrongType(param, "an object with parts")
	}
	for p := range parts(content) {
		s, ok := p.Get("text").Str()
		if !ok {
			return in, api.Errorf(api.KindUnsupported, "unsupported_embedding_input",
				"%s: Only text can be embedded by this model's provider.", param)
		}
		if in.Text == "" {
			in.Text = s
		} else {
			in.Text += "\n" + s
		}
	}
	return in, nil
}

// appendEmbedding writes a batchEmbedContents request. Google embeds text only,
// and gives its answer as numbers whatever encoding was asked for.
// Vertex AI has the model in the path alone, and the settings in an object of their own.
func appendEmbedding(dst []byte, r *api.Request, q *dialect.Quirks) ([]byte, *api.Error) {
	resource := resourceName(r.Model)
	o := put.Begin(dst)
	o.Key("requests")
	o.Dst = append(o.Dst, '[')
	for i := range r.Inputs {
		if r.Inputs[i].Tokens != nil {
			return dst, noTokens()
		}
		o.Dst = put.Comma(o.Dst)
		e := put.Begin(o.Dst)
		if !q.Vertex {
			e.Text("model", resource)
		}
		e.Key("content")
		e.Dst = append(e.Dst, `{"parts":[{"text":`...)
		e.Dst = jsonx.AppendString(e.Dst, r.Inputs[i].Text)
		e.Dst = append(e.Dst, `}]}`...)
		if q.Vertex {
			e.Key("embedContentConfig")
			in := put.Begin(e.Dst)
			appendEmbeddingOptions(&in, &r.Embedding)
			e.Dst = in.End()
		} else {
			appendEmbeddingOptions(&e, &r.Embedding)
		}
		o.Dst = e.End()
	}
	o.Dst = append(o.Dst, ']')
	return o.End(), nil
}

// appendEmbeddingOptions writes the settings of an embedding.
func appendEmbeddingOptions(o *put.Object, e *api.EmbeddingOptions) {
	o.Some("taskType", e.Task)
	o.Some("title", e.Title)
	o.OptInt("outputDimensionality", e.Dimensions)
}

func noTokens() *api.Error {
	return api.Errorf(api.KindUnsupported, "unsupported_embedding_input",
		"Google embeds text, not token numbers. Send the input as text.")
}

// decodeEmbeddings reads {embeddings:[{values}]} or {embedding:{values}}.
func decodeEmbeddings(v jsonx.Value, r *api.Response) {
	if one := v.Get("embedding"); one != nil {
		r.Embeddings = append(r.Embeddings, decodeVector(one))
	}
	for e := range v.Get("embeddings").Elements() {
		r.Embeddings = append(r.Embeddings, decodeVector(e))
	}
	r.Usage = usageOf(v.Get("usageMetadata"))
	if predictions := v.Get("predictions"); predictions != nil {
		decodePredictions(predictions, r)
	}
}

func decodeVector(v jsonx.Value) []float32 {
	values := v.Get("values")
	vector := make([]float32, 0, values.Len())
	for n := range values.Elements() {
		f, _ := n.Float()
		vector = append(vector, float32(f))
	}
	return vector
}

// appendEmbeddings writes the answer in the form of the verb that was called.
func appendEmbeddings(dst []byte, h *dialect.Head, r *api.Response) []byte {
	if h.Predict {
		return appendPredictions(dst, r)
	}
	o := put.Begin(dst)
	if h.Legacy {
		if len(r.Embeddings) > 0 {
			o.Key("embedding")
			o.Dst = appendVector(o.Dst, r.Embeddings[0])
		}
	} else {
		o.Key("embeddings")
		o.Dst = append(o.Dst, '[')
		for _, vector := range r.Embeddings {
			o.Dst = put.Comma(o.Dst)
			o.Dst = appendVector(o.Dst, vector)
		}
		o.Dst = append(o.Dst, ']')
	}
	if r.Usage.Known {
		o.Key("usageMetadata")
		u := put.Begin(o.Dst)
		u.Int("promptTokenCount", r.Usage.Input)
		u.Int("totalTokenCount", r.Usage.Total())
		o.Dst = u.End()
	}
	return o.End()
}

func appendVector(dst []byte, vector []float32) []byte {
	dst = append(dst, `{"values":[`...)
	for _, f := range vector {
		dst = put.Comma(dst)
		dst = appendFloat32(dst, f)
	}
	return append(dst, "]}"...)
}

// appendFloat32 appends the shortest number that reads back as f. JSON has none
// for NaN and the infinities, which no embedding has: 0.
func appendFloat32(dst []byte, f float32) []byte {
	if f-f != 0 {
		return append(dst, '0')
	}
	return strconv.AppendFloat(dst, float64(f), 'g', -1, 32)
}
