package catalog

import "strings"

// owners maps the beginnings of model names to the provider that makes them.
// The longest beginning wins; order does not matter.
var owners = []struct{ prefix, provider string }{
	{"gpt-", "openai"},
	{"chatgpt-", "openai"},
	{"o1", "openai"},
	{"o3", "openai"},
	{"o4", "openai"},
	{"text-embedding-3", "openai"},
	{"text-embedding-ada", "openai"},
	{"davinci-", "openai"},
	{"babbage-", "openai"},
	{"claude-", "anthropic"},
	{"gemini-", "gemini"},
	{"gemma-", "gemini"},
	{"text-embedding-004", "gemini"},
	{"mock", "mock"},

	{"codestral-", "mistral"},
	{"deepseek-", "deepseek"},
	{"glm-", "zai"},
	{"grok-", "xai"},
	{"kimi-", "moonshot"},
	{"magistral-", "mistral"},
	{"ministral-", "mistral"},
	{"mistral-", "mistral"},
	{"moonshot-", "moonshot"},
	{"pixtral-", "mistral"},
	{"qwen-", "dashscope"},
}

// Owner returns the provider that makes a model of this name, or "" when the
// name says nothing.
func Owner(model string) string {
	best, owner := 0, ""
	for _, o := range owners {
		if len(o.prefix) > best && strings.HasPrefix(model, o.prefix) {
			best, owner = len(o.prefix), o.provider
		}
	}
	return owner
}
