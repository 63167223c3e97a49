package bedrock

// Hot path.

import "github.com/asbru-gateway/asbru/pkg/jsonx"

// field is a member that routing or policy reads.
type field uint8

const (
	noField field = iota
	fallbacksField
	messagesField
	inputField // of count-tokens
	inferenceField
	maxTokensField
	fieldCount
)

var fieldNames = [fieldCount]string{
	fallbacksField: "fallbacks", messagesField: "messages", inputField: "input",
	inferenceField: "inferenceConfig", maxTokensField: "maxTokens",
}

// fieldSet is a set of fields.
type fieldSet uint8

func fieldsOf(fs ...field) (s fieldSet) {
	for _, f := range fs {
		s |= 1 << f
	}
	return s
}

func (s fieldSet) has(f field) bool { return s&(1<<f) != 0 }

// Which fields policy reads in which object.
var (
	inConverse = fieldsOf(messagesField, inferenceField, fallbacksField)
	inCount    = fieldsOf(inputField, fallbacksField)
	inSettings = fieldsOf(maxTokensField)
)

// fieldOf returns the field of the set that key stands for to any decoder, and
// whether key is its own spelling.
func (s fieldSet) fieldOf(key []byte) (f field, exact bool) {
	for f := noField + 1; f < fieldCount; f++ {
		if s.has(f) && string(key) == fieldNames[f] {
			return f, true
		}
	}
	for f := noField + 1; f < fieldCount; f++ {
		if s.has(f) && len(key) >= len(fieldNames[f]) && jsonx.EqualFold(key, fieldNames[f]) {
			return f, false
		}
	}
	return noField, false
}
