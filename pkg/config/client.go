package config

import (
	"slices"
	"strings"
	"time"
)

// Client are the settings of the inference API.
type Client struct {
	DropExcessRequests       bool         `json:"drop_excess_requests,omitempty" default:"false" doc:"Refuse a call at once when no slot of its provider is free, instead of letting it wait."`
	EnableLogging            *bool        `json:"enable_logging,omitempty" default:"true" doc:"Log a line for each call. It holds no body and no secret."`
	EnforceAuthOnInference   bool         `json:"enforce_auth_on_inference,omitempty" alias:"enforce_governance_header" default:"false" doc:"Refuse a call without a virtual key."`
	AllowDirectKeys          bool         `json:"allow_direct_keys,omitempty" default:"false" doc:"Send a provider's key that the caller brings in Authorization, x-api-key or x-goog-api-key, or in x-bf-bedrock-… and x-bf-azure-endpoint."`
	DirectKeysPrivate        bool         `json:"direct_keys_private_networks,omitempty" default:"false" doc:"Let x-bf-azure-endpoint name private and loopback addresses, and http."`
	DropParams               bool         `json:"drop_params,omitempty" default:"false" doc:"Leave out of a request what its provider refuses, instead of refusing the call. The header x-asbru-dropped-params of the answer says what. A call asks for it with \"drop_params\": true."`
	AllowedOrigins           []string     `json:"allowed_origins,omitempty" doc:"Origins whose pages may call (CORS). [\"*\"] is any; absent or empty is none."`
	PublicURL                string       `json:"public_url,omitempty" ref:"true" maxLength:"500" doc:"Where callers reach the gateway, such as https://gateway.example.com. The admin UI has it in its examples. Default: where an edge says that it listens."`
	MaxRequestBodySizeMB     int          `json:"max_request_body_size_mb,omitempty" minimum:"1" maximum:"10240" default:"100" doc:"Largest request body, in MiB."`
	StreamHeartbeatS         int          `json:"stream_heartbeat_in_seconds,omitempty" unit:"s" minimum:"1" maximum:"3600" default:"15" doc:"Silence in a stream after which the caller gets a comment that keeps the connection open."`
	PrometheusLabels         []string     `json:"prometheus_labels,omitempty" doc:"Further labels of the metrics of calls. Their values come from the caller's headers x-asbru-prom-LABEL or x-bf-prom-LABEL, up to 64 bytes. A change needs a restart."`
	MetricsModelsMax         int          `json:"metrics_models_max,omitempty" minimum:"1" maximum:"100000" default:"500" doc:"Models, or combinations of model and prometheus_labels, that metrics tell apart; further ones are counted together as other. A change needs a restart."`
	RequiredHeaders          []string     `json:"required_headers,omitempty" doc:"Headers that a call must have."`
	LoggingHeaders           []string     `json:"logging_headers,omitempty" doc:"Headers of callers that are kept with their calls, as metadata. None that hold secrets."`
	HeaderFilterConfig       HeaderFilter `json:"header_filter_config,omitzero" doc:"Which headers callers may have passed on to providers: those that they send as x-bf-eh-NAME."`
	MCPDisableAutoToolInject bool         `json:"mcp_disable_auto_tool_inject,omitempty" default:"false" doc:"Offer models the tools of MCP servers only for calls whose headers name servers or tools."`
	MCPExternalClientURL     string       `json:"mcp_external_client_url,omitempty" ref:"true" maxLength:"500" doc:"Where the authorization servers of MCP servers send browsers back to, such as https://gateway.example.com; /api/oauth/callback is below it. Default: where the sign-in was begun."`
	DisableContentLogging    bool         `json:"disable_content_logging,omitempty" default:"false" doc:"Keep no bodies in the log of calls, whatever logs.bodies says."`
	LogRetentionDays         int          `json:"log_retention_days,omitempty" minimum:"0" maximum:"36500" doc:"Days that bodies are kept, where logs.retention_in_days does not say. Rows are kept as ledger.retention_in_days says."`

	InitialPoolSize                       int      `json:"initial_pool_size,omitempty" unused:"true" minimum:"0" doc:"Objects that Bifrost allocates at start."`
	AllowPerRequestContentStorageOverride bool     `json:"allow_per_request_content_storage_override,omitempty" unused:"true" doc:"Let a header decide on body logging."`
	AllowPerRequestRawOverride            bool     `json:"allow_per_request_raw_override,omitempty" unused:"true" doc:"Let a header decide on raw bodies."`
	EnforceSCIMAuth                       bool     `json:"enforce_scim_auth,omitempty" unused:"true" doc:"Older name of a check on user tokens."`
	AllowedHeaders                        []string `json:"allowed_headers,omitempty" unused:"true" doc:"Further headers that pages may send (CORS)."`
	EnableLiteLLMFallbacks                bool     `json:"enable_litellm_fallbacks,omitempty" doc:"Older name of compat.convert_text_to_chat."`
	EnableLocalCache                      bool     `json:"enable_local_cache,omitempty" unused:"true" doc:"Answer from the local cache."`
	Compat                                Compat   `json:"compat,omitzero" doc:"Conversions between kinds of request."`
	WhitelistedRoutes                     []string `json:"whitelisted_routes,omitempty" unused:"true" doc:"Routes without sign-in."`
	AsyncJobResultTTL                     int      `json:"async_job_result_ttl,omitempty" unused:"true" minimum:"0" doc:"Seconds that the result of an asynchronous call is kept."`
	DisableDBPingsInHealth                bool     `json:"disable_db_pings_in_health,omitempty" unused:"true" doc:"Leave databases out of health."`
	HideDeletedVirtualKeysInFilters       bool     `json:"hide_deleted_virtual_keys_in_filters,omitempty" unused:"true" doc:"Leave deleted virtual keys out of filters."`
	DumpErrorsInConsoleLogs               bool     `json:"dump_errors_in_console_logs,omitempty" unused:"true" doc:"Write whole errors to the log."`
	WebhookConfig                         Unused   `json:"webhook_config,omitzero" kind:"object" doc:"Delivery of webhooks."`
	DualCredentialConflictBehavior        Unused   `json:"dual_credential_conflict_behavior,omitzero" kind:"string" doc:"Which of a user token and a virtual key counts."`
	RoutingChainMaxDepth                  int      `json:"routing_chain_max_depth,omitempty" unused:"true" minimum:"0" doc:"Routing rules in a row."`
	MCPAgentDepth                         int      `json:"mcp_agent_depth,omitempty" unused:"true" minimum:"0" doc:"Rounds of tool calls."`
	MCPToolExecutionTimeout               int      `json:"mcp_tool_execution_timeout,omitempty" unused:"true" minimum:"0" doc:"Older place of mcp.tool_manager_config.tool_execution_timeout."`
	MCPCodeModeBindingLevel               Unused   `json:"mcp_code_mode_binding_level,omitzero" kind:"string" doc:"Binding of tools in code mode."`
	MCPToolSyncInterval                   Unused   `json:"mcp_tool_sync_interval,omitzero" doc:"How often tool lists are read again."`
	MCPEnableTempTokenAuth                bool     `json:"mcp_enable_temp_token_auth,omitempty" unused:"true" doc:"Short-lived tokens for MCP sign-in pages."`
	MCPExternalServerURL                  Unused   `json:"mcp_external_server_url,omitzero" doc:"Public address of the MCP server."`
	MCPServerAuthMode                     Unused   `json:"mcp_server_auth_mode,omitzero" kind:"string" doc:"How MCP clients sign in."`
	OAuth2ServerConfig                    Unused   `json:"oauth2_server_config,omitzero" kind:"object" doc:"OAuth server for MCP clients."`
}

// HeaderFilter says which headers callers may have passed on to providers. Those that are about
// the connection, that hold a key, and that the gateway sends itself never are.
type HeaderFilter struct {
	Allowlist []string `json:"allowlist,omitempty" doc:"Names of headers, in which * stands for any text, that are passed on, also under their own name without x-bf-eh-. Empty: all that are sent as x-bf-eh-NAME, and no others."`
	Denylist  []string `json:"denylist,omitempty" doc:"Names of headers that are not passed on, whatever allowlist says."`
}

// Compat has requests asked for in another way than their caller has them.
type Compat struct {
	ConvertTextToChat      bool `json:"convert_text_to_chat,omitempty" doc:"Have text completions asked for as chats where a provider has none, and of OpenAI's models that complete no texts. A plugin litellmcompat does the same."`
	ConvertChatToResponses bool `json:"convert_chat_to_responses,omitempty" unused:"true" doc:"Ask for chats by the Responses API: models that have only that are asked so anyway."`
	ShouldDropParams       bool `json:"should_drop_params,omitempty" doc:"Another name of client.drop_params."`
	ShouldConvertParams    bool `json:"should_convert_params,omitempty" unused:"true" doc:"Convert parameters: they are, always."`
}

// Drops says whether fields are left out of requests whose provider refuses them.
func (c Client) Drops() bool { return c.DropParams || c.Compat.ShouldDropParams }

// textToChatPlugin is Bifrost's plugin that has texts completed as chats.
const textToChatPlugin = "litellmcompat"

// CompletesAsChat says whether text completions are asked for as chats where there is no
// other way.
func (c *Config) CompletesAsChat() bool {
	if c.Client.Compat.ConvertTextToChat || c.Client.EnableLiteLLMFallbacks {
		return true
	}
	return slices.ContainsFunc(c.Plugins, func(p Plugin) bool { return p.KindName() == textToChatPlugin && p.On() })
}

var clientDefaults = defaultsOf[Client]()

// Logs says whether a line is logged for each call.
func (c Client) Logs() bool { return c.EnableLogging == nil || *c.EnableLogging }

// MaxBodyBytes is the size of the largest request body.
func (c Client) MaxBodyBytes() int {
	return or(c.MaxRequestBodySizeMB, clientDefaults.MaxRequestBodySizeMB) << 20
}

// Heartbeat is the silence in a stream after which a comment is sent.
func (c Client) Heartbeat() time.Duration {
	return seconds(c.StreamHeartbeatS, clientDefaults.StreamHeartbeatS)
}

// Logged are the headers that are kept with calls, in lower case; nil for none.
func (c Client) Logged() []string {
	var names []string
	for _, name := range c.LoggingHeaders {
		names = append(names, strings.ToLower(name))
	}
	return names
}

// secretHeaders are those that show who somebody is.
var secretHeaders = []string{"authorization", "proxy-authorization", "cookie", "x-api-key", "api-key", "x-goog-api-key", "xi-api-key", "x-bf-vk", "x-amz-security-token", "x-bf-api-key", "x-bf-bedrock-api-key", "x-bf-bedrock-access-key", "x-bf-bedrock-secret-key", "x-bf-bedrock-session-token"}

func (c *checker) loggedHeaders() {
	for i, name := range c.config.Client.Logged() {
		if slices.Contains(secretHeaders, name) {
			c.problem(element("client.logging_headers", i), "holds a secret, which is not kept")
		}
	}
}

// MetricsModels is the number of models that metrics tell apart.
func (c Client) MetricsModels() int { return or(c.MetricsModelsMax, clientDefaults.MetricsModelsMax) }
