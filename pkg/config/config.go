package config

// Config is the whole configuration file.
type Config struct {
	Version    int                 `json:"version,omitempty"`
	Providers  map[string]Provider `json:"providers,omitempty"`
	Client     Client              `json:"client,omitempty"`
	Governance Governance          `json:"governance,omitempty"`
	Server     Server              `json:"server,omitempty"`
}

// Provider is one provider: a built-in one by its name, or a custom one.
type Provider struct {
	Keys        []Key       `json:"keys,omitempty"`
	Network     Network     `json:"network_config,omitempty"`
	Concurrency Concurrency `json:"concurrency_and_buffer_size,omitempty"`
	Proxy       Proxy       `json:"proxy_config,omitempty"`
	Custom      *Custom     `json:"custom_provider_config,omitempty"`
	// Cancel is what happens to a call whose caller left: stop or drain.
	Cancel string `json:"cancel,omitempty"`
	// RetryAmbiguous allows repeating a call that the provider may have run.
	RetryAmbiguous bool `json:"retry_ambiguous,omitempty"`
}

// Key is one credential of a provider.
type Key struct {
	ID      string            `json:"id,omitempty"`
	Name    string            `json:"name,omitempty"`
	Value   string            `json:"value,omitempty"`
	Models  []string          `json:"models,omitempty"`
	Blocked []string          `json:"blacklisted_models,omitempty"`
	Aliases map[string]string `json:"aliases,omitempty"`
	Weight  float64           `json:"weight,omitempty"`
	Enabled *bool             `json:"enabled,omitempty"`
}

// Network is how a provider is reached.
type Network struct {
	BaseURL             string            `json:"base_url,omitempty"`
	ExtraHeaders        map[string]string `json:"extra_headers,omitempty"`
	RequestTimeoutS     int               `json:"default_request_timeout_in_seconds,omitempty"`
	ConnectTimeoutMs    int               `json:"connect_timeout_ms,omitempty"`
	FirstByteTimeoutS   int               `json:"first_byte_timeout_in_seconds,omitempty"`
	StreamIdleTimeoutS  int               `json:"stream_idle_timeout_in_seconds,omitempty"`
	MaxRetries          int               `json:"max_retries,omitempty"`
	RetryBackoffInitial int               `json:"retry_backoff_initial,omitempty"` // ms
	RetryBackoffMax     int               `json:"retry_backoff_max,omitempty"`     // ms
	InsecureSkipVerify  bool              `json:"insecure_skip_verify,omitempty"`
	CACertPEM           string            `json:"ca_cert_pem,omitempty"`
}

// Concurrency are a provider's slots and its wait queue.
type Concurrency struct {
	Concurrency int `json:"concurrency,omitempty"`
	BufferSize  int `json:"buffer_size,omitempty"`
}

// Proxy is a network proxy on the way to a provider.
type Proxy struct {
	Type     string `json:"type,omitempty"` // none, http, socks5, environment
	URL      string `json:"url,omitempty"`
	Username string `json:"username,omitempty"`
	Password string `json:"password,omitempty"`
}

// Custom makes a provider of one of the known dialects.
type Custom struct {
	BaseProviderType string          `json:"base_provider_type,omitempty"`
	IsKeyLess        bool            `json:"is_key_less,omitempty"`
	AllowedRequests  map[string]bool `json:"allowed_requests,omitempty"`
}

// Client are the settings of the inference API.
type Client struct {
	DropExcessRequests     bool     `json:"drop_excess_requests,omitempty"`
	EnableLogging          *bool    `json:"enable_logging,omitempty"`
	EnforceAuthOnInference bool     `json:"enforce_auth_on_inference,omitempty"`
	AllowDirectKeys        bool     `json:"allow_direct_keys,omitempty"`
	AllowedOrigins         []string `json:"allowed_origins,omitempty"`
	MaxRequestBodySizeMB   int      `json:"max_request_body_size_mb,omitempty"`
}

// Governance says who may call.
type Governance struct {
	VirtualKeys []VirtualKey `json:"virtual_keys,omitempty"`
}

// VirtualKey is a key that the gateway gives out.
type VirtualKey struct {
	ID       string `json:"id,omitempty"`
	Name     string `json:"name,omitempty"`
	Value    string `json:"value,omitempty"`
	IsActive *bool  `json:"is_active,omitempty"`
}

// Server are the settings of the listener.
type Server struct {
	TLSCertFile string `json:"tls_cert_file,omitempty"`
	TLSKeyFile  string `json:"tls_key_file,omitempty"`
}
