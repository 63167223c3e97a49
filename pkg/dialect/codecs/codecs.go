package codecs

import (
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/anthropic"
	"github.com/asbru-gateway/asbru/pkg/dialect/anthropictext"
	"github.com/asbru-gateway/asbru/pkg/dialect/bedrock"
	"github.com/asbru-gateway/asbru/pkg/dialect/cohere"
	"github.com/asbru-gateway/asbru/pkg/dialect/genai"
	"github.com/asbru-gateway/asbru/pkg/dialect/mistral"
	"github.com/asbru-gateway/asbru/pkg/dialect/openai"
	"github.com/asbru-gateway/asbru/pkg/dialect/responses"
)

// The dialects. To add one, add its folder beside this one and a line here.
var (
	OpenAI    dialect.Codec = openai.Codec
	Anthropic dialect.Codec = anthropic.Codec
	GenAI     dialect.Codec = genai.Codec
	Cohere    dialect.Codec = cohere.Codec
	Bedrock   dialect.Codec = bedrock.Codec
	Mistral   dialect.Codec = mistral.Codec
	Responses dialect.Codec = responses.Codec

	BedrockInvoke dialect.Codec = bedrock.Invoke
	AnthropicText dialect.Codec = anthropictext.Codec
)

// All returns the dialects in a fixed order, without those that are others' but for a
// few words (Mistral, Bedrock's InvokeModel, Anthropic's text completions).
func All() []dialect.Codec {
	return []dialect.Codec{OpenAI, Anthropic, GenAI, Cohere, Bedrock, Responses}
}

// ByName returns the dialect of that name, nil if there is none.
func ByName(name string) dialect.Codec {
	for _, c := range [...]dialect.Codec{OpenAI, Anthropic, GenAI, Cohere, Bedrock, Mistral, Responses, BedrockInvoke, AnthropicText} {
		if c.Name() == name {
			return c
		}
	}
	return nil
}
