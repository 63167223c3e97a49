package provider

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/huggingface"
	"github.com/asbru-gateway/asbru/pkg/provider/access"
	"github.com/asbru-gateway/asbru/pkg/provider/databricks"
	"github.com/asbru-gateway/asbru/pkg/provider/media"
)

var (
	chat      = api.OpsOf(api.OpChat, api.OpModels)
	text      = chat | api.OpsOf(api.OpCompletion)
	embedding = api.OpsOf(api.OpEmbedding)
	rerank    = api.OpsOf(api.OpRerank)
)

// What many providers are alike in.
var (
	// oldLimit: the output limit goes by its older name.
	oldLimit = map[string]string{"max_completion_tokens": "max_tokens"}
	// logprobs are the fields that ask for probabilities.
	logprobs = []string{"logprobs", "top_logprobs", "logit_bias"}
	// labels are what OpenAI keeps with a call, or routes it by.
	labels = []string{"user", "store", "metadata", "service_tier", "safety_identifier", "prompt_cache_key", "prompt_cache_retention"}
)

// compatible lists the providers that speak OpenAI's dialect and sign in as it
// does. Their ways are those of their documentation and SDKs in November 2026.
var compatible = []Provider{
	{
		Name: "cerebras", Title: "Cerebras", BaseURL: "https://api.cerebras.ai", Version: "/v1", Ops: text | batching,
		Return: []string{
			"x-ratelimit-limit-requests-day", "x-ratelimit-remaining-requests-day", "x-ratelimit-reset-requests-day",
			"x-ratelimit-limit-tokens-minute", "x-ratelimit-remaining-tokens-minute", "x-ratelimit-reset-tokens-minute",
		},
		Quirks: dialect.Quirks{ReasoningField: "reasoning", Diet: &dialect.Diet{
			Refused: []string{"presence_penalty", "frequency_penalty", "logit_bias"},
			Spared:  []string{"service_tier"},
		}},
	},
	{
		Name: "cloudflare", Title: "Cloudflare Workers AI", Version: "/ai/v1",
		Example: "https://api.cloudflare.com/client/v4/accounts/ACCOUNT", Ops: api.OpsOf(api.OpChat) | embedding,
		Also: responsesAt("/ai/v1"),
	},
	{
		Name: "dashscope", Title: "Alibaba DashScope", BaseURL: "https://dashscope-intl.aliyuncs.com/compatible-mode", Version: "/v1",
		Ops: chat | embedding | batching, Quirks: dialect.Quirks{ReasoningField: "reasoning_content"},
		Also: responsesAt("/v1"),
	},
	{
		Name: "databricks", Title: "Databricks", Version: "/serving-endpoints",
		Example: "https://workspace.cloud.databricks.com", Ops: api.OpsOf(api.OpChat) | embedding,
		Also: responsesAt("/serving-endpoints"), Way: databricks.Way, SignIn: "a service principal",
		Quirks: dialect.Quirks{MaxTokensField: "max_tokens", Diet: &dialect.Diet{Renamed: oldLimit, Spared: labels}},
	},
	{
		Name: "deepinfra", Title: "DeepInfra", BaseURL: "https://api.deepinfra.com", Version: "/v1/openai",
		Ops: text | embedding | drawing | speaking | hearing,
		Quirks: dialect.Quirks{MaxTokensField: "max_tokens", Diet: &dialect.Diet{
			Renamed: oldLimit, Refused: []string{requiredTool}, OnlyText: true,
		}},
	},
	{
		Name: "deepseek", Title: "DeepSeek", BaseURL: "https://api.deepseek.com", Ops: chat, Also: messages("/anthropic/v1"),
		Quirks: dialect.Quirks{MaxTokensField: "max_tokens", ReasoningField: "reasoning_content", Diet: &dialect.Diet{
			Renamed: oldLimit, NoDeveloper: true, Thoughts: true,
		}},
	},
	{
		Name: "fireworks", Title: "Fireworks AI", BaseURL: "https://api.fireworks.ai/inference", Version: "/v1",
		Ops:    text | embedding | hearing,
		Also:   append(responsesAt("/v1"), messages("/v1")...),
		Quirks: dialect.Quirks{ReasoningField: "reasoning_content", Diet: &dialect.Diet{Required: "any"}},
	},
	{
		Name: "github", Title: "GitHub Models", BaseURL: "https://models.github.ai", Version: "/inference",
		Ops: api.OpsOf(api.OpChat) | embedding,
	},
	{
		Name: "groq", Title: "Groq", BaseURL: "https://api.groq.com/openai", Version: "/v1",
		Ops: chat | embedding | speaking | hearing | batching, Return: openaiLimits,
		Also: responsesAt("/v1"),
		Quirks: dialect.Quirks{ReasoningField: "reasoning", Diet: &dialect.Diet{
			Refused: logprobs, OneChoice: true, NoNames: true, NoNulls: true,
		}},
	},
	{
		Name: "huggingface", Title: "Hugging Face", BaseURL: "https://router.huggingface.co", Version: "/v1", Ops: chat | embedding | drawing | speaking | api.OpsOf(api.OpTranscription),
		Way:   huggingFaceWay,
		Forms: map[api.Op]dialect.Codec{api.OpEmbedding: huggingface.Embedding},
		Media: media.HuggingFace{},
		Also:  responsesAt("/v1"),
	},
	{
		Name: "hyperbolic", Title: "Hyperbolic", BaseURL: "https://api.hyperbolic.xyz", Version: "/v1", Ops: text,
		Quirks: plain,
	},
	{
		Name: "llamacpp", Title: "llama.cpp", Version: "/v1", Example: "http://127.0.0.1:8081",
		Ops: text | embedding | rerank, KeyLess: true,
		Also:   responsesAt("/v1"),
		Quirks: dialect.Quirks{MaxTokensField: "max_tokens", NoStrict: true, ReasoningField: "reasoning_content"},
	},
	{
		Name: "lmstudio", Title: "LM Studio", BaseURL: "http://127.0.0.1:1234", Version: "/v1",
		Ops: text | embedding, KeyLess: true,
		Also:   responsesAt("/v1"),
		Quirks: dialect.Quirks{MaxTokensField: "max_tokens", NoStrict: true, ReasoningField: "reasoning_content"},
	},
	{
		Name: "mistral", Title: "Mistral", BaseURL: "https://api.mistral.ai", Version: "/v1", Ops: chat | embedding | api.OpsOf(api.OpTranscription) | filing,
		Also: append(responsesAt("/v1"), Spoken{Dialect: "mistral", Version: "/v1", Ops: chat | embedding}),
		Quirks: dialect.Quirks{MaxTokensField: "max_tokens", NoStreamUsage: true, Diet: &dialect.Diet{
			Refused: logprobs,
			Spared:  append([]string{"stream_options"}, labels...),
			Renamed: map[string]string{"max_completion_tokens": "max_tokens", "seed": "random_seed"},
			NoNames: true, NoDeveloper: true, NoReasoning: true, ShortCallIDs: true,
		}},
	},
	{
		Name: "moonshot", Title: "Moonshot AI", BaseURL: "https://api.moonshot.ai", Version: "/v1", Ops: chat | batching,
		Also: append(messages("/anthropic/v1"), responsesAt("/v1")...),
		Quirks: dialect.Quirks{MaxTokensField: "max_tokens", ReasoningField: "reasoning_content", Diet: &dialect.Diet{
			Renamed: oldLimit, Refused: []string{requiredTool}, Thoughts: true,
		}},
	},
	{
		Name: "nebius", Title: "Nebius", BaseURL: "https://api.tokenfactory.nebius.com", Version: "/v1",
		Ops: text | embedding | drawing | batching, Quirks: dialect.Quirks{ReasoningField: "reasoning_content"},
	},
	{
		Name: "novita", Title: "Novita", BaseURL: "https://api.novita.ai", Version: "/v3/openai", Ops: text,
		Quirks: plain,
	},
	{
		Name: "nvidia", Title: "NVIDIA NIM", BaseURL: "https://integrate.api.nvidia.com", Version: "/v1",
		Ops: text | embedding,
		Quirks: dialect.Quirks{MaxTokensField: "max_tokens", ReasoningField: "reasoning_content", Diet: &dialect.Diet{
			Renamed: oldLimit,
		}},
	},
	{
		Name: "ollama", Title: "Ollama", BaseURL: "http://127.0.0.1:11434", Version: "/v1",
		Ops: text | embedding, KeyLess: true, Way: ownServer(func(k *config.Key) *config.OwnServer { return k.Ollama }),
		Also:   responsesAt("/v1"),
		Quirks: dialect.Quirks{MaxTokensField: "max_tokens", ReasoningField: "reasoning"},
	},
	{
		Name: "openrouter", Title: "OpenRouter", BaseURL: "https://openrouter.ai/api", Version: "/v1",
		Ops: text | embedding, Quirks: dialect.Quirks{ReasoningField: "reasoning_details"},
		Also: append(responsesAt("/v1"), messages("/v1")...),
	},
	{
		Name: "parasail", Title: "Parasail", BaseURL: "https://api.parasail.io", Version: "/v1", Ops: chat | embedding | batching,
		Also:   responsesAt("/v1"),
		Quirks: unstored,
	},
	{
		Name: "sambanova", Title: "SambaNova", BaseURL: "https://api.sambanova.ai", Version: "/v1", Ops: chat | embedding | hearing,
		Quirks: dialect.Quirks{MaxTokensField: "max_tokens", Diet: &dialect.Diet{
			Refused: append([]string{"presence_penalty", "frequency_penalty", "seed"}, logprobs...),
			Spared:  labels, Renamed: oldLimit, OneChoice: true, NoNames: true, NoStrict: true, NoDeveloper: true, OnlyText: true,
		}},
	},
	{
		Name: "sgl", Title: "SGLang", BaseURL: "http://127.0.0.1:30000", Version: "/v1",
		Ops: text | embedding | rerank, KeyLess: true, Way: ownServer(func(k *config.Key) *config.OwnServer { return k.SGL }),
		Also:   responsesAt("/v1"),
		Quirks: dialect.Quirks{MaxTokensField: "max_tokens", ReasoningField: "reasoning_content"},
	},
	{
		Name: "together", Title: "Together AI", BaseURL: "https://api.together.ai", Version: "/v1",
		Ops: text | embedding | rerank | drawing | speaking | hearing | batching, Quirks: dialect.Quirks{MaxTokensField: "max_tokens", ReasoningField: "reasoning"},
	},
	{
		Name: "vllm", Title: "vLLM", BaseURL: "http://127.0.0.1:8000", Version: "/v1",
		Ops: text | embedding | rerank | hearing, KeyLess: true, Way: ownServer(func(k *config.Key) *config.OwnServer { return k.VLLM }),
		Also:   responsesAt("/v1"),
		Quirks: dialect.Quirks{NoStrict: true, ReasoningField: "reasoning", Diet: &dialect.Diet{NoStrict: true}},
	},
	{
		Name: "xai", Title: "xAI", BaseURL: "https://api.x.ai", Version: "/v1", Ops: chat | drawing, Return: openaiLimits,
		Also: responsesAt("/v1"),
		Quirks: dialect.Quirks{MaxTokensField: "max_tokens", ReasoningField: "reasoning_content", Diet: &dialect.Diet{
			Renamed: oldLimit, NoNames: true, NoStrict: true,
		}},
	},
	{
		Name: "zai", Title: "Z.ai", BaseURL: "https://api.z.ai/api", Version: "/paas/v4", Ops: chat | embedding | drawing, Also: messages("/anthropic/v1"),
		Quirks: dialect.Quirks{MaxTokensField: "max_tokens", ReasoningField: "reasoning_content", Diet: &dialect.Diet{
			Refused: append([]string{"seed", "presence_penalty", "frequency_penalty"}, logprobs...),
			Renamed: oldLimit, OneChoice: true, NoDeveloper: true,
		}},
	},
}

// ownServer is the way of a key that may have a server of its own.
func ownServer(of func(k *config.Key) *config.OwnServer) func(k *config.Key) (access.Way, error) {
	return func(k *config.Key) (access.Way, error) {
		s := of(k)
		if s == nil {
			return access.Way{}, nil
		}
		return access.Way{BaseURL: s.URL, Model: s.Model}, nil
	}
}

// requiredTool is the tool choice "required" among what a provider refuses.
const requiredTool = "tool_choice.required"

// plain is the plainest form of OpenAI's dialect, which hardly anything refuses.
var plain = dialect.Quirks{MaxTokensField: "max_tokens", NoStrict: true, NoNames: true, NoDeveloper: true}

// unstored is plain for a provider that keeps no answers.
var unstored = func() dialect.Quirks {
	q := plain
	q.NoStore = true
	return q
}()

// messages says that a provider has Anthropic's messages, too, behind a path.
func messages(version string) []Spoken {
	return []Spoken{{
		Dialect: "anthropic", Version: version, Ops: api.OpsOf(api.OpChat),
		Headers: anthropicVersion, Forward: anthropicForward,
	}}
}

// asOpenAI fills in what the compatible ones have in common.
// huggingFaceWay has embeddings elsewhere than chats.
func huggingFaceWay(k *config.Key) (access.Way, error) {
	w, err := deploymentsOf(func(k *config.Key) *config.Deployments { return k.HuggingFace })(k)
	w.Elsewhere = []access.Elsewhere{{Op: api.OpEmbedding, Region: "https://router.huggingface.co", Path: huggingface.Path}}
	return w, err
}

func asOpenAI(rows []Provider) []Provider {
	for i := range rows {
		rows[i].Dialect, rows[i].Auth = "openai", bearer
	}
	return rows
}
