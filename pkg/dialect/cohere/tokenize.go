package cohere

import (
	"bytes"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect/put"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// Tokenize is how the dialect counts tokens, of one text:
// https://docs.cohere.com/reference/tokenize

// appendTokenList writes as many tokens as were counted. Their numbers and texts are not
// known where the model is another provider's.
func appendTokenList(dst []byte, n int64) []byte {
	dst = append(dst, `{"tokens":[`...)
	for i := range min(max(n, 0), maxTokenList) {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, '0')
	}
	return append(dst, `],"token_strings":[],"meta":{"api_version":{"version":"1"}}}`...)
}

// maxTokenList is above what the API takes: a text of 65,536 characters.
const maxTokenList = 1 << 20

// countTokens reads the number of tokens in an answer.
func countTokens(v jsonx.Value) api.Usage {
	return api.Usage{Input: int64(v.Len()), Known: true}
}

func (d *requestDecoder) tokenizeMember(key string, v jsonx.Value) *api.Error {
	if key == "text" {
		s, _ := v.Str()
		d.r.Messages = append(d.r.Messages, api.Message{Parts: []api.Part{{Text: s}}})
		return nil
	}
	d.keep(key, v)
	return nil
}

// appendTokenize writes the texts of a conversation as one.
func (w *requestWriter) appendTokenize(dst []byte) []byte {
	var all bytes.Buffer
	add := func(parts []api.Part) {
		for i := range parts {
			all.WriteString(parts[i].Text)
		}
	}
	add(w.r.System)
	for i := range w.r.Messages {
		add(w.r.Messages[i].Parts)
	}
	dst = put.Text(append(dst, '{'), "model", w.r.Model)
	return append(put.Text(dst, "text", all.String()), '}')
}
