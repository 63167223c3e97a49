//go:build integration

package sdk_test

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"strings"
)

// embedded is the vector that every text gets.
var embedded = []float32{0.5, -0.25, 0.125, 0.0625}

// missing answers the operations that aimock does not have, or not as the
// provider has them; ok is false for all others.
func missing(path string, body []byte) (answer string, ok bool) {
	switch {
	case strings.HasSuffix(path, "/messages/count_tokens"):
		return `{"input_tokens":14}`, true
	case strings.HasSuffix(path, "/responses/input_tokens"):
		return `{"object":"response.input_tokens","input_tokens":14}`, true
	case strings.HasSuffix(path, "/count-tokens"):
		return `{"inputTokens":14}`, true
	case strings.HasSuffix(path, "/tokenize"):
		return `{"tokens":[1,2,3,4,5,6,7],"token_strings":["a","b","c","d","e","f","g"]}`, true
	case strings.HasSuffix(path, ":countTokens"):
		return `{"totalTokens":14}`, true
	case strings.HasSuffix(path, ":batchEmbedContents"):
		return googleEmbeddings(body), true
	case strings.HasSuffix(path, ":embedContent"):
		return `{"embedding":` + encoded(map[string]any{"values": embedded}) + `}`, true
	case strings.HasSuffix(path, "/v1/embeddings"):
		return openaiEmbeddings(body), true
	case strings.HasSuffix(path, "/v2/rerank"):
		return `{"id":"rr-1","results":[{"index":1,"relevance_score":0.9},{"index":0,"relevance_score":0.1}],"meta":{"billed_units":{"search_units":1}}}`, true
	case strings.HasSuffix(path, "/v1/completions"):
		return `{"id":"cmpl-1","object":"text_completion","created":1,"model":"gpt-5-mini",` +
			`"choices":[{"text":"upon a time","index":0,"logprobs":null,"finish_reason":"stop"}],` +
			`"usage":{"prompt_tokens":1,"completion_tokens":3,"total_tokens":4}}`, true
	}
	return "", false
}

func googleEmbeddings(body []byte) string {
	var asked struct{ Requests []json.RawMessage }
	decode(body, &asked)
	vectors := []any{}
	for range asked.Requests {
		vectors = append(vectors, map[string]any{"values": embedded})
	}
	return encoded(map[string]any{"embeddings": vectors})
}

func openaiEmbeddings(body []byte) string {
	var asked struct {
		Model    string
		Input    any
		Encoding string `json:"encoding_format"`
	}
	decode(body, &asked)
	texts, many := asked.Input.([]any)
	if !many {
		texts = []any{asked.Input}
	}
	var vector any = embedded
	if asked.Encoding == "base64" {
		var raw bytes.Buffer
		if err := binary.Write(&raw, binary.LittleEndian, embedded); err != nil {
			panic(err)
		}
		vector = base64.StdEncoding.EncodeToString(raw.Bytes())
	}
	data := []any{}
	for i := range texts {
		data = append(data, map[string]any{"object": "embedding", "index": i, "embedding": vector})
	}
	return encoded(map[string]any{
		"object": "list", "model": asked.Model, "data": data,
		"usage": map[string]int{"prompt_tokens": 2, "total_tokens": 2},
	})
}

// decode panics on what the gateway must never send; net/http reports it.
func decode(body []byte, into any) {
	if err := json.Unmarshal(body, into); err != nil {
		panic(err)
	}
}

func encoded(v any) string {
	out, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(out)
}
