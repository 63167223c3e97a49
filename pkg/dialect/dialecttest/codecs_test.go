package dialecttest_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/codecs"
	"github.com/asbru-gateway/asbru/pkg/dialect/dialecttest"
)

const messages = `[{"role":"user","content":"Hello"}]`

// abilities are what each dialect can express.
var abilities = map[string]dialecttest.Can{
	"openai": {
		Model:  "gpt-5-mini",
		Quirks: dialect.Quirks{ReasoningField: "reasoning_details"},
		Body:   []dialecttest.Member{{"model", `"m"`}, {"messages", messages}, {"stream", "true"}, {"n", "1"}},

		Images: true, ImageURLs: true, ImageDetail: true, ResultNames: true, Strict: true, Parallel: true,
		JSONObject: true, TextFormat: true, NamedSchemas: true,
		N: true, Seed: true, TopK: true, Penalties: true, LogitBias: true, User: true,
		Efforts: []string{"none", "minimal", "low", "medium", "high", "xhigh"},

		Signatures: true, Redacted: true, Reasoning: true, Refusals: true, Created: true,
		CacheWrites: true, LogProbs: true, Citations: true,
	},
	"anthropic": {
		Model: "claude-sonnet-4-6",
		Body:  []dialecttest.Member{{"model", `"m"`}, {"messages", messages}, {"stream", "true"}, {"max_tokens", "10"}},

		NeedsLimit: true, Images: true, ImageURLs: true, ResultImages: true, ToolErrors: true,
		Strict: true, Parallel: true, TopK: true, User: true,
		Efforts: []string{"none", "low", "medium", "high", "xhigh", "max"}, Budgets: true, Show: true,

		Signatures: true, Redacted: true, Reasoning: true, CacheWrites: true,
	},
	"genai": {
		Model:       "gemini-2.5-flash",
		ModelInPath: true,
		Body:        []dialecttest.Member{{"contents", `[{"role":"user","parts":[{"text":"Hello"}]}]`}, {"generationConfig", `{"maxOutputTokens":10}`}},

		Images: true, ResultNames: true, ToolErrors: true,
		JSONObject: true, TextFormat: true,
		N: true, Seed: true, TopK: true, Penalties: true, Budgets: true, Show: true,

		Signatures: true, Reasoning: true, LogProbs: true,
	},
	"cohere": {
		Model: "command-a-03-2025",
		Body:  []dialecttest.Member{{"model", `"m"`}, {"messages", messages}, {"stream", "true"}, {"max_tokens", "10"}},

		Images: true, ImageURLs: true, ImageDetail: true, OnlyMust: true,
		JSONObject: true, TextFormat: true,
		Seed: true, TopK: true, Penalties: true, Efforts: []string{"none"}, Budgets: true,

		Reasoning: true, Citations: true, NoModel: true,
	},
	"bedrock": {
		Model:       "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
		ModelInPath: true,
		Body:        []dialecttest.Member{{"messages", `[{"role":"user","content":[{"text":"Hello"}]}]`}, {"inferenceConfig", `{"maxTokens":10}`}},

		AlwaysCalls: true, Images: true, ResultImages: true, ToolErrors: true, Strict: true, TopK: true,
		Efforts: []string{"low", "medium", "high", "max"}, Budgets: true,

		Signatures: true, Redacted: true, Reasoning: true, CacheWrites: true, NoID: true, NoModel: true, NoReasoning: true,
	},
	"responses": {
		Model: "gpt-5-mini",
		Body:  []dialecttest.Member{{"model", `"m"`}, {"input", `"Hello"`}, {"stream", "true"}, {"max_output_tokens", "10"}},

		AnswerIDs: "resp_", NoStop: true, Images: true, ImageURLs: true, ImageDetail: true, ResultImages: true,
		Strict: true, Parallel: true, JSONObject: true, TextFormat: true, NamedSchemas: true, User: true,
		Efforts: []string{"none", "minimal", "low", "medium", "high", "xhigh"},

		Signatures: true, Redacted: true, Reasoning: true, Refusals: true, Created: true,
		CacheWrites: true, Citations: true,
	},
}

func each(t *testing.T, check func(*testing.T, dialect.Codec, dialecttest.Can)) {
	for _, c := range codecs.All() {
		can, known := abilities[c.Name()]
		require.True(t, known, "say what %s can express", c.Name())
		t.Run(c.Name(), func(t *testing.T) { check(t, c, can) })
	}
}

func TestRequestsSurviveTheWire(t *testing.T) { each(t, dialecttest.Requests) }

func TestResponsesSurviveTheWire(t *testing.T) { each(t, dialecttest.Responses) }

func TestStreamsSurviveTheWire(t *testing.T) { each(t, dialecttest.Streams) }

func TestBadBodiesAreRefused(t *testing.T) { each(t, dialecttest.BadBodies) }
