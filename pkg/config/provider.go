package config

import "time"

// Provider is one provider: a built-in one by its name, or a custom one.
type Provider struct {
	Keys        []Key       `json:"keys,omitempty" doc:"Credentials. Each call takes one, shared out by weight."`
	Network     Network     `json:"network_config,omitzero" doc:"How the provider is reached."`
	Concurrency Concurrency `json:"concurrency_and_buffer_size,omitzero" doc:"Calls at a time, and calls that wait."`
	Proxy       Proxy       `json:"proxy_config,omitzero" doc:"Network proxy on the way to the provider."`
	Custom      *Custom     `json:"custom_provider_config,omitempty" doc:"Makes a provider under a name of your own."`

	PricingOverrides []PriceOverride `json:"pricing_overrides,omitempty" doc:"Prices that replace those of the catalogue. The first that fits counts."`

	Cancel               string `json:"cancel,omitempty" enum:"stop,drain" default:"stop" doc:"What happens to a call whose caller has left. stop: the connection is cut and usage is estimated. drain: the answer is read to its end for its real usage, for providers that bill all the same."`
	CancelDrainMaxBytes  int    `json:"cancel_drain_max_bytes,omitempty" minimum:"1" default:"1048576" doc:"Most bytes that drain reads after the caller has left."`
	CancelDrainTimeoutS  int    `json:"cancel_drain_timeout_in_seconds,omitempty" unit:"s" minimum:"1" default:"30" doc:"Longest that drain reads after the caller has left."`
	RetryAmbiguous       bool   `json:"retry_ambiguous,omitempty" default:"false" doc:"Repeat a call even if the provider may have run it already, so that it may be billed twice."`
	SendBackRawRequest   bool   `json:"send_back_raw_request,omitempty" unused:"true" doc:"Add the provider's request to the answer."`
	SendBackRawResponse  bool   `json:"send_back_raw_response,omitempty" unused:"true" doc:"Add the provider's response to the answer."`
	StoreRawRequestReply bool   `json:"store_raw_request_response,omitempty" unused:"true" doc:"Keep raw requests and responses in the log."`
	OpenAIConfig         OpenAI `json:"openai_config,omitzero" doc:"What only OpenAI has."`
	Description          Unused `json:"description,omitzero" kind:"string" doc:"Free text."`
	Status               Unused `json:"status,omitzero" kind:"string" doc:"State as Bifrost exports it."`
	ConfigHash           Unused `json:"config_hash,omitzero" kind:"string" doc:"Hash as Bifrost exports it."`
}

// OpenAI is what is set of OpenAI alone.
type OpenAI struct {
	DisableStore bool `json:"disable_store,omitempty" doc:"Whether OpenAI is told to keep no answer (Responses' store), whatever the caller says."`
}

// Values of Provider.Cancel.
const (
	CancelStop  = "stop"
	CancelDrain = "drain"
)

// Drains says whether a call is read to its end after its caller has left.
func (p Provider) Drains() bool { return p.Cancel == CancelDrain }

// DrainTimeout is the longest that a drained call is read on.
func (p Provider) DrainTimeout() time.Duration {
	return seconds(p.CancelDrainTimeoutS, providerDefaults.CancelDrainTimeoutS)
}

// DrainMaxBytes is the most that is read of a drained call.
func (p Provider) DrainMaxBytes() int {
	return or(p.CancelDrainMaxBytes, providerDefaults.CancelDrainMaxBytes)
}

// Key is one credential of a provider.
type Key struct {
	ID      string            `json:"id,omitempty" doc:"Identifies the key for key_ids. Default: the name."`
	Name    string            `json:"name,omitempty" doc:"Name of the key in metrics, logs and x-asbru-key. Default: the id, else key-N."`
	Value   Secret            `json:"value,omitempty" doc:"The credential."`
	Models  []string          `json:"models,omitempty" doc:"Models that the key serves. Absent or empty: see version."`
	Blocked []string          `json:"blacklisted_models,omitempty" doc:"Models that the key does not serve, whatever models says. [\"*\"] blocks all."`
	Aliases map[string]string `json:"aliases,omitempty" doc:"Model names of callers, and the provider's names for them."`
	Weight  float64           `json:"weight,omitempty" minimum:"0" default:"1" doc:"Share of the calls, relative to the other keys'. 0 takes none."`
	Enabled *bool             `json:"enabled,omitempty" switch:"true" default:"true" doc:"Whether the key is used. What a disabled key refers to may be missing."`

	RateLimit RateLimit `json:"rate_limit,omitzero" doc:"What may be used with the key in a time. At the limit, other keys are used."`
	Budget    Budget    `json:"budget,omitzero" doc:"What may be spent with the key in a time."`

	PricingOverrides []PriceOverride `json:"pricing_overrides,omitempty" doc:"Prices of calls with this key, before those of the provider. The first that fits counts."`

	UseForBatchAPI         bool         `json:"use_for_batch_api,omitempty" unused:"true" doc:"Use the key for batches and files."`
	Azure                  *Azure       `json:"azure_key_config,omitempty" doc:"Azure OpenAI: where the key's resource is, and how to sign in. With an empty value, by Entra."`
	Bedrock                *Bedrock     `json:"bedrock_key_config,omitempty" doc:"Amazon Bedrock: region, and how to sign. With a value, that is an API key, and nothing is signed."`
	Databricks             *Databricks  `json:"databricks_key_config,omitempty" doc:"Databricks: the key's workspace, and its service principal."`
	Vertex                 *Vertex      `json:"vertex_key_config,omitempty" doc:"Vertex AI: project, region, and how to sign in. With a value, that is an API key."`
	VLLM                   *OwnServer   `json:"vllm_key_config,omitempty" doc:"vLLM: the key's own server."`
	Ollama                 *OwnServer   `json:"ollama_key_config,omitempty" doc:"Ollama: the key's own server."`
	SGL                    *OwnServer   `json:"sgl_key_config,omitempty" doc:"SGLang: the key's own server."`
	BedrockMantleKeyConfig Unused       `json:"bedrock_mantle_key_config,omitzero" kind:"object" doc:"Bedrock Mantle: keys, region."`
	HuggingFace            *Deployments `json:"huggingface_key_config,omitempty" doc:"Hugging Face: names of models."`
	Replicate              *Deployments `json:"replicate_key_config,omitempty" doc:"Replicate: names of models."`
	Description            Unused       `json:"description,omitzero" kind:"string" doc:"Free text."`
	Status                 Unused       `json:"status,omitzero" kind:"string" doc:"State as Bifrost exports it."`
	ConfigHash             Unused       `json:"config_hash,omitzero" kind:"string" doc:"Hash as Bifrost exports it."`
}

// IsEnabled says whether the key is used.
func (k Key) IsEnabled() bool { return k.Enabled == nil || *k.Enabled }

// Concurrency are a provider's slots and its wait queue.
type Concurrency struct {
	Concurrency int `json:"concurrency,omitempty" minimum:"1" default:"1000" doc:"Calls to the provider at a time."`
	BufferSize  int `json:"buffer_size,omitempty" minimum:"1" default:"5000" doc:"Calls that wait for a free slot; a further one is refused. None waits with client.drop_excess_requests."`
}

// Slots is the number of calls at a time.
func (c Concurrency) Slots() int { return or(c.Concurrency, concurrencyDefaults.Concurrency) }

// Queue is the number of calls that may wait.
func (c Concurrency) Queue() int { return or(c.BufferSize, concurrencyDefaults.BufferSize) }

// Proxy is a network proxy on the way to a provider.
type Proxy struct {
	Enabled  *bool  `json:"enabled,omitempty" switch:"true" default:"true" doc:"Whether it is used. false: there is none, for this provider or, in proxy_config, for all that have none of their own."`
	Type     string `json:"type,omitempty" enum:"none,http,socks5,environment" default:"none" doc:"Kind of proxy. environment: as HTTP_PROXY, HTTPS_PROXY and NO_PROXY say."`
	URL      Secret `json:"url,omitempty" doc:"Address of the proxy, for http and socks5."`
	Username Secret `json:"username,omitempty" doc:"User name at the proxy."`
	Password Secret `json:"password,omitempty" doc:"Password at the proxy."`
	CACert   string `json:"ca_cert_pem,omitempty" ref:"true" doc:"Certificate authorities, in PEM form, for a proxy that reads TLS."`
	NoProxy  string `json:"no_proxy,omitempty" doc:"Hosts that are reached without it, with commas between them, as in NO_PROXY."`

	Timeout            Unused `json:"timeout,omitzero" kind:"number" doc:"Time limit of the proxy."`
	SkipTLSVerify      Unused `json:"skip_tls_verify,omitzero" kind:"boolean" doc:"Whether the proxy's certificate is not checked."`
	EnableForInference Unused `json:"enable_for_inference,omitzero" kind:"boolean" doc:"Whether calls go through it."`
	EnableForAPI       Unused `json:"enable_for_api,omitzero" kind:"boolean" doc:"Whether the gateway's own requests go through it."`
	EnableForSCIM      Unused `json:"enable_for_scim,omitzero" kind:"boolean" doc:"Whether user provisioning goes through it."`
}

// Of returns the proxy on the way to a provider that has p and, where p says nothing, the
// one that all have.
func (p Proxy) Of(all Proxy) Proxy {
	if p.Type == "" && p.Enabled == nil {
		p = all
	}
	if p.Enabled != nil && !*p.Enabled {
		return Proxy{}
	}
	p.Enabled = nil // so that two that are the same are equal
	return p
}

// Custom makes a provider of one of the known dialects.
type Custom struct {
	BaseProviderType string          `json:"base_provider_type,omitempty" required:"true" doc:"The built-in provider whose dialect this one speaks."`
	IsKeyLess        bool            `json:"is_key_less,omitempty" default:"false" doc:"The provider wants no key."`
	AllowedRequests  map[string]bool `json:"allowed_requests,omitempty" doc:"Operations that the provider offers. Absent: those of its base. Given: those that are true, so {} is none."`
	// Bifrost's keys for the operations are those of AllowedRequests.
	PathOverrides map[string]string `json:"request_path_overrides,omitempty" doc:"Where operations are asked for instead of at their base's own paths: a path behind base_url, or a whole URL; {model} stands for the model. Named as in allowed_requests, and streams by themselves. Nothing is changed for what the provider keeps under an id."`
}

var (
	providerDefaults    = defaultsOf[Provider]()
	concurrencyDefaults = defaultsOf[Concurrency]()
)
