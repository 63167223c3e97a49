package provider

import (
	"slices"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	wire "github.com/asbru-gateway/asbru/pkg/dialect/bedrock"
	"github.com/asbru-gateway/asbru/pkg/provider/access"
	"github.com/asbru-gateway/asbru/pkg/provider/azure"
	"github.com/asbru-gateway/asbru/pkg/provider/bedrock"
	"github.com/asbru-gateway/asbru/pkg/provider/media"
	"github.com/asbru-gateway/asbru/pkg/provider/vertex"
)

var (
	bearer   = Auth{Header: "Authorization", Prefix: "Bearer "}
	apiKey   = Auth{Header: "x-api-key"}
	googKey  = Auth{Header: "x-goog-api-key"}
	openaiOp = api.OpsOf(api.OpChat, api.OpCompletion, api.OpEmbedding, api.OpModels)
	// What passes in OpenAI's own form.
	moderation = api.OpsOf(api.OpModeration)
	drawing    = api.OpsOf(api.OpImageGeneration)
	editing    = api.OpsOf(api.OpImageEdit, api.OpImageVariation)
	speaking   = api.OpsOf(api.OpSpeech)
	hearing    = api.OpsOf(api.OpTranscription, api.OpTranslation)
	filing     = api.OpsOf(api.OpFile)
	batching   = api.OpsOf(api.OpFile, api.OpBatch)
	keeping    = batching | api.OpsOf(api.OpUpload, api.OpContainer, api.OpVideo, api.OpStoredResponse)
	realtime   = api.OpsOf(api.OpRealtime)
	compaction = api.OpsOf(api.OpCompaction)
	creating   = drawing | editing | speaking | hearing
)

// Table lists the providers that are known without configuration. To add one
// that speaks a known dialect, add a row.
var Table = slices.Concat(own, asOpenAI(compatible))

// own are the providers that made the dialects, and the mock.
var own = []Provider{
	{
		Name: "openai", Title: "OpenAI", Dialect: "openai",
		BaseURL: "https://api.openai.com", Version: "/v1",
		Ops: openaiOp | realtime | compaction | moderation | creating | keeping, Auth: bearer,
		Also: []Spoken{{
			Dialect: "responses", Version: "/v1", Ops: api.OpsOf(api.OpChat, api.OpCountTokens, api.OpCompaction), Forward: openaiForward,
		}},
		Forward: openaiForward,
		Return:  openaiLimits,
		Quirks:  dialect.Quirks{MaxTokensField: "max_completion_tokens"},
	},
	{
		Name: "anthropic", Title: "Anthropic", Dialect: "anthropic",
		BaseURL: "https://api.anthropic.com", Version: "/v1",
		Ops: api.OpsOf(api.OpChat, api.OpCountTokens, api.OpModels) | batching, Auth: apiKey,
		Headers: anthropicVersion,
		Forward: append([]string{"idempotency-key"}, anthropicForward...),
		Return:  anthropicLimits,
	},
	{
		Name: "azure", Title: "Azure OpenAI", Dialect: "openai", Example: "https://name.openai.azure.com",
		Ops: openaiOp | realtime | compaction | drawing | api.OpsOf(api.OpImageEdit) | speaking | hearing | keeping, Auth: Auth{Header: "api-key"}, Way: azure.Way, Brought: azure.Brought,
		SignIn: "Entra: an application, or the machine's identity",
		Also: []Spoken{
			// It takes no dated version, and the deployment as the model.
			{Dialect: "responses", Version: "/openai/v1", Ops: api.OpsOf(api.OpChat, api.OpCompaction)},
			{
				Dialect: "anthropic", Models: []string{"claude*"}, Version: "/anthropic/v1", Ops: api.OpsOf(api.OpChat, api.OpCountTokens),
				Headers: anthropicVersion, Forward: anthropicForward,
			},
		},
		Return: openaiLimits,
		Quirks: dialect.Quirks{MaxTokensField: "max_completion_tokens"},
	},
	{
		Name: "cohere", Title: "Cohere", Dialect: "cohere",
		BaseURL: "https://api.cohere.com", Versions: []string{"/v2", "/v1"},
		Ops: api.OpsOf(api.OpChat, api.OpEmbedding, api.OpRerank, api.OpModels), Auth: bearer,
		OwnOps: api.OpsOf(api.OpCountTokens),
		Return: []string{"x-endpoint-monthly-call-limit", "x-trial-endpoint-call-limit", "x-trial-endpoint-call-remaining"},
	},
	{
		Name: "bedrock", Title: "Amazon Bedrock", Dialect: "bedrock", Example: "https://bedrock-runtime.us-east-1.amazonaws.com",
		Ops: api.OpsOf(api.OpChat, api.OpEmbedding, api.OpCountTokens, api.OpFile, api.OpBatch) | drawing, Auth: bearer, Way: bedrock.Way, Media: media.Bedrock{}, Brought: bedrock.Brought,
		SignIn: "AWS's signature: an access key, a role, or the machine's identity",
		Also: []Spoken{{
			Dialect: "anthropic", Codec: wire.Claude, Fits: wire.FitsClaude,
			Ops: api.OpsOf(api.OpChat), Forward: []string{"anthropic-beta"},
		}, {
			Dialect: wire.InvokeName, Fits: wire.FitsInvoke,
			Ops: api.OpsOf(api.OpChat, api.OpEmbedding), Forward: invokeForward,
		}},
		Return: bedrockReturn,
	},
	{
		Name: "elevenlabs", Title: "ElevenLabs", Dialect: "openai",
		BaseURL: "https://api.elevenlabs.io", Version: "/v1",
		Ops: speaking | api.OpsOf(api.OpTranscription), Auth: Auth{Header: "xi-api-key"}, Media: media.ElevenLabs{},
	},
	{
		Name: "gemini", Title: "Google Gemini", Dialect: "genai",
		BaseURL: "https://generativelanguage.googleapis.com", Version: "/v1beta",
		Ops: api.OpsOf(api.OpChat, api.OpEmbedding, api.OpCountTokens, api.OpModels, api.OpFile, api.OpBatch, api.OpVideo, api.OpImageEdit, api.OpTranscription) | drawing | speaking, Auth: googKey, Media: media.Gemini{},
	},
	{
		Name: "vertex", Title: "Google Vertex AI", Dialect: "genai", Version: "/v1beta1",
		Example: "https://europe-west4-aiplatform.googleapis.com",
		Ops:     api.OpsOf(api.OpChat, api.OpEmbedding, api.OpRerank, api.OpCountTokens, api.OpVideo, api.OpImageEdit, api.OpTranscription) | drawing | speaking, Auth: googKey, Way: vertex.Way, Media: media.Vertex{},
		SignIn:   "a service account, workload identity, or the machine's identity",
		Reworded: api.OpsOf(api.OpEmbedding, api.OpCountTokens),
		Also: []Spoken{
			{
				Dialect: "anthropic", Models: vertex.Claude, Version: "/v1beta1", Ops: api.OpsOf(api.OpChat, api.OpCountTokens),
				Forward: []string{"anthropic-beta"},
			},
			{Dialect: "openai", Models: vertex.Open, Version: "/v1beta1", Ops: api.OpsOf(api.OpChat)},
		},
		Quirks: dialect.Quirks{BodyVersion: "vertex-2023-10-16", Vertex: true, MaxTokensField: "max_tokens", NoDeveloper: true},
	},
	{
		Name: "mock", Title: "Mock (built in)", Dialect: "openai",
		BaseURL: "http://mock", Version: "/v1",
		Ops: openaiOp | realtime | compaction | rerank | moderation | creating | keeping, Auth: bearer, KeyLess: true,
		Also: []Spoken{{Dialect: "responses", Version: "/v1", Ops: api.OpsOf(api.OpChat, api.OpCountTokens, api.OpCompaction)}},
	},
	{
		Name: "replicate", Title: "Replicate", Dialect: "openai",
		BaseURL: "https://api.replicate.com", Version: "/v1", Ops: drawing | api.OpsOf(api.OpVideo), Auth: bearer, Media: media.Replicate{},
		Way: deploymentsOf(func(k *config.Key) *config.Deployments { return k.Replicate }),
	},
	{
		Name: "runway", Title: "Runway", Dialect: "openai",
		BaseURL: "https://api.dev.runwayml.com", Version: "/v1", Ops: api.OpsOf(api.OpVideo), Auth: bearer, Media: media.Runway{},
		Headers: []Header{{"X-Runway-Version", "2024-11-06"}},
	},
	{
		Name: "perplexity", Title: "Perplexity", Dialect: "responses",
		BaseURL: "https://api.perplexity.ai", Version: "/v1", Ops: api.OpsOf(api.OpChat), Auth: bearer,
	},
}

// deploymentsOf is the way of a key that has nothing of its own but names of models.
func deploymentsOf(of func(k *config.Key) *config.Deployments) func(k *config.Key) (access.Way, error) {
	return func(k *config.Key) (w access.Way, err error) {
		if d := of(k); d != nil {
			w.Aliases = d.Deployments
		}
		return w, nil
	}
}

var openaiForward = []string{"openai-beta", "idempotency-key"}

// invokeForward are the headers in which InvokeModel has what is no affair of the model's.
var invokeForward = []string{
	"accept", "x-amzn-bedrock-accept", "x-amzn-bedrock-trace", "x-amzn-bedrock-guardrailidentifier", "x-amzn-bedrock-guardrailversion",
	"x-amzn-bedrock-performanceconfig-latency", "x-amzn-bedrock-service-tier", "x-amzn-bedrock-request-metadata",
}

// bedrockReturn are the headers of Bedrock's that say what a call has used, and under which id.
var bedrockReturn = []string{
	"x-amzn-requestid", "x-amzn-bedrock-content-type", "x-amzn-bedrock-invocation-latency",
	"x-amzn-bedrock-input-token-count", "x-amzn-bedrock-output-token-count",
	"x-amzn-bedrock-cache-read-input-token-count", "x-amzn-bedrock-cache-write-input-token-count",
}

var (
	anthropicVersion = []Header{{"anthropic-version", "2023-06-01"}}
	anthropicForward = []string{"anthropic-version", "anthropic-beta"}
)

var openaiLimits = []string{
	"x-ratelimit-limit-requests", "x-ratelimit-limit-tokens",
	"x-ratelimit-remaining-requests", "x-ratelimit-remaining-tokens",
	"x-ratelimit-reset-requests", "x-ratelimit-reset-tokens",
}

var anthropicLimits = []string{
	"anthropic-ratelimit-requests-limit", "anthropic-ratelimit-requests-remaining", "anthropic-ratelimit-requests-reset",
	"anthropic-ratelimit-tokens-limit", "anthropic-ratelimit-tokens-remaining", "anthropic-ratelimit-tokens-reset",
}

// ByName returns the row of a known provider.
func ByName(name string) (Provider, bool) {
	for _, p := range Table {
		if p.Name == name {
			return p, true
		}
	}
	return Provider{}, false
}

// Custom returns the row of a provider of the user's own that speaks as base
// does. Nothing is known of its taste beyond that, so it gets the plainest form
// of the dialect; and its thoughts back, where the base wants them.
func Custom(name string, base Provider) Provider {
	p := base
	p.Name, p.Title = name, name
	p.BaseURL = ""
	p.KeyLess = false
	if p.Dialect == "openai" {
		p.Quirks = plain
		p.Quirks.ReasoningField = base.Quirks.ReasoningField
		p.Also = slices.DeleteFunc(slices.Clone(p.Also), func(s Spoken) bool { return s.Dialect == "responses" })
	}
	return p
}

// WithResponses returns the row of a custom provider that has its base's Responses API, too.
func WithResponses(custom, base Provider) Provider {
	for _, s := range base.Also {
		if s.Dialect == "responses" && custom.Dialect != s.Dialect {
			custom.Also = append(slices.Clone(custom.Also), s)
		}
	}
	return custom
}

// responsesAt says that a provider has OpenAI's Responses API, too, behind a path.
func responsesAt(version string) []Spoken {
	return []Spoken{{Dialect: "responses", Version: version, Ops: api.OpsOf(api.OpChat)}}
}
