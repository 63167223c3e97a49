package config

// Config is the whole configuration file. A loaded Config is not changed any
// more and may be read by any number of goroutines.
type Config struct {
	Schema     string              `json:"$schema,omitempty" doc:"Address of a JSON Schema, for editors. Not read."`
	Version    int                 `json:"version,omitempty" enum:"1,2" doc:"Meaning of an absent or empty allow-list (models, allowed_models, key_ids, provider_configs): all, or, with 2, none. [\"*\"] is always all."`
	Providers  map[string]Provider `json:"providers,omitempty" doc:"The providers by name: a built-in one, or any other name with custom_provider_config."`
	Proxy      Proxy               `json:"proxy_config,omitzero" doc:"Network proxy on the way to the providers that have none of their own."`
	Client     Client              `json:"client,omitzero" doc:"Settings of the inference API."`
	Governance Governance          `json:"governance,omitzero" doc:"Who may call, and what."`
	Server     Server              `json:"server,omitzero" doc:"Settings of the listener."`
	Webhooks   Webhooks            `json:"webhooks,omitzero" doc:"How webhooks are delivered."`
	Cache      Cache               `json:"cache,omitzero" doc:"Answers that are kept and given again: see docs/cache.md."`
	Ledger     Ledger              `json:"ledger,omitzero" doc:"The usage ledger."`
	Logs       Logs                `json:"logs,omitzero" doc:"What the log of calls keeps besides their rows: see docs/logs.md."`
	Alerts     Alerts              `json:"alerts,omitzero" doc:"Who is told of what goes wrong."`
	Reports    Reports             `json:"reports,omitzero" doc:"What is spent, told by a schedule: see docs/reports.md."`
	Telemetry  Telemetry           `json:"telemetry,omitzero" doc:"What is sent to OpenTelemetry collectors: see docs/observability.md."`
	MCP        MCP                 `json:"mcp,omitzero" doc:"MCP servers, whose tools models and callers may use."`
	Plugins    []Plugin            `json:"plugins,omitempty" doc:"Plugins: what is called on each call's way."`
	Artefacts  Artefacts           `json:"plugin_artefacts,omitzero" doc:"Whose artefacts plugins may be made of."`
	Guardrails Guardrails          `json:"guardrails,omitzero" doc:"What texts of calls and of answers must satisfy: see docs/guardrails.md."`
	Framework  Framework           `json:"framework,omitzero" doc:"The catalogue of models."`
	Secrets    Secrets             `json:"secrets,omitzero" doc:"Where secrets are that the configuration refers to: see docs/secrets.md."`
	Auth       Auth                `json:"auth,omitzero" doc:"How people sign in to the admin API."`
	AuthConfig AuthConfig          `json:"auth_config,omitzero" doc:"The first administrator."`

	EncryptionKey            Unused            `json:"encryption_key,omitzero" kind:"string" doc:"Key that Bifrost encrypts its store with."`
	SourceOfTruth            Unused            `json:"source_of_truth,omitzero" kind:"string" doc:"Which of file and store rules."`
	EnvLabel                 Unused            `json:"env_label,omitzero" kind:"string" doc:"Name of the environment in the UI."`
	VectorStore              Unused            `json:"vector_store,omitzero" kind:"object" doc:"Vector store of the semantic cache."`
	LocalCache               Unused            `json:"local_cache,omitzero" kind:"object" doc:"Semantic cache."`
	ConfigStore              Unused            `json:"config_store,omitzero" kind:"object" doc:"Database of the configuration."`
	LogsStore                Unused            `json:"logs_store,omitzero" kind:"object" doc:"Database of the request log."`
	WebSocket                Unused            `json:"websocket,omitzero" kind:"object" doc:"Limits of WebSocket sessions."`
	AccessProfiles           Unused            `json:"access_profiles,omitzero" kind:"array" doc:"Access profiles."`
	ClusterConfig            Unused            `json:"cluster_config,omitzero" kind:"object" doc:"Bifrost's clustering by gossip."`
	SAMLConfig               Unused            `json:"saml_config,omitzero" kind:"object" doc:"Single sign-on."`
	SCIMConfig               Unused            `json:"scim_config,omitzero" kind:"object" doc:"User provisioning."`
	LoadBalancerConfig       Unused            `json:"load_balancer_config,omitzero" kind:"object" doc:"Bifrost's adaptive load balancer."`
	GuardrailsConfig         BifrostGuardrails `json:"guardrails_config,omitzero" doc:"Guardrails of Bifrost Enterprise: regular expressions. guardrails can do more."`
	AuditLogs                Unused            `json:"audit_logs,omitzero" kind:"object" doc:"Audit log."`
	LargePayloadOptimization Unused            `json:"large_payload_optimization,omitzero" kind:"object" doc:"Bifrost's handling of large bodies."`
}
