package vertex

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/catalog"
	"github.com/asbru-gateway/asbru/pkg/dialect/genai"
)

// Which models are asked in another dialect than Google's.
var (
	// Claude are the patterns of Anthropic's.
	Claude = []string{"claude-*"}
	// Open are those of models that are asked as OpenAI's are: Mistral's, and those that
	// have their maker before their name, as meta/llama-3.3-70b-instruct-maas.
	Open = append([]string{"*/*"}, mistral...)

	mistral = []string{"mistral-*", "codestral-*", "ministral-*"}
)

// fits says whether a model's name is as one of the patterns has it.
func fits(model string, patterns []string) bool {
	for _, p := range patterns {
		if catalog.NewPattern(p).Fits(model) {
			return true
		}
	}
	return false
}

// verbOf is how Google's models are asked.
func verbOf(op api.Op, model string, stream bool) string {
	switch {
	case op == api.OpCountTokens:
		return "countTokens"
	case op == api.OpEmbedding && genai.Predicts(model):
		return "predict"
	case op == api.OpEmbedding:
		return "batchEmbedContents"
	case stream:
		return "streamGenerateContent?alt=sse"
	}
	return "generateContent"
}
