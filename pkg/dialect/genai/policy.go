package genai

// Hot path.

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// field is a member that routing or policy reads.
type field uint8

const (
	noField field = iota
	modelField
	fallbacksField
	contentsField
	configField  // generationConfig
	wrappedField // generateContentRequest, of countTokens
	contentField
	requestsField
	instancesField
	maxTokensField
	countField // candidateCount
	fieldCount
)

// fieldNames are both spellings that Google accepts; both are one field.
var fieldNames = [fieldCount]struct{ camel, snake string }{
	modelField:     {"model", "model"},
	fallbacksField: {"fallbacks", "fallbacks"},
	contentsField:  {"contents", "contents"},
	configField:    {"generationConfig", "generation_config"},
	wrappedField:   {"generateContentRequest", "generate_content_request"},
	contentField:   {"content", "content"},
	requestsField:  {"requests", "requests"},
	instancesField: {"instances", "instances"},
	maxTokensField: {"maxOutputTokens", "max_output_tokens"},
	countField:     {"candidateCount", "candidate_count"},
}

// fieldSet is a set of fields.
type fieldSet uint16

func fieldsOf(fs ...field) (s fieldSet) {
	for _, f := range fs {
		s |= 1 << f
	}
	return s
}

func (s fieldSet) has(f field) bool { return s&(1<<f) != 0 }

// Which fields policy reads in which object of which operation's body.
var (
	inChat       = fieldsOf(contentsField, configField, modelField, fallbacksField)
	inCount      = fieldsOf(contentsField, wrappedField, modelField, fallbacksField)
	inWrapped    = fieldsOf(contentsField, modelField)
	inBatch      = fieldsOf(requestsField, modelField, fallbacksField)
	inBatchEntry = fieldsOf(contentField, modelField)
	inPredict    = fieldsOf(instancesField, fallbacksField)
	inEmbed      = fieldsOf(contentField, modelField, fallbacksField)
	inConfig     = fieldsOf(maxTokensField, countField)
)

// topFields are the fields of the body itself.
func topFields(h *dialect.Head) fieldSet {
	switch {
	case h.Op == api.OpCountTokens:
		return inCount
	case h.Op == api.OpEmbedding && h.Predict:
		return inPredict
	case h.Op == api.OpEmbedding && h.Legacy:
		return inEmbed
	case h.Op == api.OpEmbedding:
		return inBatch
	}
	return inChat
}

// fieldOf returns the field of the set that key stands for to any decoder, and
// whether key is a spelling that Google documents.
func (s fieldSet) fieldOf(key []byte) (f field, exact bool) {
	for f := modelField; f < fieldCount; f++ {
		if n := &fieldNames[f]; s.has(f) && (string(key) == n.camel || string(key) == n.snake) {
			return f, true
		}
	}
	for f := modelField; f < fieldCount; f++ {
		n := &fieldNames[f]
		if s.has(f) && len(key) >= len(n.camel) &&
			(jsonx.EqualFold(key, n.camel) || jsonx.EqualFold(key, n.snake)) {
			return f, false
		}
	}
	return noField, false
}
