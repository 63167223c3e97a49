package bedrock

import (
	"strings"

	"github.com/asbru-gateway/asbru/pkg/dialect/take"

	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// form is whose words a body of InvokeModel is in: each maker's models have their own.
// https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters.html
type form uint8

const (
	formOther  form = iota // one that only the model itself reads
	formClaude             // Anthropic's Messages
	formOpenAI             // chat completions: gpt-oss, DeepSeek, Qwen, newer ones of Mistral
	formNova               // Converse, nearly
	formLlama
	formMistral
	formTitanText
	formTitanEmbed
	formCohereEmbed
	formCohereTyped // by embedding_types, in which the answer is sorted
)

// formFields are the members that tell the forms apart.
var formFields = [...]string{
	"messages", "anthropic_version", "schemaVersion", "inferenceConfig", "prompt", "max_gen_len", "max_tokens",
	"inputText", "textGenerationConfig", "texts", "embedding_types", "fallbacks",
}

// formScan is one look at the members of a body.
type formScan struct {
	head *dialect.Head
	body []byte
	seen [len(formFields)]bool
}

func (s *formScan) member(m jsonx.Member) error {
	for i, named := range &formFields {
		if len(m.Key) < len(named) || !jsonx.EqualFold(m.Key, named) {
			continue
		}
		if escaped := m.KeyAt.End-m.KeyAt.Start-2 != len(m.Key); escaped || string(m.Key) != named {
			return take.Invalid("ambiguous_field", named, "A field is spelt like this one in another case or with escapes. Spell it plainly, once.")
		}
		if s.seen[i] {
			return take.Invalid("duplicate_field", named, "The field is given more than once. Give it once.")
		}
		s.seen[i] = true
	}
	return nil
}

func (s *formScan) has(named string) bool {
	for i := range formFields {
		if formFields[i] == named {
			return s.seen[i]
		}
	}
	return false
}

// form judges by what the body has and, where two forms look alike, by the model.
func (s *formScan) form() form {
	model := s.head.Model
	switch {
	case s.has("messages") && s.has("anthropic_version"):
		return formClaude
	case s.has("messages") && (s.has("schemaVersion") || s.has("inferenceConfig") || strings.Contains(model, "nova")):
		return formNova
	case s.has("messages"):
		return formOpenAI
	case s.has("prompt") && (s.has("max_gen_len") || strings.Contains(model, "llama")):
		return formLlama
	case s.has("prompt") && (s.has("max_tokens") || strings.Contains(model, "mistral")):
		return formMistral
	case s.has("inputText") && (s.has("textGenerationConfig") || strings.Contains(model, "titan-text")):
		return formTitanText
	case s.has("inputText"):
		return formTitanEmbed
	case s.has("texts") && s.has("embedding_types"):
		return formCohereTyped
	case s.has("texts"):
		return formCohereEmbed
	}
	return formOther
}

func (f form) embeds() bool {
	return f == formTitanEmbed || f == formCohereEmbed || f == formCohereTyped
}

// makers are the words in models' names for which only bodies of some forms are.
var makers = [...]struct {
	name  string
	forms []form
}{
	{"claude", []form{formClaude}},
	{"nova", []form{formNova}},
	{"llama", []form{formLlama}},
	{"titan-text", []form{formTitanText}},
	{"titan-embed", []form{formTitanEmbed}},
	{"cohere.embed", []form{formCohereEmbed, formCohereTyped}},
	{"mistral", []form{formMistral, formOpenAI}},
	{"gpt-oss", []form{formOpenAI}},
	{"deepseek", []form{formOpenAI}},
	{"qwen", []form{formOpenAI}},
}

// FitsInvoke says whether a body of InvokeModel can be sent to a model of Bedrock's as
// it is: where nothing tells that it cannot.
func FitsInvoke(h *dialect.Head, model string) bool {
	f := form(h.Form)
	if f == formOther {
		return true
	}
	for i := range makers {
		if !strings.Contains(model, makers[i].name) {
			continue
		}
		for _, own := range makers[i].forms {
			if own == f {
				return true
			}
		}
		return false
	}
	return true
}
