package litellm

// provider is how a prefix of LiteLLM's model names is written here.
type provider struct {
	name string // of the provider here
	own  string // the key's field that has the address of a server of one's own
}

// providers has LiteLLM's prefixes whose provider has another name here, or needs more
// than a name. Another prefix is the name of its provider.
var providers = map[string]provider{
	"azure_text":             {name: "azure"},
	"azure_openai":           {name: "azure"},
	"text-completion-openai": {name: "openai"},
	"anthropic_text":         {name: "anthropic"},
	"cohere_chat":            {name: "cohere"},
	"vertex_ai":              {name: "vertex"},
	"vertex_ai_beta":         {name: "vertex"},
	"bedrock_converse":       {name: "bedrock"},
	"together_ai":            {name: "together"},
	"fireworks_ai":           {name: "fireworks"},
	"nvidia_nim":             {name: "nvidia"},
	"hosted_vllm":            {name: "vllm", own: "vllm_key_config"},
	"vllm":                   {name: "vllm", own: "vllm_key_config"},
	"ollama":                 {name: "ollama", own: "ollama_key_config"},
	"ollama_chat":            {name: "ollama", own: "ollama_key_config"},
	"sglang":                 {name: "sgl", own: "sgl_key_config"},
	"lm_studio":              {name: "lmstudio"},
	"llamafile":              {name: "llamacpp"},
	"runwayml":               {name: "runway"},
	"custom_openai":          {name: "openai"},
	"openai_like":            {name: "openai"},
	"litellm_proxy":          {name: "openai"},
}

// environment has the variables that LiteLLM reads for a provider whose entries name no key.
var environment = map[string]string{
	"azure": "AZURE_API_KEY", "together": "TOGETHERAI_API_KEY", "fireworks": "FIREWORKS_AI_API_KEY",
	"nvidia": "NVIDIA_NIM_API_KEY", "huggingface": "HF_TOKEN", "cohere": "COHERE_API_KEY",
}

// keyless are providers that mostly need no key.
var keyless = map[string]bool{"ollama": true, "vllm": true, "sgl": true, "lmstudio": true, "llamacpp": true, "bedrock": true, "vertex": true}
