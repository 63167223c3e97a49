// Code generated from the description of the admin API by "make generate". DO NOT EDIT.

import { operation } from "./operation";

export interface AlertChannel {
/** The least that is sent. */
min_severity: "info" | "warning" | "critical";
name: string;
resolved: boolean;
rules?: string[] | null;
type: "webhook" | "slack" | "email";
}

export interface AlertChannelsOutputBody {
channels: AlertChannel[] | null;
}

export interface AlertOutputBody {
alert: Told;
}

export interface AlertRule {
/** The configuration has no rule of this name. */
built_in: boolean;
calls?: number;
channels?: string[] | null;
/** Seconds that it must be so. */
for: number;
name: string;
percent?: number;
/** Seconds after which it is told again. */
repeat_every: number;
severity: string;
subjects?: string[] | null;
type: string;
/** Seconds. */
window?: number;
}

export interface AlertRulesOutputBody {
rules: AlertRule[] | null;
}

export interface ApplyOutputBody {
/** In the order of the document. */
changes: Change[] | null;
dry_run?: boolean;
/** Keys for which the document had no digest. */
made?: MadeKey[] | null;
message: string;
/** What is worth knowing of the configuration. */
notes?: Detail[] | null;
/** The configuration's. */
revision: number;
}

export interface ApproveInputBody {
/** The form that is approved: its hash, as the list of clients has it. */
hash: string;
/** The tool, as its server calls it. */
tool: string;
}

export interface Artefact {
added: string;
added_by?: string;
/** By which a plugin names it, as artefact. */
digest: string;
name?: string;
/** Which publisher of plugin_artefacts.publishers has signed it. */
signed_by?: string;
/** In bytes. */
size: number;
/** The plugins that are made of it. */
used_by: string[] | null;
}

export interface ArtefactOutputBody {
artefact: Artefact;
}

export interface ArtefactsOutputBody {
artefacts: Artefact[] | null;
}

export interface AskedAgain {
/** Whether the body is kept, and asked about. */
body: boolean;
customer_id?: string;
dialect?: string;
end_user?: string;
endpoint: string;
metadata?: Record<string, string>;
model?: string;
session_id?: string;
stream: boolean;
team_id?: string;
user_id?: string;
virtual_key_id?: string;
}

export interface AuditCaller {
id?: string;
kind: string;
name: string;
}

export interface AuditEntry {
address: string;
caller: AuditCaller;
/** [{object, patch}]: JSON patches (RFC 6902), without secrets. A test operation tells what was there. */
changes?: unknown;
/** Of a refusal. */
code?: string;
hash: string;
object: string;
/** Id of the operation in this description. */
operation: string;
outcome: "done" | "refused" | "failed";
previous_hash: string;
request_id: string;
seq: number;
status: number;
time: string;
}

export interface BaseModelsOutputBody {
models: string[] | null;
/** How many there are, with those beyond the limit. */
total: number;
}

export interface BudgetUse {
calendar_aligned?: boolean;
/** Dollars that are spent, with those that calls under way have reserved. Absent where each node counts for itself. */
current_usage?: number;
/** The part that calls under way have reserved. */
held?: number;
/** Of the limit, as refusals and reservations name it. */
id: string;
/** Dollars in each period. */
max_limit: number;
/** Whose it is. */
owner: string;
/** Dollars that are left. */
remaining?: number;
reset_duration: string;
/** Until all that is counted now has gone. */
resets_in?: string;
/** What its owner is. */
scope: string;
}

export interface BudgetsOutputBody {
budgets: BudgetUse[] | null;
count: number;
next_cursor?: string;
}

export interface Cache {
bytes: number;
embedding_cost: number;
entries: number;
hits: number;
max_bytes: number;
misses: number;
namespaces?: Share[] | null;
saved_cost: number;
saved_seconds: number;
semantic_entries: number;
semantic_hits: number;
}

export interface CacheExplanation {
/** The same in words. */
explanation: string;
/** The gateway's id of the call. */
id: string;
/** Whether the answer was kept when it had been made. */
kept: boolean;
model: string;
/** none: the cache was off, or the call had not to do with it by its own wish. */
outcome: "hit" | "miss" | "bypass" | "none";
provider: string;
/** Of a bypass; of a miss, why its answer was not kept either. */
reason?: string;
request_id: string;
/** How an answer was looked for that is of a request that means nearly the same; absent: none was. */
semantic?: "hit" | "none" | "text" | "long" | "slow" | "failed" | "resting" | "limits" | "refreshed";
/** Of a semantic hit: how alike the two requests are, at most 1. */
similarity?: number;
timestamp: string;
}

export interface CacheNamespace {
bytes: number;
/** Answers that are kept. */
entries: number;
/** Hits among the calls whose answer may be kept, 0 to 1. */
hit_rate: number;
hits: number;
misses: number;
/** The calls' x-asbru-cache-key; empty: of calls without one; *: of all namespaces beyond the first 50 of a node. */
namespace: string;
/** What the hits would have cost, in dollars. */
saved_cost: number;
/** How long it took to make the answers that were given again. */
saved_seconds: number;
}

export interface CacheOutputBody {
/** Whether any node keeps answers. */
enabled: boolean;
/** Hits among the calls whose answer may be kept, 0 to 1. */
hit_rate: number;
/** The same by namespace, of all nodes together, those first that were asked for most. */
namespaces: CacheNamespace[] | null;
/** By the node's name, since it began. */
nodes: Record<string, Cache>;
total: Cache;
}

export interface Change {
/** What it is. Absent: nothing. */
from?: unknown;
path: string;
/** What it becomes. Absent: nothing. */
to?: unknown;
}

export interface CheckExpressionInputBody {
/** As in a routing rule. */
cel_expression: string;
}

export interface CheckExpressionOutputBody {
/** What is wrong, as a save would say it; absent: nothing. */
fault?: string;
}

export interface Commit {
author: string;
digest: string;
message: string;
parent: number;
revision: number;
rollback_to?: number;
source?: string;
source_locked?: boolean;
source_name?: string;
stage?: Stage;
time: string;
}

export interface CommitPromptSessionInputBody {
commit_message?: string;
/** The messages that are taken, counted from 0. Absent: all. */
message_indices?: number[] | null;
}

export interface Config {
/** Address of a JSON Schema, for editors. Not read. */
"$schema"?: string | null;
/** Access profiles. Accepted, not used by this version. */
access_profiles?: unknown[] | null;
/** Who is told of what goes wrong. */
alerts?: ConfigAlerts;
/** Audit log. Accepted, not used by this version. */
audit_logs?: Record<string, unknown> | null;
/** How people sign in to the admin API. */
auth?: ConfigAuth;
/** The first administrator. */
auth_config?: ConfigAuthConfig;
/** Answers that are kept and given again: see docs/cache.md. */
cache?: ConfigCache;
/** Settings of the inference API. */
client?: ConfigClient;
/** Bifrost's clustering by gossip. Accepted, not used by this version. */
cluster_config?: Record<string, unknown> | null;
/** Database of the configuration. Accepted, not used by this version. */
config_store?: Record<string, unknown> | null;
/** Key that Bifrost encrypts its store with. Accepted, not used by this version. */
encryption_key?: string | null;
/** Name of the environment in the UI. Accepted, not used by this version. */
env_label?: string | null;
/** The catalogue of models. */
framework?: ConfigFramework;
/** Who may call, and what. */
governance?: ConfigGovernance;
/** What texts of calls and of answers must satisfy: see docs/guardrails.md. */
guardrails?: ConfigGuardrails;
/** Guardrails of Bifrost Enterprise: regular expressions. guardrails can do more. */
guardrails_config?: ConfigBifrostGuardrails;
/** Bifrost's handling of large bodies. Accepted, not used by this version. */
large_payload_optimization?: Record<string, unknown> | null;
/** The usage ledger. */
ledger?: ConfigLedger;
/** Bifrost's adaptive load balancer. Accepted, not used by this version. */
load_balancer_config?: Record<string, unknown> | null;
/** Semantic cache. Accepted, not used by this version. */
local_cache?: Record<string, unknown> | null;
/** What the log of calls keeps besides their rows: see docs/logs.md. */
logs?: ConfigLogs;
/** Database of the request log. Accepted, not used by this version. */
logs_store?: Record<string, unknown> | null;
/** MCP servers, whose tools models and callers may use. */
mcp?: ConfigMCP;
/** Whose artefacts plugins may be made of. */
plugin_artefacts?: ConfigArtefacts;
/** Plugins: what is called on each call's way. */
plugins?: ConfigPlugin[] | null;
/** The providers by name: a built-in one, or any other name with custom_provider_config. */
providers?: Record<string, ConfigProvider> | null;
/** Network proxy on the way to the providers that have none of their own. */
proxy_config?: ConfigProxy;
/** What is spent, told by a schedule: see docs/reports.md. */
reports?: ConfigReports;
/** Single sign-on. Accepted, not used by this version. */
saml_config?: Record<string, unknown> | null;
/** User provisioning. Accepted, not used by this version. */
scim_config?: Record<string, unknown> | null;
/** Where secrets are that the configuration refers to: see docs/secrets.md. */
secrets?: ConfigSecrets;
/** Settings of the listener. */
server?: ConfigServer;
/** Which of file and store rules. Accepted, not used by this version. */
source_of_truth?: string | null;
/** What is sent to OpenTelemetry collectors: see docs/observability.md. */
telemetry?: ConfigTelemetry;
/** Vector store of the semantic cache. Accepted, not used by this version. */
vector_store?: Record<string, unknown> | null;
/** Meaning of an absent or empty allow-list (models, allowed_models, key_ids, provider_configs): all, or, with 2, none. ["*"] is always all. */
version?: 1 | 2 | null;
/** How webhooks are delivered. */
webhooks?: ConfigWebhooks;
/** Limits of WebSocket sessions. Accepted, not used by this version. */
websocket?: Record<string, unknown> | null;
}

export type ConfigAlertChannel = {
/** Whether anything is sent. */
enabled?: boolean | null;
/** The least severity that is sent. */
min_severity?: "info" | "warning" | "critical" | null;
/** Name of the channel. */
name: string;
/** Whether the end of an alert is sent, too. */
resolved?: boolean | null;
/** Names of the rules whose alerts are sent; * stands for any characters. Absent: all. */
rules?: string[] | null;
/** Server and addresses of e-mail. */
smtp?: ConfigSMTP;
/** webhook is signed as docs/webhooks.md says; slack is an incoming webhook of Slack, or of what takes the same body; email goes through SMTP. */
type: "webhook" | "slack" | "email";
/** Address of a webhook or of Slack's. */
url?: ConfigSecret;
} | null;

export type ConfigAlertRule = {
/** Of error_rate and provider_down: of so many calls at least. */
calls?: number | null;
/** Names of the channels that are told. Absent: each that takes it. */
channels?: string[] | null;
/** Whether the rule holds. false with a built-in rule's name switches that off. */
enabled?: boolean | null;
/** How long it must be so before it is alerted of. */
for?: number | string | null;
/** Name of the rule. */
name: string;
/** Of error_rate and provider_down: share of calls that fail. Of budget_soft: least share of the budget that is used. */
percent?: number | null;
/** How often it is told again while it lasts and nobody has acknowledged it. */
repeat_every?: number | string | null;
/** How bad it is. */
severity?: "info" | "warning" | "critical" | null;
/** Of which subjects, such as team:* or openai/*; * stands for any characters. Absent: all. */
subjects?: string[] | null;
/** What is looked at: see docs/alerts.md. */
type: "budget_soft" | "budget_exhausted" | "key_disabled" | "key_resting" | "provider_down" | "error_rate" | "node_lost" | "config_failed" | "usage_lost" | "guardrail_blocks" | "plugin_absent" | "redis_away" | "nats_away" | "store_away";
/** Of error_rate and provider_down: the time whose calls count. */
window?: number | string | null;
} | null;

export type ConfigAlerts = {
/** Whether the built-in rules hold. */
built_in_rules?: boolean | null;
/** Where alerts are sent. */
channels?: ConfigAlertChannel[] | null;
/** What is alerted of, beside the built-in rules. One with a built-in rule's name replaces it. */
rules?: ConfigAlertRule[] | null;
} | null;

export type ConfigArtefacts = {
/** Whether plugins may also be made of artefacts that none of the publishers has signed. */
allow_unsigned?: boolean | null;
/** Whose signatures count. */
publishers?: ConfigPublisher[] | null;
} | null;

export type ConfigAuth = {
/** Sign-in at an OpenID provider. */
oidc?: ConfigOIDC;
/** A session ends when it was not used for so long. */
session_idle_in_seconds?: number | string | null;
/** A session ends after so long, however it is used. */
session_max_in_seconds?: number | string | null;
} | null;

export type ConfigAuthConfig = {
/** Password of the first administrator until it is changed. */
admin_password?: ConfigSecret;
/** Name of the first administrator, who is made at their first sign-in. Changed and removed by the admin API ever after. */
admin_username?: ConfigSecret;
/** Sign-in is never asked for by the inference API; see client.enforce_auth_on_inference. Accepted, not used by this version. */
disable_auth_on_inference?: boolean | null;
/** Whether there is such an administrator. The admin API asks for a sign-in or a token in any case. */
is_enabled?: boolean | null;
} | null;

export type ConfigAzure = {
/** Version of the API. v1, preview: the API that has the deployment in the body. A date: the one that has it in the path. */
api_version?: string | null;
/** Entra application. Without one, what the machine offers: variables, workload identity, managed identity, the Azure CLI. */
client_id?: string | null;
/** Secret of the Entra application. */
client_secret?: ConfigSecret;
/** Model names of callers, and the deployments that they mean. Another name is a deployment's. */
deployments?: Record<string, string> | null;
/** Address of the resource, as https://NAME.openai.azure.com. */
endpoint?: string | null;
/** Scopes of the Entra token. Default: https://cognitiveservices.azure.com/.default. */
scopes?: string[] | null;
/** Entra tenant, for a key without a value. */
tenant_id?: string | null;
} | null;

export type ConfigBedrock = {
/** Access key. Without one, and without a value, what the machine offers: variables, profile, web identity, container or instance role. */
access_key?: ConfigSecret;
/** ARN that models' names stand below, as of inference profiles: arn:aws:bedrock:REGION:ACCOUNT:inference-profile. */
arn?: string | null;
/** Buckets for batches. Accepted, not used by this version. */
batch_s3_config?: Record<string, unknown> | null;
/** Model names of callers, and the models, inference profiles or ARNs that they mean. */
deployments?: Record<string, string> | null;
/** External id that the role's trust asks for. */
external_id?: string | null;
/** AWS region. Default: that of the ARN, else what the machine says, else us-east-1. */
region?: string | null;
/** Role to assume with these credentials. */
role_arn?: string | null;
/** Secret of the access key. */
secret_key?: ConfigSecret;
/** Name of the role's sessions. Default: asbru. */
session_name?: string | null;
/** Token of a temporary access key. */
session_token?: ConfigSecret;
} | null;

export type ConfigBifrostGuardrailProvider = {
/** Its settings. Of regex: mode, and patterns with pattern, description, flags (i, m, s) and action. */
config?: Record<string, unknown> | null;
/** Whether it is used. */
enabled?: boolean | null;
/** By which rules name it. */
id?: number | null;
/** What its check is called. */
policy_name?: string | null;
/** What it is: regex. */
provider_name: string;
/** Seconds that it may take. Accepted, not used by this version. */
timeout?: unknown;
} | null;

export type ConfigBifrostGuardrailRule = {
/** Which side of a call it looks at. */
apply_to?: "input" | "output" | "both" | null;
/** Of which calls, in CEL with what routing rules can ask. */
cel_expression?: string | null;
/** What it is for. Accepted, not used by this version. */
description?: string | null;
/** Whether it holds. */
enabled?: boolean | null;
/** Its number. */
id?: number | null;
/** How much of a conversation is looked at: all of it is. Accepted, not used by this version. */
max_turns_to_send?: unknown;
/** Its name. */
name?: string | null;
/** Ids of what looks. */
provider_config_ids?: number[] | null;
/** Share of the calls, in percent. */
sampling_rate?: number | null;
/** Calls of models, or of tools: those rules are set aside. */
target?: "llm" | "mcp" | null;
/** Milliseconds that it may take. Accepted, not used by this version. */
timeout?: unknown;
} | null;

export type ConfigBifrostGuardrails = {
/** What looks at texts. Those of provider_name regex are used; others, which are services elsewhere, are set aside. */
guardrail_providers?: ConfigBifrostGuardrailProvider[] | null;
/** Of which calls. They hold beside guardrails.rules. */
guardrail_rules?: ConfigBifrostGuardrailRule[] | null;
} | null;

export type ConfigBudget = {
/** The period, 1d, 1w, 1M or 1Y, begins with the day, the week, the month or the year, in UTC. Else what is spent counts for so long. */
calendar_aligned?: boolean | null;
/** What Bifrost had counted. Accepted, not used by this version. */
current_usage?: unknown;
/** Identifies the budget for budget_id. */
id?: string | null;
/** When Bifrost began to count. Accepted, not used by this version. */
last_reset?: unknown;
/** Dollars in each period. */
max_limit?: number | null;
/** The period: 30s, 5m, 1h, 1d, 1w, 1M, 1Y. */
reset_duration?: string | null;
/** Part of the budget that is warned of when it is spent. */
soft_limit_percent?: number | null;
} | null;

export type ConfigCache = {
/** Whether an answer is given to requests for the model alone that made it. false: for any that the caller may use, as long as all else is the same. */
by_model?: boolean | null;
/** Whether an answer is given to requests of the provider alone that made it. */
by_provider?: boolean | null;
/** Another name of by_model. */
cache_by_model?: ConfigCacheBy_model;
/** Another name of by_provider. */
cache_by_provider?: ConfigCacheBy_provider;
/** Another name of namespace. */
default_cache_key?: ConfigCacheNamespace;
/** Whether answers are kept. */
enabled?: boolean | null;
/** Whether requests are the same that differ in nothing but their system prompts. */
exclude_system_prompt?: boolean | null;
/** The largest answer that is kept. */
max_entry_kb?: number | null;
/** Memory for answers on each node. Those go first that are used least. */
max_size_mb?: number | null;
/** The namespace of calls that name none by x-asbru-cache-key. */
namespace?: string | null;
/** What an answer out of the cache costs its caller. free: nothing, and it counts for no limit; full: what the provider would have charged, and the limits count it as any other call. */
on_cached?: "free" | "full" | null;
/** Whether only calls count that ask for it, by one of the headers x-asbru-cache and x-asbru-cache-key. */
only_when_asked?: boolean | null;
/** Whose calls get each other's answers. Callers without a team, or without a customer, share with nobody. */
scope?: "virtual_key" | "team" | "customer" | "all" | null;
/** Answers that are given to requests that mean nearly the same. */
semantic?: ConfigCacheSemantic;
/** Whether a call waits for the answer of one like it that is under way, instead of asking a second time. With store redis that is so over all nodes. A stream then begins when the other one has ended. */
single_flight?: boolean | null;
/** Where answers are kept. memory: each node keeps its own. redis: in the Redis of --redis as well, sealed, for all nodes; without one it is the memory alone. That Redis also has the limits: give it room, and a policy that evicts what expires (volatile-lru). */
store?: "memory" | "redis" | null;
/** How long an answer is kept. A call's header x-asbru-cache-ttl may say less or more. */
ttl?: number | string | null;
} | null;

/** Whether an answer is given to requests for the model alone that made it. false: for any that the caller may use, as long as all else is the same. */
export type ConfigCacheBy_model = boolean | null;

/** Whether an answer is given to requests of the provider alone that made it. */
export type ConfigCacheBy_provider = boolean | null;

/** The namespace of calls that name none by x-asbru-cache-key. */
export type ConfigCacheNamespace = string | null;

export type ConfigCacheSemantic = {
/** Another name of max_messages. */
conversation_history_threshold?: ConfigCacheSemanticMax_messages;
/** Another name of dimensions. */
dimension?: ConfigCacheSemanticDimensions;
/** Dimensions that the model is asked for. Default: as many as it has. */
dimensions?: number | null;
/** Another name of model. */
embedding_model?: ConfigCacheSemanticModel;
/** Whether a chat that no kept answer is for to the letter may get one whose last user text means nearly the same; all else must be equal. */
enabled?: boolean | null;
/** Whether texts may be alike that differ in words with a capital letter within a sentence. Wanted where all nouns have one, as in German. */
ignore_names?: boolean | null;
/** Answers that each node finds in this way: of more the oldest are found no more. Each takes 4 bytes a dimension. */
max_entries?: number | null;
/** Conversations of more messages have no answers but those of their own: their earlier messages, which must be equal, are seldom those of others. */
max_messages?: number | null;
/** Longer texts are not compared. */
max_text_kb?: number | null;
/** The embedding model that texts are compared by, as provider/model. It is asked by the gateway's own calls, which count and cost as their callers'. */
model?: string | null;
/** Where it is known what requests mean. memory: each node knows it of the answers that it has made. postgres: in PostgreSQL with the extension pgvector as well, for all nodes; cache.store must be redis, so that the answers are all nodes', too. */
store?: "memory" | "postgres" | null;
/** How alike two texts must be: the cosine of their embeddings. What fits depends on the model. A call's header x-asbru-cache-threshold may say otherwise. */
threshold?: number | null;
/** How long the model may take. A call whose text is not embedded by then goes on to its provider. */
timeout?: number | string | null;
/** The URL of that PostgreSQL: postgres://…. Its user must be allowed to make a table, and the extension where it is not there. */
url?: ConfigSecret;
} | null;

/** Dimensions that the model is asked for. Default: as many as it has. */
export type ConfigCacheSemanticDimensions = number | null;

/** Conversations of more messages have no answers but those of their own: their earlier messages, which must be equal, are seldom those of others. */
export type ConfigCacheSemanticMax_messages = number | null;

/** The embedding model that texts are compared by, as provider/model. It is asked by the gateway's own calls, which count and cost as their callers'. */
export type ConfigCacheSemanticModel = string | null;

export type ConfigClient = {
/** Send a provider's key that the caller brings in Authorization, x-api-key or x-goog-api-key, or in x-bf-bedrock-… and x-bf-azure-endpoint. */
allow_direct_keys?: boolean | null;
/** Let a header decide on body logging. Accepted, not used by this version. */
allow_per_request_content_storage_override?: boolean | null;
/** Let a header decide on raw bodies. Accepted, not used by this version. */
allow_per_request_raw_override?: boolean | null;
/** Further headers that pages may send (CORS). Accepted, not used by this version. */
allowed_headers?: string[] | null;
/** Origins whose pages may call (CORS). ["*"] is any; absent or empty is none. */
allowed_origins?: string[] | null;
/** Seconds that the result of an asynchronous call is kept. Accepted, not used by this version. */
async_job_result_ttl?: number | null;
/** Conversions between kinds of request. */
compat?: ConfigCompat;
/** Let x-bf-azure-endpoint name private and loopback addresses, and http. */
direct_keys_private_networks?: boolean | null;
/** Keep no bodies in the log of calls, whatever logs.bodies says. */
disable_content_logging?: boolean | null;
/** Leave databases out of health. Accepted, not used by this version. */
disable_db_pings_in_health?: boolean | null;
/** Refuse a call at once when no slot of its provider is free, instead of letting it wait. */
drop_excess_requests?: boolean | null;
/** Leave out of a request what its provider refuses, instead of refusing the call. The header x-asbru-dropped-params of the answer says what. A call asks for it with "drop_params": true. */
drop_params?: boolean | null;
/** Which of a user token and a virtual key counts. Accepted, not used by this version. */
dual_credential_conflict_behavior?: string | null;
/** Write whole errors to the log. Accepted, not used by this version. */
dump_errors_in_console_logs?: boolean | null;
/** Older name of compat.convert_text_to_chat. */
enable_litellm_fallbacks?: boolean | null;
/** Answer from the local cache. Accepted, not used by this version. */
enable_local_cache?: boolean | null;
/** Log a line for each call. It holds no body and no secret. */
enable_logging?: boolean | null;
/** Refuse a call without a virtual key. */
enforce_auth_on_inference?: boolean | null;
/** Another name of enforce_auth_on_inference. */
enforce_governance_header?: ConfigClientEnforce_auth_on_inference;
/** Older name of a check on user tokens. Accepted, not used by this version. */
enforce_scim_auth?: boolean | null;
/** Which headers callers may have passed on to providers: those that they send as x-bf-eh-NAME. */
header_filter_config?: ConfigHeaderFilter;
/** Leave deleted virtual keys out of filters. Accepted, not used by this version. */
hide_deleted_virtual_keys_in_filters?: boolean | null;
/** Objects that Bifrost allocates at start. Accepted, not used by this version. */
initial_pool_size?: number | null;
/** Days that bodies are kept, where logs.retention_in_days does not say. Rows are kept as ledger.retention_in_days says. */
log_retention_days?: number | null;
/** Headers of callers that are kept with their calls, as metadata. None that hold secrets. */
logging_headers?: string[] | null;
/** Largest request body, in MiB. */
max_request_body_size_mb?: number | null;
/** Rounds of tool calls. Accepted, not used by this version. */
mcp_agent_depth?: number | null;
/** Binding of tools in code mode. Accepted, not used by this version. */
mcp_code_mode_binding_level?: string | null;
/** Offer models the tools of MCP servers only for calls whose headers name servers or tools. */
mcp_disable_auto_tool_inject?: boolean | null;
/** Short-lived tokens for MCP sign-in pages. Accepted, not used by this version. */
mcp_enable_temp_token_auth?: boolean | null;
/** Where the authorization servers of MCP servers send browsers back to, such as https://gateway.example.com; /api/oauth/callback is below it. Default: where the sign-in was begun. */
mcp_external_client_url?: string | null;
/** Public address of the MCP server. Accepted, not used by this version. */
mcp_external_server_url?: unknown;
/** How MCP clients sign in. Accepted, not used by this version. */
mcp_server_auth_mode?: string | null;
/** Older place of mcp.tool_manager_config.tool_execution_timeout. Accepted, not used by this version. */
mcp_tool_execution_timeout?: number | null;
/** How often tool lists are read again. Accepted, not used by this version. */
mcp_tool_sync_interval?: unknown;
/** Models, or combinations of model and prometheus_labels, that metrics tell apart; further ones are counted together as other. A change needs a restart. */
metrics_models_max?: number | null;
/** OAuth server for MCP clients. Accepted, not used by this version. */
oauth2_server_config?: Record<string, unknown> | null;
/** Further labels of the metrics of calls. Their values come from the caller's headers x-asbru-prom-LABEL or x-bf-prom-LABEL, up to 64 bytes. A change needs a restart. */
prometheus_labels?: string[] | null;
/** Where callers reach the gateway, such as https://gateway.example.com. The admin UI has it in its examples. Default: where an edge says that it listens. */
public_url?: string | null;
/** Headers that a call must have. */
required_headers?: string[] | null;
/** Routing rules in a row. Accepted, not used by this version. */
routing_chain_max_depth?: number | null;
/** Silence in a stream after which the caller gets a comment that keeps the connection open. */
stream_heartbeat_in_seconds?: number | string | null;
/** Delivery of webhooks. Accepted, not used by this version. */
webhook_config?: Record<string, unknown> | null;
/** Routes without sign-in. Accepted, not used by this version. */
whitelisted_routes?: string[] | null;
} | null;

/** Refuse a call without a virtual key. */
export type ConfigClientEnforce_auth_on_inference = boolean | null;

export type ConfigCollector = {
/** File with the certificates that its own is checked against, on each node. Absent: those of the system. */
ca_file?: string | null;
/** Its address, such as http://collector:4318. Over HTTP, /v1/traces and /v1/metrics are added unless it ends so. Absent: nothing is sent. */
endpoint?: string | null;
/** Headers, or gRPC metadata, that go along. */
headers?: Record<string, ConfigSecret> | null;
/** How it is spoken to. */
protocol?: "http/protobuf" | "grpc" | null;
} | null;

export type ConfigCompat = {
/** Ask for chats by the Responses API: models that have only that are asked so anyway. Accepted, not used by this version. */
convert_chat_to_responses?: boolean | null;
/** Have text completions asked for as chats where a provider has none, and of OpenAI's models that complete no texts. A plugin litellmcompat does the same. */
convert_text_to_chat?: boolean | null;
/** Convert parameters: they are, always. Accepted, not used by this version. */
should_convert_params?: boolean | null;
/** Another name of client.drop_params. */
should_drop_params?: boolean | null;
} | null;

export type ConfigConcurrency = {
/** Calls that wait for a free slot; a further one is refused. None waits with client.drop_excess_requests. */
buffer_size?: number | null;
/** Calls to the provider at a time. */
concurrency?: number | null;
} | null;

export type ConfigCustom = {
/** Operations that the provider offers. Absent: those of its base. Given: those that are true, so {} is none. */
allowed_requests?: Record<string, boolean> | null;
/** The built-in provider whose dialect this one speaks. */
base_provider_type: string;
/** The provider wants no key. */
is_key_less?: boolean | null;
/** Where operations are asked for instead of at their base's own paths: a path behind base_url, or a whole URL; {model} stands for the model. Named as in allowed_requests, and streams by themselves. Nothing is changed for what the provider keeps under an id. */
request_path_overrides?: Record<string, string> | null;
} | null;

export type ConfigCustomer = {
/** What the customer's keys together may spend in a time. */
budget?: ConfigBudget;
/** The one of governance.budgets that stands for budget, where that is not given. */
budget_id?: string | null;
/** Further budgets, each of another period. */
budgets?: ConfigBudget[] | null;
/** Identifies the customer for customer_id. */
id: string;
/** Name of the customer in refusals and reports. */
name?: string | null;
/** What the customer's keys together may use in a time. */
rate_limit?: ConfigRateLimit;
/** The one of governance.rate_limits that stands for rate_limit, where that is not given. */
rate_limit_id?: string | null;
/** Words to find the customer by. */
tags?: string[] | null;
} | null;

export type ConfigDatabricks = {
/** A service principal, for a key without a value. */
client_id?: string | null;
/** Secret of the service principal. */
client_secret?: ConfigSecret;
/** Address of the workspace, instead of network_config.base_url: https://NAME.cloud.databricks.com. */
url?: string | null;
} | null;

export type ConfigDeployments = {
/** Model names of callers, and the models that they mean. */
deployments?: Record<string, string> | null;
} | null;

export interface ConfigFile {
/** environment: the variables of the process that was started without a file. */
kind: "file" | "environment";
/** It was started with --config-locked: what the file sets is changed there alone. */
locked: boolean;
/** The file, on the machine of the process that was started with it. */
name?: string;
}

export type ConfigFramework = {
/** A newer catalogue of models: windows, abilities, prices. */
pricing?: ConfigPricing;
} | null;

export type ConfigGovernance = {
/** The first administrator. */
auth_config?: ConfigAuthConfig;
/** Budgets that others refer to by budget_id. Each that refers to one counts by itself. */
budgets?: ConfigBudget[] | null;
/** Business units. Accepted, not used by this version. */
business_units?: unknown[] | null;
/** Customers: teams and virtual keys belong to them. */
customers?: ConfigCustomer[] | null;
/** What may be used of a model by all together, at one provider or at all. */
model_configs?: ConfigModelConfig[] | null;
/** Prices that replace those of the catalogue, also of one virtual key's calls. The first that fits counts. */
pricing_overrides?: ConfigScopedPrice[] | null;
/** What may be used of a provider by all together. */
providers?: ConfigProviderLimits[] | null;
/** Rate limits that others refer to by rate_limit_id. Each that refers to one counts by itself. */
rate_limits?: ConfigRateLimit[] | null;
/** Headers that a call must have, beside those of client.required_headers. */
required_headers?: string[] | null;
/** What a call reserves of budgets and of limits of tokens for its answer. likely: what nine of ten answers of the model stay below, or max_tokens if that is less; a budget can be passed by what an answer is longer. most: all of max_tokens, or 1024 tokens if the call does not say; a budget is not passed by calls that give max_tokens. */
reserve?: "likely" | "most" | null;
/** Roles of users. Accepted, not used by this version. */
roles?: unknown[] | null;
/** Where calls go. */
routing_rules?: ConfigRoutingRule[] | null;
/** Teams, which may have teams below them. */
teams?: ConfigTeam[] | null;
/** People who own virtual keys. All keys of one count together. */
users?: ConfigUser[] | null;
/** Keys that the gateway gives out. */
virtual_keys?: ConfigVirtualKey[] | null;
} | null;

export type ConfigGuardrailCheck = {
/** refuse ends the call with the error guardrail_blocked; redact replaces what was found; note only tells of it. Absent: redact for pii, refuse for all others. Only pii, words and regex can redact. */
action?: "refuse" | "redact" | "note" | null;
/** Of moderation: what is not wanted. Absent: violence, hate, harassment, sexual content, self-harm and crime. */
categories?: string[] | null;
/** Of words: also with digits and signs for letters, as in p4$$word. */
digits?: boolean | null;
/** Of words: only as they are written. */
exact?: boolean | null;
/** Of moderation: what it is told to look for, beside the categories. */
instructions?: string | null;
/** Of pii: what is found. Absent: all. */
kinds?: ("email" | "phone" | "iban" | "card" | "ssn" | "ip" | "api_key")[] | null;
/** Of limits: most bytes of all texts of a call, or of an answer. 0: any. */
max_bytes?: number | null;
/** Of limits: most messages of a call. */
max_messages?: number | null;
/** Of limits: most tokens that a call may ask for. One that asks for more, or does not say, is sent with this many. */
max_output_tokens?: number | null;
/** Of limits: the same in tokens, estimated at 4 bytes each. */
max_tokens?: number | null;
/** What a caller is told whose call is refused. */
message?: string | null;
/** Of moderation: the model that judges, as provider/model. */
model?: string | null;
/** What the check is called in verdicts. Absent: its type. */
name?: string | null;
/** Of words: also within longer words. */
parts?: boolean | null;
/** Of pii and regex: regular expressions to find. */
patterns?: ConfigGuardrailPattern[] | null;
/** Of pii: whether the caller sees the values again where the answer has their placeholders. */
restore?: boolean | null;
/** Of json_schema: the JSON Schema that the answer's text must fit. Absent: the one that the call came with, if any. */
schema?: Record<string, unknown> | null;
/** Of injection and moderation: the least score that counts. */
threshold?: number | null;
/** Of json_schema: how often a model is asked, with what was wrong, before the call fails. */
tries?: number | null;
/** What is looked for: see docs/guardrails.md. */
type: "pii" | "words" | "regex" | "injection" | "limits" | "json_schema" | "moderation";
/** Of regex, pii patterns and moderation: how many bytes of a stream are looked at together, and held back until then. Absent: 256, and 2000 for moderation. */
window?: number | null;
/** Of words: words and phrases. Upper case, accents, look-alike letters and characters that cannot be seen make no difference. */
words?: string[] | null;
} | null;

export type ConfigGuardrailPattern = {
/** The check digits that what is found must have. */
check?: "luhn" | "mod97" | null;
/** Its name, of letters, digits and underscores; in upper case the word of its placeholder. */
name: string;
/** The expression, as RE2 has it. */
regex: string;
} | null;

export type ConfigGuardrailRule = {
/** Whether it looks at what is sent to models, at what they answer, or at both. */
apply_to?: "input" | "output" | "both" | null;
/** Of which calls, in CEL with what routing rules can ask. Absent: of all. */
cel?: string | null;
/** Another name of cel. */
cel_expression?: ConfigGuardrailRuleCel;
/** What is looked for. */
checks: ConfigGuardrailCheck[];
/** Whether the rule holds. */
enabled?: boolean | null;
/** Id of the rule; its name stands for one that is absent. */
id?: string | null;
/** Name of the rule. */
name?: string | null;
/** What becomes of a call when a check cannot be made, as when a model does not answer. */
on_error?: "allow" | "deny" | null;
/** Share of the calls that it looks at, in percent. */
sampling_rate?: number | null;
} | null;

/** Of which calls, in CEL with what routing rules can ask. Absent: of all. */
export type ConfigGuardrailRuleCel = string | null;

export type ConfigGuardrails = {
/** The rules, all of which are looked at, in this order. */
rules?: ConfigGuardrailRule[] | null;
} | null;

export type ConfigHeaderFilter = {
/** Names of headers, in which * stands for any text, that are passed on, also under their own name without x-bf-eh-. Empty: all that are sent as x-bf-eh-NAME, and no others. */
allowlist?: string[] | null;
/** Names of headers that are not passed on, whatever allowlist says. */
denylist?: string[] | null;
} | null;

export type ConfigKey = {
/** Model names of callers, and the provider's names for them. */
aliases?: Record<string, string> | null;
/** Azure OpenAI: where the key's resource is, and how to sign in. With an empty value, by Entra. */
azure_key_config?: ConfigAzure;
/** Amazon Bedrock: region, and how to sign. With a value, that is an API key, and nothing is signed. */
bedrock_key_config?: ConfigBedrock;
/** Bedrock Mantle: keys, region. Accepted, not used by this version. */
bedrock_mantle_key_config?: Record<string, unknown> | null;
/** Models that the key does not serve, whatever models says. ["*"] blocks all. */
blacklisted_models?: string[] | null;
/** What may be spent with the key in a time. */
budget?: ConfigBudget;
/** Hash as Bifrost exports it. Accepted, not used by this version. */
config_hash?: string | null;
/** Databricks: the key's workspace, and its service principal. */
databricks_key_config?: ConfigDatabricks;
/** Free text. Accepted, not used by this version. */
description?: string | null;
/** Whether the key is used. What a disabled key refers to may be missing. */
enabled?: boolean | null;
/** Hugging Face: names of models. */
huggingface_key_config?: ConfigDeployments;
/** Identifies the key for key_ids. Default: the name. */
id?: string | null;
/** Models that the key serves. Absent or empty: see version. */
models?: string[] | null;
/** Name of the key in metrics, logs and x-asbru-key. Default: the id, else key-N. */
name?: string | null;
/** Ollama: the key's own server. */
ollama_key_config?: ConfigOwnServer;
/** Prices of calls with this key, before those of the provider. The first that fits counts. */
pricing_overrides?: ConfigPriceOverride[] | null;
/** What may be used with the key in a time. At the limit, other keys are used. */
rate_limit?: ConfigRateLimit;
/** Replicate: names of models. */
replicate_key_config?: ConfigDeployments;
/** SGLang: the key's own server. */
sgl_key_config?: ConfigOwnServer;
/** State as Bifrost exports it. Accepted, not used by this version. */
status?: string | null;
/** Use the key for batches and files. Accepted, not used by this version. */
use_for_batch_api?: boolean | null;
/** The credential. */
value?: ConfigSecret;
/** Vertex AI: project, region, and how to sign in. With a value, that is an API key. */
vertex_key_config?: ConfigVertex;
/** vLLM: the key's own server. */
vllm_key_config?: ConfigOwnServer;
/** Share of the calls, relative to the other keys'. 0 takes none. */
weight?: number | null;
} | null;

export type ConfigLedger = {
/** MiB that calls may take in the store: their rows, with all that finds them, and their bodies. Above it the oldest go first; in PostgreSQL by whole days, and never today's. Those of the last hour always stay. 0 is without end. */
max_size_mb?: number | null;
/** Days that the row of a call is kept. 0 is for ever. Keep rows for longer than the longest period that is billed or limited by. */
retention_in_days?: number | null;
} | null;

export type ConfigLogs = {
/** Of which calls the bodies are kept, of the request and of the answer: none (off), those of virtual keys whose log_bodies is true (keys), also those that fail (errors), or all. A key whose log_bodies is false is left out in any case. */
bodies?: "off" | "keys" | "errors" | "all" | null;
/** Keep bodies also where the caller's header x-asbru-log-bodies says false, or x-bf-disable-content-logging true. */
ignore_callers?: boolean | null;
/** How much of a body is kept, and separately of an answer's. */
max_body_bytes?: number | null;
/** MiB that bodies may take in the store, compressed; the oldest go first. Their index takes about as much again. 0 is without end. */
max_size_mb?: number | null;
/** Regular expressions, as RE2 has them: what they find in a body is replaced by [redacted] before it leaves the node. What looks like a key, a token or a password always is. */
redact?: string[] | null;
/** Days that bodies are kept, and no longer than the rows of their calls. 0 is as long as those. */
retention_in_days?: number | null;
} | null;

export type ConfigMCP = {
/** Let all servers be on private and loopback addresses, and be reached over http. */
allow_private_networks?: boolean | null;
/** The MCP servers. */
client_configs?: ConfigMCPClient[] | null;
/** The gateway as an MCP server itself, at /mcp. */
server?: ConfigMCPServer;
/** How tools are run. */
tool_manager_config?: ConfigMCPToolManager;
/** How often the tools of a server are listed again, beside when it says that they have changed; at least 10 s, -1 for never. */
tool_sync_interval?: number | string | null;
} | null;

export type ConfigMCPAgent = {
/** Dollars that turns and tools may cost. */
max_cost?: number | null;
/** Turns. */
max_depth?: number | null;
/** Time. */
max_time?: number | string | null;
} | null;

export type ConfigMCPClient = {
/** Let virtual keys whose mcp_configs do not name the server use all that it offers. */
allow_on_all_virtual_keys?: boolean | null;
/** Let the server be on a private or loopback address, and be reached over http. */
allow_private_networks?: boolean | null;
/** Another name of forward_headers. */
allowed_extra_headers?: ConfigMCPClientForward_headers;
/** How the gateway shows who it is. headers: with those of headers. oauth: by a token besides, for which an administrator signs in. per_user_oauth: by a token for which the holder of each virtual key signs in. See docs/mcp-servers.md. */
auth_type?: "none" | "headers" | "oauth" | "per_user_oauth" | null;
/** Another name of id. */
client_id?: ConfigMCPClientId;
/** Hash as Bifrost exports it. Accepted, not used by this version. */
config_hash?: unknown;
/** URL of a server that is reached by http or sse. */
connection_string?: string | null;
/** http is streamable HTTP. stdio is a program of the gateway's own machine; see docs/mcp-servers.md for where it runs. */
connection_type: "http" | "sse" | "stdio";
/** As enabled: false, in Bifrost's words. */
disabled?: boolean | null;
/** Whether the server is connected to. */
enabled?: boolean | null;
/** Headers of a caller's request that its tool calls take along. Those that say who the caller is to the gateway never go. */
forward_headers?: string[] | null;
/** Headers that go with each request to the server. */
headers?: Record<string, ConfigSecret> | null;
/** Identifies the server. Default: the name. */
id?: string | null;
/** Offer the tools as functions of a script (code mode). */
is_code_mode_client?: boolean | null;
/** Whether the server answers pings. Otherwise its tools are listed to see whether it is there. */
is_ping_available?: boolean | null;
/** Largest answer of the server, in MiB. */
max_result_size_mb?: number | null;
/** Name of the server: letters, digits, - and _. The names of its tools begin with it. */
name: string;
/** Whether Bifrost keeps a caller on one connection: there is one for all, or with per_user_oauth one for each call. Accepted, not used by this version. */
needs_session_stickiness?: unknown;
/** What there is to say to auth_type oauth and per_user_oauth. Absent: the server and its authorization server say all, and the gateway registers itself. */
oauth_config?: ConfigMCPOAuth;
/** Id as Bifrost exports it. Accepted, not used by this version. */
oauth_config_id?: unknown;
/** What happens to a tool that the server describes otherwise than before. hide: nobody is offered it until it is approved. alert: it is offered, and the log says so. accept: it is approved. */
on_change?: "hide" | "accept" | "alert" | null;
/** Time between two pings. Five that fail in a row end the connection, and another one is made. */
ping_interval?: number | string | null;
/** State as Bifrost exports it. Accepted, not used by this version. */
state?: unknown;
/** The program of stdio. Only the start-up file of the node that runs it counts. */
stdio_config?: ConfigMCPStdio;
/** Which certificate a server must show that is reached by http or sse. */
tls_config?: ConfigMCPTLS;
/** As mcp.tool_manager_config.tool_execution_timeout, of this server. */
tool_execution_timeout?: number | string | null;
/** Dollars for a call of a tool, by the server's names. */
tool_pricing?: Record<string, number> | null;
/** As mcp.tool_sync_interval, of this server. */
tool_sync_interval?: number | string | null;
/** Those of them that are run without asking the caller. ["*"] is all, absent or empty none. */
tools_to_auto_execute?: string[] | null;
/** Tools that may be used, by the server's names. ["*"] is all, absent or empty none. */
tools_to_execute?: string[] | null;
} | null;

/** Headers of a caller's request that its tool calls take along. Those that say who the caller is to the gateway never go. */
export type ConfigMCPClientForward_headers = string[] | null;

/** Identifies the server. Default: the name. */
export type ConfigMCPClientId = string | null;

export type ConfigMCPGrant = {
/** Name of the server. */
mcp_client_name?: string | null;
/** Its tools that may be used; ["*"] is all, absent or empty none. */
tools_to_execute?: string[] | null;
} | null;

export type ConfigMCPOAuth = {
/** Where a browser is sent to. Absent: as the authorization server says. */
authorize_url?: string | null;
/** The gateway's id at the authorization server. Absent: it registers itself (RFC 7591). */
client_id?: string | null;
/** The gateway's secret there. Absent: it is a public client. */
client_secret?: ConfigSecret;
/** Where browsers are sent back to: client.mcp_external_client_url says it. Accepted, not used by this version. */
redirect_uri?: string | null;
/** Where the gateway registers itself. Absent: as the authorization server says. */
registration_url?: string | null;
/** What is asked for. Absent: what the server says that it wants. */
scopes?: string[] | null;
/** Address that Bifrost begins its discovery at: the server's. Accepted, not used by this version. */
server_url?: string | null;
/** Where tokens are given. Absent: as the authorization server says. */
token_url?: string | null;
/** Whether addresses are asked for: those that are not given are. Accepted, not used by this version. */
use_discovery?: unknown;
} | null;

export type ConfigMCPServer = {
/** Names, without a port, by which clients may reach a gateway that listens on a loopback address, such as that of a proxy before it. Other names are refused there, so that no page of a browser gets through. */
allowed_hosts?: string[] | null;
/** Whether there is one. */
enabled?: boolean | null;
/** Where clients reach the gateway, such as https://gateway.example.com. Default: where each says it does. */
public_url?: string | null;
} | null;

export type ConfigMCPStdio = {
/** Its arguments. */
args?: string[] | null;
/** The program. No shell is started. */
command?: string | null;
/** The folder that it runs in. Default: a new, empty one. */
dir?: string | null;
/** Further variables that it gets. */
env?: Record<string, ConfigSecret> | null;
/** Names of variables of the gateway's environment that it gets, and NAME=VALUE. It gets no others. */
envs?: string[] | null;
} | null;

export type ConfigMCPTLS = {
/** Certificate authorities, in PEM form, that are trusted besides the system's. */
ca_cert_pem?: string | null;
/** Accept any certificate of the server. For tests only. */
insecure_skip_verify?: boolean | null;
} | null;

export type ConfigMCPToolManager = {
/** In code mode, whether there is a file that tells of tools for each server or for each tool. */
code_mode_binding_level?: "server" | "tool" | null;
/** How long a script may take, the tools that it calls included. */
code_mode_timeout?: number | string | null;
/** As client.mcp_disable_auto_tool_inject: either is enough. */
disable_auto_tool_inject?: boolean | null;
/** Dollars that the turns and tools of one call may cost: behind a turn that has reached them there is no other. 0: no limit. */
max_agent_cost?: number | null;
/** Turns that an agent takes at most: how often the model is asked for one call. */
max_agent_depth?: number | null;
/** How long an agent may take for one call. */
max_agent_time?: number | string | null;
/** Tools of one turn that an agent runs at the same time. */
max_parallel_tools?: number | null;
/** Largest result of a tool that an agent gives to the model, in KiB; of a larger one it gets the beginning. */
max_tool_result_kb?: number | null;
/** Longest that a tool may take. */
tool_execution_timeout?: number | string | null;
} | null;

export type ConfigModelConfig = {
/** What all who call the model, together, may spend in a time. */
budget?: ConfigBudget;
/** The one of governance.budgets that stands for budget, where that is not given. */
budget_id?: string | null;
/** Further budgets, each of another period. */
budgets?: ConfigBudget[] | null;
/** Identifies the entry. */
id?: string | null;
/** The model, as callers name it behind the provider's name. */
model_name: string;
/** The provider at which it is meant. Default: all of them together. */
provider?: string | null;
/** What all who call the model, together, may use in a time. */
rate_limit?: ConfigRateLimit;
/** The one of governance.rate_limits that stands for rate_limit, where that is not given. */
rate_limit_id?: string | null;
} | null;

export type ConfigNetwork = {
/** Address of the API: origin and any prefix before its version path. With the version path appended it means the same. */
base_url?: string | null;
/** Anthropic beta headers that are passed on. Accepted, not used by this version. */
beta_header_overrides?: Record<string, unknown> | null;
/** Certificate authorities, in PEM form, that are trusted besides the system's. */
ca_cert_pem?: string | null;
/** Longest wait for a connection, TLS included. */
connect_timeout_ms?: number | string | null;
/** Longest wait for the first byte of an answer, and for the whole of one that is not streamed. */
default_request_timeout_in_seconds?: number | string | null;
/** Speak HTTP/2 only. Accepted, not used by this version. */
enforce_http2?: boolean | null;
/** Fields added to each request body. Accepted, not used by this version. */
extra_body?: Record<string, unknown> | null;
/** Headers sent with each call. */
extra_headers?: Record<string, ConfigSecret> | null;
/** Longest wait for the first byte of an answer. Default: default_request_timeout_in_seconds. */
first_byte_timeout_in_seconds?: number | string | null;
/** Accept any certificate of the provider. For tests only. */
insecure_skip_verify?: boolean | null;
/** Connections to the provider; here each slot of concurrency is one. Accepted, not used by this version. */
max_conns_per_host?: number | null;
/** Attempts after the first at the same provider. */
max_retries?: number | null;
/** Pause before the first retry; it doubles with each. */
retry_backoff_initial?: number | string | null;
/** Another name of retry_backoff_initial. */
retry_backoff_initial_ms?: ConfigNetworkRetry_backoff_initial;
/** Longest pause before a retry. */
retry_backoff_max?: number | string | null;
/** Another name of retry_backoff_max. */
retry_backoff_max_ms?: ConfigNetworkRetry_backoff_max;
/** Longest gap within a stream. */
stream_idle_timeout_in_seconds?: number | string | null;
} | null;

/** Pause before the first retry; it doubles with each. */
export type ConfigNetworkRetry_backoff_initial = number | string | null;

/** Longest pause before a retry. */
export type ConfigNetworkRetry_backoff_max = number | string | null;

export type ConfigOIDC = {
/** The gateway's id at the provider. */
client_id?: string | null;
/** The gateway's secret at the provider. Empty: it is a public client. */
client_secret?: ConfigSecret;
/** The claim of the ID token that lists a person's groups. */
groups_claim?: string | null;
/** The provider's issuer: an https address, of which .well-known/openid-configuration tells the rest. Empty: nobody signs in so. */
issuer?: string | null;
/** Where the provider sends people back to: https://HOST/api/session/oidc/callback. */
redirect_url?: string | null;
/** The role of each group's people; of several, the greatest. Who has none may not sign in. */
roles?: Record<string, "viewer" | "operator" | "admin"> | null;
/** What is asked for beside openid. Absent: profile, email. */
scopes?: string[] | null;
/** The team that each group's people are confined to. Absent: nobody is confined. Otherwise, who is in none of these groups may not sign in, but for administrators, who are never confined. */
teams?: Record<string, string> | null;
} | null;

export type ConfigOTLPMetrics = {
/** A collector of their own. Absent: telemetry.collector. */
collector?: ConfigCollector;
/** Whether metrics are sent. */
enabled?: boolean | null;
/** How often. */
interval?: number | string | null;
} | null;

export type ConfigOpenAI = {
/** Whether OpenAI is told to keep no answer (Responses' store), whatever the caller says. */
disable_store?: boolean | null;
} | null;

export interface ConfigOutputBody {
/** Its section auth_config, as Bifrost has it. */
auth_config?: unknown;
/** Its section client, as Bifrost has it. */
client_config?: unknown;
/** The configuration. Secrets show their last four characters; sent back as they are, they stay what they were. */
config: unknown;
/** Its section framework.pricing, as Bifrost has it. */
framework_config?: unknown;
/** What is worth knowing of it. */
notes?: Detail[] | null;
revision: number;
/** A revision that is being tried on a part of the nodes. */
stage?: Stage;
}

export type ConfigOwnServer = {
/** The server's name of its model. All names that the key serves mean this model. */
model_name?: string | null;
/** Address of the server, instead of network_config.base_url. */
url?: string | null;
} | null;

export type ConfigPlugin = {
/** Whether it may connect to private addresses. */
allow_private_network?: boolean | null;
/** Digest of its program, sha256: and 64 hexadecimal digits, where the cluster keeps that: see docs/plugins.md. It stands for path. */
artefact?: string | null;
/** Its own settings. env.NAME, file:PATH and vault:PATH#FIELD are followed. */
config?: Record<string, unknown> | null;
/** Whether it is called. */
enabled?: boolean | null;
/** What kind of plugin it is: docs/plugins.md lists them. Absent: the one of its name. */
kind?: string | null;
/** Models that it is called for, as callers name them or as provider/model; * stands for any characters. Absent: all. */
models?: string[] | null;
/** Name of the plugin, in metrics and errors. */
name: string;
/** What becomes of a call for which it fails or takes too long: allow lets it go on without the plugin, deny refuses it. */
on_error?: "allow" | "deny" | null;
/** Operations that it is called for, such as chat or embedding. Absent: chat, text completion, embedding and rerank. */
ops?: string[] | null;
/** Order of the plugins of one placement, the lowest first. */
order?: number | null;
/** Where its program is, of a kind that has one. */
path?: string | null;
/** Whether it stands before the plugins that come with the program, among them, or behind them. */
placement?: "pre_builtin" | "builtin" | "post_builtin" | null;
/** What it was before its last upgrade, to which a rollback goes back. */
previous?: ConfigPluginVersion;
/** For how many of the calls it is called, in percent, by the call's id. */
rollout_percent?: number | null;
/** How long it may take each time. Absent: as its kind has it, or else 1 s. */
timeout?: number | string | null;
/** Another version of it, which a part of the calls tries. */
upgrade?: ConfigPluginUpgrade;
/** Version of it, as its maker counts. */
version?: unknown;
/** Ids or names of the virtual keys whose calls it is called for. Absent: all calls. */
virtual_keys?: string[] | null;
} | null;

export type ConfigPluginUpgrade = {
/** As that of the plugin. */
artefact?: string | null;
/** As that of the plugin, all of it. */
config?: Record<string, unknown> | null;
/** As that of the plugin. */
path?: string | null;
/** For how many of the plugin's calls it stands in, in percent. */
percent?: number | null;
/** As that of the plugin. */
version?: unknown;
} | null;

export type ConfigPluginVersion = {
/** As that of the plugin. */
artefact?: string | null;
/** As that of the plugin. */
config?: Record<string, unknown> | null;
/** As that of the plugin. */
path?: string | null;
/** As that of the plugin. */
version?: unknown;
} | null;

export type ConfigPriceOverride = {
/** Dollars for a token of input that is written to a cache. Default: as other input. */
cache_creation_input_token_cost?: number | null;
/** Dollars for a token of input that is read from a cache. Default: as other input. */
cache_read_input_token_cost?: number | null;
/** Dollars for a call, whatever it uses. */
cost_per_call?: number | null;
/** Dollars for a search, a character of speech, a second of sound or video. */
cost_per_unit?: number | null;
/** Number as Bifrost exports it. Accepted, not used by this version. */
id?: unknown;
/** Dollars for a token of sound that is sent. Default: as other input. */
input_cost_per_audio_token?: number | null;
/** Dollars for a token of an image that is sent. Default: as other input. */
input_cost_per_image_token?: number | null;
/** Dollars for a token of input. */
input_cost_per_token?: number | null;
/** How model_pattern is read: the name; * for any text and ? for any character; a regular expression that is found in the name. */
match_type?: "exact" | "wildcard" | "regex" | null;
/** Which models. What match_type says. */
model_pattern: string;
/** Name as Bifrost exports it. Accepted, not used by this version. */
name?: string | null;
/** Dollars for a token of sound in the answer. Default: as other output. */
output_cost_per_audio_token?: number | null;
/** Dollars for an image that is made. */
output_cost_per_image?: number | null;
/** Dollars for a token of an image in the answer. Default: as other output. */
output_cost_per_image_token?: number | null;
/** Dollars for a token of reasoning. Default: as other output. */
output_cost_per_reasoning_token?: number | null;
/** Dollars for a token of output. */
output_cost_per_token?: number | null;
/** Operations that the price is for. Accepted, not used by this version. */
request_types?: unknown[] | null;
} | null;

export type ConfigPricing = {
/** How often it is fetched. */
pricing_sync_interval?: number | string | null;
/** Where a sheet of models is fetched: an http(s) address, or the path of a file. In LiteLLM's or Bifrost's JSON, or in the form of the built-in table. Empty: the built-in table alone. */
pricing_url?: string | null;
/** When it was last asked for out of turn. Another value has every node fetch it at once. */
synced_at?: string | null;
} | null;

export type ConfigProvider = {
/** What happens to a call whose caller has left. stop: the connection is cut and usage is estimated. drain: the answer is read to its end for its real usage, for providers that bill all the same. */
cancel?: "stop" | "drain" | null;
/** Most bytes that drain reads after the caller has left. */
cancel_drain_max_bytes?: number | null;
/** Longest that drain reads after the caller has left. */
cancel_drain_timeout_in_seconds?: number | string | null;
/** Calls at a time, and calls that wait. */
concurrency_and_buffer_size?: ConfigConcurrency;
/** Hash as Bifrost exports it. Accepted, not used by this version. */
config_hash?: string | null;
/** Makes a provider under a name of your own. */
custom_provider_config?: ConfigCustom;
/** Free text. Accepted, not used by this version. */
description?: string | null;
/** Credentials. Each call takes one, shared out by weight. */
keys?: ConfigKey[] | null;
/** How the provider is reached. */
network_config?: ConfigNetwork;
/** What only OpenAI has. */
openai_config?: ConfigOpenAI;
/** Prices that replace those of the catalogue. The first that fits counts. */
pricing_overrides?: ConfigPriceOverride[] | null;
/** Network proxy on the way to the provider. */
proxy_config?: ConfigProxy;
/** Repeat a call even if the provider may have run it already, so that it may be billed twice. */
retry_ambiguous?: boolean | null;
/** Add the provider's request to the answer. Accepted, not used by this version. */
send_back_raw_request?: boolean | null;
/** Add the provider's response to the answer. Accepted, not used by this version. */
send_back_raw_response?: boolean | null;
/** State as Bifrost exports it. Accepted, not used by this version. */
status?: string | null;
/** Keep raw requests and responses in the log. Accepted, not used by this version. */
store_raw_request_response?: boolean | null;
} | null;

export type ConfigProviderLimits = {
/** What all who call the provider, together, may spend in a time. */
budget?: ConfigBudget;
/** The one of governance.budgets that stands for budget, where that is not given. */
budget_id?: string | null;
/** Further budgets, each of another period. */
budgets?: ConfigBudget[] | null;
/** Another name of provider. */
name?: ConfigProviderLimitsProvider;
/** Name of the provider. */
provider?: string | null;
/** What all who call the provider, together, may use in a time. */
rate_limit?: ConfigRateLimit;
/** The one of governance.rate_limits that stands for rate_limit, where that is not given. */
rate_limit_id?: string | null;
} | null;

/** Name of the provider. */
export type ConfigProviderLimitsProvider = string | null;

export type ConfigProxy = {
/** Certificate authorities, in PEM form, for a proxy that reads TLS. */
ca_cert_pem?: string | null;
/** Whether the gateway's own requests go through it. Accepted, not used by this version. */
enable_for_api?: boolean | null;
/** Whether calls go through it. Accepted, not used by this version. */
enable_for_inference?: boolean | null;
/** Whether user provisioning goes through it. Accepted, not used by this version. */
enable_for_scim?: boolean | null;
/** Whether it is used. false: there is none, for this provider or, in proxy_config, for all that have none of their own. */
enabled?: boolean | null;
/** Hosts that are reached without it, with commas between them, as in NO_PROXY. */
no_proxy?: string | null;
/** Password at the proxy. */
password?: ConfigSecret;
/** Whether the proxy's certificate is not checked. Accepted, not used by this version. */
skip_tls_verify?: boolean | null;
/** Time limit of the proxy. Accepted, not used by this version. */
timeout?: number | null;
/** Kind of proxy. environment: as HTTP_PROXY, HTTPS_PROXY and NO_PROXY say. */
type?: "none" | "http" | "socks5" | "environment" | null;
/** Address of the proxy, for http and socks5. */
url?: ConfigSecret;
/** User name at the proxy. */
username?: ConfigSecret;
} | null;

export type ConfigPublisher = {
/** Who it is. */
name: string;
/** Public key of its signatures: the 32 bytes of an Ed25519 key in base64, as "asbru plugin key" shows it. */
public_key: string;
} | null;

export type ConfigRateLimit = {
/** Identifies the rate limit for rate_limit_id. */
id?: string | null;
/** What Bifrost had counted. Accepted, not used by this version. */
request_current_usage?: unknown;
/** When Bifrost began to count. Accepted, not used by this version. */
request_last_reset?: unknown;
/** Calls in each period. */
request_max_limit?: number | null;
/** The period of calls: 30s, 5m, 1h, 1d, 1w, 1M, 1Y. */
request_reset_duration?: string | null;
/** What Bifrost had counted. Accepted, not used by this version. */
token_current_usage?: unknown;
/** When Bifrost began to count. Accepted, not used by this version. */
token_last_reset?: unknown;
/** Tokens in each period. */
token_max_limit?: number | null;
/** The period of tokens. */
token_reset_duration?: string | null;
} | null;

export type ConfigReportSchedule = {
/** What spend is told apart by: one or two. key is a provider's. Absent: by team and by model. */
by?: ("customer" | "team" | "user" | "virtual_key" | "provider" | "model" | "key" | "day")[] | null;
/** Only calls of these customers. */
customer_ids?: string[] | null;
/** Whether anything is sent. */
enabled?: boolean | null;
/** How long a time a report is of. A week begins on Monday, a month on its first day. */
every: "day" | "week" | "month";
/** The hour, in the time zone, of the day after that time at which it is sent. Calls are in it whose usage has come to the ledger by then. */
hour?: number | null;
/** Id of the schedule; its name stands for one that is absent. */
id?: string | null;
/** Only calls of these models. */
models?: string[] | null;
/** Name of the report. */
name?: string | null;
/** Only calls of these providers. */
providers?: string[] | null;
/** Server and addresses of e-mail. */
smtp?: ConfigSMTP;
/** Only calls of these teams. */
team_ids?: string[] | null;
/** Where days begin at midnight, as Europe/Berlin. */
time_zone?: string | null;
/** webhook is signed as docs/webhooks.md says; email goes through SMTP, with the table as CSV attached. */
type: "webhook" | "email";
/** Address of a webhook. */
url?: ConfigSecret;
/** Only calls by these virtual keys. */
virtual_key_ids?: string[] | null;
} | null;

export type ConfigReports = {
/** What is sent to whom, and how often. */
schedules?: ConfigReportSchedule[] | null;
} | null;

export type ConfigRoutingRule = {
/** Which calls the rule is for, in CEL. Absent or empty: all. */
cel_expression?: string | null;
/** Whether Bifrost looks at further rules. Accepted, not used by this version. */
chain_rule?: unknown;
/** The calls are refused with this message, and go nowhere. */
deny_message?: string | null;
/** Free text. */
description?: string | null;
/** Whether the rule is used. */
enabled?: boolean | null;
/** Models, as provider/model, that are tried in turn when the target fails. Those that the caller names stand before them. */
fallbacks?: string[] | null;
/** Identifies the rule. */
id?: string | null;
/** Name of the rule in logs and explanations. */
name?: string | null;
/** Order of the rules of one scope, the lowest first. */
priority?: number | null;
/** The expression as Bifrost's editor keeps it. Accepted, not used by this version. */
query?: Record<string, unknown> | null;
/** Whose calls the rule is for. A rule of a virtual key goes before one of a team, that before one of a customer, and that before a global one. */
scope?: "global" | "customer" | "team" | "virtual_key" | null;
/** Id of the customer, team or virtual key. */
scope_id?: string | null;
/** A part of the calls is sent a second time, to another model, whose answer nobody gets. */
shadow?: ConfigShadow;
/** How a target is chosen. weighted: by chance, by weight; priority: the first; least_latency, least_cost, least_busy: the one that is quickest, cheapest, or has the fewest calls; sticky: the same one for each session. The others are fallbacks. */
strategy?: "weighted" | "priority" | "least_latency" | "least_cost" | "least_busy" | "sticky" | null;
/** Where these calls go: to one of them, by strategy. */
targets?: ConfigRoutingTarget[] | null;
} | null;

export type ConfigRoutingTarget = {
/** Id or name of the provider's key that is used. Absent: any. */
key_id?: string | null;
/** The model. Absent: as the caller has it. */
model?: string | null;
/** The provider. Absent: as the caller has it. */
provider?: string | null;
/** Share of the calls, relative to the other targets'. */
weight?: number | null;
} | null;

export type ConfigSMTP = {
/** The sender's address. */
from?: string | null;
/** Name of the server. */
host?: string | null;
/** The password. */
password?: ConfigSecret;
/** Its port. */
port?: number | null;
/** starttls begins in the clear and goes no further without TLS; implicit is TLS from the first byte (port 465); none is in the clear, and without a password. */
tls?: "starttls" | "implicit" | "none" | null;
/** The receivers' addresses. */
to?: string[] | null;
/** Who signs in. Absent: nobody does. */
username?: string | null;
} | null;

export type ConfigScopedPrice = {
/** Which models, and what they cost. */
price: ConfigPriceOverride;
/** The provider whose models are meant. Default: all. */
provider?: string | null;
/** The virtual key, by id or name, whose calls cost this. Default: all. Such a price counts before those of keys and providers. */
virtual_key_id?: string | null;
} | null;

/** The value itself, env.NAME for an environment variable, or file:PATH for a file. */
export type ConfigSecret = string | {
env_var?: string;
from_env?: boolean;
ref?: string;
type?: string;
value?: string;
} | null;

export type ConfigSecrets = {
/** The HashiCorp Vault that vault:PATH#FIELD is read in. The variables ASBRU_VAULT_… go before it. */
vault?: ConfigVault;
} | null;

export type ConfigServer = {
/** The flag --data-dir. */
data_dir?: string | null;
/** The flag --drain-grace. */
drain_grace_in_seconds?: number | string | null;
/** The flag --drain-timeout. */
drain_timeout_in_seconds?: number | string | null;
/** Longest that a connection stays open between two requests. */
idle_timeout_in_seconds?: number | string | null;
/** The flag --listen. */
listen?: string | null;
/** The flag --log-format. */
log_format?: "text" | "json" | null;
/** The flag --log-level. */
log_level?: "debug" | "info" | "warn" | "error" | null;
/** Connections at a time. */
max_connections?: number | null;
/** Connections at a time from one address. 0 is no limit. */
max_connections_per_ip?: number | null;
/** Largest request head, in bytes. */
max_header_bytes?: number | null;
/** Longest request target, in bytes. */
max_url_bytes?: number | null;
/** The flag --node-id. */
node_id?: string | null;
/** The flag --ops-listen. */
ops_listen?: string | null;
/** Another name of max_header_bytes. */
read_buffer_size?: ConfigServerMax_header_bytes;
/** Longest that a caller may take to send a request, from its first byte to its last. */
read_timeout_in_seconds?: number | string | null;
/** Certificate chain, PEM. With tls_key_file the listener speaks TLS; both are read again when they change. */
tls_cert_file?: string | null;
/** Key of the certificate, PEM. */
tls_key_file?: string | null;
/** Longest that a caller may take to accept the next 64 KiB of an answer, or what there is of it. */
write_timeout_in_seconds?: number | string | null;
} | null;

/** Largest request head, in bytes. */
export type ConfigServerMax_header_bytes = number | null;

export type ConfigShadow = {
/** Part of the calls, in percent. */
percent?: number | null;
/** Where they go, as provider/model. */
target: string;
} | null;

export type ConfigTeam = {
/** What the team's keys, and those of the teams below it, together may spend in a time. */
budget?: ConfigBudget;
/** The one of governance.budgets that stands for budget, where that is not given. */
budget_id?: string | null;
/** Further budgets, each of another period. */
budgets?: ConfigBudget[] | null;
/** Claims as Bifrost exports them. Accepted, not used by this version. */
claims?: Record<string, unknown> | null;
/** Settings as Bifrost exports them. Accepted, not used by this version. */
config?: Record<string, unknown> | null;
/** Customer of the team. Default: that of its parent. */
customer_id?: string | null;
/** Identifies the team for team_id. */
id: string;
/** Name of the team in refusals and reports. */
name?: string | null;
/** The team that this one is a part of. What it uses counts for that one too. At most 5 teams stand above each other. */
parent_id?: string | null;
/** Profile as Bifrost exports it. Accepted, not used by this version. */
profile?: Record<string, unknown> | null;
/** What the team's keys, and those of the teams below it, together may use in a time. */
rate_limit?: ConfigRateLimit;
/** The one of governance.rate_limits that stands for rate_limit, where that is not given. */
rate_limit_id?: string | null;
/** Words to find the team by. */
tags?: string[] | null;
} | null;

export type ConfigTelemetry = {
/** The collector that is sent to. */
collector?: ConfigCollector;
/** The metrics of /metrics, sent on to a collector. */
metrics?: ConfigOTLPMetrics;
/** Further attributes of the resource, such as deployment.environment.name. */
resource_attributes?: Record<string, string> | null;
/** What the gateway calls itself: the resource's service.name. */
service_name?: string | null;
/** Traces of calls. */
traces?: ConfigTraces;
} | null;

export type ConfigTraces = {
/** Whether calls are traced, where there is a collector. */
enabled?: boolean | null;
/** Whether the ratio decides for callers with a traceparent too. Their trace is gone on with all the same. */
ignore_parent?: boolean | null;
/** Share of the calls that are traced, of those whose caller has not decided it with traceparent. */
sample_ratio?: number | null;
} | null;

export type ConfigUser = {
/** What the user's keys together may spend in a time. */
budget?: ConfigBudget;
/** The one of governance.budgets that stands for budget, where that is not given. */
budget_id?: string | null;
/** Further budgets, each of another period. */
budgets?: ConfigBudget[] | null;
/** Address of the user. */
email?: string | null;
/** Identifies the user for user_id. */
id: string;
/** Name of the user in refusals and reports. */
name?: string | null;
/** What the user's keys together may use in a time. */
rate_limit?: ConfigRateLimit;
/** The one of governance.rate_limits that stands for rate_limit, where that is not given. */
rate_limit_id?: string | null;
/** Words to find the user by. */
tags?: string[] | null;
/** Team of the user, and of those of the user's keys that say no other. */
team_id?: string | null;
} | null;

export interface ConfigValue {
/** Who has made that. */
author?: string;
/** The file, or the environment, sets it, too. With the source api it sets it otherwise, and a change of it there takes the place of what is set here. */
in_file: boolean;
/** A change of it here is refused, or would have no effect. */
locked: boolean;
/** Its place. A list is one value. */
path: string;
/** It was removed through this API, and has its default. */
removed?: boolean;
/** The one that has changed it last. Absent: it is older than those that were looked at. */
revision?: number;
/** api: it was changed through this API, or the UI. */
source: "file" | "environment" | "api";
/** When. */
time?: string;
}

export type ConfigVault = {
/** Where it is: https://HOST:8200. Empty: there is none. */
address?: string | null;
/** How the gateway signs in, in one of three ways. */
auth?: ConfigVaultAuth;
/** Certificate authorities, in PEM form, that are trusted besides the system's. */
ca_cert_pem?: string | null;
/** Where the KV engine is mounted. */
mount?: string | null;
/** Its namespace. */
namespace?: string | null;
/** How often secrets are read anew. */
refresh_interval?: number | string | null;
} | null;

export type ConfigVaultAppRole = {
/** Where the auth method is mounted. */
mount?: string | null;
/** Id of the role. */
role_id?: string | null;
/** The role's secret. */
secret_id?: ConfigSecret;
} | null;

export type ConfigVaultAuth = {
/** An AppRole. */
approle?: ConfigVaultAppRole;
/** The service account of control's pod. */
kubernetes?: ConfigVaultKubernetes;
/** A token. */
token?: ConfigSecret;
} | null;

export type ConfigVaultKubernetes = {
/** Where the auth method is mounted. */
mount?: string | null;
/** The role in Vault. */
role?: string | null;
} | null;

export type ConfigVertex = {
/** JSON of a service account, an authorized user, an external account (workload identity) or an impersonated service account. Without it, and without a value, what the machine offers: GOOGLE_APPLICATION_CREDENTIALS, gcloud, the metadata server. */
auth_credentials?: ConfigSecret;
/** Model names of callers, and the models that they mean. */
deployments?: Record<string, string> | null;
/** Project. Default: that of the credentials, else GOOGLE_CLOUD_PROJECT. A key with a value, an API key, needs none. */
project_id?: string | null;
/** Number of the project, where there is no project_id. */
project_number?: string | null;
/** Location: global, us, eu, or a region as europe-west4. */
region?: string | null;
} | null;

export type ConfigVirtualKey = {
/** Operations that the key may be used for, by their names in metrics: chat, embedding … Absent or empty: all. */
allowed_endpoints?: string[] | null;
/** What the key may spend in a time. */
budget?: ConfigBudget;
/** The one of governance.budgets that stands for budget, where that is not given. */
budget_id?: string | null;
/** Further budgets, each of another period. */
budgets?: ConfigBudget[] | null;
/** All of the key's budgets are calendar_aligned. */
calendar_aligned?: boolean | null;
/** Customer of the key, where it has no team. */
customer_id?: string | null;
/** Free text. */
description?: string | null;
/** When the key ends, as 2027-01-31T00:00:00Z. Absent: never. */
expires_at?: string | null;
/** Identifies the virtual key. */
id?: string | null;
/** Whether calls with the key are answered. */
is_active?: boolean | null;
/** Whether the bodies of the key's calls are kept in the log. true is of all of them, unless logs.bodies is off; false is of none. Absent: as logs.bodies says. */
log_bodies?: boolean | null;
/** What agents may use for one call of the key, where that is less than mcp.tool_manager_config allows. */
mcp_agent?: ConfigMCPAgent;
/** MCP servers and their tools that the key may use. Absent or empty: see version. */
mcp_configs?: ConfigMCPGrant[] | null;
/** Name of the virtual key in logs. */
name?: string | null;
/** Whom to ask about the key. Free text. */
owner?: string | null;
/** Providers that the key may use. ["*"] is all of them. Absent or empty: see version. */
provider_configs?: (unknown | ConfigVirtualKeyProvider)[] | null;
/** What the key may use in a time. */
rate_limit?: ConfigRateLimit;
/** The one of governance.rate_limits that stands for rate_limit, where that is not given. */
rate_limit_id?: string | null;
/** Headers that a call with the key must have. */
required_headers?: string[] | null;
/** Words to find the key by. */
tags?: string[] | null;
/** Team of the key. */
team_id?: string | null;
/** What each of the key's end users may spend in a time. */
user_budget?: ConfigBudget;
/** User who owns the key. A key without a team or a customer is of the user's team. */
user_id?: string | null;
/** What each of the key's end users may use in a time. The header x-asbru-user names one, or the member user of the body. */
user_rate_limit?: ConfigRateLimit;
/** What the caller sends. */
value?: ConfigSecret;
} | null;

export type ConfigVirtualKeyProvider = {
/** Models that may be called. Absent or empty: see version. */
allowed_models?: string[] | null;
/** What the key may spend at the provider in a time. */
budget?: ConfigBudget;
/** The one of governance.budgets that stands for budget, where that is not given. */
budget_id?: string | null;
/** Further budgets, each of another period. */
budgets?: ConfigBudget[] | null;
/** Number as Bifrost exports it. Accepted, not used by this version. */
id?: unknown;
/** Ids or names of the provider's keys that may be used. Absent or empty: see version. */
key_ids?: string[] | null;
/** Keys as Bifrost exports them. Accepted, not used by this version. */
keys?: unknown[] | null;
/** Name of the provider; "*" is each that has no entry of its own. */
provider: string;
/** What the key may use of the provider in a time. */
rate_limit?: ConfigRateLimit;
/** The one of governance.rate_limits that stands for rate_limit, where that is not given. */
rate_limit_id?: string | null;
/** Virtual key as Bifrost exports it. Accepted, not used by this version. */
virtual_key_id?: unknown;
/** Share of the calls that name no provider, relative to the others', of those that have the model. The other providers are fallbacks, unless the caller names some. Absent or 0: none of these calls. */
weight?: number | null;
} | null;

export type ConfigWebhooks = {
/** Let webhooks go to private and loopback addresses, and over http. */
allow_private_networks?: boolean | null;
/** Secret that webhooks are signed with: whsec_ and 24 to 64 bytes in base64. Default: one that is derived from --secret-key and shown at GET /api/webhooks/secret. */
secret?: ConfigSecret;
} | null;

export interface CostBucket {
by_dimension?: Record<string, number>;
by_model?: Record<string, number>;
by_provider?: Record<string, number>;
/** When it begins. */
timestamp: string;
total_cost: number;
}

export interface CountBucket {
by_dimension?: Record<string, CountGroup>;
by_model?: Record<string, CountGroup>;
by_provider?: Record<string, CountGroup>;
cancelled: number;
count: number;
error: number;
success: number;
/** When it begins. */
timestamp: string;
}

export interface CountGroup {
cancelled: number;
error: number;
success: number;
total: number;
}

export interface CreateFolderInputBody {
description?: string;
name: string;
}

export interface CreatePersonInputBody {
email?: string;
/** At least 8 characters. Without one, the person cannot sign in until one is set. */
password?: string;
role: "viewer" | "operator" | "admin";
/** Ids of the teams that the person is confined to. */
teams?: string[] | null;
username: string;
}

export interface CreatePromptSessionInputBody {
messages?: unknown[];
model?: string;
model_params?: Record<string, unknown>;
name?: string;
provider?: string;
/** Begin with what this version has. */
version_id?: string;
}

export interface CreatePromptVersionInputBody {
commit_message?: string;
/** As in OpenAI's chat completions. {{name}} in a text is a variable. */
messages: unknown[] | null;
/** For calls that name none. */
model?: string;
/** Parameters by their names in OpenAI's chat completions: temperature, max_tokens, tools, response_format. A call's own count. */
model_params?: Record<string, unknown>;
provider?: string;
}

export interface CreateTokenInputBody {
expires_at?: string;
name: string;
role: "viewer" | "operator" | "admin";
/** Ids of the teams that it is confined to. */
teams?: string[] | null;
}

export interface CustomerObject {
/** What the customer's keys together may spend in a time. */
budget?: ConfigBudget;
/** The one of governance.budgets that stands for budget, where that is not given. */
budget_id?: string | null;
/** Further budgets, each of another period. */
budgets?: ConfigBudget[] | null;
/** Identifies the customer for customer_id. */
id?: string;
/** Name of the customer in refusals and reports. */
name?: string | null;
/** What the customer's keys together may use in a time. */
rate_limit?: ConfigRateLimit;
/** The one of governance.rate_limits that stands for rate_limit, where that is not given. */
rate_limit_id?: string | null;
/** Words to find the customer by. */
tags?: string[] | null;
/** Its teams. */
teams?: Record<string, unknown>[];
/** Its virtual keys, 100 at most. GET /api/governance/virtual-keys has them all. */
virtual_keys?: Record<string, unknown>[];
}

export interface DeadEventOutputBody {
sequence: number;
status: "taken" | "forgotten";
}

export interface DeadEvents {
/** As the plugin was told of them (docs/plugins.md, Subscribers). */
events: Event[] | null;
/** Why the plugin has not taken them the last time. */
reason?: string;
/** Its place among all that was given up. */
sequence: number;
/** When they were given up. They are kept for 30 days. */
since: string;
}

export interface DeadEventsOutputBody {
letters: DeadEvents[] | null;
}

export interface DeadWebhook {
/** The size of its body. */
bytes: number;
/** Where it was to go. */
host?: string;
/** The webhook-id that its receiver sees. */
id: string;
/** Why the last try failed. */
reason?: string;
/** Its place among those that were given up. */
sequence: number;
/** When it was given up. It is kept for 30 days. */
since: string;
}

export interface DeadWebhookOutputBody {
id: string;
status: "queued" | "forgotten";
}

export interface DeadWebhooksOutputBody {
webhooks: DeadWebhook[] | null;
}

export interface DeleteVirtualKeysRequest {
ids: string[] | null;
}

export interface DeleteKeysOutputBody {
deleted: string[] | null;
message: string;
/** Ids of which there was no key. */
not_found?: string[] | null;
}

export interface DeleteLogsInputBody {
/** The gateway's ids of the calls. */
ids: string[] | null;
}

export interface DeleteLogsOutputBody {
deleted: number;
message: string;
}

export interface DeletedOutputBody {
id: string;
status: "deleted";
}

export interface Detail {
message: string;
/** Where it is. */
path?: string;
}

export interface DiffOutputBody {
from: number;
/** The JSON merge patch (RFC 7396) from one to the other, without secrets. */
patch: unknown;
to: number;
}

export interface DoneOutputBody {
message: string;
}

export interface DraftBudget {
/** The period begins with the day, the week, the month or the year, in UTC. */
calendar_aligned?: boolean;
/** Dollars in each period. */
max_limit?: number;
/** The period. */
reset_duration?: string;
}

export interface DraftRate {
/** Calls in each period. */
request_max_limit?: number;
/** The period of calls. */
request_reset_duration?: string;
/** Tokens in each period. */
token_max_limit?: number;
/** The period of tokens. */
token_reset_duration?: string;
}

export interface DrainOutputBody {
node: string;
status: "draining";
}

export interface DroppedLogsOutputBody {
/** Calls of live nodes that have left no row, since each began. */
dropped_requests: number;
nodes: DroppedOfNode[] | null;
}

export interface DroppedOfNode {
dropped: number;
node: string;
/** What waits on the node's disk to be told. */
waiting_bytes: number;
}

export interface Endpoint {
/** Whether calls are taken at the address of this answer, too: it comes from asbru up. */
here: boolean;
/** Who says so: client.public_url, or a live edge of itself. */
source: "configuration" | "node" | "none";
/** Without a slash at the end; empty where nobody says. */
url: string;
}

export interface Error {
error: ErrorBody;
}

export interface ErrorBody {
/** What is wrong, for programs. */
code: string;
/** Each fault of the request. */
details?: Detail[] | null;
/** What is wrong, for people. */
message: string;
}

export interface Event {
at: string;
data: unknown;
id: string;
kind: string;
}

export interface ExamineOIDCInputBody {
/** Groups of somebody: the answer says which role and teams they would have. */
groups?: string[] | null;
}

export interface ExplainCacheInputBody {
/** The gateway's id of the call, or its caller's own. */
id: string;
}

export interface ExplainCallOutputBody {
/** What the explanation is of: the call, as far as it is kept. */
asked: AskedAgain;
/** The gateway's id of the call. */
id: string;
/** What the newest configuration would do with it. */
now: Explanation;
/** How it came where it went, as it was recorded then. */
recorded: RecordedRouting;
/** When it began. */
timestamp: string;
/** What is not kept of the call, so that what would become of it now may differ from what is said: headers and query never are; body: what was said, and so the tokens and params; model: the name that was asked for, in whose place the model that answered stands; choice: what the rule has chosen by. */
unknown: ("headers" | "query" | "body" | "model" | "choice")[] | null;
}

export interface ExplainInputBody {
/** The request's body. With it the tokens are estimated, and rules see its members in params. */
body?: unknown;
/** Or of this customer. */
customer_id?: string;
/** Of the body. Default: OpenAI's. */
dialect?: string;
/** What is asked for, as routing rules know it by request_type. */
endpoint?: string;
headers?: Record<string, string>;
/** As in the header x-asbru-metadata. */
metadata?: Record<string, string>;
/** Where the body does not say it. */
model?: string;
/** Of the request's query. */
params?: Record<string, string>;
stream?: boolean;
/** Or somebody of this team, with no key's restrictions. */
team_id?: string;
/** Or this user. */
user_id?: string;
/** Who asks. */
virtual_key_id?: string;
}

export interface ExplainedCandidate {
/** What the request is expected to cost there, in nano-dollars. Absent: not known. */
cost_nano?: number;
/** Who named it: the request, the rule's targets, or the fallbacks of either. */
from: "request" | "target" | "fallback";
keys: ExplainedKey[] | null;
model: string;
provider: string;
}

export interface ExplainedKey {
cool_until?: string;
eligible: boolean;
name: string;
weight: number;
/** Why it is not. */
why?: string;
}

export interface ExplainedLimit {
fits: boolean;
id: string;
kind: string;
max: number;
owner: string;
remaining?: number;
scope: string;
/** With what is held. Absent: the counts cannot be read here. */
used?: number;
wanted: number;
}

export interface ExplainedRefusal {
code: string;
message: string;
stage: "request" | "caller" | "rules" | "route" | "keys" | "limits";
status: number;
}

export interface ExplainedRule {
error?: string;
id?: string;
/** In governance.routing_rules. */
index: number;
name?: string;
outcome: "matched" | "no_match" | "error" | "disabled";
priority: number;
scope: string;
scope_id?: string;
}

export interface ExplainedTarget {
/** The part of its slots that is in use, with those who wait for one. */
busy: number;
/** What the request is expected to cost there, in nano-dollars. Absent: not known. */
cost_nano?: number;
key_id?: string;
/** How long it took of late to begin an answer. Absent: not known. */
latency_ms?: number;
model?: string;
provider?: string;
/** Whether calls may be sent there now: one of the keys is neither cooling down nor failing. Others go behind. */
ready: boolean;
/** Why the request would not be sent there. */
refusal?: ExplainedRefusal;
weight: number;
}

export interface ExplainedUsed {
budget_used: number;
request: number;
tokens_used: number;
}

export interface ExplainedWho {
customer_id?: string;
customer_name?: string;
team_id?: string;
team_name?: string;
/** Ids, the nearest first. */
teams_above?: string[] | null;
user_id?: string;
virtual_key_id?: string;
virtual_key_name?: string;
}

export interface Explanation {
/** Who asks, and whom they belong to. Absent: nobody who is known. */
caller?: ExplainedWho;
/** Where the request would be sent, the first one first. By chance, and by what is known now: the next request may have another order. */
candidates: ExplainedCandidate[] | null;
/** Of the request, and the most that may be answered. */
estimated_tokens: number;
/** Those that would be asked before the first candidate. */
limits: ExplainedLimit[] | null;
/** What is said of targets and keys is as a node that answers calls has seen it. Otherwise this process answers none, and does not know of those. */
live: boolean;
/** As rules see it. */
model: string;
/** As rules see it: the one that the model's name means. Absent: none. */
provider?: string;
/** Why the request would be refused. Empty: it would be sent. */
refusals: ExplainedRefusal[] | null;
request_type: string;
/** Of the configuration. */
revision: number;
/** The one that matched, by name, or else by id. */
rule?: string;
/** Those that were tried, in their order, up to the first that matched. */
rules: ExplainedRule[] | null;
/** Where copies of such requests go. */
shadow?: string;
/** How one of the rule's targets is chosen. */
strategy?: string;
/** The rule's targets, as it has them. */
targets?: ExplainedTarget[] | null;
/** What rules see of the caller's limits. */
used: ExplainedUsed;
}

export interface FilterDataOutputBody {
customers: NamedID[] | null;
models: string[] | null;
nodes: string[] | null;
objects: string[] | null;
providers: string[] | null;
routing_engines: string[] | null;
routing_rules: NamedID[] | null;
selected_keys: NamedID[] | null;
status_codes: string[] | null;
teams: NamedID[] | null;
users: NamedID[] | null;
virtual_keys: NamedID[] | null;
}

export interface Folder {
created_at: string;
description?: string;
id: string;
name: string;
updated_at: string;
}

export interface FolderOutputBody {
folder: Folder;
}

export interface FoldersOutputBody {
folders: ShownFolder[] | null;
}

export interface GuardrailCount {
/** note, redact, refuse; again: the model was asked once more. */
action: string;
calls: number;
check: string;
/** Id of the rule. */
guardrail: string;
}

export interface GuardrailRuleObject {
/** Whether it looks at what is sent to models, at what they answer, or at both. */
apply_to?: "input" | "output" | "both" | null;
/** Of which calls, in CEL with what routing rules can ask. Absent: of all. */
cel?: string | null;
/** Another name of cel. */
cel_expression?: ConfigGuardrailRuleCel;
/** What is looked for. */
checks?: ConfigGuardrailCheck[];
/** Whether the rule holds. */
enabled?: boolean | null;
/** Id of the rule; its name stands for one that is absent. */
id?: string | null;
/** Name of the rule. */
name?: string | null;
/** What becomes of a call when a check cannot be made, as when a model does not answer. */
on_error?: "allow" | "deny" | null;
/** Share of the calls that it looks at, in percent. */
sampling_rate?: number | null;
}

export interface GuardrailStatsOutputBody {
/** Of them, those that were refused for it. */
refused_requests: number;
/** The most frequent first. */
stats: GuardrailCount[] | null;
/** Calls in which something was found. */
total_requests: number;
}

export interface GuardrailTrial {
/** What the caller would be refused with. */
error?: PluginTrialError;
refused: boolean;
/** What a provider would be asked, in the form of OpenAI's API. */
request?: unknown;
/** What the caller would be answered, in the same form. */
response?: unknown;
/** What was found. */
verdicts: Verdict[] | null;
}

export interface HistogramOutputCostBucketBody {
bucket_size_seconds: number;
buckets: CostBucket[] | null;
/** With by: what calls are told apart by. */
dimension?: string;
dimension_values?: string[] | null;
models?: string[] | null;
providers?: string[] | null;
}

export interface HistogramOutputCountBucketBody {
bucket_size_seconds: number;
buckets: CountBucket[] | null;
/** With by: what calls are told apart by. */
dimension?: string;
dimension_values?: string[] | null;
models?: string[] | null;
providers?: string[] | null;
}

export interface HistogramOutputLatencyBucketBody {
bucket_size_seconds: number;
buckets: LatencyBucket[] | null;
/** With by: what calls are told apart by. */
dimension?: string;
dimension_values?: string[] | null;
models?: string[] | null;
providers?: string[] | null;
}

export interface HistogramOutputTokenBucketBody {
bucket_size_seconds: number;
buckets: TokenBucket[] | null;
/** With by: what calls are told apart by. */
dimension?: string;
dimension_values?: string[] | null;
models?: string[] | null;
providers?: string[] | null;
}

export interface HitsFor {
model: string;
/** Empty: the calls went nowhere, as those that are refused. */
provider: string;
total_requests: number;
}

export interface JobOutputBody {
job: unknown;
}

export interface JobsOutputBody {
jobs: unknown[] | null;
}

export interface KeptSilence {
/** Who has made it, or changed it last. */
by: string;
/** When it begins. Absent: now. */
from?: string;
id: string;
/** Why. */
reason: string;
/** Of alerts of which rules. */
rule?: string;
/** Of which severities. */
severity?: string;
/** Of which subjects. */
subject?: string;
/** When it ends. */
until: string;
}

export interface Key {
broken?: boolean;
cool_until?: string;
disabled?: boolean;
name: string;
reason?: string;
scarce?: boolean;
used: number;
weight: number;
}

export interface KeyObject {
/** Model names of callers, and the provider's names for them. */
aliases?: Record<string, string> | null;
/** Azure OpenAI: where the key's resource is, and how to sign in. With an empty value, by Entra. */
azure_key_config?: ConfigAzure;
/** Amazon Bedrock: region, and how to sign. With a value, that is an API key, and nothing is signed. */
bedrock_key_config?: ConfigBedrock;
/** Bedrock Mantle: keys, region. Accepted, not used by this version. */
bedrock_mantle_key_config?: Record<string, unknown> | null;
/** Models that the key does not serve, whatever models says. ["*"] blocks all. */
blacklisted_models?: string[] | null;
/** What may be spent with the key in a time. */
budget?: ConfigBudget;
/** Hash as Bifrost exports it. Accepted, not used by this version. */
config_hash?: string | null;
/** Databricks: the key's workspace, and its service principal. */
databricks_key_config?: ConfigDatabricks;
/** Free text. Accepted, not used by this version. */
description?: string | null;
/** Whether the key is used. What a disabled key refers to may be missing. */
enabled?: boolean | null;
/** Hugging Face: names of models. */
huggingface_key_config?: ConfigDeployments;
/** Identifies the key for key_ids. Default: the name. */
id?: string | null;
/** Models that the key serves. Absent or empty: see version. */
models?: string[] | null;
/** Name of the key in metrics, logs and x-asbru-key. Default: the id, else key-N. */
name?: string | null;
/** Ollama: the key's own server. */
ollama_key_config?: ConfigOwnServer;
/** Prices of calls with this key, before those of the provider. The first that fits counts. */
pricing_overrides?: ConfigPriceOverride[] | null;
/** What may be used with the key in a time. At the limit, other keys are used. */
rate_limit?: ConfigRateLimit;
/** Replicate: names of models. */
replicate_key_config?: ConfigDeployments;
/** SGLang: the key's own server. */
sgl_key_config?: ConfigOwnServer;
/** State as Bifrost exports it. Accepted, not used by this version. */
status?: string | null;
/** Use the key for batches and files. Accepted, not used by this version. */
use_for_batch_api?: boolean | null;
/** The credential. */
value?: ConfigSecret;
/** Vertex AI: project, region, and how to sign in. With a value, that is an API key. */
vertex_key_config?: ConfigVertex;
/** vLLM: the key's own server. */
vllm_key_config?: ConfigOwnServer;
/** Share of the calls, relative to the other keys'. 0 takes none. */
weight?: number | null;
}

export interface KeyShare {
/** The share that it has had, 0 to 1. */
actual: number;
/** Nodes on which it is out of use because its calls fail. */
broken: number;
/** Nodes on which it rests. */
cooling: number;
key: string;
provider: string;
/** Nodes on which it is used less than its target because little is left of its limits. */
scarce: number;
/** The share that its weight gives it, 0 to 1. */
target: number;
/** Cost of the calls that were sent with it. */
used: number;
}

export interface KeysOutputBody {
keys: KeyShare[] | null;
}

export interface KnownModel {
/** Those of the keys asked about that serve it. */
accessible_by_keys?: string[] | null;
/** Dollars for a million tokens. */
cache_read_price?: number;
can?: string[] | null;
cannot?: string[] | null;
/** Tokens. */
context_window?: number;
/** Dollars for a million tokens. */
input_price?: number;
/** Tokens. */
max_output_tokens?: number;
name: string;
/** Dollars for a million tokens. */
output_price?: number;
provider: string;
}

export interface KnownModelsOutputBody {
models: KnownModel[] | null;
/** How many there are, with those beyond the limit. */
total: number;
}

export interface KnownProvider {
/** Its address; none where each user has another. */
base_url?: string;
/** The first is its own; bodies of callers of any of them pass as they are. */
dialects: string[] | null;
/** Such an address. */
example_base_url?: string;
/** The header that its key is sent in, where it is sent in one. */
key_header?: string;
/** Whether it needs no key. */
key_less: boolean;
name: string;
operations: string[] | null;
/** Other ways to sign in than by a key's value. */
other_sign_in?: string;
/** Fields that it answers with an error: a call is refused, or made without them where drop_params is set. */
refused_fields?: string[] | null;
title: string;
}

export interface KnownProvidersOutputBody {
providers: KnownProvider[] | null;
}

export interface LatencyBucket {
avg_latency: number;
by_dimension?: Record<string, LatencyStat>;
by_model?: Record<string, LatencyStat>;
by_provider?: Record<string, LatencyStat>;
p90_latency: number;
p95_latency: number;
p99_latency: number;
/** When it begins. */
timestamp: string;
total_requests: number;
}

export interface LatencyStat {
avg_latency: number;
p90_latency: number;
p95_latency: number;
p99_latency: number;
total_requests: number;
}

export interface LimitDraft {
budget?: DraftBudget;
/** Calls of this customer. */
customer_id?: string;
/** Calls of this model. */
model_name?: string;
/** Calls at this provider. */
provider?: string;
rate_limit?: DraftRate;
/** Calls of this team, and of those below it. */
team_id?: string;
/** Calls of this person's keys. */
user_id?: string;
/** Calls of this virtual key. */
virtual_key_id?: string;
}

export interface LimitRefusals {
calls: number;
/** Calls of each bucket. */
counts: number[] | null;
id: string;
kind?: "requests" | "tokens" | "concurrency" | "money";
/** What the calls are marked with: the filter mark of the log finds them. */
mark: string;
/** Its name. */
owner?: string;
/** What has the limit. Absent: it is gone. */
scope?: string;
}

export interface LimitRehearsal {
buckets: RehearsedBuckets[] | null;
/** Calls that it would have counted. */
calls: number;
/** When it would have begun to. */
first_refused_at?: string;
kind: "requests" | "tokens" | "money";
/** In calls, tokens or nano-dollars. */
max: number;
/** The most that would have been used of it at a time. */
most_used: number;
/** Of them, those that it would have refused. */
refused: number;
}

export interface LimitUsage {
/** Whose periods the count begins anew with, in UTC. */
calendar?: "day" | "week" | "month" | "year";
/** Of a budget: what calls under way have reserved. */
held: number;
id: string;
kind: "requests" | "tokens" | "money";
max: number;
/** Its name. */
owner: string;
/** The length of a sliding window. */
period?: string;
remaining: number;
/** When all that is counted now will be gone. Absent: nothing is counted, or never. */
resets_at?: string;
/** What has the limit. */
scope: string;
/** Of a budget: the estimates of calls whose node died before it could tell what they used. */
unsettled: number;
/** With what is held and unsettled. */
used: number;
/** What is warned of when it is used. */
warn?: number;
}

export interface LimitsOutputBody {
/** By their ids. */
limits: LimitUsage[] | null;
/** Brings the next page as after. Absent: this is the last. */
next_cursor?: string;
}

export interface ListAlertsOutputBody {
alerts: Told[] | null;
/** Sent as after, it brings the next page. The last page has none. */
next_cursor?: string;
}

export interface ListAuditOutputBody {
entries: AuditEntry[] | null;
/** Where the next page begins, for after; absent on the last page. */
next_cursor?: string;
}

export interface ListLogsOutputBody {
/** Whether there are calls of this kind. */
has_logs: boolean;
logs: LogRow[] | null;
pagination: Pagination;
stats: LogStats;
}

export interface ListPeopleOutputBody {
/** Where the next page begins, for after; absent on the last page. */
next_cursor?: string;
users: Person[] | null;
}

export interface ListToolLogsOutputBody {
/** Whether there are calls of this kind. */
has_logs: boolean;
logs: ToolLogRow[] | null;
pagination: Pagination;
}

export interface Load {
calls: number;
errors: number;
inflight: number;
overflow: number;
}

export interface LogAttempt {
error_code?: string;
error_type?: string;
key_name?: string;
model: string;
provider: string;
/** Since the call began. */
started_ms: number;
status_code: number;
took_ms: number;
worker?: string;
}

export interface LogBody {
/** It was a stream of events, and the text is the answer that they tell. */
assembled: boolean;
/** Of the whole body, as it was sent. */
bytes: number;
/** Without what looks like a secret. */
text: string;
/** The text has not all of it: see logs.max_body_bytes. */
truncated: boolean;
}

export interface LogContent {
/** As the caller has sent it, or as guardrails and plugins have left it. */
request: LogBody;
/** As the caller got it. */
response: LogBody;
}

export interface LogError {
code?: string;
/** Without what looks like a secret. */
message?: string;
/** Its class. */
type?: string;
}

export interface LogGroup {
/** Of streams, in milliseconds. */
average_first_token: number;
/** In milliseconds. */
average_latency: number;
cached_read_tokens: number;
cancelled_requests: number;
completion_tokens: number;
failed_requests: number;
latency?: LatencyStat;
prompt_tokens: number;
/** Of a hundred. */
success_rate: number;
/** In dollars. */
total_cost: number;
/** In billionths of a dollar. */
total_cost_nano: number;
total_requests: number;
total_tokens: number;
/** The same: a call with all its tries is one row. */
user_facing_success_rate: number;
user_facing_total_requests: number;
value: string;
}

export interface LogRanking {
avg_latency: number;
id?: string;
model?: string;
provider?: string;
success_count: number;
success_rate: number;
total_cost: number;
total_requests: number;
total_tokens: number;
trend: LogTrend;
}

export interface LogRow {
/** Each try, where there was more than one or the only one failed. */
attempts?: LogAttempt[] | null;
/** What was said, where that is kept, and one call is asked for. */
content?: LogContent;
/** In dollars. */
cost: number;
/** In billionths of a dollar. */
cost_nano: number;
customer_id?: string;
dialect: string;
end_user?: string;
error_details?: LogError;
fallback_index: number;
/** The gateway's own, unique. */
id: string;
/** In milliseconds. */
latency: number;
/** Of caches, plugins and guardrails. */
marks?: string;
metadata?: Record<string, string>;
model: string;
node: string;
/** Tries behind the first. */
number_of_retries: number;
object: string;
operation: string;
parent_request_id?: string;
/** A try failed that the provider may charge for. */
possibly_billed: boolean;
provider: string;
/** What the caller knows the call by. */
request_id: string;
routing_engines_used: string[] | null;
routing_rule_id?: string;
routing_rule_name?: string;
selected_key_id: string;
selected_key_name: string;
session_id?: string;
/** A copy of a call, for a trial. */
shadow: boolean;
status: "success" | "error" | "cancelled";
status_code: number;
stream: boolean;
team_id?: string;
times: LogTimes;
/** When it began. */
timestamp: string;
/** Absent where it is not known. */
token_usage?: LogUsage;
/** The stream broke off. */
truncated: boolean;
user_id?: string;
virtual_key_id?: string;
virtual_key_name?: string;
worker?: string;
}

export interface LogStats {
/** Of streams, in milliseconds. */
average_first_token: number;
/** In milliseconds. */
average_latency: number;
cached_read_tokens: number;
cancelled_requests: number;
completion_tokens: number;
failed_requests: number;
latency?: LatencyStat;
prompt_tokens: number;
/** Of a hundred. */
success_rate: number;
/** In dollars. */
total_cost: number;
/** In billionths of a dollar. */
total_cost_nano: number;
total_requests: number;
total_tokens: number;
/** The same: a call with all its tries is one row. */
user_facing_success_rate: number;
user_facing_total_requests: number;
}

export interface LogStatsOutputBody {
/** Of streams, in milliseconds. */
average_first_token: number;
/** In milliseconds. */
average_latency: number;
cached_read_tokens: number;
cancelled_requests: number;
completion_tokens: number;
dimension?: string;
failed_requests: number;
/** With by: what calls of each value add up to, those that cost most first. */
groups?: LogGroup[] | null;
latency?: LatencyStat;
prompt_tokens: number;
/** Of a hundred. */
success_rate: number;
/** In dollars. */
total_cost: number;
/** In billionths of a dollar. */
total_cost_nano: number;
total_requests: number;
total_tokens: number;
/** The same: a call with all its tries is one row. */
user_facing_success_rate: number;
user_facing_total_requests: number;
}

export interface LogTimes {
/** To the first event of a stream. */
first_token_ms?: number;
/** The gateway itself. */
gateway_ms: number;
/** The rest: the provider, and pauses between tries. */
provider_ms: number;
/** Waiting for a connection's slot. */
queue_ms: number;
}

export interface LogTrend {
cost_trend: number;
has_previous_period: boolean;
latency_trend: number;
requests_trend: number;
tokens_trend: number;
}

export interface LogUsage {
cached_read_tokens: number;
cached_write_tokens: number;
completion_tokens: number;
/** The provider has not said it. */
estimated: boolean;
images?: number;
prompt_tokens: number;
reasoning_tokens: number;
total_tokens: number;
/** What else is charged for: searches, characters, seconds. */
units?: number;
}

export interface LoginInputBody {
password: string;
username: string;
}

export interface LogoutOutputBody {
message: string;
}

export interface MCP {
error?: string;
name: string;
offered: number;
seen?: string;
since: string;
state: string;
tools: number;
}

export interface MCPClientObject {
/** Let virtual keys whose mcp_configs do not name the server use all that it offers. */
allow_on_all_virtual_keys?: boolean | null;
/** Let the server be on a private or loopback address, and be reached over http. */
allow_private_networks?: boolean | null;
/** Another name of forward_headers. */
allowed_extra_headers?: ConfigMCPClientForward_headers;
/** How the gateway shows who it is. headers: with those of headers. oauth: by a token besides, for which an administrator signs in. per_user_oauth: by a token for which the holder of each virtual key signs in. See docs/mcp-servers.md. */
auth_type?: "none" | "headers" | "oauth" | "per_user_oauth" | null;
/** Another name of id. */
client_id?: ConfigMCPClientId;
/** Hash as Bifrost exports it. Accepted, not used by this version. */
config_hash?: unknown;
/** URL of a server that is reached by http or sse. */
connection_string?: string | null;
/** http is streamable HTTP. stdio is a program of the gateway's own machine; see docs/mcp-servers.md for where it runs. */
connection_type?: "http" | "sse" | "stdio";
/** As enabled: false, in Bifrost's words. */
disabled?: boolean | null;
/** Whether the server is connected to. */
enabled?: boolean | null;
/** Why there is no connection. */
error?: string;
/** Headers of a caller's request that its tool calls take along. Those that say who the caller is to the gateway never go. */
forward_headers?: string[] | null;
/** Headers that go with each request to the server. */
headers?: Record<string, ConfigSecret> | null;
/** Identifies the server. Default: the name. */
id?: string | null;
/** Offer the tools as functions of a script (code mode). */
is_code_mode_client?: boolean | null;
/** Whether the server answers pings. Otherwise its tools are listed to see whether it is there. */
is_ping_available?: boolean | null;
/** Largest answer of the server, in MiB. */
max_result_size_mb?: number | null;
/** Name of the server: letters, digits, - and _. The names of its tools begin with it. */
name?: string;
/** Whether Bifrost keeps a caller on one connection: there is one for all, or with per_user_oauth one for each call. Accepted, not used by this version. */
needs_session_stickiness?: unknown;
/** How the connections of the live nodes to it are. */
nodes?: MCPNode[];
/** What there is to say to auth_type oauth and per_user_oauth. Absent: the server and its authorization server say all, and the gateway registers itself. */
oauth_config?: ConfigMCPOAuth;
/** Id as Bifrost exports it. Accepted, not used by this version. */
oauth_config_id?: unknown;
/** What happens to a tool that the server describes otherwise than before. hide: nobody is offered it until it is approved. alert: it is offered, and the log says so. accept: it is approved. */
on_change?: "hide" | "accept" | "alert" | null;
/** Time between two pings. Five that fail in a row end the connection, and another one is made. */
ping_interval?: number | string | null;
/** How this control's own connection to it is. */
state?: "connecting" | "connected" | "disconnected" | "sign_in_required" | "disabled";
/** The program of stdio. Only the start-up file of the node that runs it counts. */
stdio_config?: ConfigMCPStdio;
/** Which certificate a server must show that is reached by http or sse. */
tls_config?: ConfigMCPTLS;
/** As mcp.tool_manager_config.tool_execution_timeout, of this server. */
tool_execution_timeout?: number | string | null;
/** Dollars for a call of a tool, by the server's names. */
tool_pricing?: Record<string, number> | null;
/** As mcp.tool_sync_interval, of this server. */
tool_sync_interval?: number | string | null;
/** What it has listed last. */
tools?: MCPTool[];
/** Those of them that are run without asking the caller. ["*"] is all, absent or empty none. */
tools_to_auto_execute?: string[] | null;
/** Tools that may be used, by the server's names. ["*"] is all, absent or empty none. */
tools_to_execute?: string[] | null;
}

export interface MCPNode {
/** Why there is no connection. */
error?: string;
/** When the server has answered this node last. */
last_seen?: string;
node: string;
/** Of these, those that callers of this node can use. */
offered: number;
/** For how long it is so. */
since: string;
state: "connecting" | "connected" | "disconnected" | "sign_in_required";
/** That the server has listed to this node. */
tools: number;
}

export interface MCPRights {
is_active: boolean;
name: string;
/** Those of which it may use any. */
servers: MCPServerTools[] | null;
virtual_key_id: string;
}

export interface MCPServerTools {
name: string;
/** As models see them. */
tools: string[] | null;
}

export interface MCPTool {
auto_execute: boolean;
description: string;
/** The server says that it may destroy something. */
destructive?: boolean;
/** Of all that the server says of it: names the form that is approved. */
hash: string;
/** As models see it. */
name: string;
/** As the server calls it. */
original: string;
/** Its arguments, a JSON Schema. */
parameters?: unknown;
/** Dollars for a call. */
price?: number;
problem?: string;
/** The server says that it changes nothing. */
read_only?: boolean;
/** changed: it is not as it was approved, and offered to nobody. */
state: "offered" | "not_allowed" | "changed" | "refused";
}

export interface MadeKey {
id: string;
name: string;
/** The key itself, shown this once. */
value: string;
}

export interface McpOutputBody {
message: string;
status: "success";
}

export interface McpRightsOutputBody {
next_cursor?: string;
rights: MCPRights[] | null;
/** What there is: of the servers that this control is connected to. */
servers: MCPServerTools[] | null;
total_count: number;
}

export interface MessageOutputBody {
message: string;
}

export interface ModelArchitecture {
input_modalities: string[] | null;
modality: string;
output_modalities: string[] | null;
}

export interface ModelConfigObject {
/** What all who call the model, together, may spend in a time. */
budget?: ConfigBudget;
/** The one of governance.budgets that stands for budget, where that is not given. */
budget_id?: string | null;
/** Further budgets, each of another period. */
budgets?: ConfigBudget[] | null;
/** Identifies the entry. */
id?: string | null;
/** The model, as callers name it behind the provider's name. */
model_name?: string;
/** The provider at which it is meant. Default: all of them together. */
provider?: string | null;
/** What all who call the model, together, may use in a time. */
rate_limit?: ConfigRateLimit;
/** The one of governance.rate_limits that stands for rate_limit, where that is not given. */
rate_limit_id?: string | null;
}

export interface ModelDetail {
/** Those of the keys asked about that serve it. */
accessible_by_keys?: string[] | null;
architecture: ModelArchitecture;
cache_creation_input_token_cost?: number;
cache_read_input_token_cost?: number;
/** Tokens of a call. */
context_length?: number;
input_cost_per_token?: number;
max_input_tokens?: number;
max_output_tokens?: number;
name: string;
output_cost_per_token?: number;
/** The prices that the configuration gives it, where that gives it others. */
overridden_pricing?: TokenPrices;
provider: string;
}

export interface ModelDetailsOutputBody {
models: ModelDetail[] | null;
/** How many there are, with those of other pages. */
total: number;
}

export interface ModelParameter {
id: string;
label: string;
/** Of a select. */
options?: string[] | null;
/** Of a number. */
range?: ParameterRange;
type: "number" | "boolean" | "text" | "select" | "array";
}

export interface ModelParametersOutputBody {
model: string;
model_parameters: ModelParameter[] | null;
/** Of several that sell it, the one that the name says, else the first. */
provider: string;
supports_audio_input?: boolean;
supports_function_calling?: boolean;
supports_pdf_input?: boolean;
supports_prompt_caching?: boolean;
supports_reasoning?: boolean;
supports_response_schema?: boolean;
supports_video_input?: boolean;
supports_vision?: boolean;
}

export interface NamedID {
id: string;
name: string;
}

export interface NodeSecretKeys {
/** Fingerprints; the first is used, the others are accepted. */
keys: string[] | null;
node: string;
roles: string[] | null;
}

export interface NodesOutputBody {
nodes: State[] | null;
/** What should be in force. */
revision: number;
/** What an operator should look at. */
warnings: Warning[] | null;
}

export interface OAuthStatus {
authorized_at?: string;
/** Why the last sign-in has failed. */
error?: string;
/** Until when a sign-in that has begun can be brought to its end. */
expires_at?: string;
id: string;
/** The authorization server. */
issuer?: string;
/** pending: a browser was sent to the authorization server. returned: it has come back, and complete-oauth is to be asked for. */
status: "none" | "pending" | "returned" | "authorized" | "expired" | "revoked" | "failed";
token_expires_at?: string;
/** The token is renewed by itself before it ends. */
token_renews: boolean;
token_scopes?: string[] | null;
/** Scopes that the server wants besides, for some of its tools: the next sign-in asks for them. */
wanted_scopes?: string[] | null;
}

export interface OIDCExamined {
/** Of who is in the groups given; absent: they may not sign in. */
role?: string;
/** Those that could be tried. Where one is wrong, those that need it are left out. */
steps: OIDCStep[] | null;
/** That they are confined to; absent: none. */
teams?: string[] | null;
}

export interface OIDCStep {
message: string;
ok: boolean;
step: "discovery" | "keys" | "client" | "redirect" | "roles";
}

export interface OverflowOutputBody {
/** Calls that went through a worker, since the nodes began. */
overflow: number;
slots: Slots[] | null;
}

export interface Pagination {
limit: number;
/** Where the next page begins, for after; absent on the last page, and in other orders than that of time. */
next_cursor?: string;
offset: number;
order: string;
sort_by: string;
/** How many calls there are of this kind, counted up to 10000 where rows have to be read for it. */
total_count: number;
}

export interface ParameterRange {
max: number;
min: number;
step: number;
}

export interface PasswordInputBody {
new_password: string;
old_password: string;
}

export interface Person {
created_at: string;
email?: string;
has_password: boolean;
id: string;
is_disabled: boolean;
/** The OpenID provider that they sign in at, which says their role and teams. */
issuer?: string;
last_sign_in_at?: string;
/** Send it back with a change to have the change refused if somebody else was quicker. */
revision: number;
role: "viewer" | "operator" | "admin";
/** Ids of the teams that they are confined to; absent: none. */
teams?: string[] | null;
updated_at: string;
/** What they sign in with. Upper and lower case are alike. */
username: string;
}

export interface PersonOutputBody {
message?: string;
user: Person;
}

export interface Plugin {
calls: number;
errors: number;
isolated_since?: string;
isolated_until?: string;
last_error?: string;
last_error_at?: string;
name: string;
p99_ms: number;
points?: PluginPoint[] | null;
state: string;
}

export interface PluginCaller {
customer?: string;
end_user?: string;
team?: string;
user?: string;
virtual_key?: string;
virtual_key_id?: string;
}

export interface PluginNodeStatus {
calls: number;
errors: number;
isolated_since?: string;
isolated_until?: string;
last_error?: string;
last_error_at?: string;
node: string;
p99_ms: number;
/** Where it was called. */
points?: PluginPoint[] | null;
status: "active" | "failing" | "isolated" | "absent";
}

export interface PluginObject {
/** Whether it may connect to private addresses. */
allow_private_network?: boolean | null;
/** Digest of its program, sha256: and 64 hexadecimal digits, where the cluster keeps that: see docs/plugins.md. It stands for path. */
artefact?: string | null;
/** Its own settings. env.NAME, file:PATH and vault:PATH#FIELD are followed. */
config?: Record<string, unknown> | null;
/** Whether it is called. */
enabled?: boolean | null;
/** What kind of plugin it is: docs/plugins.md lists them. Absent: the one of its name. */
kind?: string | null;
/** Models that it is called for, as callers name them or as provider/model; * stands for any characters. Absent: all. */
models?: string[] | null;
/** Name of the plugin, in metrics and errors. */
name?: string;
/** What becomes of a call for which it fails or takes too long: allow lets it go on without the plugin, deny refuses it. */
on_error?: "allow" | "deny" | null;
/** Operations that it is called for, such as chat or embedding. Absent: chat, text completion, embedding and rerank. */
ops?: string[] | null;
/** Order of the plugins of one placement, the lowest first. */
order?: number | null;
/** Where its program is, of a kind that has one. */
path?: string | null;
/** Whether it stands before the plugins that come with the program, among them, or behind them. */
placement?: "pre_builtin" | "builtin" | "post_builtin" | null;
/** What it was before its last upgrade, to which a rollback goes back. */
previous?: ConfigPluginVersion;
/** For how many of the calls it is called, in percent, by the call's id. */
rollout_percent?: number | null;
status?: PluginStatus;
/** How long it may take each time. Absent: as its kind has it, or else 1 s. */
timeout?: number | string | null;
/** Another version of it, which a part of the calls tries. */
upgrade?: ConfigPluginUpgrade;
/** Version of it, as its maker counts. */
version?: unknown;
/** Ids or names of the virtual keys whose calls it is called for. Absent: all calls. */
virtual_keys?: string[] | null;
}

export interface PluginPoint {
calls: number;
p99_ms: number;
point: string;
verdicts?: Record<string, number>;
}

export interface PluginStatus {
/** Of it, since the nodes began. */
calls: number;
/** Of these, those in which it has failed, crashed or taken too long. */
errors: number;
nodes: PluginNodeStatus[] | null;
/** The highest of the nodes': 99 of 100 calls took no longer, in milliseconds, rounded up to a power of two. */
p99_ms: number;
/** The worst of the nodes'. absent: its file or artefact is missing or broken there: calls go on without it, or are refused, as its on_error says. failing: it has failed within a minute. isolated: it has crashed again and again, and is left out for a while. */
status: "active" | "failing" | "isolated" | "absent" | "disabled";
/** Of one that is told of events of the cluster: how that goes. */
subscription?: PluginSubscription;
/** The same of the version that is tried. */
upgrade?: PluginStatus;
}

export interface PluginSubscription {
/** Messages that this control has given up: they are dead letters. */
given_up: number;
last_error?: string;
last_error_at?: string;
/** Messages that wait to be told, as the cluster had them a few seconds ago. One may hold several events of calls. */
pending: number;
/** Tries by this control that have failed, and are made again. */
retried: number;
/** Messages that the plugin has taken from this control. */
taken: number;
/** Messages that are being told, or wait for their next try. */
unanswered: number;
}

export interface PluginTrial {
/** What the caller would be refused with. */
error?: PluginTrialError;
/** Why it has failed. */
last_error?: string;
/** What the plugin would have noted with the call in the log. */
notes?: string[] | null;
/** Where it was called, and how long it took. */
points: PluginPoint[] | null;
/** What a provider would be asked, in the form of OpenAI's API. */
request?: unknown;
/** What the caller would be answered, in the same form. */
response?: unknown;
verdict: "passed" | "answered" | "refused" | "failed";
}

export interface PluginTrialError {
code: string;
message: string;
status: number;
}

export interface Prompt {
created_at: string;
folder_id?: string;
id: string;
labels?: Record<string, number>;
latest: number;
made: number;
name: string;
updated_at: string;
virtual_keys?: string[] | null;
}

export interface PromptFields {
/** Empty: in no folder. */
folder_id?: string;
/** Names for versions, by their numbers. A call that names no version gets the one that "live" names, or else the latest. */
labels?: Record<string, number>;
/** By which calls name it. Unique. */
name?: string;
/** Ids of the virtual keys that may use it. Empty: all callers. */
virtual_keys?: string[];
}

export interface PromptOutputBody {
prompt: ShownPrompt;
}

export interface PromptSession {
created_at: string;
id: string;
/** As in OpenAI's chat completions. {{name}} in a text is a variable. */
messages: unknown[] | null;
/** For calls that name none. */
model?: string;
/** Parameters by their names in OpenAI's chat completions: temperature, max_tokens, tools, response_format. A call's own count. */
model_params?: Record<string, unknown>;
name: string;
prompt_id: string;
provider?: string;
updated_at: string;
/** The version that it was begun with. */
version_id?: string;
}

export interface PromptSessionOutputBody {
session: PromptSession;
}

export interface PromptSessionsOutputBody {
sessions: PromptSession[] | null;
}

export interface PromptVersion {
commit_message?: string;
created_at: string;
created_by?: string;
id: string;
is_latest: boolean;
/** That name it. */
labels?: string[] | null;
/** As in OpenAI's chat completions. {{name}} in a text is a variable. */
messages: unknown[] | null;
/** For calls that name none. */
model?: string;
/** Parameters by their names in OpenAI's chat completions: temperature, max_tokens, tools, response_format. A call's own count. */
model_params?: Record<string, unknown>;
prompt_id: string;
provider?: string;
/** What a call has to fill in. */
variables?: string[] | null;
version_number: number;
}

export interface PromptVersionOutputBody {
version: PromptVersion;
}

export interface PromptVersionsOutputBody {
versions: PromptVersion[] | null;
}

export interface PromptsOutputBody {
/** Absent on the last page. */
next_cursor?: string;
prompts: Prompt[] | null;
/** How many there are on all pages. */
total: number;
}

export interface Provider {
busy: number;
failed: number;
keys?: Key[] | null;
name: string;
slots: number;
tries: number;
waiting: number;
}

export interface ProviderKey {
enabled: boolean;
key_id: string;
/** Models that it serves; ["*"]: all. */
models: string[] | null;
name: string;
provider: string;
weight: number;
}

export interface ProviderLimitsObject {
/** What all who call the provider, together, may spend in a time. */
budget?: ConfigBudget;
/** The one of governance.budgets that stands for budget, where that is not given. */
budget_id?: string | null;
/** Further budgets, each of another period. */
budgets?: ConfigBudget[] | null;
/** Another name of provider. */
name?: ConfigProviderLimitsProvider;
/** Name of the provider. */
provider?: string | null;
/** What all who call the provider, together, may use in a time. */
rate_limit?: ConfigRateLimit;
/** The one of governance.rate_limits that stands for rate_limit, where that is not given. */
rate_limit_id?: string | null;
}

export interface ProviderObject {
/** What happens to a call whose caller has left. stop: the connection is cut and usage is estimated. drain: the answer is read to its end for its real usage, for providers that bill all the same. */
cancel?: "stop" | "drain" | null;
/** Most bytes that drain reads after the caller has left. */
cancel_drain_max_bytes?: number | null;
/** Longest that drain reads after the caller has left. */
cancel_drain_timeout_in_seconds?: number | string | null;
/** Calls at a time, and calls that wait. */
concurrency_and_buffer_size?: ConfigConcurrency;
/** Hash as Bifrost exports it. Accepted, not used by this version. */
config_hash?: string | null;
/** Makes a provider under a name of your own. */
custom_provider_config?: ConfigCustom;
/** Free text. Accepted, not used by this version. */
description?: string | null;
/** Credentials. Each call takes one, shared out by weight. */
keys?: ConfigKey[] | null;
/** Its name. */
name?: string;
/** How the provider is reached. */
network_config?: ConfigNetwork;
/** What only OpenAI has. */
openai_config?: ConfigOpenAI;
/** Prices that replace those of the catalogue. The first that fits counts. */
pricing_overrides?: ConfigPriceOverride[] | null;
/** error: no key of it can be used at the moment. */
provider_status?: "active" | "error";
/** Network proxy on the way to the provider. */
proxy_config?: ConfigProxy;
/** Repeat a call even if the provider may have run it already, so that it may be billed twice. */
retry_ambiguous?: boolean | null;
/** Add the provider's request to the answer. Accepted, not used by this version. */
send_back_raw_request?: boolean | null;
/** Add the provider's response to the answer. Accepted, not used by this version. */
send_back_raw_response?: boolean | null;
/** State as Bifrost exports it. Accepted, not used by this version. */
status?: string | null;
/** Keep raw requests and responses in the log. Accepted, not used by this version. */
store_raw_request_response?: boolean | null;
}

export interface PurgeOutputBody {
message: string;
}

export interface RankingsOutputBody {
dimension: string;
/** Those with the most calls first. */
rankings: LogRanking[] | null;
}

export interface RateLimitUse {
/** Absent where each node counts for itself. */
current_usage?: number;
id: string;
kind: "requests" | "tokens";
max_limit: number;
owner: string;
remaining?: number;
reset_duration: string;
resets_in?: string;
scope: string;
}

export interface RateLimitsOutputBody {
count: number;
next_cursor?: string;
rate_limits: RateLimitUse[] | null;
}

export interface RecalculateOutputBody {
/** Where to go on, for after; absent at the end. */
next_cursor?: string;
/** Calls that are still without a price, counted up to 10000. */
remaining: number;
/** Calls whose price is still not known. */
skipped: number;
/** Calls without a price before, counted up to 10000. */
total_matched: number;
updated: number;
}

export interface RecordedAnswerer {
key_name?: string;
model?: string;
/** Absent: the call went nowhere. */
provider?: string;
}

export interface RecordedRouting {
/** Who has answered, or was asked last. */
answered: RecordedAnswerer;
/** As in the log. */
attempts: LogAttempt[] | null;
/** The rule's targets, as it had them and its strategy saw them. */
candidates: WeighedTarget[] | null;
/** How many candidates were passed over for it. */
fallback_index: number;
/** The model, as the call named it. */
model?: string;
/** Of the configuration then. */
revision?: number;
rule_id?: string;
rule_name?: string;
strategy?: string;
/** Why it went there: no rule has decided; a rule has refused it, or has no targets; the rule's only target that it might go to; by the strategy, and explored where least_latency has tried one that was not the quickest; no target was possible; a fallback, behind others that have failed; or that is not kept. */
why: "no_rule" | "denied" | "rule_without_targets" | "only_target" | "weighted" | "priority" | "least_latency" | "least_cost" | "least_busy" | "sticky" | "explored" | "no_target" | "fallback" | "not_kept";
}

export interface RefusalsOutputBody {
bucket_size_seconds: number;
/** When each begins. */
buckets: string[] | null;
/** No limit, and no bucket of one, is left out. */
complete: boolean;
/** Those that have refused most first, 50 of them at most. A call that several limits have refused, at several providers, counts at each. */
limits: LimitRefusals[] | null;
}

export interface Refused {
at: string;
count: number;
reason: string;
}

export interface RehearsalOutputBody {
bucket_size_seconds: number;
/** The answer is an approximation: calls are taken from sums of so many seconds, each as if it had used what those beside it used on average. */
counted_by_seconds: number;
end_time: string;
/** Each by itself, as if there were no others. */
limits: LimitRehearsal[] | null;
/** What else it does not know. period_shorter: a period is shorter than the sums; calls are taken to come evenly. refused_used_nothing: what calls would have used that were refused or failed then. history_bounded: a period is longer than what was looked at before the 24 hours. */
notes: ("period_shorter" | "refused_used_nothing" | "history_bounded")[] | null;
start_time: string;
}

export interface RehearsedBuckets {
calls: number;
refused: number;
/** When it begins. */
timestamp: string;
}

export interface RenamePromptSessionInputBody {
name: string;
}

export interface ReportRun {
/** When it is sent, or tried again. */
due_at: string;
end_time: string;
/** When it was sent or given up. */
ended_at?: string;
failed_tries: number;
/** Why the last try has failed. */
reason?: string;
schedule: string;
start_time: string;
state: "waiting" | "sent" | "given_up";
}

export interface ReportRunsOutputBody {
runs: ReportRun[] | null;
}

export interface ReportScheduleObject {
/** What spend is told apart by: one or two. key is a provider's. Absent: by team and by model. */
by?: ("customer" | "team" | "user" | "virtual_key" | "provider" | "model" | "key" | "day")[] | null;
/** Only calls of these customers. */
customer_ids?: string[] | null;
/** Whether anything is sent. */
enabled?: boolean | null;
/** How long a time a report is of. A week begins on Monday, a month on its first day. */
every?: "day" | "week" | "month";
/** The hour, in the time zone, of the day after that time at which it is sent. Calls are in it whose usage has come to the ledger by then. */
hour?: number | null;
/** Id of the schedule; its name stands for one that is absent. */
id?: string | null;
/** Only calls of these models. */
models?: string[] | null;
/** Name of the report. */
name?: string | null;
/** Only calls of these providers. */
providers?: string[] | null;
/** Server and addresses of e-mail. */
smtp?: ConfigSMTP;
/** Only calls of these teams. */
team_ids?: string[] | null;
/** Where days begin at midnight, as Europe/Berlin. */
time_zone?: string | null;
/** webhook is signed as docs/webhooks.md says; email goes through SMTP, with the table as CSV attached. */
type?: "webhook" | "email";
/** Address of a webhook. */
url?: ConfigSecret;
/** Only calls by these virtual keys. */
virtual_key_ids?: string[] | null;
}

export interface Reservation {
/** In nano-dollars: the call's estimate. */
amount: number;
/** It is a batch. */
batch?: boolean;
/** The call's id, or that of a batch that a node took ahead to serve several calls. */
call_id: string;
/** When the call is taken for lost if its node is not heard of. It renews this while the call goes on. */
expires_at: string;
limit_id: string;
since: string;
/** held: the call goes on. unsettled: its node was not heard of for 30 s; the estimate is charged until what was used is told after all. */
state: "held" | "unsettled";
}

export interface ReservationsOutputBody {
/** Brings the next page as after. Absent: this is the last. */
next_cursor?: string;
/** In no order. A page may have fewer than asked for, although there are more. */
reservations: Reservation[] | null;
}

export interface RevisionOutputBody {
message: string;
revision: number;
}

export interface RotateInputBody {
/** For how long the old value works, too: 0s, 30m, 1h, 1d, 1w. */
overlap?: string;
}

export interface RoutingHitsOutputBody {
/** The most frequent first. */
rules: RuleHits[] | null;
since: string;
total_requests: number;
until: string;
}

export interface RoutingRuleObject {
/** Which calls the rule is for, in CEL. Absent or empty: all. */
cel_expression?: string | null;
/** Whether Bifrost looks at further rules. Accepted, not used by this version. */
chain_rule?: unknown;
/** The calls are refused with this message, and go nowhere. */
deny_message?: string | null;
/** Free text. */
description?: string | null;
/** Whether the rule is used. */
enabled?: boolean | null;
/** Models, as provider/model, that are tried in turn when the target fails. Those that the caller names stand before them. */
fallbacks?: string[] | null;
/** Identifies the rule. */
id?: string | null;
/** Name of the rule in logs and explanations. */
name?: string | null;
/** Order of the rules of one scope, the lowest first. */
priority?: number | null;
/** The expression as Bifrost's editor keeps it. Accepted, not used by this version. */
query?: Record<string, unknown> | null;
/** Whose calls the rule is for. A rule of a virtual key goes before one of a team, that before one of a customer, and that before a global one. */
scope?: "global" | "customer" | "team" | "virtual_key" | null;
/** Id of the customer, team or virtual key. */
scope_id?: string | null;
/** A part of the calls is sent a second time, to another model, whose answer nobody gets. */
shadow?: ConfigShadow;
/** How a target is chosen. weighted: by chance, by weight; priority: the first; least_latency, least_cost, least_busy: the one that is quickest, cheapest, or has the fewest calls; sticky: the same one for each session. The others are fallbacks. */
strategy?: "weighted" | "priority" | "least_latency" | "least_cost" | "least_busy" | "sticky" | null;
/** Where these calls go: to one of them, by strategy. */
targets?: ConfigRoutingTarget[] | null;
}

export interface RuleHits {
failed_requests: number;
/** Of the rule; empty: calls that no rule has decided. */
id: string;
/** Where they went in the end, the most frequent first. */
to: HitsFor[] | null;
total_requests: number;
}

export interface RuntimeOutputBody {
gc_pause_total_ms: number;
gc_runs: number;
go_version: string;
gomaxprocs: number;
goroutines: number;
heap_idle_bytes: number;
heap_in_use_bytes: number;
heap_objects: number;
num_cpu: number;
stack_bytes: number;
/** All memory that the runtime has of the system. */
system_bytes: number;
}

export interface SecretKeyUse {
/** Nodes that have it, first or not. */
accepted_by: number;
fingerprint: string;
/** Nodes whose first key it is. */
used_by: number;
}

export interface SecretKeysOutputBody {
keys: SecretKeyUse[] | null;
/** Live nodes, and the control that answers. NATS servers do not tell. */
nodes: NodeSecretKeys[] | null;
/** Values that are kept for long and are not sealed with the first key of the control that answers. */
sealed_with_others: number;
/** none: there is one key. accepting: not every node accepts every key. using: they do not use the same one yet. sealing: not all is sealed with it yet. done: the others may be given up when what hangs on them has ended, see docs/secrets.md. */
state: "none" | "accepting" | "using" | "sealing" | "done";
}

export interface Session {
address: string;
created_at: string;
/** It is the one that asks. */
current: boolean;
expires_at: string;
id: string;
/** To the minute or so. */
used_at: string;
user_agent: string;
user_id: string;
}

export interface SessionEnabledOutputBody {
/** Whether the request comes from somebody who is known. */
has_valid_token: boolean;
is_auth_enabled: boolean;
/** Whether people can sign in at an OpenID provider: GET /api/session/oidc/login. */
oidc: boolean;
}

export interface SessionFields {
messages?: unknown[];
model?: string;
model_params?: Record<string, unknown>;
name?: string;
provider?: string;
}

export interface SessionTold {
/** What a page sends as X-CSRF-Token with each change, where a cookie says who asks. */
csrf_token?: string;
id?: string;
/** What the caller came with. */
kind: "admin_token" | "person" | "api_token";
/** The operations that the caller may ask for, with the least role that each needs. */
may?: Record<string, string>;
message?: string;
name: string;
role: "viewer" | "operator" | "admin";
/** Ids of the teams that the caller is confined to; absent: none. */
teams?: string[] | null;
}

export interface SessionsOutputBody {
sessions: Session[] | null;
}

export interface Share {
bytes: number;
/** Answers that are kept. */
entries: number;
hits: number;
misses: number;
/** The calls' x-asbru-cache-key; empty: of calls without one; *: of all namespaces beyond the first 50 of a node. */
namespace: string;
/** What the hits would have cost, in dollars. */
saved_cost: number;
/** How long it took to make the answers that were given again. */
saved_seconds: number;
}

export interface ShownFolder {
created_at: string;
description?: string;
id: string;
name: string;
prompts_count: number;
updated_at: string;
}

export interface ShownPrompt {
created_at: string;
folder?: Folder;
folder_id?: string;
id: string;
labels?: Record<string, number>;
latest: number;
latest_version?: PromptVersion;
made: number;
name: string;
updated_at: string;
virtual_keys?: string[] | null;
}

export interface SignInBegun {
/** Where a browser is to go. */
authorize_url: string;
/** Until when the sign-in can be brought to its end. */
expires_at: string;
mcp_client_id: string;
message: string;
oauth_config_id: string;
status: "pending_oauth";
}

export interface Silence {
/** When it begins. Absent: now. */
from?: string;
/** Why. */
reason: string;
/** Of alerts of which rules. */
rule?: string;
/** Of which severities. */
severity?: string;
/** Of which subjects. */
subject?: string;
/** When it ends. */
until: string;
}

export interface SilenceOutputBody {
silence: KeptSilence;
}

export interface SilencesOutputBody {
silences: KeptSilence[] | null;
}

export interface Slots {
busy: number;
node: string;
provider: string;
slots: number;
waiting: number;
}

export interface SourcesOutputBody {
/** Sections that each node reads from its own configuration file when it starts: they cannot be changed here. */
at_start: string[] | null;
/** What the configuration is taken over from. Absent: nothing ever was. */
file?: ConfigFile;
revision: number;
/** By their places. What is not among them has its default. */
values: ConfigValue[] | null;
}

export interface Spend {
by: string[] | null;
/** Calls that began at this time or later are left out. */
end_time: string;
/** Rows that are left out. */
more?: number;
/** By day, and those that cost most first. */
rows: SpendRow[] | null;
start_time: string;
time_zone: string;
/** Of all rows, those left out too. */
total: Spent;
}

export interface SpendRow {
cached_read_tokens: number;
cached_write_tokens: number;
cancelled_requests: number;
completion_tokens: number;
failed_requests: number;
/** What ids in of are called. */
names?: Record<string, string>;
/** What the calls have in common: a value for each of by. Empty: they have none, as calls without a team. */
of: Record<string, string>;
prompt_tokens: number;
reasoning_tokens: number;
/** In dollars. */
total_cost: number;
/** In nano-dollars, exact. */
total_cost_nano: number;
total_requests: number;
}

export interface Spent {
cached_read_tokens: number;
cached_write_tokens: number;
cancelled_requests: number;
completion_tokens: number;
failed_requests: number;
prompt_tokens: number;
reasoning_tokens: number;
/** In dollars. */
total_cost: number;
/** In nano-dollars, exact. */
total_cost_nano: number;
total_requests: number;
}

export interface Stage {
digest: string;
labels?: Record<string, string>;
percent?: number;
revision: number;
since: string;
}

export interface State {
address?: string;
cache?: Cache;
clock_offset_seconds: number;
config: Status;
counts?: string;
draining?: boolean;
labels?: Record<string, string>;
load: Load;
mcp?: MCP[] | null;
node: string;
plugins?: Plugin[] | null;
providers?: Provider[] | null;
roles: string[] | null;
secret_keys?: string[] | null;
started: string;
told: string;
usage: Usage;
version: string;
virtual_keys: number;
}

export interface Status {
applied: string;
error?: string;
refused?: Refused;
revision: number;
serial: number;
wanted?: number;
}

export interface TeamObject {
/** What the team's keys, and those of the teams below it, together may spend in a time. */
budget?: ConfigBudget;
/** The one of governance.budgets that stands for budget, where that is not given. */
budget_id?: string | null;
/** Further budgets, each of another period. */
budgets?: ConfigBudget[] | null;
/** Claims as Bifrost exports them. Accepted, not used by this version. */
claims?: Record<string, unknown> | null;
/** Settings as Bifrost exports them. Accepted, not used by this version. */
config?: Record<string, unknown> | null;
/** Customer of the team. Default: that of its parent. */
customer_id?: string | null;
/** Identifies the team for team_id. */
id?: string;
/** Name of the team in refusals and reports. */
name?: string | null;
/** The team that this one is a part of. What it uses counts for that one too. At most 5 teams stand above each other. */
parent_id?: string | null;
/** Profile as Bifrost exports it. Accepted, not used by this version. */
profile?: Record<string, unknown> | null;
/** What the team's keys, and those of the teams below it, together may use in a time. */
rate_limit?: ConfigRateLimit;
/** The one of governance.rate_limits that stands for rate_limit, where that is not given. */
rate_limit_id?: string | null;
/** Words to find the team by. */
tags?: string[] | null;
/** Its virtual keys, 100 at most. GET /api/governance/virtual-keys has them all. */
virtual_keys?: Record<string, unknown>[];
}

export interface TestCallAnswer {
/** The edge's answer. */
body: unknown;
/** Of the edge's answer, with the id of the call in the log. */
headers: Record<string, string>;
/** The edge. */
node: string;
/** Of the edge's answer. */
status: number;
/** With the way to the edge and back. */
took_ms: number;
}

export interface TestCallInputBody {
path?: "/v1/chat/completions" | "/v1/models" | "/v1/mcp/tool/execute";
/** The name of the provider's key to use, as in the header x-asbru-key. */
provider_key?: string;
/** The call's body, in the form of OpenAI's API; up to 512 KiB. With stream, events come as they are made. /v1/models has none; /v1/mcp/tool/execute has the call of a tool as a model's answer has it. */
request?: unknown;
/** The value of the virtual key to call with. The call counts for it, as any. */
virtual_key?: string;
}

export interface TestChannelOutputBody {
channel: string;
/** Why it has not. */
reason?: string;
/** Whether the channel has taken it. */
sent: boolean;
}

export interface TestGuardrailsInputBody {
/** What a model answers, in the place of a response. */
answer?: string;
caller?: PluginCaller;
/** Checks of a rule that is not saved, as in a guardrail. It looks alone. */
checks?: unknown;
/** Of the request. */
dialect?: string;
/** Of the request. */
headers?: Record<string, string>;
/** Of the rule that looks. Without it, and without checks, all rules that are on. */
id?: string;
/** The call's operation: chat, completion, embedding or rerank. */
op?: string;
/** A request's body. */
request?: unknown;
/** A provider's answer, in the form of OpenAI's API. Without it the request alone is looked at. */
response?: unknown;
/** What a user says, in the place of a request. */
text?: string;
}

export interface TestPluginInputBody {
caller?: PluginCaller;
/** Of the request. */
dialect?: string;
/** Of the request. */
headers?: Record<string, string>;
/** The call's operation, as in a plugin's ops. */
op?: string;
/** A request's body. Default: a short chat. With stream the answer is shown to the plugin as a stream. */
request?: unknown;
/** What the provider is to have said, in the form of OpenAI's API. Default: a sentence. */
response?: unknown;
}

export interface TestScheduleOutputBody {
/** Why it was not. */
reason?: string;
schedule: string;
/** Whether the report was taken. */
sent: boolean;
}

export interface TicketOutputBody {
expires_at: string;
/** For /ws?ticket=, once. */
ticket: string;
}

export interface Token {
created_at: string;
created_by: string;
expires_at?: string;
id: string;
name: string;
role: "viewer" | "operator" | "admin";
/** Ids of the teams that it is confined to; absent: none. */
teams?: string[] | null;
/** To the minute or so. */
used_at?: string;
/** The token itself in the answer that made it; its last four characters ever after. */
value: string;
}

export interface TokenBucket {
by_dimension?: Record<string, TokenGroup>;
by_model?: Record<string, TokenGroup>;
by_provider?: Record<string, TokenGroup>;
cached_read_tokens: number;
completion_tokens: number;
prompt_tokens: number;
/** When it begins. */
timestamp: string;
total_tokens: number;
}

export interface TokenGroup {
cached_read_tokens: number;
completion_tokens: number;
prompt_tokens: number;
total_tokens: number;
}

export interface TokenOutputBody {
message?: string;
token: Token;
}

export interface TokenPrices {
cache_creation_input_token_cost?: number;
cache_read_input_token_cost?: number;
input_cost_per_token?: number;
output_cost_per_token?: number;
}

export interface TokensOutputBody {
tokens: Token[] | null;
}

export interface Told {
acknowledged_at?: string;
acknowledged_by?: string;
/** When it had lasted for long enough. */
fired_at?: string;
id: string;
/** How often somebody was told that it fires. */
notices: number;
/** When somebody was told last. */
notified_at?: string;
/** The share that is used, or that fails. */
percent?: number;
resolved_at?: string;
rule: string;
severity: string;
/** When it was first seen. */
started_at: string;
state: "pending" | "firing" | "resolved";
/** What it is of: a limit's id, PROVIDER/KEY, a node. */
subject: string;
/** It in a sentence. */
summary: string;
type: string;
}

export interface ToolBucket {
cancelled: number;
count: number;
error: number;
success: number;
/** When it begins. */
timestamp: string;
}

export interface ToolCostBucket {
/** When it begins. */
timestamp: string;
total_cost: number;
}

export interface ToolFilterDataOutputBody {
server_labels: string[] | null;
tool_names: string[] | null;
virtual_keys: NamedID[] | null;
}

export interface ToolHistogramOutputToolBucketBody {
bucket_size_seconds: number;
buckets: ToolBucket[] | null;
}

export interface ToolHistogramOutputToolCostBucketBody {
bucket_size_seconds: number;
buckets: ToolCostBucket[] | null;
}

export interface ToolLogRow {
/** What the tool was given, where that is kept, and one call is asked for. */
arguments?: LogBody;
/** In dollars. */
cost: number;
/** In billionths of a dollar. */
cost_nano: number;
customer_id?: string;
end_user?: string;
error_details?: LogError;
/** The gateway's own, unique. */
id: string;
/** In milliseconds. */
latency: number;
/** The id of the call whose model, or whose script, wanted the tool; or what its caller has named so. */
llm_request_id?: string;
/** Of plugins and guardrails. */
marks?: string;
metadata?: Record<string, string>;
node: string;
/** What the caller knows the call by. */
request_id: string;
/** What it has said, as the protocol has it. */
result?: LogBody;
/** The name of the MCP server's client. */
server_label: string;
session_id?: string;
/** A tool that answers that it has failed has succeeded in answering: see is_error of its result. */
status: "success" | "error" | "cancelled";
status_code: number;
team_id?: string;
/** When it began. */
timestamp: string;
/** As its server names it. */
tool_name: string;
user_id?: string;
virtual_key_id?: string;
virtual_key_name?: string;
}

export interface ToolStatsOutputBody {
/** In milliseconds. */
average_latency: number;
cancelled_executions: number;
failed_executions: number;
latency: LatencyStat;
/** Of a hundred. */
success_rate: number;
/** In dollars. */
total_cost: number;
/** In billionths of a dollar. */
total_cost_nano: number;
total_executions: number;
}

export interface TopTool {
/** In dollars. */
cost: number;
count: number;
failed: number;
server_label: string;
tool_name: string;
}

export interface TopToolsOutputBody {
/** Those with the most calls first. */
tools: TopTool[] | null;
}

export interface UpdateFolderInputBody {
description?: string;
name?: string;
}

export interface UpdatePersonInputBody {
email?: string;
/** Their sessions end. */
is_disabled?: boolean;
/** Their sessions end. */
password?: string;
/** Refuse the change if the person has another revision by now. */
revision?: number;
role?: "viewer" | "operator" | "admin";
/** Empty: confined to none. */
teams?: string[];
username?: string;
}

export interface UpdateTokenInputBody {
expires_at?: string;
name?: string;
role?: "viewer" | "operator" | "admin";
/** Empty: confined to none. */
teams?: string[];
}

export interface UpgradeInputBody {
/** Digest of its program. */
artefact?: string;
/** All of its settings. What is not sent of these four stays as the plugin has it, or the version that is tried already. */
config?: unknown;
/** Where its program is, in place of an artefact. */
path?: string;
/** Of the plugin's calls, those that the version stands in for. 100, the default, puts it in the plugin's place. */
percent?: number;
/** Version of it, as its maker counts. */
version?: unknown;
}

export interface Usage {
lost_records: number;
spooled_bytes: number;
stuck: boolean;
}

export interface UserObject {
/** What the user's keys together may spend in a time. */
budget?: ConfigBudget;
/** The one of governance.budgets that stands for budget, where that is not given. */
budget_id?: string | null;
/** Further budgets, each of another period. */
budgets?: ConfigBudget[] | null;
/** Address of the user. */
email?: string | null;
/** Identifies the user for user_id. */
id?: string;
/** Name of the user in refusals and reports. */
name?: string | null;
/** What the user's keys together may use in a time. */
rate_limit?: ConfigRateLimit;
/** The one of governance.rate_limits that stands for rate_limit, where that is not given. */
rate_limit_id?: string | null;
/** Words to find the user by. */
tags?: string[] | null;
/** Team of the user, and of those of the user's keys that say no other. */
team_id?: string | null;
}

export interface Verdict {
action: "note" | "redact" | "refuse";
/** The check's name. */
check: string;
/** How often. */
count: number;
/** The kinds of what was found: those of personal data, the names of patterns, the signals of an injection, the categories of a moderation. Of words nothing. */
found?: string[] | null;
/** The beginning of the SHA-256 of the text, by which equal texts are known. */
hash?: string;
/** Why the check could not be made, or what an answer does not satisfy. */
reason?: string;
/** The rule's id. */
rule: string;
/** Of an estimate. */
score?: number;
side: "input" | "output";
}

export interface VerifyAuditOutputBody {
/** The first entry that is not as it was written. */
broken_seq?: number;
/** That are whole, from the first one on. */
entries: number;
head_hash: string;
/** The last of these. Keep it and its hash elsewhere to notice when the end is cut off. */
head_seq: number;
reason?: string;
/** Each entry is as it was written, and none is missing before the last. */
whole: boolean;
}

export interface VersionOutputBody {
author: string;
config: unknown;
digest: string;
message: string;
parent: number;
revision: number;
rollback_to?: number;
source?: string;
source_locked?: boolean;
source_name?: string;
stage?: Stage;
time: string;
}

export interface VersionsOutputBody {
in_force: number;
/** Send it as before for the next page. */
next?: number;
stage?: Stage;
versions: Commit[] | null;
}

export interface VirtualKeyObject {
/** Operations that the key may be used for, by their names in metrics: chat, embedding … Absent or empty: all. */
allowed_endpoints?: string[] | null;
/** What the key may spend in a time. */
budget?: ConfigBudget;
/** The one of governance.budgets that stands for budget, where that is not given. */
budget_id?: string | null;
/** Further budgets, each of another period. */
budgets?: ConfigBudget[] | null;
/** All of the key's budgets are calendar_aligned. */
calendar_aligned?: boolean | null;
created_at?: string;
/** The customer that it belongs to. */
customer?: Record<string, unknown>;
/** Customer of the key, where it has no team. */
customer_id?: string | null;
/** Free text. */
description?: string | null;
/** When the key ends, as 2027-01-31T00:00:00Z. Absent: never. */
expires_at?: string | null;
/** Identifies the virtual key. */
id?: string | null;
/** Whether calls with the key are answered. */
is_active?: boolean | null;
/** Whether the bodies of the key's calls are kept in the log. true is of all of them, unless logs.bodies is off; false is of none. Absent: as logs.bodies says. */
log_bodies?: boolean | null;
/** What agents may use for one call of the key, where that is less than mcp.tool_manager_config allows. */
mcp_agent?: ConfigMCPAgent;
/** MCP servers and their tools that the key may use. Absent or empty: see version. */
mcp_configs?: ConfigMCPGrant[] | null;
/** Name of the virtual key in logs. */
name?: string | null;
/** Whom to ask about the key. Free text. */
owner?: string | null;
/** Providers that the key may use. ["*"] is all of them. Absent or empty: see version. */
provider_configs?: (unknown | ConfigVirtualKeyProvider)[] | null;
/** What the key may use in a time. */
rate_limit?: ConfigRateLimit;
/** The one of governance.rate_limits that stands for rate_limit, where that is not given. */
rate_limit_id?: string | null;
/** Headers that a call with the key must have. */
required_headers?: string[] | null;
/** The key's own. Send it back with a change to have the change refused if somebody else was quicker. */
revision?: number;
/** Words to find the key by. */
tags?: string[] | null;
/** The team that it belongs to. */
team?: Record<string, unknown>;
/** Team of the key. */
team_id?: string | null;
updated_at?: string;
/** What each of the key's end users may spend in a time. */
user_budget?: ConfigBudget;
/** User who owns the key. A key without a team or a customer is of the user's team. */
user_id?: string | null;
/** What each of the key's end users may use in a time. The header x-asbru-user names one, or the member user of the body. */
user_rate_limit?: ConfigRateLimit;
/** The key itself in the answer that made it; its last four characters ever after. */
value?: string;
}

export interface Warning {
code: "configuration_not_applied" | "configuration_refused" | "counts_alone" | "counts_away" | "clock_off" | "other_version" | "usage_not_told" | "usage_lost" | "plugin_absent";
message: string;
node: string;
}

export interface WebhookSecretOutputBody {
/** The secret, when it is derived from the cluster's secret key. */
secret?: string;
/** Where the secret comes from. */
source: "derived" | "configuration";
}

export interface WeighedTarget {
busy?: number;
cost_nano?: number;
key_id?: string;
/** Here and below, what is absent was not known, or not asked. */
latency_ms?: number;
/** Absent: as the call had it. */
model?: string;
/** In the order in which they were to be tried. Absent: it was left out. */
place?: number;
/** Absent: as the call had it. */
provider?: string;
/** Whether calls could be sent there then. */
ready: boolean;
/** The code of why the call might not go there. */
refusal?: string;
weight: number;
}

export interface WidenVersionRequest {
/** Nodes that bear all of these, instead of a percentage. */
labels?: Record<string, string>;
percent?: number;
}

/** List alerts, those that fire and those that are over, the newest first */
export const listAlerts = /*#__PURE__*/ operation<{
query?: {
/** Only those behind this cursor. */
after?: string;
/** At most so many. */
limit?: number;
/** Only those of this rule. */
rule?: string;
/** Only those of this severity. */
severity?: "info" | "warning" | "critical";
/** Only those in this state. */
state?: "pending" | "firing" | "resolved";
/** Only those of this subject. */
subject?: string;
};
}, ListAlertsOutputBody>("list-alerts", "GET", "/api/alerts");

/** List the channels that are told of alerts */
export const listAlertChannels = /*#__PURE__*/ operation<Record<never, never>, AlertChannelsOutputBody>("list-alert-channels", "GET", "/api/alerts/channels");

/** Send a test to a channel, and tell whether it was taken */
export const testAlertChannel = /*#__PURE__*/ operation<{
path: {
name: string;
};
}, TestChannelOutputBody>("test-alert-channel", "POST", "/api/alerts/channels/{name}/test");

/** List the rules that hold, built-in ones included */
export const listAlertRules = /*#__PURE__*/ operation<Record<never, never>, AlertRulesOutputBody>("list-alert-rules", "GET", "/api/alerts/rules");

/** List the silences that have not ended */
export const listSilences = /*#__PURE__*/ operation<Record<never, never>, SilencesOutputBody>("list-silences", "GET", "/api/alerts/silences");

/** Have alerts not told for a time */
export const makeSilence = /*#__PURE__*/ operation<{
body: Silence;
}, SilenceOutputBody>("make-silence", "POST", "/api/alerts/silences");

/** End a silence */
export const deleteSilence = /*#__PURE__*/ operation<{
path: {
id: string;
};
}, DeletedOutputBody>("delete-silence", "DELETE", "/api/alerts/silences/{id}");

/** Show a silence */
export const getSilence = /*#__PURE__*/ operation<{
path: {
id: string;
};
}, SilenceOutputBody>("get-silence", "GET", "/api/alerts/silences/{id}");

/** Change a silence */
export const changeSilence = /*#__PURE__*/ operation<{
body: Silence;
path: {
id: string;
};
}, SilenceOutputBody>("change-silence", "PUT", "/api/alerts/silences/{id}");

/** Show an alert */
export const getAlert = /*#__PURE__*/ operation<{
path: {
id: string;
};
}, AlertOutputBody>("get-alert", "GET", "/api/alerts/{id}");

/** Have an alert told no more until it is over */
export const acknowledgeAlert = /*#__PURE__*/ operation<{
path: {
id: string;
};
}, AlertOutputBody>("acknowledge-alert", "POST", "/api/alerts/{id}/acknowledge");

/** Make the configuration and the virtual keys what a document says, all of it or nothing */
export const apply = /*#__PURE__*/ operation<{
body: {
configuration?: Config;
format: "asbru/1";
/** The keys that are not in the configuration. */
virtual_keys?: ({
/** Operations that the key may be used for, by their names in metrics: chat, embedding … Absent or empty: all. */
allowed_endpoints?: string[] | null;
/** What the key may spend in a time. */
budget?: ConfigBudget;
/** The one of governance.budgets that stands for budget, where that is not given. */
budget_id?: string | null;
/** Further budgets, each of another period. */
budgets?: ConfigBudget[] | null;
/** All of the key's budgets are calendar_aligned. */
calendar_aligned?: boolean | null;
created_at?: string;
/** Customer of the key, where it has no team. */
customer_id?: string | null;
/** Free text. */
description?: string | null;
/** SHA-256 of its value, in hexadecimal. Without one, a value is made. */
digest?: string;
/** When the key ends, as 2027-01-31T00:00:00Z. Absent: never. */
expires_at?: string | null;
/** Identifies the virtual key. */
id?: string | null;
/** Whether calls with the key are answered. */
is_active?: boolean | null;
/** Last characters of its value. */
last4?: string;
/** Whether the bodies of the key's calls are kept in the log. true is of all of them, unless logs.bodies is off; false is of none. Absent: as logs.bodies says. */
log_bodies?: boolean | null;
/** What agents may use for one call of the key, where that is less than mcp.tool_manager_config allows. */
mcp_agent?: ConfigMCPAgent;
/** MCP servers and their tools that the key may use. Absent or empty: see version. */
mcp_configs?: ConfigMCPGrant[] | null;
/** Name of the virtual key in logs. */
name?: string | null;
/** Whom to ask about the key. Free text. */
owner?: string | null;
/** Providers that the key may use. ["*"] is all of them. Absent or empty: see version. */
provider_configs?: (unknown | ConfigVirtualKeyProvider)[] | null;
/** What the key may use in a time. */
rate_limit?: ConfigRateLimit;
/** The one of governance.rate_limits that stands for rate_limit, where that is not given. */
rate_limit_id?: string | null;
/** Headers that a call with the key must have. */
required_headers?: string[] | null;
/** Whether its empty lists allow nothing, where that is not as the configuration's version says. */
strict?: boolean;
/** Words to find the key by. */
tags?: string[] | null;
/** Team of the key. */
team_id?: string | null;
/** What each of the key's end users may spend in a time. */
user_budget?: ConfigBudget;
/** User who owns the key. A key without a team or a customer is of the user's team. */
user_id?: string | null;
/** What each of the key's end users may use in a time. The header x-asbru-user names one, or the member user of the body. */
user_rate_limit?: ConfigRateLimit;
/** What the caller sends. */
value?: ConfigSecret;
})[];
};
query?: {
/** Say what would change, and change nothing. */
dry_run?: boolean;
/** Why, for the record. */
message?: string;
/** Delete what the document does not name. */
prune?: boolean;
/** applied: answer when every live node has the change. */
wait?: "applied";
};
}, ApplyOutputBody>("apply", "POST", "/api/apply");

/** List who changed what, the newest first */
export const listAudit = /*#__PURE__*/ operation<{
query?: {
/** Begin behind a page before: its next_cursor. */
after?: string;
/** Id or name of who asked. */
caller?: string;
limit?: number;
/** The beginning of its path. */
object?: string;
operation?: string;
outcome?: "done" | "refused" | "failed";
since?: string;
until?: string;
};
}, ListAuditOutputBody>("list-audit", "GET", "/api/audit");

/** Export who changed what as NDJSON or CSV */
export const exportAudit = /*#__PURE__*/ operation<{
query?: {
/** Id or name of who asked. */
caller?: string;
format?: "ndjson" | "csv";
/** The beginning of its path. */
object?: string;
operation?: string;
outcome?: "done" | "refused" | "failed";
since?: string;
until?: string;
};
}, null>("export-audit", "GET", "/api/audit/export");

/** See whether the audit is as it was written */
export const verifyAudit = /*#__PURE__*/ operation<Record<never, never>, VerifyAuditOutputBody>("verify-audit", "GET", "/api/audit/verify");

/** Have every node forget answers: all that the query means, or all there are */
export const purgeCache = /*#__PURE__*/ operation<{
query?: {
/** Of this model, as provider/model. */
model?: string;
/** Of calls with this x-asbru-cache-key. */
namespace?: string;
/** That this virtual key was given, where each has a cache of its own. */
virtual_key_id?: string;
};
}, PurgeOutputBody>("purge-cache", "DELETE", "/api/cache");

/** Show what nodes keep of answers, and what that has saved */
export const showCache = /*#__PURE__*/ operation<Record<never, never>, CacheOutputBody>("show-cache", "GET", "/api/cache");

/** Have every node forget the answers of calls with a header x-asbru-cache-key */
export const purgeCacheByName = /*#__PURE__*/ operation<{
path: {
key: string;
};
}, PurgeOutputBody>("purge-cache-by-name", "DELETE", "/api/cache/clear-by-key/{key}");

/** Have every node forget the answer of a call */
export const purgeCachedCall = /*#__PURE__*/ operation<{
path: {
/** The call's id, or its caller's own. */
requestId: string;
};
}, PurgeOutputBody>("purge-cached-call", "DELETE", "/api/cache/clear/{requestId}");

/** Say why a call was answered out of the cache, or was not */
export const explainCache = /*#__PURE__*/ operation<{
body: ExplainCacheInputBody;
}, CacheExplanation>("explain-cache", "POST", "/api/cache/explain");

/** Show where callers reach the gateway */
export const showEndpoint = /*#__PURE__*/ operation<Record<never, never>, Endpoint>("show-endpoint", "GET", "/api/cluster/endpoint");

/** Show each provider key's target and actual share over all nodes */
export const listKeyShares = /*#__PURE__*/ operation<Record<never, never>, KeysOutputBody>("list-key-shares", "GET", "/api/cluster/keys");

/** List the live nodes: roles, revision, load */
export const listNodes = /*#__PURE__*/ operation<Record<never, never>, NodesOutputBody>("list-nodes", "GET", "/api/cluster/nodes");

/** Have a node take no more calls, finish those it has, and stop */
export const drainNode = /*#__PURE__*/ operation<{
path: {
node: string;
};
}, DrainOutputBody>("drain-node", "POST", "/api/cluster/nodes/{node}/drain");

/** Show slots and queues of each provider on each node */
export const showOverflow = /*#__PURE__*/ operation<Record<never, never>, OverflowOutputBody>("show-overflow", "GET", "/api/cluster/overflow");

/** Show how far an exchange of the secret key has come: which node uses and accepts which */
export const showSecretKeys = /*#__PURE__*/ operation<Record<never, never>, SecretKeysOutputBody>("show-secret-keys", "GET", "/api/cluster/secret-keys");

/** Have an edge make a call, run a tool, or list the models that it offers, and show its answer, as a whole or as it comes */
export const testCall = /*#__PURE__*/ operation<{
body: TestCallInputBody;
}, TestCallAnswer>("test-call", "POST", "/api/cluster/test-call");

/** Show the configuration in force, without its secrets */
export const getConfig = /*#__PURE__*/ operation<Record<never, never>, ConfigOutputBody>("get-config", "GET", "/api/config");

/** Change the configuration by a JSON merge patch (RFC 7396) */
export const patchConfig = /*#__PURE__*/ operation<{
body: string;
query?: {
/** Why, for the record. */
message?: string;
/** Try it on so many of a hundred nodes first. 0: put it in force on all. */
percent?: number;
/** Refuse the change if another revision is the newest by now. */
revision?: number;
/** applied: answer when every live node has the change. */
wait?: "applied";
};
}, ConfigOutputBody>("patch-config", "PATCH", "/api/config");

/** Replace the configuration */
export const putConfig = /*#__PURE__*/ operation<{
body: string;
query?: {
/** Why, for the record. */
message?: string;
/** Try it on so many of a hundred nodes first. 0: put it in force on all. */
percent?: number;
/** Refuse the change if another revision is the newest by now. */
revision?: number;
/** applied: answer when every live node has the change. */
wait?: "applied";
};
}, ConfigOutputBody>("put-config", "PUT", "/api/config");

/** Show where each value of the configuration comes from */
export const getConfigSources = /*#__PURE__*/ operation<{
query?: {
/** Only values of this section, such as client. */
section?: string;
};
}, SourcesOutputBody>("get-config-sources", "GET", "/api/config/sources");

/** List the revisions of the configuration, newest first */
export const listVersions = /*#__PURE__*/ operation<{
query?: {
/** Revisions older than this one. */
before?: number;
limit?: number;
};
}, VersionsOutputBody>("list-versions", "GET", "/api/config/versions");

/** Show a revision, without its secrets */
export const getVersion = /*#__PURE__*/ operation<{
path: {
revision: number;
};
}, VersionOutputBody>("get-version", "GET", "/api/config/versions/{revision}");

/** End the trial of a revision */
export const abandonVersion = /*#__PURE__*/ operation<{
path: {
revision: number;
};
query?: {
/** applied: answer when every live node has the change. */
wait?: "applied";
};
}, RevisionOutputBody>("abandon-version", "POST", "/api/config/versions/{revision}/abandon");

/** Show what a revision changed, as a JSON merge patch */
export const diffVersion = /*#__PURE__*/ operation<{
path: {
revision: number;
};
query?: {
/** Compare with this revision instead of the one before. */
from?: number;
};
}, DiffOutputBody>("diff-version", "GET", "/api/config/versions/{revision}/diff");

/** Put a revision that is on trial in force on all nodes */
export const promoteVersion = /*#__PURE__*/ operation<{
path: {
revision: number;
};
query?: {
/** applied: answer when every live node has the change. */
wait?: "applied";
};
}, RevisionOutputBody>("promote-version", "POST", "/api/config/versions/{revision}/promote");

/** Bring a revision's configuration back, as a new revision */
export const rollbackVersion = /*#__PURE__*/ operation<{
path: {
revision: number;
};
query?: {
/** Try it on so many of a hundred nodes first. */
percent?: number;
/** applied: answer when every live node has the change. */
wait?: "applied";
};
}, RevisionOutputBody>("rollback-version", "POST", "/api/config/versions/{revision}/rollback");

/** Try a revision that is on trial on other nodes */
export const widenVersion = /*#__PURE__*/ operation<{
body: WidenVersionRequest;
path: {
revision: number;
};
query?: {
/** applied: answer when every live node has the change. */
wait?: "applied";
};
}, RevisionOutputBody>("widen-version", "POST", "/api/config/versions/{revision}/widen");

/** Show what memory and goroutines this process has */
export const getRuntime = /*#__PURE__*/ operation<Record<never, never>, RuntimeOutputBody>("get-runtime", "GET", "/api/dev/pprof");

/** Show where the goroutines of this process are, as text */
export const getGoroutines = /*#__PURE__*/ operation<Record<never, never>, unknown>("get-goroutines", "GET", "/api/dev/pprof/goroutines");

/** Take a profile of this process, for go tool pprof */
export const getProfile = /*#__PURE__*/ operation<{
query?: {
/** Of what. mutex and block are empty while the process does not sample them. */
name?: "cpu" | "heap" | "allocs" | "goroutine" | "mutex" | "block";
/** How long a profile of the CPU is. */
seconds?: number;
};
}, unknown>("get-profile", "GET", "/api/dev/pprof/profile");

/** Show the configuration and the virtual keys as one document, without secrets */
export const export_ = /*#__PURE__*/ operation<Record<never, never>, {
configuration?: Config;
format: "asbru/1";
/** The keys that are not in the configuration. */
virtual_keys?: ({
/** Operations that the key may be used for, by their names in metrics: chat, embedding … Absent or empty: all. */
allowed_endpoints?: string[] | null;
/** What the key may spend in a time. */
budget?: ConfigBudget;
/** The one of governance.budgets that stands for budget, where that is not given. */
budget_id?: string | null;
/** Further budgets, each of another period. */
budgets?: ConfigBudget[] | null;
/** All of the key's budgets are calendar_aligned. */
calendar_aligned?: boolean | null;
created_at?: string;
/** Customer of the key, where it has no team. */
customer_id?: string | null;
/** Free text. */
description?: string | null;
/** SHA-256 of its value, in hexadecimal. Without one, a value is made. */
digest?: string;
/** When the key ends, as 2027-01-31T00:00:00Z. Absent: never. */
expires_at?: string | null;
/** Identifies the virtual key. */
id?: string | null;
/** Whether calls with the key are answered. */
is_active?: boolean | null;
/** Last characters of its value. */
last4?: string;
/** Whether the bodies of the key's calls are kept in the log. true is of all of them, unless logs.bodies is off; false is of none. Absent: as logs.bodies says. */
log_bodies?: boolean | null;
/** What agents may use for one call of the key, where that is less than mcp.tool_manager_config allows. */
mcp_agent?: ConfigMCPAgent;
/** MCP servers and their tools that the key may use. Absent or empty: see version. */
mcp_configs?: ConfigMCPGrant[] | null;
/** Name of the virtual key in logs. */
name?: string | null;
/** Whom to ask about the key. Free text. */
owner?: string | null;
/** Providers that the key may use. ["*"] is all of them. Absent or empty: see version. */
provider_configs?: (unknown | ConfigVirtualKeyProvider)[] | null;
/** What the key may use in a time. */
rate_limit?: ConfigRateLimit;
/** The one of governance.rate_limits that stands for rate_limit, where that is not given. */
rate_limit_id?: string | null;
/** Headers that a call with the key must have. */
required_headers?: string[] | null;
/** Whether its empty lists allow nothing, where that is not as the configuration's version says. */
strict?: boolean;
/** Words to find the key by. */
tags?: string[] | null;
/** Team of the key. */
team_id?: string | null;
/** What each of the key's end users may spend in a time. */
user_budget?: ConfigBudget;
/** User who owns the key. A key without a team or a customer is of the user's team. */
user_id?: string | null;
/** What each of the key's end users may use in a time. The header x-asbru-user names one, or the member user of the body. */
user_rate_limit?: ConfigRateLimit;
/** What the caller sends. */
value?: ConfigSecret;
})[];
}>("export", "GET", "/api/export");

/** List all budgets, and what is spent of them */
export const listBudgets = /*#__PURE__*/ operation<{
query?: {
/** Begin behind a page before: its next_cursor. */
after?: string;
/** Virtual keys on a page. The first has all other owners, too. */
limit?: number;
};
}, BudgetsOutputBody>("list-budgets", "GET", "/api/governance/budgets");

/** List the customers */
export const listCustomers = /*#__PURE__*/ operation<{
query?: {
/** Begin behind a page before: its next_cursor. */
after?: string;
/** Members that are wanted, with commas between them; absent, all. */
fields?: string;
limit?: number;
/** Objects to pass over. A list that changes shifts under it; after does not. */
offset?: number;
order?: "asc" | "desc";
/** Part of a text of the object, in any case. */
search?: string;
/** A member to sort by. Absent: the order of the configuration. */
sort_by?: string;
/** Those that bear this tag. */
tag?: string;
};
}, {
count?: number;
customers?: CustomerObject[];
limit?: number;
/** Where the next page begins, for after; absent on the last page. */
next_cursor?: string;
offset?: number;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision: number;
total_count?: number;
}>("list-customers", "GET", "/api/governance/customers");

/** Make a customer */
export const createCustomer = /*#__PURE__*/ operation<{
body: {
/** What the customer's keys together may spend in a time. */
budget?: ConfigBudget;
/** The one of governance.budgets that stands for budget, where that is not given. */
budget_id?: string | null;
/** Further budgets, each of another period. */
budgets?: ConfigBudget[] | null;
/** Identifies the customer for customer_id. */
id?: string;
/** Name of the customer in refusals and reports. */
name?: string | null;
/** What the customer's keys together may use in a time. */
rate_limit?: ConfigRateLimit;
/** The one of governance.rate_limits that stands for rate_limit, where that is not given. */
rate_limit_id?: string | null;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision?: number;
/** Words to find the customer by. */
tags?: string[] | null;
};
query?: {
/** applied: answer when every live node has the change. */
wait?: "applied";
};
}, {
customer?: CustomerObject;
message?: string;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision: number;
}>("create-customer", "POST", "/api/governance/customers");

/** Delete a customer that nothing uses */
export const deleteCustomer = /*#__PURE__*/ operation<{
path: {
id: string;
};
query?: {
/** Refuse the change if the object has been changed since this revision. */
revision?: number;
/** applied: answer when every live node has the change. */
wait?: "applied";
};
}, {
message?: string;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision: number;
}>("delete-customer", "DELETE", "/api/governance/customers/{id}");

/** Show a customer */
export const getCustomer = /*#__PURE__*/ operation<{
path: {
id: string;
};
query?: {
/** Members that are wanted, with commas between them; absent, all. */
fields?: string;
};
}, {
customer?: CustomerObject;
message?: string;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision: number;
}>("get-customer", "GET", "/api/governance/customers/{id}");

/** Change a customer: what is not sent stays, null or an empty object removes */
export const updateCustomer = /*#__PURE__*/ operation<{
body: {
/** What the customer's keys together may spend in a time. */
budget?: ConfigBudget;
/** The one of governance.budgets that stands for budget, where that is not given. */
budget_id?: string | null;
/** Further budgets, each of another period. */
budgets?: ConfigBudget[] | null;
/** Identifies the customer for customer_id. */
id?: string;
/** Name of the customer in refusals and reports. */
name?: string | null;
/** What the customer's keys together may use in a time. */
rate_limit?: ConfigRateLimit;
/** The one of governance.rate_limits that stands for rate_limit, where that is not given. */
rate_limit_id?: string | null;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision?: number;
/** Words to find the customer by. */
tags?: string[] | null;
};
path: {
id: string;
};
query?: {
/** Refuse the change if the object has been changed since this revision. */
revision?: number;
/** applied: answer when every live node has the change. */
wait?: "applied";
};
}, {
customer?: CustomerObject;
message?: string;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision: number;
}>("update-customer", "PUT", "/api/governance/customers/{id}");

/** List the model configs */
export const listModelConfigs = /*#__PURE__*/ operation<{
query?: {
/** Begin behind a page before: its next_cursor. */
after?: string;
/** Members that are wanted, with commas between them; absent, all. */
fields?: string;
limit?: number;
/** Those that have this. */
model_name?: string;
/** Objects to pass over. A list that changes shifts under it; after does not. */
offset?: number;
order?: "asc" | "desc";
/** Those that have this. */
provider?: string;
/** Part of a text of the object, in any case. */
search?: string;
/** A member to sort by. Absent: the order of the configuration. */
sort_by?: string;
/** Those that bear this tag. */
tag?: string;
};
}, {
count?: number;
limit?: number;
model_configs?: ModelConfigObject[];
/** Where the next page begins, for after; absent on the last page. */
next_cursor?: string;
offset?: number;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision: number;
total_count?: number;
}>("list-model-configs", "GET", "/api/governance/model-configs");

/** Make a model config */
export const createModelConfig = /*#__PURE__*/ operation<{
body: {
/** What all who call the model, together, may spend in a time. */
budget?: ConfigBudget;
/** The one of governance.budgets that stands for budget, where that is not given. */
budget_id?: string | null;
/** Further budgets, each of another period. */
budgets?: ConfigBudget[] | null;
/** Identifies the entry. */
id?: string | null;
/** The model, as callers name it behind the provider's name. */
model_name?: string;
/** The provider at which it is meant. Default: all of them together. */
provider?: string | null;
/** What all who call the model, together, may use in a time. */
rate_limit?: ConfigRateLimit;
/** The one of governance.rate_limits that stands for rate_limit, where that is not given. */
rate_limit_id?: string | null;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision?: number;
};
query?: {
/** applied: answer when every live node has the change. */
wait?: "applied";
};
}, {
message?: string;
model_config?: ModelConfigObject;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision: number;
}>("create-model-config", "POST", "/api/governance/model-configs");

/** Delete a model config that nothing uses */
export const deleteModelConfig = /*#__PURE__*/ operation<{
path: {
id: string;
};
query?: {
/** Refuse the change if the object has been changed since this revision. */
revision?: number;
/** applied: answer when every live node has the change. */
wait?: "applied";
};
}, {
message?: string;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision: number;
}>("delete-model-config", "DELETE", "/api/governance/model-configs/{id}");

/** Show a model config */
export const getModelConfig = /*#__PURE__*/ operation<{
path: {
id: string;
};
query?: {
/** Members that are wanted, with commas between them; absent, all. */
fields?: string;
};
}, {
message?: string;
model_config?: ModelConfigObject;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision: number;
}>("get-model-config", "GET", "/api/governance/model-configs/{id}");

/** Change a model config: what is not sent stays, null or an empty object removes */
export const updateModelConfig = /*#__PURE__*/ operation<{
body: {
/** What all who call the model, together, may spend in a time. */
budget?: ConfigBudget;
/** The one of governance.budgets that stands for budget, where that is not given. */
budget_id?: string | null;
/** Further budgets, each of another period. */
budgets?: ConfigBudget[] | null;
/** Identifies the entry. */
id?: string | null;
/** The model, as callers name it behind the provider's name. */
model_name?: string;
/** The provider at which it is meant. Default: all of them together. */
provider?: string | null;
/** What all who call the model, together, may use in a time. */
rate_limit?: ConfigRateLimit;
/** The one of governance.rate_limits that stands for rate_limit, where that is not given. */
rate_limit_id?: string | null;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision?: number;
};
path: {
id: string;
};
query?: {
/** Refuse the change if the object has been changed since this revision. */
revision?: number;
/** applied: answer when every live node has the change. */
wait?: "applied";
};
}, {
message?: string;
model_config?: ModelConfigObject;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision: number;
}>("update-model-config", "PUT", "/api/governance/model-configs/{id}");

/** List the provider limits */
export const listProviderLimits = /*#__PURE__*/ operation<{
query?: {
/** Begin behind a page before: its next_cursor. */
after?: string;
/** Members that are wanted, with commas between them; absent, all. */
fields?: string;
limit?: number;
/** Objects to pass over. A list that changes shifts under it; after does not. */
offset?: number;
order?: "asc" | "desc";
/** Part of a text of the object, in any case. */
search?: string;
/** A member to sort by. Absent: the order of the configuration. */
sort_by?: string;
/** Those that bear this tag. */
tag?: string;
};
}, {
count?: number;
limit?: number;
/** Where the next page begins, for after; absent on the last page. */
next_cursor?: string;
offset?: number;
providers?: ProviderLimitsObject[];
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision: number;
total_count?: number;
}>("list-provider-limits", "GET", "/api/governance/providers");

/** Delete a provider limit that nothing uses */
export const deleteProviderLimit = /*#__PURE__*/ operation<{
path: {
id: string;
};
query?: {
/** Refuse the change if the object has been changed since this revision. */
revision?: number;
/** applied: answer when every live node has the change. */
wait?: "applied";
};
}, {
message?: string;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision: number;
}>("delete-provider-limit", "DELETE", "/api/governance/providers/{id}");

/** Show a provider limit */
export const getProviderLimit = /*#__PURE__*/ operation<{
path: {
id: string;
};
query?: {
/** Members that are wanted, with commas between them; absent, all. */
fields?: string;
};
}, {
message?: string;
provider?: ProviderLimitsObject;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision: number;
}>("get-provider-limit", "GET", "/api/governance/providers/{id}");

/** Make or change a provider limit: what is not sent stays, null or an empty object removes */
export const updateProviderLimit = /*#__PURE__*/ operation<{
body: {
/** What all who call the provider, together, may spend in a time. */
budget?: ConfigBudget;
/** The one of governance.budgets that stands for budget, where that is not given. */
budget_id?: string | null;
/** Further budgets, each of another period. */
budgets?: ConfigBudget[] | null;
/** Another name of provider. */
name?: ConfigProviderLimitsProvider;
/** Name of the provider. */
provider?: string | null;
/** What all who call the provider, together, may use in a time. */
rate_limit?: ConfigRateLimit;
/** The one of governance.rate_limits that stands for rate_limit, where that is not given. */
rate_limit_id?: string | null;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision?: number;
};
path: {
id: string;
};
query?: {
/** Refuse the change if the object has been changed since this revision. */
revision?: number;
/** applied: answer when every live node has the change. */
wait?: "applied";
};
}, {
message?: string;
provider?: ProviderLimitsObject;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision: number;
}>("update-provider-limit", "PUT", "/api/governance/providers/{id}");

/** List all rate limits, and what is used of them */
export const listRateLimits = /*#__PURE__*/ operation<{
query?: {
/** Begin behind a page before: its next_cursor. */
after?: string;
/** Virtual keys on a page. The first has all other owners, too. */
limit?: number;
};
}, RateLimitsOutputBody>("list-rate-limits", "GET", "/api/governance/rate-limits");

/** List the routing rules */
export const listRoutingRules = /*#__PURE__*/ operation<{
query?: {
/** Begin behind a page before: its next_cursor. */
after?: string;
/** Those that have this. */
enabled?: string;
/** Members that are wanted, with commas between them; absent, all. */
fields?: string;
limit?: number;
/** Objects to pass over. A list that changes shifts under it; after does not. */
offset?: number;
order?: "asc" | "desc";
/** Those that have this. */
scope?: string;
/** Those that have this. */
scope_id?: string;
/** Part of a text of the object, in any case. */
search?: string;
/** A member to sort by. Absent: the order of the configuration. */
sort_by?: string;
/** Those that bear this tag. */
tag?: string;
};
}, {
count?: number;
limit?: number;
/** Where the next page begins, for after; absent on the last page. */
next_cursor?: string;
offset?: number;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision: number;
rules?: RoutingRuleObject[];
total_count?: number;
}>("list-routing-rules", "GET", "/api/governance/routing-rules");

/** Make a routing rule */
export const createRoutingRule = /*#__PURE__*/ operation<{
body: {
/** Which calls the rule is for, in CEL. Absent or empty: all. */
cel_expression?: string | null;
/** Whether Bifrost looks at further rules. Accepted, not used by this version. */
chain_rule?: unknown;
/** The calls are refused with this message, and go nowhere. */
deny_message?: string | null;
/** Free text. */
description?: string | null;
/** Whether the rule is used. */
enabled?: boolean | null;
/** Models, as provider/model, that are tried in turn when the target fails. Those that the caller names stand before them. */
fallbacks?: string[] | null;
/** Identifies the rule. */
id?: string | null;
/** Name of the rule in logs and explanations. */
name?: string | null;
/** Order of the rules of one scope, the lowest first. */
priority?: number | null;
/** The expression as Bifrost's editor keeps it. Accepted, not used by this version. */
query?: Record<string, unknown> | null;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision?: number;
/** Whose calls the rule is for. A rule of a virtual key goes before one of a team, that before one of a customer, and that before a global one. */
scope?: "global" | "customer" | "team" | "virtual_key" | null;
/** Id of the customer, team or virtual key. */
scope_id?: string | null;
/** A part of the calls is sent a second time, to another model, whose answer nobody gets. */
shadow?: ConfigShadow;
/** How a target is chosen. weighted: by chance, by weight; priority: the first; least_latency, least_cost, least_busy: the one that is quickest, cheapest, or has the fewest calls; sticky: the same one for each session. The others are fallbacks. */
strategy?: "weighted" | "priority" | "least_latency" | "least_cost" | "least_busy" | "sticky" | null;
/** Where these calls go: to one of them, by strategy. */
targets?: ConfigRoutingTarget[] | null;
};
query?: {
/** applied: answer when every live node has the change. */
wait?: "applied";
};
}, {
message?: string;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision: number;
rule?: RoutingRuleObject;
}>("create-routing-rule", "POST", "/api/governance/routing-rules");

/** Delete a routing rule that nothing uses */
export const deleteRoutingRule = /*#__PURE__*/ operation<{
path: {
id: string;
};
query?: {
/** Refuse the change if the object has been changed since this revision. */
revision?: number;
/** applied: answer when every live node has the change. */
wait?: "applied";
};
}, {
message?: string;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision: number;
}>("delete-routing-rule", "DELETE", "/api/governance/routing-rules/{id}");

/** Show a routing rule */
export const getRoutingRule = /*#__PURE__*/ operation<{
path: {
id: string;
};
query?: {
/** Members that are wanted, with commas between them; absent, all. */
fields?: string;
};
}, {
message?: string;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision: number;
rule?: RoutingRuleObject;
}>("get-routing-rule", "GET", "/api/governance/routing-rules/{id}");

/** Change a routing rule: what is not sent stays, null or an empty object removes */
export const updateRoutingRule = /*#__PURE__*/ operation<{
body: {
/** Which calls the rule is for, in CEL. Absent or empty: all. */
cel_expression?: string | null;
/** Whether Bifrost looks at further rules. Accepted, not used by this version. */
chain_rule?: unknown;
/** The calls are refused with this message, and go nowhere. */
deny_message?: string | null;
/** Free text. */
description?: string | null;
/** Whether the rule is used. */
enabled?: boolean | null;
/** Models, as provider/model, that are tried in turn when the target fails. Those that the caller names stand before them. */
fallbacks?: string[] | null;
/** Identifies the rule. */
id?: string | null;
/** Name of the rule in logs and explanations. */
name?: string | null;
/** Order of the rules of one scope, the lowest first. */
priority?: number | null;
/** The expression as Bifrost's editor keeps it. Accepted, not used by this version. */
query?: Record<string, unknown> | null;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision?: number;
/** Whose calls the rule is for. A rule of a virtual key goes before one of a team, that before one of a customer, and that before a global one. */
scope?: "global" | "customer" | "team" | "virtual_key" | null;
/** Id of the customer, team or virtual key. */
scope_id?: string | null;
/** A part of the calls is sent a second time, to another model, whose answer nobody gets. */
shadow?: ConfigShadow;
/** How a target is chosen. weighted: by chance, by weight; priority: the first; least_latency, least_cost, least_busy: the one that is quickest, cheapest, or has the fewest calls; sticky: the same one for each session. The others are fallbacks. */
strategy?: "weighted" | "priority" | "least_latency" | "least_cost" | "least_busy" | "sticky" | null;
/** Where these calls go: to one of them, by strategy. */
targets?: ConfigRoutingTarget[] | null;
};
path: {
id: string;
};
query?: {
/** Refuse the change if the object has been changed since this revision. */
revision?: number;
/** applied: answer when every live node has the change. */
wait?: "applied";
};
}, {
message?: string;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision: number;
rule?: RoutingRuleObject;
}>("update-routing-rule", "PUT", "/api/governance/routing-rules/{id}");

/** List the teams */
export const listTeams = /*#__PURE__*/ operation<{
query?: {
/** Begin behind a page before: its next_cursor. */
after?: string;
/** Those that have this. */
customer_id?: string;
/** Members that are wanted, with commas between them; absent, all. */
fields?: string;
limit?: number;
/** Objects to pass over. A list that changes shifts under it; after does not. */
offset?: number;
order?: "asc" | "desc";
/** Those that have this. */
parent_id?: string;
/** Part of a text of the object, in any case. */
search?: string;
/** A member to sort by. Absent: the order of the configuration. */
sort_by?: string;
/** Those that bear this tag. */
tag?: string;
};
}, {
count?: number;
limit?: number;
/** Where the next page begins, for after; absent on the last page. */
next_cursor?: string;
offset?: number;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision: number;
teams?: TeamObject[];
total_count?: number;
}>("list-teams", "GET", "/api/governance/teams");

/** Make a team */
export const createTeam = /*#__PURE__*/ operation<{
body: {
/** What the team's keys, and those of the teams below it, together may spend in a time. */
budget?: ConfigBudget;
/** The one of governance.budgets that stands for budget, where that is not given. */
budget_id?: string | null;
/** Further budgets, each of another period. */
budgets?: ConfigBudget[] | null;
/** Claims as Bifrost exports them. Accepted, not used by this version. */
claims?: Record<string, unknown> | null;
/** Settings as Bifrost exports them. Accepted, not used by this version. */
config?: Record<string, unknown> | null;
/** Customer of the team. Default: that of its parent. */
customer_id?: string | null;
/** Identifies the team for team_id. */
id?: string;
/** Name of the team in refusals and reports. */
name?: string | null;
/** The team that this one is a part of. What it uses counts for that one too. At most 5 teams stand above each other. */
parent_id?: string | null;
/** Profile as Bifrost exports it. Accepted, not used by this version. */
profile?: Record<string, unknown> | null;
/** What the team's keys, and those of the teams below it, together may use in a time. */
rate_limit?: ConfigRateLimit;
/** The one of governance.rate_limits that stands for rate_limit, where that is not given. */
rate_limit_id?: string | null;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision?: number;
/** Words to find the team by. */
tags?: string[] | null;
};
query?: {
/** applied: answer when every live node has the change. */
wait?: "applied";
};
}, {
message?: string;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision: number;
team?: TeamObject;
}>("create-team", "POST", "/api/governance/teams");

/** Delete a team that nothing uses */
export const deleteTeam = /*#__PURE__*/ operation<{
path: {
id: string;
};
query?: {
/** Refuse the change if the object has been changed since this revision. */
revision?: number;
/** applied: answer when every live node has the change. */
wait?: "applied";
};
}, {
message?: string;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision: number;
}>("delete-team", "DELETE", "/api/governance/teams/{id}");

/** Show a team */
export const getTeam = /*#__PURE__*/ operation<{
path: {
id: string;
};
query?: {
/** Members that are wanted, with commas between them; absent, all. */
fields?: string;
};
}, {
message?: string;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision: number;
team?: TeamObject;
}>("get-team", "GET", "/api/governance/teams/{id}");

/** Change a team: what is not sent stays, null or an empty object removes */
export const updateTeam = /*#__PURE__*/ operation<{
body: {
/** What the team's keys, and those of the teams below it, together may spend in a time. */
budget?: ConfigBudget;
/** The one of governance.budgets that stands for budget, where that is not given. */
budget_id?: string | null;
/** Further budgets, each of another period. */
budgets?: ConfigBudget[] | null;
/** Claims as Bifrost exports them. Accepted, not used by this version. */
claims?: Record<string, unknown> | null;
/** Settings as Bifrost exports them. Accepted, not used by this version. */
config?: Record<string, unknown> | null;
/** Customer of the team. Default: that of its parent. */
customer_id?: string | null;
/** Identifies the team for team_id. */
id?: string;
/** Name of the team in refusals and reports. */
name?: string | null;
/** The team that this one is a part of. What it uses counts for that one too. At most 5 teams stand above each other. */
parent_id?: string | null;
/** Profile as Bifrost exports it. Accepted, not used by this version. */
profile?: Record<string, unknown> | null;
/** What the team's keys, and those of the teams below it, together may use in a time. */
rate_limit?: ConfigRateLimit;
/** The one of governance.rate_limits that stands for rate_limit, where that is not given. */
rate_limit_id?: string | null;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision?: number;
/** Words to find the team by. */
tags?: string[] | null;
};
path: {
id: string;
};
query?: {
/** Refuse the change if the object has been changed since this revision. */
revision?: number;
/** applied: answer when every live node has the change. */
wait?: "applied";
};
}, {
message?: string;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision: number;
team?: TeamObject;
}>("update-team", "PUT", "/api/governance/teams/{id}");

/** List the users */
export const listUsers = /*#__PURE__*/ operation<{
query?: {
/** Begin behind a page before: its next_cursor. */
after?: string;
/** Those that have this. */
email?: string;
/** Members that are wanted, with commas between them; absent, all. */
fields?: string;
limit?: number;
/** Objects to pass over. A list that changes shifts under it; after does not. */
offset?: number;
order?: "asc" | "desc";
/** Part of a text of the object, in any case. */
search?: string;
/** A member to sort by. Absent: the order of the configuration. */
sort_by?: string;
/** Those that bear this tag. */
tag?: string;
/** Those that have this. */
team_id?: string;
};
}, {
count?: number;
limit?: number;
/** Where the next page begins, for after; absent on the last page. */
next_cursor?: string;
offset?: number;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision: number;
total_count?: number;
users?: UserObject[];
}>("list-users", "GET", "/api/governance/users");

/** Make a user */
export const createUser = /*#__PURE__*/ operation<{
body: {
/** What the user's keys together may spend in a time. */
budget?: ConfigBudget;
/** The one of governance.budgets that stands for budget, where that is not given. */
budget_id?: string | null;
/** Further budgets, each of another period. */
budgets?: ConfigBudget[] | null;
/** Address of the user. */
email?: string | null;
/** Identifies the user for user_id. */
id?: string;
/** Name of the user in refusals and reports. */
name?: string | null;
/** What the user's keys together may use in a time. */
rate_limit?: ConfigRateLimit;
/** The one of governance.rate_limits that stands for rate_limit, where that is not given. */
rate_limit_id?: string | null;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision?: number;
/** Words to find the user by. */
tags?: string[] | null;
/** Team of the user, and of those of the user's keys that say no other. */
team_id?: string | null;
};
query?: {
/** applied: answer when every live node has the change. */
wait?: "applied";
};
}, {
message?: string;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision: number;
user?: UserObject;
}>("create-user", "POST", "/api/governance/users");

/** Delete a user that nothing uses */
export const deleteUser = /*#__PURE__*/ operation<{
path: {
id: string;
};
query?: {
/** Refuse the change if the object has been changed since this revision. */
revision?: number;
/** applied: answer when every live node has the change. */
wait?: "applied";
};
}, {
message?: string;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision: number;
}>("delete-user", "DELETE", "/api/governance/users/{id}");

/** Show a user */
export const getUser = /*#__PURE__*/ operation<{
path: {
id: string;
};
query?: {
/** Members that are wanted, with commas between them; absent, all. */
fields?: string;
};
}, {
message?: string;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision: number;
user?: UserObject;
}>("get-user", "GET", "/api/governance/users/{id}");

/** Change a user: what is not sent stays, null or an empty object removes */
export const updateUser = /*#__PURE__*/ operation<{
body: {
/** What the user's keys together may spend in a time. */
budget?: ConfigBudget;
/** The one of governance.budgets that stands for budget, where that is not given. */
budget_id?: string | null;
/** Further budgets, each of another period. */
budgets?: ConfigBudget[] | null;
/** Address of the user. */
email?: string | null;
/** Identifies the user for user_id. */
id?: string;
/** Name of the user in refusals and reports. */
name?: string | null;
/** What the user's keys together may use in a time. */
rate_limit?: ConfigRateLimit;
/** The one of governance.rate_limits that stands for rate_limit, where that is not given. */
rate_limit_id?: string | null;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision?: number;
/** Words to find the user by. */
tags?: string[] | null;
/** Team of the user, and of those of the user's keys that say no other. */
team_id?: string | null;
};
path: {
id: string;
};
query?: {
/** Refuse the change if the object has been changed since this revision. */
revision?: number;
/** applied: answer when every live node has the change. */
wait?: "applied";
};
}, {
message?: string;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision: number;
user?: UserObject;
}>("update-user", "PUT", "/api/governance/users/{id}");

/** List the virtual keys */
export const listVirtualKeys = /*#__PURE__*/ operation<{
query?: {
/** Begin behind a page before: its next_cursor. */
after?: string;
customer_id?: string;
/** All keys that match, on one page. */
export?: boolean;
/** Members that are wanted, with commas between them; absent, all. */
fields?: string;
is_active?: "true" | "false";
limit?: number;
/** Keys to pass over. A list that changes shifts under it; after does not. */
offset?: number;
order?: "asc" | "desc";
owner?: string;
/** Part of a name or an id. */
search?: string;
sort_by?: "created_at" | "updated_at" | "name" | "expires_at";
/** Those that bear this tag. */
tag?: string;
team_id?: string;
user_id?: string;
};
}, {
count?: number;
limit?: number;
/** Where the next page begins, for after; absent on the last page. */
next_cursor?: string;
offset?: number;
total_count?: number;
virtual_keys?: VirtualKeyObject[];
}>("list-virtual-keys", "GET", "/api/governance/virtual-keys");

/** Make a virtual key */
export const createVirtualKey = /*#__PURE__*/ operation<{
body: VirtualKeyObject;
query?: {
/** applied: answer when every live node has the change. */
wait?: "applied";
};
}, {
message?: string;
virtual_key?: VirtualKeyObject;
}>("create-virtual-key", "POST", "/api/governance/virtual-keys");

/** Make many virtual keys, all or none */
export const createVirtualKeys = /*#__PURE__*/ operation<{
body: {
virtual_keys: VirtualKeyObject[];
};
query?: {
/** applied: answer when every live node has the change. */
wait?: "applied";
};
}, {
message?: string;
virtual_keys?: VirtualKeyObject[];
}>("create-virtual-keys", "POST", "/api/governance/virtual-keys/bulk");

/** Delete many virtual keys */
export const deleteVirtualKeys = /*#__PURE__*/ operation<{
body: DeleteVirtualKeysRequest;
query?: {
/** applied: answer when every live node has the change. */
wait?: "applied";
};
}, DeleteKeysOutputBody>("delete-virtual-keys", "POST", "/api/governance/virtual-keys/bulk-delete");

/** Delete a virtual key: it stops working everywhere */
export const deleteVirtualKey = /*#__PURE__*/ operation<{
path: {
id: string;
};
query?: {
/** Refuse the change if the object has been changed since this revision. */
revision?: number;
/** applied: answer when every live node has the change. */
wait?: "applied";
};
}, MessageOutputBody>("delete-virtual-key", "DELETE", "/api/governance/virtual-keys/{id}");

/** Show a virtual key */
export const getVirtualKey = /*#__PURE__*/ operation<{
path: {
id: string;
};
query?: {
/** Members that are wanted, with commas between them; absent, all. */
fields?: string;
};
}, {
message?: string;
virtual_key?: VirtualKeyObject;
}>("get-virtual-key", "GET", "/api/governance/virtual-keys/{id}");

/** Change a virtual key: what is not sent stays, null or an empty object removes */
export const updateVirtualKey = /*#__PURE__*/ operation<{
body: VirtualKeyObject;
path: {
id: string;
};
query?: {
/** Refuse the change if the object has been changed since this revision. */
revision?: number;
/** applied: answer when every live node has the change. */
wait?: "applied";
};
}, {
message?: string;
virtual_key?: VirtualKeyObject;
}>("update-virtual-key", "PUT", "/api/governance/virtual-keys/{id}");

/** Give a virtual key another value; the old one works for a while */
export const rotateVirtualKey = /*#__PURE__*/ operation<{
body: RotateInputBody;
path: {
id: string;
};
query?: {
/** applied: answer when every live node has the change. */
wait?: "applied";
};
}, {
message?: string;
virtual_key?: VirtualKeyObject;
}>("rotate-virtual-key", "POST", "/api/governance/virtual-keys/{id}/rotate");

/** List the guardrails */
export const listGuardrails = /*#__PURE__*/ operation<{
query?: {
/** Begin behind a page before: its next_cursor. */
after?: string;
/** Those that have this. */
apply_to?: string;
/** Those that have this. */
enabled?: string;
/** Members that are wanted, with commas between them; absent, all. */
fields?: string;
limit?: number;
/** Objects to pass over. A list that changes shifts under it; after does not. */
offset?: number;
order?: "asc" | "desc";
/** Part of a text of the object, in any case. */
search?: string;
/** A member to sort by. Absent: the order of the configuration. */
sort_by?: string;
/** Those that bear this tag. */
tag?: string;
};
}, {
count?: number;
guardrails?: GuardrailRuleObject[];
limit?: number;
/** Where the next page begins, for after; absent on the last page. */
next_cursor?: string;
offset?: number;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision: number;
total_count?: number;
}>("list-guardrails", "GET", "/api/guardrails");

/** Make a guardrail */
export const createGuardrail = /*#__PURE__*/ operation<{
body: {
/** Whether it looks at what is sent to models, at what they answer, or at both. */
apply_to?: "input" | "output" | "both" | null;
/** Of which calls, in CEL with what routing rules can ask. Absent: of all. */
cel?: string | null;
/** Another name of cel. */
cel_expression?: ConfigGuardrailRuleCel;
/** What is looked for. */
checks?: ConfigGuardrailCheck[];
/** Whether the rule holds. */
enabled?: boolean | null;
/** Id of the rule; its name stands for one that is absent. */
id?: string | null;
/** Name of the rule. */
name?: string | null;
/** What becomes of a call when a check cannot be made, as when a model does not answer. */
on_error?: "allow" | "deny" | null;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision?: number;
/** Share of the calls that it looks at, in percent. */
sampling_rate?: number | null;
};
query?: {
/** applied: answer when every live node has the change. */
wait?: "applied";
};
}, {
guardrail?: GuardrailRuleObject;
message?: string;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision: number;
}>("create-guardrail", "POST", "/api/guardrails");

/** Count what guardrails have found in calls */
export const guardrailStats = /*#__PURE__*/ operation<{
query?: {
/** A text in the message of the error, or words that were said in the call, where that is kept: all of them, those in quotation marks one behind another, and before a * those that begin so. */
content_search?: string;
customer_ids?: string[] | null;
/** The API that a call came in by. */
dialect?: string;
/** Calls that began at this time or later are left out. */
end_time?: string;
end_user?: string;
error_class?: string;
error_code?: string;
/** What a cache, plugin or guardrail has marked a call with, such as cache:hit=semantic; what is behind the equals sign may be left out. */
mark?: string;
max_cost?: number;
max_latency?: number;
max_tokens?: number;
/** In dollars. */
min_cost?: number;
/** In milliseconds. */
min_latency?: number;
min_tokens?: number;
/** Only calls that used something at no known price. */
missing_cost_only?: boolean;
models?: string[] | null;
nodes?: string[] | null;
/** Kinds of calls, as chat.completion, or as the gateway names them: chat. */
objects?: string[] | null;
parent_request_id?: string;
/** Any of these; behind a ! none of them, here and in the lists below: openai or !openai,!mock. */
providers?: string[] | null;
request_id?: string;
/** Whether a call was tried more than once. */
retried?: "true" | "false";
/** routing-rule: calls that a routing rule has led. */
routing_engine_used?: string[] | null;
routing_rule_ids?: string[] | null;
/** Names of providers' keys. */
selected_key_ids?: string[] | null;
session_id?: string;
/** Copies of calls, for a trial. */
shadow?: "true" | "false";
start_time?: string;
/** success, error, cancelled or processing. */
status?: string[] | null;
/** HTTP status codes, as answered. */
status_codes?: string[] | null;
stream?: "true" | "false";
team_ids?: string[] | null;
user_ids?: string[] | null;
virtual_key_ids?: string[] | null;
worker?: string;
};
}, GuardrailStatsOutputBody>("guardrail-stats", "GET", "/api/guardrails/stats");

/** Have guardrails look at a sample of a call; no provider is asked */
export const testGuardrails = /*#__PURE__*/ operation<{
body: TestGuardrailsInputBody;
}, GuardrailTrial>("test-guardrails", "POST", "/api/guardrails/test");

/** Delete a guardrail that nothing uses */
export const deleteGuardrail = /*#__PURE__*/ operation<{
path: {
id: string;
};
query?: {
/** Refuse the change if the object has been changed since this revision. */
revision?: number;
/** applied: answer when every live node has the change. */
wait?: "applied";
};
}, {
message?: string;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision: number;
}>("delete-guardrail", "DELETE", "/api/guardrails/{id}");

/** Show a guardrail */
export const getGuardrail = /*#__PURE__*/ operation<{
path: {
id: string;
};
query?: {
/** Members that are wanted, with commas between them; absent, all. */
fields?: string;
};
}, {
guardrail?: GuardrailRuleObject;
message?: string;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision: number;
}>("get-guardrail", "GET", "/api/guardrails/{id}");

/** Change a guardrail: what is not sent stays, null or an empty object removes */
export const updateGuardrail = /*#__PURE__*/ operation<{
body: {
/** Whether it looks at what is sent to models, at what they answer, or at both. */
apply_to?: "input" | "output" | "both" | null;
/** Of which calls, in CEL with what routing rules can ask. Absent: of all. */
cel?: string | null;
/** Another name of cel. */
cel_expression?: ConfigGuardrailRuleCel;
/** What is looked for. */
checks?: ConfigGuardrailCheck[];
/** Whether the rule holds. */
enabled?: boolean | null;
/** Id of the rule; its name stands for one that is absent. */
id?: string | null;
/** Name of the rule. */
name?: string | null;
/** What becomes of a call when a check cannot be made, as when a model does not answer. */
on_error?: "allow" | "deny" | null;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision?: number;
/** Share of the calls that it looks at, in percent. */
sampling_rate?: number | null;
};
path: {
id: string;
};
query?: {
/** Refuse the change if the object has been changed since this revision. */
revision?: number;
/** applied: answer when every live node has the change. */
wait?: "applied";
};
}, {
guardrail?: GuardrailRuleObject;
message?: string;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision: number;
}>("update-guardrail", "PUT", "/api/guardrails/{id}");

/** List jobs, the newest first */
export const listJobs = /*#__PURE__*/ operation<{
query?: {
/** At most so many. */
limit?: number;
/** Only jobs in this state. */
status?: "pending" | "processing" | "completed" | "failed" | "cancelled";
};
}, JobsOutputBody>("list-jobs", "GET", "/api/jobs");

/** Cancel a job */
export const cancelJob = /*#__PURE__*/ operation<{
path: {
id: string;
};
}, JobOutputBody>("cancel-job", "DELETE", "/api/jobs/{id}");

/** Show a job */
export const getJob = /*#__PURE__*/ operation<{
path: {
id: string;
};
}, JobOutputBody>("get-job", "GET", "/api/jobs/{id}");

/** Begin a job that failed or was cancelled anew */
export const retryJob = /*#__PURE__*/ operation<{
path: {
id: string;
};
}, JobOutputBody>("retry-job", "POST", "/api/jobs/{id}/retry");

/** List the keys of all providers */
export const listKeys = /*#__PURE__*/ operation<Record<never, never>, ProviderKey[] | null>("list-keys", "GET", "/api/keys");

/** List limits, and how much of them is used */
export const listLimits = /*#__PURE__*/ operation<{
query?: {
/** The next_cursor of the page before. */
after?: string;
/** Only these limits, also of virtual keys that were made by the API, and of end users. */
id?: string[] | null;
/** At most so many. */
limit?: number;
};
}, LimitsOutputBody>("list-limits", "GET", "/api/limits");

/** Count over time which limits have refused calls */
export const listLimitRefusals = /*#__PURE__*/ operation<{
query?: {
/** How long a bucket is; unless given, it follows from the time that is shown. */
bucket_seconds?: number;
/** A text in the message of the error, or words that were said in the call, where that is kept: all of them, those in quotation marks one behind another, and before a * those that begin so. */
content_search?: string;
customer_ids?: string[] | null;
/** The API that a call came in by. */
dialect?: string;
/** Calls that began at this time or later are left out. */
end_time?: string;
end_user?: string;
error_class?: string;
error_code?: string;
/** What a cache, plugin or guardrail has marked a call with, such as cache:hit=semantic; what is behind the equals sign may be left out. */
mark?: string;
max_cost?: number;
max_latency?: number;
max_tokens?: number;
/** In dollars. */
min_cost?: number;
/** In milliseconds. */
min_latency?: number;
min_tokens?: number;
/** Only calls that used something at no known price. */
missing_cost_only?: boolean;
models?: string[] | null;
nodes?: string[] | null;
/** Kinds of calls, as chat.completion, or as the gateway names them: chat. */
objects?: string[] | null;
parent_request_id?: string;
/** Any of these; behind a ! none of them, here and in the lists below: openai or !openai,!mock. */
providers?: string[] | null;
request_id?: string;
/** Whether a call was tried more than once. */
retried?: "true" | "false";
/** routing-rule: calls that a routing rule has led. */
routing_engine_used?: string[] | null;
routing_rule_ids?: string[] | null;
/** Names of providers' keys. */
selected_key_ids?: string[] | null;
session_id?: string;
/** Copies of calls, for a trial. */
shadow?: "true" | "false";
start_time?: string;
/** success, error, cancelled or processing. */
status?: string[] | null;
/** HTTP status codes, as answered. */
status_codes?: string[] | null;
stream?: "true" | "false";
team_ids?: string[] | null;
user_ids?: string[] | null;
virtual_key_ids?: string[] | null;
worker?: string;
};
}, RefusalsOutputBody>("list-limit-refusals", "GET", "/api/limits/refusals");

/** List what calls have reserved of budgets and not settled */
export const listReservations = /*#__PURE__*/ operation<{
query?: {
/** The next_cursor of the page before. */
after?: string;
/** About so many at most. */
limit?: number;
/** Only those of this limit. */
limit_id?: string;
};
}, ReservationsOutputBody>("list-reservations", "GET", "/api/limits/reservations");

/** Say what limits would have refused over the last 24 hours */
export const simulateLimits = /*#__PURE__*/ operation<{
body: LimitDraft;
}, RehearsalOutputBody>("simulate-limits", "POST", "/api/limits/simulate");

/** Take calls out of the log; what they used still counts */
export const deleteLogs = /*#__PURE__*/ operation<{
body: DeleteLogsInputBody;
}, DeleteLogsOutputBody>("delete-logs", "DELETE", "/api/logs");

/** List calls */
export const listLogs = /*#__PURE__*/ operation<{
query?: {
/** Begin behind a page before: its next_cursor. In the order of time only. */
after?: string;
/** A text in the message of the error, or words that were said in the call, where that is kept: all of them, those in quotation marks one behind another, and before a * those that begin so. */
content_search?: string;
customer_ids?: string[] | null;
/** The API that a call came in by. */
dialect?: string;
/** Calls that began at this time or later are left out. */
end_time?: string;
end_user?: string;
error_class?: string;
error_code?: string;
limit?: number;
/** What a cache, plugin or guardrail has marked a call with, such as cache:hit=semantic; what is behind the equals sign may be left out. */
mark?: string;
max_cost?: number;
max_latency?: number;
max_tokens?: number;
/** In dollars. */
min_cost?: number;
/** In milliseconds. */
min_latency?: number;
min_tokens?: number;
/** Only calls that used something at no known price. */
missing_cost_only?: boolean;
models?: string[] | null;
nodes?: string[] | null;
/** Kinds of calls, as chat.completion, or as the gateway names them: chat. */
objects?: string[] | null;
/** Calls to pass over. after is faster, and new calls shift nothing under it. */
offset?: number;
order?: "asc" | "desc";
parent_request_id?: string;
/** Any of these; behind a ! none of them, here and in the lists below: openai or !openai,!mock. */
providers?: string[] | null;
request_id?: string;
/** Whether a call was tried more than once. */
retried?: "true" | "false";
/** routing-rule: calls that a routing rule has led. */
routing_engine_used?: string[] | null;
routing_rule_ids?: string[] | null;
/** Names of providers' keys. */
selected_key_ids?: string[] | null;
session_id?: string;
/** Copies of calls, for a trial. */
shadow?: "true" | "false";
sort_by?: "timestamp" | "latency" | "tokens" | "cost";
start_time?: string;
/** success, error, cancelled or processing. */
status?: string[] | null;
/** HTTP status codes, as answered. */
status_codes?: string[] | null;
stream?: "true" | "false";
team_ids?: string[] | null;
user_ids?: string[] | null;
virtual_key_ids?: string[] | null;
worker?: string;
};
}, ListLogsOutputBody>("list-logs", "GET", "/api/logs");

/** Show how many calls have left no row */
export const getDroppedLogs = /*#__PURE__*/ operation<Record<never, never>, DroppedLogsOutputBody>("get-dropped-logs", "GET", "/api/logs/dropped");

/** Export calls as NDJSON or CSV */
export const exportLogs = /*#__PURE__*/ operation<{
query?: {
/** A text in the message of the error, or words that were said in the call, where that is kept: all of them, those in quotation marks one behind another, and before a * those that begin so. */
content_search?: string;
customer_ids?: string[] | null;
/** The API that a call came in by. */
dialect?: string;
/** Calls that began at this time or later are left out. */
end_time?: string;
end_user?: string;
error_class?: string;
error_code?: string;
format?: "ndjson" | "csv";
/** What a cache, plugin or guardrail has marked a call with, such as cache:hit=semantic; what is behind the equals sign may be left out. */
mark?: string;
max_cost?: number;
max_latency?: number;
max_tokens?: number;
/** In dollars. */
min_cost?: number;
/** In milliseconds. */
min_latency?: number;
min_tokens?: number;
/** Only calls that used something at no known price. */
missing_cost_only?: boolean;
models?: string[] | null;
nodes?: string[] | null;
/** Kinds of calls, as chat.completion, or as the gateway names them: chat. */
objects?: string[] | null;
parent_request_id?: string;
/** Any of these; behind a ! none of them, here and in the lists below: openai or !openai,!mock. */
providers?: string[] | null;
request_id?: string;
/** Whether a call was tried more than once. */
retried?: "true" | "false";
/** routing-rule: calls that a routing rule has led. */
routing_engine_used?: string[] | null;
routing_rule_ids?: string[] | null;
/** Names of providers' keys. */
selected_key_ids?: string[] | null;
session_id?: string;
/** Copies of calls, for a trial. */
shadow?: "true" | "false";
start_time?: string;
/** success, error, cancelled or processing. */
status?: string[] | null;
/** HTTP status codes, as answered. */
status_codes?: string[] | null;
stream?: "true" | "false";
team_ids?: string[] | null;
user_ids?: string[] | null;
virtual_key_ids?: string[] | null;
worker?: string;
};
}, null>("export-logs", "GET", "/api/logs/export");

/** List the values that calls can be filtered by */
export const getLogFilterdata = /*#__PURE__*/ operation<{
query?: {
/** 30 days ago, unless it is given. */
start_time?: string;
};
}, FilterDataOutputBody>("get-log-filterdata", "GET", "/api/logs/filterdata");

/** Count calls over time */
export const getLogHistogram = /*#__PURE__*/ operation<{
query?: {
/** How long a bucket is; unless given, it follows from the time that is shown. */
bucket_seconds?: number;
/** What to tell calls apart by. */
by?: "provider" | "model" | "key" | "virtual_key" | "team" | "customer" | "user" | "status" | "node" | "operation" | "routing_rule";
/** A text in the message of the error, or words that were said in the call, where that is kept: all of them, those in quotation marks one behind another, and before a * those that begin so. */
content_search?: string;
customer_ids?: string[] | null;
/** The API that a call came in by. */
dialect?: string;
/** Calls that began at this time or later are left out. */
end_time?: string;
end_user?: string;
error_class?: string;
error_code?: string;
/** What a cache, plugin or guardrail has marked a call with, such as cache:hit=semantic; what is behind the equals sign may be left out. */
mark?: string;
max_cost?: number;
max_latency?: number;
max_tokens?: number;
/** In dollars. */
min_cost?: number;
/** In milliseconds. */
min_latency?: number;
min_tokens?: number;
/** Only calls that used something at no known price. */
missing_cost_only?: boolean;
models?: string[] | null;
nodes?: string[] | null;
/** Kinds of calls, as chat.completion, or as the gateway names them: chat. */
objects?: string[] | null;
parent_request_id?: string;
/** Any of these; behind a ! none of them, here and in the lists below: openai or !openai,!mock. */
providers?: string[] | null;
request_id?: string;
/** Whether a call was tried more than once. */
retried?: "true" | "false";
/** routing-rule: calls that a routing rule has led. */
routing_engine_used?: string[] | null;
routing_rule_ids?: string[] | null;
/** Names of providers' keys. */
selected_key_ids?: string[] | null;
session_id?: string;
/** Copies of calls, for a trial. */
shadow?: "true" | "false";
start_time?: string;
/** success, error, cancelled or processing. */
status?: string[] | null;
/** HTTP status codes, as answered. */
status_codes?: string[] | null;
stream?: "true" | "false";
team_ids?: string[] | null;
user_ids?: string[] | null;
virtual_key_ids?: string[] | null;
worker?: string;
};
}, HistogramOutputCountBucketBody>("get-log-histogram", "GET", "/api/logs/histogram");

/** Add up costs over time, by model */
export const getLogHistogramCost = /*#__PURE__*/ operation<{
query?: {
/** How long a bucket is; unless given, it follows from the time that is shown. */
bucket_seconds?: number;
/** What to tell calls apart by. */
by?: "provider" | "model" | "key" | "virtual_key" | "team" | "customer" | "user" | "status" | "node" | "operation" | "routing_rule";
/** A text in the message of the error, or words that were said in the call, where that is kept: all of them, those in quotation marks one behind another, and before a * those that begin so. */
content_search?: string;
customer_ids?: string[] | null;
/** The API that a call came in by. */
dialect?: string;
/** Calls that began at this time or later are left out. */
end_time?: string;
end_user?: string;
error_class?: string;
error_code?: string;
/** What a cache, plugin or guardrail has marked a call with, such as cache:hit=semantic; what is behind the equals sign may be left out. */
mark?: string;
max_cost?: number;
max_latency?: number;
max_tokens?: number;
/** In dollars. */
min_cost?: number;
/** In milliseconds. */
min_latency?: number;
min_tokens?: number;
/** Only calls that used something at no known price. */
missing_cost_only?: boolean;
models?: string[] | null;
nodes?: string[] | null;
/** Kinds of calls, as chat.completion, or as the gateway names them: chat. */
objects?: string[] | null;
parent_request_id?: string;
/** Any of these; behind a ! none of them, here and in the lists below: openai or !openai,!mock. */
providers?: string[] | null;
request_id?: string;
/** Whether a call was tried more than once. */
retried?: "true" | "false";
/** routing-rule: calls that a routing rule has led. */
routing_engine_used?: string[] | null;
routing_rule_ids?: string[] | null;
/** Names of providers' keys. */
selected_key_ids?: string[] | null;
session_id?: string;
/** Copies of calls, for a trial. */
shadow?: "true" | "false";
start_time?: string;
/** success, error, cancelled or processing. */
status?: string[] | null;
/** HTTP status codes, as answered. */
status_codes?: string[] | null;
stream?: "true" | "false";
team_ids?: string[] | null;
user_ids?: string[] | null;
virtual_key_ids?: string[] | null;
worker?: string;
};
}, HistogramOutputCostBucketBody>("get-log-histogram-cost", "GET", "/api/logs/histogram/cost");

/** Add up costs over time, by provider */
export const getLogHistogramCostByProvider = /*#__PURE__*/ operation<{
query?: {
/** How long a bucket is; unless given, it follows from the time that is shown. */
bucket_seconds?: number;
/** What to tell calls apart by. */
by?: "provider" | "model" | "key" | "virtual_key" | "team" | "customer" | "user" | "status" | "node" | "operation" | "routing_rule";
/** A text in the message of the error, or words that were said in the call, where that is kept: all of them, those in quotation marks one behind another, and before a * those that begin so. */
content_search?: string;
customer_ids?: string[] | null;
/** The API that a call came in by. */
dialect?: string;
/** Calls that began at this time or later are left out. */
end_time?: string;
end_user?: string;
error_class?: string;
error_code?: string;
/** What a cache, plugin or guardrail has marked a call with, such as cache:hit=semantic; what is behind the equals sign may be left out. */
mark?: string;
max_cost?: number;
max_latency?: number;
max_tokens?: number;
/** In dollars. */
min_cost?: number;
/** In milliseconds. */
min_latency?: number;
min_tokens?: number;
/** Only calls that used something at no known price. */
missing_cost_only?: boolean;
models?: string[] | null;
nodes?: string[] | null;
/** Kinds of calls, as chat.completion, or as the gateway names them: chat. */
objects?: string[] | null;
parent_request_id?: string;
/** Any of these; behind a ! none of them, here and in the lists below: openai or !openai,!mock. */
providers?: string[] | null;
request_id?: string;
/** Whether a call was tried more than once. */
retried?: "true" | "false";
/** routing-rule: calls that a routing rule has led. */
routing_engine_used?: string[] | null;
routing_rule_ids?: string[] | null;
/** Names of providers' keys. */
selected_key_ids?: string[] | null;
session_id?: string;
/** Copies of calls, for a trial. */
shadow?: "true" | "false";
start_time?: string;
/** success, error, cancelled or processing. */
status?: string[] | null;
/** HTTP status codes, as answered. */
status_codes?: string[] | null;
stream?: "true" | "false";
team_ids?: string[] | null;
user_ids?: string[] | null;
virtual_key_ids?: string[] | null;
worker?: string;
};
}, HistogramOutputCostBucketBody>("get-log-histogram-cost-by-provider", "GET", "/api/logs/histogram/cost/by-provider");

/** Show over time how long calls took */
export const getLogHistogramLatency = /*#__PURE__*/ operation<{
query?: {
/** How long a bucket is; unless given, it follows from the time that is shown. */
bucket_seconds?: number;
/** What to tell calls apart by. */
by?: "provider" | "model" | "key" | "virtual_key" | "team" | "customer" | "user" | "status" | "node" | "operation" | "routing_rule";
/** A text in the message of the error, or words that were said in the call, where that is kept: all of them, those in quotation marks one behind another, and before a * those that begin so. */
content_search?: string;
customer_ids?: string[] | null;
/** The API that a call came in by. */
dialect?: string;
/** Calls that began at this time or later are left out. */
end_time?: string;
end_user?: string;
error_class?: string;
error_code?: string;
/** What a cache, plugin or guardrail has marked a call with, such as cache:hit=semantic; what is behind the equals sign may be left out. */
mark?: string;
max_cost?: number;
max_latency?: number;
max_tokens?: number;
/** In dollars. */
min_cost?: number;
/** In milliseconds. */
min_latency?: number;
min_tokens?: number;
/** Only calls that used something at no known price. */
missing_cost_only?: boolean;
models?: string[] | null;
nodes?: string[] | null;
/** Kinds of calls, as chat.completion, or as the gateway names them: chat. */
objects?: string[] | null;
parent_request_id?: string;
/** Any of these; behind a ! none of them, here and in the lists below: openai or !openai,!mock. */
providers?: string[] | null;
request_id?: string;
/** Whether a call was tried more than once. */
retried?: "true" | "false";
/** routing-rule: calls that a routing rule has led. */
routing_engine_used?: string[] | null;
routing_rule_ids?: string[] | null;
/** Names of providers' keys. */
selected_key_ids?: string[] | null;
session_id?: string;
/** Copies of calls, for a trial. */
shadow?: "true" | "false";
start_time?: string;
/** success, error, cancelled or processing. */
status?: string[] | null;
/** HTTP status codes, as answered. */
status_codes?: string[] | null;
stream?: "true" | "false";
team_ids?: string[] | null;
user_ids?: string[] | null;
virtual_key_ids?: string[] | null;
worker?: string;
};
}, HistogramOutputLatencyBucketBody>("get-log-histogram-latency", "GET", "/api/logs/histogram/latency");

/** Show over time how long calls took, by provider */
export const getLogHistogramLatencyByProvider = /*#__PURE__*/ operation<{
query?: {
/** How long a bucket is; unless given, it follows from the time that is shown. */
bucket_seconds?: number;
/** What to tell calls apart by. */
by?: "provider" | "model" | "key" | "virtual_key" | "team" | "customer" | "user" | "status" | "node" | "operation" | "routing_rule";
/** A text in the message of the error, or words that were said in the call, where that is kept: all of them, those in quotation marks one behind another, and before a * those that begin so. */
content_search?: string;
customer_ids?: string[] | null;
/** The API that a call came in by. */
dialect?: string;
/** Calls that began at this time or later are left out. */
end_time?: string;
end_user?: string;
error_class?: string;
error_code?: string;
/** What a cache, plugin or guardrail has marked a call with, such as cache:hit=semantic; what is behind the equals sign may be left out. */
mark?: string;
max_cost?: number;
max_latency?: number;
max_tokens?: number;
/** In dollars. */
min_cost?: number;
/** In milliseconds. */
min_latency?: number;
min_tokens?: number;
/** Only calls that used something at no known price. */
missing_cost_only?: boolean;
models?: string[] | null;
nodes?: string[] | null;
/** Kinds of calls, as chat.completion, or as the gateway names them: chat. */
objects?: string[] | null;
parent_request_id?: string;
/** Any of these; behind a ! none of them, here and in the lists below: openai or !openai,!mock. */
providers?: string[] | null;
request_id?: string;
/** Whether a call was tried more than once. */
retried?: "true" | "false";
/** routing-rule: calls that a routing rule has led. */
routing_engine_used?: string[] | null;
routing_rule_ids?: string[] | null;
/** Names of providers' keys. */
selected_key_ids?: string[] | null;
session_id?: string;
/** Copies of calls, for a trial. */
shadow?: "true" | "false";
start_time?: string;
/** success, error, cancelled or processing. */
status?: string[] | null;
/** HTTP status codes, as answered. */
status_codes?: string[] | null;
stream?: "true" | "false";
team_ids?: string[] | null;
user_ids?: string[] | null;
virtual_key_ids?: string[] | null;
worker?: string;
};
}, HistogramOutputLatencyBucketBody>("get-log-histogram-latency-by-provider", "GET", "/api/logs/histogram/latency/by-provider");

/** Count calls over time, by model */
export const getLogHistogramModels = /*#__PURE__*/ operation<{
query?: {
/** How long a bucket is; unless given, it follows from the time that is shown. */
bucket_seconds?: number;
/** What to tell calls apart by. */
by?: "provider" | "model" | "key" | "virtual_key" | "team" | "customer" | "user" | "status" | "node" | "operation" | "routing_rule";
/** A text in the message of the error, or words that were said in the call, where that is kept: all of them, those in quotation marks one behind another, and before a * those that begin so. */
content_search?: string;
customer_ids?: string[] | null;
/** The API that a call came in by. */
dialect?: string;
/** Calls that began at this time or later are left out. */
end_time?: string;
end_user?: string;
error_class?: string;
error_code?: string;
/** What a cache, plugin or guardrail has marked a call with, such as cache:hit=semantic; what is behind the equals sign may be left out. */
mark?: string;
max_cost?: number;
max_latency?: number;
max_tokens?: number;
/** In dollars. */
min_cost?: number;
/** In milliseconds. */
min_latency?: number;
min_tokens?: number;
/** Only calls that used something at no known price. */
missing_cost_only?: boolean;
models?: string[] | null;
nodes?: string[] | null;
/** Kinds of calls, as chat.completion, or as the gateway names them: chat. */
objects?: string[] | null;
parent_request_id?: string;
/** Any of these; behind a ! none of them, here and in the lists below: openai or !openai,!mock. */
providers?: string[] | null;
request_id?: string;
/** Whether a call was tried more than once. */
retried?: "true" | "false";
/** routing-rule: calls that a routing rule has led. */
routing_engine_used?: string[] | null;
routing_rule_ids?: string[] | null;
/** Names of providers' keys. */
selected_key_ids?: string[] | null;
session_id?: string;
/** Copies of calls, for a trial. */
shadow?: "true" | "false";
start_time?: string;
/** success, error, cancelled or processing. */
status?: string[] | null;
/** HTTP status codes, as answered. */
status_codes?: string[] | null;
stream?: "true" | "false";
team_ids?: string[] | null;
user_ids?: string[] | null;
virtual_key_ids?: string[] | null;
worker?: string;
};
}, HistogramOutputCountBucketBody>("get-log-histogram-models", "GET", "/api/logs/histogram/models");

/** Add up tokens over time */
export const getLogHistogramTokens = /*#__PURE__*/ operation<{
query?: {
/** How long a bucket is; unless given, it follows from the time that is shown. */
bucket_seconds?: number;
/** What to tell calls apart by. */
by?: "provider" | "model" | "key" | "virtual_key" | "team" | "customer" | "user" | "status" | "node" | "operation" | "routing_rule";
/** A text in the message of the error, or words that were said in the call, where that is kept: all of them, those in quotation marks one behind another, and before a * those that begin so. */
content_search?: string;
customer_ids?: string[] | null;
/** The API that a call came in by. */
dialect?: string;
/** Calls that began at this time or later are left out. */
end_time?: string;
end_user?: string;
error_class?: string;
error_code?: string;
/** What a cache, plugin or guardrail has marked a call with, such as cache:hit=semantic; what is behind the equals sign may be left out. */
mark?: string;
max_cost?: number;
max_latency?: number;
max_tokens?: number;
/** In dollars. */
min_cost?: number;
/** In milliseconds. */
min_latency?: number;
min_tokens?: number;
/** Only calls that used something at no known price. */
missing_cost_only?: boolean;
models?: string[] | null;
nodes?: string[] | null;
/** Kinds of calls, as chat.completion, or as the gateway names them: chat. */
objects?: string[] | null;
parent_request_id?: string;
/** Any of these; behind a ! none of them, here and in the lists below: openai or !openai,!mock. */
providers?: string[] | null;
request_id?: string;
/** Whether a call was tried more than once. */
retried?: "true" | "false";
/** routing-rule: calls that a routing rule has led. */
routing_engine_used?: string[] | null;
routing_rule_ids?: string[] | null;
/** Names of providers' keys. */
selected_key_ids?: string[] | null;
session_id?: string;
/** Copies of calls, for a trial. */
shadow?: "true" | "false";
start_time?: string;
/** success, error, cancelled or processing. */
status?: string[] | null;
/** HTTP status codes, as answered. */
status_codes?: string[] | null;
stream?: "true" | "false";
team_ids?: string[] | null;
user_ids?: string[] | null;
virtual_key_ids?: string[] | null;
worker?: string;
};
}, HistogramOutputTokenBucketBody>("get-log-histogram-tokens", "GET", "/api/logs/histogram/tokens");

/** Add up tokens over time, by provider */
export const getLogHistogramTokensByProvider = /*#__PURE__*/ operation<{
query?: {
/** How long a bucket is; unless given, it follows from the time that is shown. */
bucket_seconds?: number;
/** What to tell calls apart by. */
by?: "provider" | "model" | "key" | "virtual_key" | "team" | "customer" | "user" | "status" | "node" | "operation" | "routing_rule";
/** A text in the message of the error, or words that were said in the call, where that is kept: all of them, those in quotation marks one behind another, and before a * those that begin so. */
content_search?: string;
customer_ids?: string[] | null;
/** The API that a call came in by. */
dialect?: string;
/** Calls that began at this time or later are left out. */
end_time?: string;
end_user?: string;
error_class?: string;
error_code?: string;
/** What a cache, plugin or guardrail has marked a call with, such as cache:hit=semantic; what is behind the equals sign may be left out. */
mark?: string;
max_cost?: number;
max_latency?: number;
max_tokens?: number;
/** In dollars. */
min_cost?: number;
/** In milliseconds. */
min_latency?: number;
min_tokens?: number;
/** Only calls that used something at no known price. */
missing_cost_only?: boolean;
models?: string[] | null;
nodes?: string[] | null;
/** Kinds of calls, as chat.completion, or as the gateway names them: chat. */
objects?: string[] | null;
parent_request_id?: string;
/** Any of these; behind a ! none of them, here and in the lists below: openai or !openai,!mock. */
providers?: string[] | null;
request_id?: string;
/** Whether a call was tried more than once. */
retried?: "true" | "false";
/** routing-rule: calls that a routing rule has led. */
routing_engine_used?: string[] | null;
routing_rule_ids?: string[] | null;
/** Names of providers' keys. */
selected_key_ids?: string[] | null;
session_id?: string;
/** Copies of calls, for a trial. */
shadow?: "true" | "false";
start_time?: string;
/** success, error, cancelled or processing. */
status?: string[] | null;
/** HTTP status codes, as answered. */
status_codes?: string[] | null;
stream?: "true" | "false";
team_ids?: string[] | null;
user_ids?: string[] | null;
virtual_key_ids?: string[] | null;
worker?: string;
};
}, HistogramOutputTokenBucketBody>("get-log-histogram-tokens-by-provider", "GET", "/api/logs/histogram/tokens/by-provider");

/** Rank models, or what else calls are told apart by */
export const getLogRankings = /*#__PURE__*/ operation<{
query?: {
/** What to tell calls apart by. */
by?: "provider" | "model" | "key" | "virtual_key" | "team" | "customer" | "user" | "status" | "node" | "operation" | "routing_rule";
/** A text in the message of the error, or words that were said in the call, where that is kept: all of them, those in quotation marks one behind another, and before a * those that begin so. */
content_search?: string;
customer_ids?: string[] | null;
/** The API that a call came in by. */
dialect?: string;
/** Calls that began at this time or later are left out. */
end_time?: string;
end_user?: string;
error_class?: string;
error_code?: string;
limit?: number;
/** What a cache, plugin or guardrail has marked a call with, such as cache:hit=semantic; what is behind the equals sign may be left out. */
mark?: string;
max_cost?: number;
max_latency?: number;
max_tokens?: number;
/** In dollars. */
min_cost?: number;
/** In milliseconds. */
min_latency?: number;
min_tokens?: number;
/** Only calls that used something at no known price. */
missing_cost_only?: boolean;
models?: string[] | null;
nodes?: string[] | null;
/** Kinds of calls, as chat.completion, or as the gateway names them: chat. */
objects?: string[] | null;
parent_request_id?: string;
/** Any of these; behind a ! none of them, here and in the lists below: openai or !openai,!mock. */
providers?: string[] | null;
request_id?: string;
/** Whether a call was tried more than once. */
retried?: "true" | "false";
/** routing-rule: calls that a routing rule has led. */
routing_engine_used?: string[] | null;
routing_rule_ids?: string[] | null;
/** Names of providers' keys. */
selected_key_ids?: string[] | null;
session_id?: string;
/** Copies of calls, for a trial. */
shadow?: "true" | "false";
start_time?: string;
/** success, error, cancelled or processing. */
status?: string[] | null;
/** HTTP status codes, as answered. */
status_codes?: string[] | null;
stream?: "true" | "false";
team_ids?: string[] | null;
user_ids?: string[] | null;
virtual_key_ids?: string[] | null;
worker?: string;
};
}, RankingsOutputBody>("get-log-rankings", "GET", "/api/logs/rankings");

/** Price calls that used something at no known price, by the prices that hold now */
export const recalculateLogCosts = /*#__PURE__*/ operation<{
query?: {
/** Go on behind a request before: its next_cursor. */
after?: string;
/** A text in the message of the error, or words that were said in the call, where that is kept: all of them, those in quotation marks one behind another, and before a * those that begin so. */
content_search?: string;
customer_ids?: string[] | null;
/** The API that a call came in by. */
dialect?: string;
/** Calls that began at this time or later are left out. */
end_time?: string;
end_user?: string;
error_class?: string;
error_code?: string;
/** Calls to look at. */
limit?: number;
/** What a cache, plugin or guardrail has marked a call with, such as cache:hit=semantic; what is behind the equals sign may be left out. */
mark?: string;
max_cost?: number;
max_latency?: number;
max_tokens?: number;
/** In dollars. */
min_cost?: number;
/** In milliseconds. */
min_latency?: number;
min_tokens?: number;
/** Only calls that used something at no known price. */
missing_cost_only?: boolean;
models?: string[] | null;
nodes?: string[] | null;
/** Kinds of calls, as chat.completion, or as the gateway names them: chat. */
objects?: string[] | null;
parent_request_id?: string;
/** Any of these; behind a ! none of them, here and in the lists below: openai or !openai,!mock. */
providers?: string[] | null;
request_id?: string;
/** Whether a call was tried more than once. */
retried?: "true" | "false";
/** routing-rule: calls that a routing rule has led. */
routing_engine_used?: string[] | null;
routing_rule_ids?: string[] | null;
/** Names of providers' keys. */
selected_key_ids?: string[] | null;
session_id?: string;
/** Copies of calls, for a trial. */
shadow?: "true" | "false";
start_time?: string;
/** success, error, cancelled or processing. */
status?: string[] | null;
/** HTTP status codes, as answered. */
status_codes?: string[] | null;
stream?: "true" | "false";
team_ids?: string[] | null;
user_ids?: string[] | null;
virtual_key_ids?: string[] | null;
worker?: string;
};
}, RecalculateOutputBody>("recalculate-log-costs", "POST", "/api/logs/recalculate-cost");

/** Add calls up, altogether or by a dimension */
export const getLogStats = /*#__PURE__*/ operation<{
query?: {
/** What to tell calls apart by. */
by?: "provider" | "model" | "key" | "virtual_key" | "team" | "customer" | "user" | "status" | "node" | "operation" | "routing_rule";
/** A text in the message of the error, or words that were said in the call, where that is kept: all of them, those in quotation marks one behind another, and before a * those that begin so. */
content_search?: string;
customer_ids?: string[] | null;
/** The API that a call came in by. */
dialect?: string;
/** Calls that began at this time or later are left out. */
end_time?: string;
end_user?: string;
error_class?: string;
error_code?: string;
/** What a cache, plugin or guardrail has marked a call with, such as cache:hit=semantic; what is behind the equals sign may be left out. */
mark?: string;
max_cost?: number;
max_latency?: number;
max_tokens?: number;
/** In dollars. */
min_cost?: number;
/** In milliseconds. */
min_latency?: number;
min_tokens?: number;
/** Only calls that used something at no known price. */
missing_cost_only?: boolean;
models?: string[] | null;
nodes?: string[] | null;
/** Kinds of calls, as chat.completion, or as the gateway names them: chat. */
objects?: string[] | null;
parent_request_id?: string;
/** Any of these; behind a ! none of them, here and in the lists below: openai or !openai,!mock. */
providers?: string[] | null;
request_id?: string;
/** Whether a call was tried more than once. */
retried?: "true" | "false";
/** routing-rule: calls that a routing rule has led. */
routing_engine_used?: string[] | null;
routing_rule_ids?: string[] | null;
/** Names of providers' keys. */
selected_key_ids?: string[] | null;
session_id?: string;
/** Copies of calls, for a trial. */
shadow?: "true" | "false";
start_time?: string;
/** success, error, cancelled or processing. */
status?: string[] | null;
/** HTTP status codes, as answered. */
status_codes?: string[] | null;
stream?: "true" | "false";
team_ids?: string[] | null;
user_ids?: string[] | null;
virtual_key_ids?: string[] | null;
worker?: string;
};
}, LogStatsOutputBody>("get-log-stats", "GET", "/api/logs/stats");

/** Show a call */
export const getLog = /*#__PURE__*/ operation<{
path: {
/** The gateway's id of the call. */
id: string;
};
}, LogRow>("get-log", "GET", "/api/logs/{id}");

/** Say how a past call came where it went, as it was recorded, and where the same call would go now */
export const explainCall = /*#__PURE__*/ operation<{
path: {
/** The gateway's id of the call, or the id of its request: then the newest call of it. */
id: string;
};
}, ExplainCallOutputBody>("explain-call", "GET", "/api/logs/{id}/routing");

/** Take calls of tools out of the log; what they cost still counts */
export const deleteMcpLogs = /*#__PURE__*/ operation<{
body: DeleteLogsInputBody;
}, DeleteLogsOutputBody>("delete-mcp-logs", "DELETE", "/api/mcp-logs");

/** List calls of tools */
export const listMcpLogs = /*#__PURE__*/ operation<{
query?: {
/** Begin behind a page before: its next_cursor. In the order of time only. */
after?: string;
/** A text in the message of the error, or words of the arguments or the result, where they are kept. */
content_search?: string;
customer_ids?: string[] | null;
/** Calls that began at this time or later are left out. */
end_time?: string;
end_user?: string;
error_class?: string;
error_code?: string;
limit?: number;
/** The id of the call whose model, or whose script, wanted the tool. */
llm_request_ids?: string[] | null;
max_latency?: number;
/** In milliseconds. */
min_latency?: number;
nodes?: string[] | null;
/** Calls to pass over. after is faster, and new calls shift nothing under it. */
offset?: number;
order?: "asc" | "desc";
request_id?: string;
/** Names of MCP servers' clients. */
server_labels?: string[] | null;
session_id?: string;
sort_by?: "timestamp" | "latency" | "cost";
start_time?: string;
/** success, error, cancelled or processing. */
status?: string[] | null;
team_ids?: string[] | null;
/** As their servers name them. */
tool_names?: string[] | null;
user_ids?: string[] | null;
virtual_key_ids?: string[] | null;
};
}, ListToolLogsOutputBody>("list-mcp-logs", "GET", "/api/mcp-logs");

/** List the values that calls of tools can be filtered by */
export const getMcpLogFilterdata = /*#__PURE__*/ operation<{
query?: {
/** 30 days ago, unless it is given. */
start_time?: string;
};
}, ToolFilterDataOutputBody>("get-mcp-log-filterdata", "GET", "/api/mcp-logs/filterdata");

/** Count calls of tools over time */
export const getMcpLogHistogram = /*#__PURE__*/ operation<{
query?: {
/** How long a bucket is; unless given, it follows from the time that is shown. */
bucket_seconds?: number;
/** A text in the message of the error, or words of the arguments or the result, where they are kept. */
content_search?: string;
customer_ids?: string[] | null;
/** Calls that began at this time or later are left out. */
end_time?: string;
end_user?: string;
error_class?: string;
error_code?: string;
/** The id of the call whose model, or whose script, wanted the tool. */
llm_request_ids?: string[] | null;
max_latency?: number;
/** In milliseconds. */
min_latency?: number;
nodes?: string[] | null;
request_id?: string;
/** Names of MCP servers' clients. */
server_labels?: string[] | null;
session_id?: string;
start_time?: string;
/** success, error, cancelled or processing. */
status?: string[] | null;
team_ids?: string[] | null;
/** As their servers name them. */
tool_names?: string[] | null;
user_ids?: string[] | null;
virtual_key_ids?: string[] | null;
};
}, ToolHistogramOutputToolBucketBody>("get-mcp-log-histogram", "GET", "/api/mcp-logs/histogram");

/** Add costs of tools up over time */
export const getMcpLogHistogramCost = /*#__PURE__*/ operation<{
query?: {
/** How long a bucket is; unless given, it follows from the time that is shown. */
bucket_seconds?: number;
/** A text in the message of the error, or words of the arguments or the result, where they are kept. */
content_search?: string;
customer_ids?: string[] | null;
/** Calls that began at this time or later are left out. */
end_time?: string;
end_user?: string;
error_class?: string;
error_code?: string;
/** The id of the call whose model, or whose script, wanted the tool. */
llm_request_ids?: string[] | null;
max_latency?: number;
/** In milliseconds. */
min_latency?: number;
nodes?: string[] | null;
request_id?: string;
/** Names of MCP servers' clients. */
server_labels?: string[] | null;
session_id?: string;
start_time?: string;
/** success, error, cancelled or processing. */
status?: string[] | null;
team_ids?: string[] | null;
/** As their servers name them. */
tool_names?: string[] | null;
user_ids?: string[] | null;
virtual_key_ids?: string[] | null;
};
}, ToolHistogramOutputToolCostBucketBody>("get-mcp-log-histogram-cost", "GET", "/api/mcp-logs/histogram/cost");

/** Rank tools by their calls */
export const getMcpLogTopTools = /*#__PURE__*/ operation<{
query?: {
/** A text in the message of the error, or words of the arguments or the result, where they are kept. */
content_search?: string;
customer_ids?: string[] | null;
/** Calls that began at this time or later are left out. */
end_time?: string;
end_user?: string;
error_class?: string;
error_code?: string;
limit?: number;
/** The id of the call whose model, or whose script, wanted the tool. */
llm_request_ids?: string[] | null;
max_latency?: number;
/** In milliseconds. */
min_latency?: number;
nodes?: string[] | null;
request_id?: string;
/** Names of MCP servers' clients. */
server_labels?: string[] | null;
session_id?: string;
start_time?: string;
/** success, error, cancelled or processing. */
status?: string[] | null;
team_ids?: string[] | null;
/** As their servers name them. */
tool_names?: string[] | null;
user_ids?: string[] | null;
virtual_key_ids?: string[] | null;
};
}, TopToolsOutputBody>("get-mcp-log-top-tools", "GET", "/api/mcp-logs/histogram/top-tools");

/** Add calls of tools up */
export const getMcpLogStats = /*#__PURE__*/ operation<{
query?: {
/** A text in the message of the error, or words of the arguments or the result, where they are kept. */
content_search?: string;
customer_ids?: string[] | null;
/** Calls that began at this time or later are left out. */
end_time?: string;
end_user?: string;
error_class?: string;
error_code?: string;
/** The id of the call whose model, or whose script, wanted the tool. */
llm_request_ids?: string[] | null;
max_latency?: number;
/** In milliseconds. */
min_latency?: number;
nodes?: string[] | null;
request_id?: string;
/** Names of MCP servers' clients. */
server_labels?: string[] | null;
session_id?: string;
start_time?: string;
/** success, error, cancelled or processing. */
status?: string[] | null;
team_ids?: string[] | null;
/** As their servers name them. */
tool_names?: string[] | null;
user_ids?: string[] | null;
virtual_key_ids?: string[] | null;
};
}, ToolStatsOutputBody>("get-mcp-log-stats", "GET", "/api/mcp-logs/stats");

/** Show a call of a tool */
export const getMcpLog = /*#__PURE__*/ operation<{
path: {
/** The gateway's id of the call. */
id: string;
};
}, ToolLogRow>("get-mcp-log", "GET", "/api/mcp-logs/{id}");

/** Make a mcp client */
export const createMcpClient = /*#__PURE__*/ operation<{
body: {
/** Let virtual keys whose mcp_configs do not name the server use all that it offers. */
allow_on_all_virtual_keys?: boolean | null;
/** Let the server be on a private or loopback address, and be reached over http. */
allow_private_networks?: boolean | null;
/** Another name of forward_headers. */
allowed_extra_headers?: ConfigMCPClientForward_headers;
/** How the gateway shows who it is. headers: with those of headers. oauth: by a token besides, for which an administrator signs in. per_user_oauth: by a token for which the holder of each virtual key signs in. See docs/mcp-servers.md. */
auth_type?: "none" | "headers" | "oauth" | "per_user_oauth" | null;
/** Another name of id. */
client_id?: ConfigMCPClientId;
/** Hash as Bifrost exports it. Accepted, not used by this version. */
config_hash?: unknown;
/** URL of a server that is reached by http or sse. */
connection_string?: string | null;
/** http is streamable HTTP. stdio is a program of the gateway's own machine; see docs/mcp-servers.md for where it runs. */
connection_type?: "http" | "sse" | "stdio";
/** As enabled: false, in Bifrost's words. */
disabled?: boolean | null;
/** Whether the server is connected to. */
enabled?: boolean | null;
/** Headers of a caller's request that its tool calls take along. Those that say who the caller is to the gateway never go. */
forward_headers?: string[] | null;
/** Headers that go with each request to the server. */
headers?: Record<string, ConfigSecret> | null;
/** Identifies the server. Default: the name. */
id?: string | null;
/** Offer the tools as functions of a script (code mode). */
is_code_mode_client?: boolean | null;
/** Whether the server answers pings. Otherwise its tools are listed to see whether it is there. */
is_ping_available?: boolean | null;
/** Largest answer of the server, in MiB. */
max_result_size_mb?: number | null;
/** Name of the server: letters, digits, - and _. The names of its tools begin with it. */
name?: string;
/** Whether Bifrost keeps a caller on one connection: there is one for all, or with per_user_oauth one for each call. Accepted, not used by this version. */
needs_session_stickiness?: unknown;
/** What there is to say to auth_type oauth and per_user_oauth. Absent: the server and its authorization server say all, and the gateway registers itself. */
oauth_config?: ConfigMCPOAuth;
/** Id as Bifrost exports it. Accepted, not used by this version. */
oauth_config_id?: unknown;
/** What happens to a tool that the server describes otherwise than before. hide: nobody is offered it until it is approved. alert: it is offered, and the log says so. accept: it is approved. */
on_change?: "hide" | "accept" | "alert" | null;
/** Time between two pings. Five that fail in a row end the connection, and another one is made. */
ping_interval?: number | string | null;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision?: number;
/** State as Bifrost exports it. Accepted, not used by this version. */
state?: unknown;
/** The program of stdio. Only the start-up file of the node that runs it counts. */
stdio_config?: ConfigMCPStdio;
/** Which certificate a server must show that is reached by http or sse. */
tls_config?: ConfigMCPTLS;
/** As mcp.tool_manager_config.tool_execution_timeout, of this server. */
tool_execution_timeout?: number | string | null;
/** Dollars for a call of a tool, by the server's names. */
tool_pricing?: Record<string, number> | null;
/** As mcp.tool_sync_interval, of this server. */
tool_sync_interval?: number | string | null;
/** Those of them that are run without asking the caller. ["*"] is all, absent or empty none. */
tools_to_auto_execute?: string[] | null;
/** Tools that may be used, by the server's names. ["*"] is all, absent or empty none. */
tools_to_execute?: string[] | null;
};
query?: {
/** applied: answer when every live node has the change. */
wait?: "applied";
};
}, {
/** Where a browser is to go; absent where the server cannot be asked yet. */
authorize_url?: string;
client?: MCPClientObject;
expires_at?: string;
mcp_client_id?: string;
message?: string;
oauth_config_id?: string;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision: number;
/** Somebody has to sign in; absent where nobody has. */
status?: "pending_oauth";
}>("create-mcp-client", "POST", "/api/mcp/client");

/** Delete a mcp client that nothing uses */
export const deleteMcpClient = /*#__PURE__*/ operation<{
path: {
id: string;
};
query?: {
/** Refuse the change if the object has been changed since this revision. */
revision?: number;
/** applied: answer when every live node has the change. */
wait?: "applied";
};
}, {
message?: string;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision: number;
}>("delete-mcp-client", "DELETE", "/api/mcp/client/{id}");

/** Show a mcp client */
export const getMcpClient = /*#__PURE__*/ operation<{
path: {
id: string;
};
query?: {
/** Members that are wanted, with commas between them; absent, all. */
fields?: string;
};
}, {
client?: MCPClientObject;
message?: string;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision: number;
}>("get-mcp-client", "GET", "/api/mcp/client/{id}");

/** Change a mcp client: what is not sent stays, null or an empty object removes */
export const updateMcpClient = /*#__PURE__*/ operation<{
body: {
/** Let virtual keys whose mcp_configs do not name the server use all that it offers. */
allow_on_all_virtual_keys?: boolean | null;
/** Let the server be on a private or loopback address, and be reached over http. */
allow_private_networks?: boolean | null;
/** Another name of forward_headers. */
allowed_extra_headers?: ConfigMCPClientForward_headers;
/** How the gateway shows who it is. headers: with those of headers. oauth: by a token besides, for which an administrator signs in. per_user_oauth: by a token for which the holder of each virtual key signs in. See docs/mcp-servers.md. */
auth_type?: "none" | "headers" | "oauth" | "per_user_oauth" | null;
/** Another name of id. */
client_id?: ConfigMCPClientId;
/** Hash as Bifrost exports it. Accepted, not used by this version. */
config_hash?: unknown;
/** URL of a server that is reached by http or sse. */
connection_string?: string | null;
/** http is streamable HTTP. stdio is a program of the gateway's own machine; see docs/mcp-servers.md for where it runs. */
connection_type?: "http" | "sse" | "stdio";
/** As enabled: false, in Bifrost's words. */
disabled?: boolean | null;
/** Whether the server is connected to. */
enabled?: boolean | null;
/** Headers of a caller's request that its tool calls take along. Those that say who the caller is to the gateway never go. */
forward_headers?: string[] | null;
/** Headers that go with each request to the server. */
headers?: Record<string, ConfigSecret> | null;
/** Identifies the server. Default: the name. */
id?: string | null;
/** Offer the tools as functions of a script (code mode). */
is_code_mode_client?: boolean | null;
/** Whether the server answers pings. Otherwise its tools are listed to see whether it is there. */
is_ping_available?: boolean | null;
/** Largest answer of the server, in MiB. */
max_result_size_mb?: number | null;
/** Name of the server: letters, digits, - and _. The names of its tools begin with it. */
name?: string;
/** Whether Bifrost keeps a caller on one connection: there is one for all, or with per_user_oauth one for each call. Accepted, not used by this version. */
needs_session_stickiness?: unknown;
/** What there is to say to auth_type oauth and per_user_oauth. Absent: the server and its authorization server say all, and the gateway registers itself. */
oauth_config?: ConfigMCPOAuth;
/** Id as Bifrost exports it. Accepted, not used by this version. */
oauth_config_id?: unknown;
/** What happens to a tool that the server describes otherwise than before. hide: nobody is offered it until it is approved. alert: it is offered, and the log says so. accept: it is approved. */
on_change?: "hide" | "accept" | "alert" | null;
/** Time between two pings. Five that fail in a row end the connection, and another one is made. */
ping_interval?: number | string | null;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision?: number;
/** State as Bifrost exports it. Accepted, not used by this version. */
state?: unknown;
/** The program of stdio. Only the start-up file of the node that runs it counts. */
stdio_config?: ConfigMCPStdio;
/** Which certificate a server must show that is reached by http or sse. */
tls_config?: ConfigMCPTLS;
/** As mcp.tool_manager_config.tool_execution_timeout, of this server. */
tool_execution_timeout?: number | string | null;
/** Dollars for a call of a tool, by the server's names. */
tool_pricing?: Record<string, number> | null;
/** As mcp.tool_sync_interval, of this server. */
tool_sync_interval?: number | string | null;
/** Those of them that are run without asking the caller. ["*"] is all, absent or empty none. */
tools_to_auto_execute?: string[] | null;
/** Tools that may be used, by the server's names. ["*"] is all, absent or empty none. */
tools_to_execute?: string[] | null;
};
path: {
id: string;
};
query?: {
/** Refuse the change if the object has been changed since this revision. */
revision?: number;
/** applied: answer when every live node has the change. */
wait?: "applied";
};
}, {
client?: MCPClientObject;
message?: string;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision: number;
}>("update-mcp-client", "PUT", "/api/mcp/client/{id}");

/** Begin a sign-in at an MCP server: tells where a browser is to go */
export const beginMcpSignIn = /*#__PURE__*/ operation<{
path: {
id: string;
};
}, SignInBegun>("begin-mcp-sign-in", "POST", "/api/mcp/client/{id}/authorize");

/** End a sign-in that a browser has come back from, and connect to the server */
export const completeMcpSignIn = /*#__PURE__*/ operation<{
path: {
id: string;
};
}, McpOutputBody>("complete-mcp-sign-in", "POST", "/api/mcp/client/{id}/complete-oauth");

/** Connect to an MCP server anew, and tell whether that has worked */
export const reconnectMcpClient = /*#__PURE__*/ operation<{
path: {
id: string;
};
}, McpOutputBody>("reconnect-mcp-client", "POST", "/api/mcp/client/{id}/reconnect");

/** Let a tool be used that its server describes otherwise than before */
export const approveMcpTool = /*#__PURE__*/ operation<{
body: ApproveInputBody;
path: {
id: string;
};
}, McpOutputBody>("approve-mcp-tool", "POST", "/api/mcp/client/{id}/tools/approve");

/** List the mcp clients */
export const listMcpClients = /*#__PURE__*/ operation<{
query?: {
/** Begin behind a page before: its next_cursor. */
after?: string;
/** Those that have this. */
connection_type?: string;
/** Those that have this. */
enabled?: string;
/** Members that are wanted, with commas between them; absent, all. */
fields?: string;
limit?: number;
/** Objects to pass over. A list that changes shifts under it; after does not. */
offset?: number;
order?: "asc" | "desc";
/** Part of a text of the object, in any case. */
search?: string;
/** A member to sort by. Absent: the order of the configuration. */
sort_by?: string;
/** Those that bear this tag. */
tag?: string;
};
}, {
clients?: MCPClientObject[];
count?: number;
limit?: number;
/** Where the next page begins, for after; absent on the last page. */
next_cursor?: string;
offset?: number;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision: number;
total_count?: number;
}>("list-mcp-clients", "GET", "/api/mcp/clients");

/** List which tools of MCP servers each virtual key may use */
export const listMcpRights = /*#__PURE__*/ operation<{
query?: {
/** Begin behind a page before: its next_cursor. */
after?: string;
limit?: number;
/** Part of a virtual key's name or id. */
search?: string;
};
}, McpRightsOutputBody>("list-mcp-rights", "GET", "/api/mcp/rights");

/** List the models that the built-in catalogue, or a provider's key, names in full */
export const listKnownModels = /*#__PURE__*/ operation<{
query?: {
/** That one of these keys of providers serves, by id or by name, with commas between. */
keys?: string[] | null;
limit?: number;
/** Of this provider alone. */
provider?: string;
/** With this in their names. */
query?: string;
};
}, KnownModelsOutputBody>("list-known-models", "GET", "/api/models");

/** List the names of models, each once, without its date and whoever sells it */
export const listBaseModels = /*#__PURE__*/ operation<{
query?: {
limit?: number;
/** With this in their names. */
query?: string;
};
}, BaseModelsOutputBody>("list-base-models", "GET", "/api/models/base");

/** List these models with what a token of each costs, by the catalogue and by the configuration */
export const listModelDetails = /*#__PURE__*/ operation<{
query?: {
/** That one of these keys of providers serves, by id or by name, with commas between. */
keys?: string[] | null;
limit?: number;
offset?: number;
/** Of this provider alone. */
provider?: string;
/** With this in their names. */
query?: string;
};
}, ModelDetailsOutputBody>("list-model-details", "GET", "/api/models/details");

/** Show which parameters a model takes, and what it can */
export const getModelParameters = /*#__PURE__*/ operation<{
query: {
/** A model of the catalogue, with or without its provider. */
model: string;
};
}, ModelParametersOutputBody>("get-model-parameters", "GET", "/api/models/parameters");

/** Where the authorization server of an MCP server sends a browser back to */
export const finishMcpSignIn = /*#__PURE__*/ operation<{
query?: {
code?: string;
error?: string;
iss?: string;
state?: string;
};
}, null>("finish-mcp-sign-in", "GET", "/api/oauth/callback");

/** Give up all tokens for an MCP server, and have its authorization server do so */
export const revokeOauthConfig = /*#__PURE__*/ operation<{
path: {
id: string;
};
}, McpOutputBody>("revoke-oauth-config", "DELETE", "/api/oauth/config/{id}");

/** How it stands with the sign-in at an MCP server */
export const getOauthStatus = /*#__PURE__*/ operation<{
path: {
id: string;
};
}, OAuthStatus>("get-oauth-status", "GET", "/api/oauth/config/{id}/status");

/** List the plugins */
export const listPlugins = /*#__PURE__*/ operation<{
query?: {
/** Begin behind a page before: its next_cursor. */
after?: string;
/** Those that have this. */
enabled?: string;
/** Members that are wanted, with commas between them; absent, all. */
fields?: string;
/** Those that have this. */
kind?: string;
limit?: number;
/** Objects to pass over. A list that changes shifts under it; after does not. */
offset?: number;
order?: "asc" | "desc";
/** Those that have this. */
placement?: string;
/** Part of a text of the object, in any case. */
search?: string;
/** A member to sort by. Absent: the order of the configuration. */
sort_by?: string;
/** Those that bear this tag. */
tag?: string;
};
}, {
count?: number;
limit?: number;
/** Where the next page begins, for after; absent on the last page. */
next_cursor?: string;
offset?: number;
plugins?: PluginObject[];
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision: number;
total_count?: number;
}>("list-plugins", "GET", "/api/plugins");

/** Make a plugin */
export const createPlugin = /*#__PURE__*/ operation<{
body: {
/** Whether it may connect to private addresses. */
allow_private_network?: boolean | null;
/** Digest of its program, sha256: and 64 hexadecimal digits, where the cluster keeps that: see docs/plugins.md. It stands for path. */
artefact?: string | null;
/** Its own settings. env.NAME, file:PATH and vault:PATH#FIELD are followed. */
config?: Record<string, unknown> | null;
/** Whether it is called. */
enabled?: boolean | null;
/** What kind of plugin it is: docs/plugins.md lists them. Absent: the one of its name. */
kind?: string | null;
/** Models that it is called for, as callers name them or as provider/model; * stands for any characters. Absent: all. */
models?: string[] | null;
/** Name of the plugin, in metrics and errors. */
name?: string;
/** What becomes of a call for which it fails or takes too long: allow lets it go on without the plugin, deny refuses it. */
on_error?: "allow" | "deny" | null;
/** Operations that it is called for, such as chat or embedding. Absent: chat, text completion, embedding and rerank. */
ops?: string[] | null;
/** Order of the plugins of one placement, the lowest first. */
order?: number | null;
/** Where its program is, of a kind that has one. */
path?: string | null;
/** Whether it stands before the plugins that come with the program, among them, or behind them. */
placement?: "pre_builtin" | "builtin" | "post_builtin" | null;
/** What it was before its last upgrade, to which a rollback goes back. */
previous?: ConfigPluginVersion;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision?: number;
/** For how many of the calls it is called, in percent, by the call's id. */
rollout_percent?: number | null;
/** How long it may take each time. Absent: as its kind has it, or else 1 s. */
timeout?: number | string | null;
/** Another version of it, which a part of the calls tries. */
upgrade?: ConfigPluginUpgrade;
/** Version of it, as its maker counts. */
version?: unknown;
/** Ids or names of the virtual keys whose calls it is called for. Absent: all calls. */
virtual_keys?: string[] | null;
};
query?: {
/** applied: answer when every live node has the change. */
wait?: "applied";
};
}, {
message?: string;
plugin?: PluginObject;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision: number;
}>("create-plugin", "POST", "/api/plugins");

/** List what plugins can be made of, the newest first */
export const listPluginArtefacts = /*#__PURE__*/ operation<Record<never, never>, ArtefactsOutputBody>("list-plugin-artefacts", "GET", "/api/plugins/artefacts");

/** Keep what a plugin is made of, such as a WASM module, for the whole cluster */
export const pushPluginArtefact = /*#__PURE__*/ operation<{
body: unknown;
query?: {
/** What it is called, for people. */
name?: string;
/** A publisher's, in base64: Ed25519 over a line "asbru plugin artefact" and one with the digest. */
signature?: string;
};
}, ArtefactOutputBody>("push-plugin-artefact", "POST", "/api/plugins/artefacts");

/** Delete an artefact that no plugin is made of */
export const deletePluginArtefact = /*#__PURE__*/ operation<{
path: {
digest: string;
};
}, DeletedOutputBody>("delete-plugin-artefact", "DELETE", "/api/plugins/artefacts/{digest}");

/** Delete a plugin that nothing uses */
export const deletePlugin = /*#__PURE__*/ operation<{
path: {
id: string;
};
query?: {
/** Refuse the change if the object has been changed since this revision. */
revision?: number;
/** applied: answer when every live node has the change. */
wait?: "applied";
};
}, {
message?: string;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision: number;
}>("delete-plugin", "DELETE", "/api/plugins/{id}");

/** Show a plugin */
export const getPlugin = /*#__PURE__*/ operation<{
path: {
id: string;
};
query?: {
/** Members that are wanted, with commas between them; absent, all. */
fields?: string;
};
}, {
message?: string;
plugin?: PluginObject;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision: number;
}>("get-plugin", "GET", "/api/plugins/{id}");

/** Change a plugin: what is not sent stays, null or an empty object removes */
export const updatePlugin = /*#__PURE__*/ operation<{
body: {
/** Whether it may connect to private addresses. */
allow_private_network?: boolean | null;
/** Digest of its program, sha256: and 64 hexadecimal digits, where the cluster keeps that: see docs/plugins.md. It stands for path. */
artefact?: string | null;
/** Its own settings. env.NAME, file:PATH and vault:PATH#FIELD are followed. */
config?: Record<string, unknown> | null;
/** Whether it is called. */
enabled?: boolean | null;
/** What kind of plugin it is: docs/plugins.md lists them. Absent: the one of its name. */
kind?: string | null;
/** Models that it is called for, as callers name them or as provider/model; * stands for any characters. Absent: all. */
models?: string[] | null;
/** Name of the plugin, in metrics and errors. */
name?: string;
/** What becomes of a call for which it fails or takes too long: allow lets it go on without the plugin, deny refuses it. */
on_error?: "allow" | "deny" | null;
/** Operations that it is called for, such as chat or embedding. Absent: chat, text completion, embedding and rerank. */
ops?: string[] | null;
/** Order of the plugins of one placement, the lowest first. */
order?: number | null;
/** Where its program is, of a kind that has one. */
path?: string | null;
/** Whether it stands before the plugins that come with the program, among them, or behind them. */
placement?: "pre_builtin" | "builtin" | "post_builtin" | null;
/** What it was before its last upgrade, to which a rollback goes back. */
previous?: ConfigPluginVersion;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision?: number;
/** For how many of the calls it is called, in percent, by the call's id. */
rollout_percent?: number | null;
/** How long it may take each time. Absent: as its kind has it, or else 1 s. */
timeout?: number | string | null;
/** Another version of it, which a part of the calls tries. */
upgrade?: ConfigPluginUpgrade;
/** Version of it, as its maker counts. */
version?: unknown;
/** Ids or names of the virtual keys whose calls it is called for. Absent: all calls. */
virtual_keys?: string[] | null;
};
path: {
id: string;
};
query?: {
/** Refuse the change if the object has been changed since this revision. */
revision?: number;
/** applied: answer when every live node has the change. */
wait?: "applied";
};
}, {
message?: string;
plugin?: PluginObject;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision: number;
}>("update-plugin", "PUT", "/api/plugins/{id}");

/** List events of the cluster that a plugin has not taken and that were given up, the oldest first */
export const listDeadEvents = /*#__PURE__*/ operation<{
path: {
/** The plugin's name. It may be in the configuration no more. */
id: string;
};
query?: {
/** Only those behind this sequence. */
behind?: number;
/** At most so many. */
limit?: number;
};
}, DeadEventsOutputBody>("list-dead-events", "GET", "/api/plugins/{id}/dead");

/** Forget events that were given up */
export const forgetDeadEvents = /*#__PURE__*/ operation<{
path: {
id: string;
sequence: number;
};
}, DeadEventOutputBody>("forget-dead-events", "DELETE", "/api/plugins/{id}/dead/{sequence}");

/** Tell a plugin of events that were given up, now */
export const retryDeadEvents = /*#__PURE__*/ operation<{
path: {
id: string;
sequence: number;
};
}, DeadEventOutputBody>("retry-dead-events", "POST", "/api/plugins/{id}/dead/{sequence}/retry");

/** Give up the version of a plugin that is tried, or go back to the one before the last upgrade */
export const rollbackPlugin = /*#__PURE__*/ operation<{
path: {
id: string;
};
query?: {
/** applied: answer when every live node has the change. */
wait?: "applied";
};
}, unknown>("rollback-plugin", "POST", "/api/plugins/{id}/rollback");

/** How a plugin does on the live nodes, and how it is told of events */
export const pluginStatus = /*#__PURE__*/ operation<{
path: {
id: string;
};
}, PluginStatus>("plugin-status", "GET", "/api/plugins/{id}/status");

/** Try a plugin, switched on or not, on a sample of a call; no provider is asked */
export const testPlugin = /*#__PURE__*/ operation<{
body: TestPluginInputBody;
path: {
id: string;
};
}, PluginTrial>("test-plugin", "POST", "/api/plugins/{id}/test");

/** Have another version of a plugin tried by a part of its calls, or by all */
export const upgradePlugin = /*#__PURE__*/ operation<{
body: UpgradeInputBody;
path: {
id: string;
};
query?: {
/** applied: answer when every live node has the change. */
wait?: "applied";
};
}, unknown>("upgrade-plugin", "POST", "/api/plugins/{id}/upgrade");

/** Have every node fetch the catalogue of models now */
export const syncPricing = /*#__PURE__*/ operation<{
query?: {
/** applied: answer when every live node has the change. */
wait?: "applied";
};
}, ConfigOutputBody>("sync-pricing", "POST", "/api/pricing/force-sync");

/** List the folders of prompts */
export const listFolders = /*#__PURE__*/ operation<Record<never, never>, FoldersOutputBody>("list-folders", "GET", "/api/prompt-repo/folders");

/** Make a folder for prompts */
export const createFolder = /*#__PURE__*/ operation<{
body: CreateFolderInputBody;
}, FolderOutputBody>("create-folder", "POST", "/api/prompt-repo/folders");

/** Delete a folder that holds no prompt */
export const deleteFolder = /*#__PURE__*/ operation<{
path: {
id: string;
};
}, DeletedOutputBody>("delete-folder", "DELETE", "/api/prompt-repo/folders/{id}");

/** Show a folder of prompts */
export const getFolder = /*#__PURE__*/ operation<{
path: {
id: string;
};
}, FolderOutputBody>("get-folder", "GET", "/api/prompt-repo/folders/{id}");

/** Change a folder: what is not sent stays */
export const updateFolder = /*#__PURE__*/ operation<{
body: UpdateFolderInputBody;
path: {
id: string;
};
}, FolderOutputBody>("update-folder", "PUT", "/api/prompt-repo/folders/{id}");

/** List the prompts by their names */
export const listPrompts = /*#__PURE__*/ operation<{
query?: {
/** Begin behind a page before: its next_cursor. */
after?: string;
folder_id?: string;
limit?: number;
/** Part of a name, in any case. */
search?: string;
};
}, PromptsOutputBody>("list-prompts", "GET", "/api/prompt-repo/prompts");

/** Make a prompt, which has no version yet */
export const createPrompt = /*#__PURE__*/ operation<{
body: PromptFields;
}, PromptOutputBody>("create-prompt", "POST", "/api/prompt-repo/prompts");

/** Delete a prompt with its versions and sessions */
export const deletePrompt = /*#__PURE__*/ operation<{
path: {
id: string;
};
}, DeletedOutputBody>("delete-prompt", "DELETE", "/api/prompt-repo/prompts/{id}");

/** Show a prompt */
export const getPrompt = /*#__PURE__*/ operation<{
path: {
id: string;
};
}, PromptOutputBody>("get-prompt", "GET", "/api/prompt-repo/prompts/{id}");

/** Change a prompt's name, folder, labels or who may use it: what is not sent stays */
export const updatePrompt = /*#__PURE__*/ operation<{
body: PromptFields;
path: {
id: string;
};
}, PromptOutputBody>("update-prompt", "PUT", "/api/prompt-repo/prompts/{id}");

/** List a prompt's sessions, the one changed last first */
export const listPromptSessions = /*#__PURE__*/ operation<{
path: {
id: string;
};
}, PromptSessionsOutputBody>("list-prompt-sessions", "GET", "/api/prompt-repo/prompts/{id}/sessions");

/** Begin a session */
export const createPromptSession = /*#__PURE__*/ operation<{
body: CreatePromptSessionInputBody;
path: {
id: string;
};
}, PromptSessionOutputBody>("create-prompt-session", "POST", "/api/prompt-repo/prompts/{id}/sessions");

/** List a prompt's versions, the newest first */
export const listPromptVersions = /*#__PURE__*/ operation<{
path: {
id: string;
};
}, PromptVersionsOutputBody>("list-prompt-versions", "GET", "/api/prompt-repo/prompts/{id}/versions");

/** Commit a version */
export const createPromptVersion = /*#__PURE__*/ operation<{
body: CreatePromptVersionInputBody;
path: {
id: string;
};
}, PromptVersionOutputBody>("create-prompt-version", "POST", "/api/prompt-repo/prompts/{id}/versions");

/** Delete a session */
export const deletePromptSession = /*#__PURE__*/ operation<{
path: {
id: string;
};
}, DeletedOutputBody>("delete-prompt-session", "DELETE", "/api/prompt-repo/sessions/{id}");

/** Show a session */
export const getPromptSession = /*#__PURE__*/ operation<{
path: {
id: string;
};
}, PromptSessionOutputBody>("get-prompt-session", "GET", "/api/prompt-repo/sessions/{id}");

/** Change a session: what is not sent stays */
export const updatePromptSession = /*#__PURE__*/ operation<{
body: SessionFields;
path: {
id: string;
};
}, PromptSessionOutputBody>("update-prompt-session", "PUT", "/api/prompt-repo/sessions/{id}");

/** Commit what a session has as a version */
export const commitPromptSession = /*#__PURE__*/ operation<{
body: CommitPromptSessionInputBody;
path: {
id: string;
};
}, PromptVersionOutputBody>("commit-prompt-session", "POST", "/api/prompt-repo/sessions/{id}/commit");

/** Give a session another name */
export const renamePromptSession = /*#__PURE__*/ operation<{
body: RenamePromptSessionInputBody;
path: {
id: string;
};
}, PromptSessionOutputBody>("rename-prompt-session", "PUT", "/api/prompt-repo/sessions/{id}/rename");

/** Delete a version that no label names */
export const deletePromptVersion = /*#__PURE__*/ operation<{
path: {
id: string;
};
}, DeletedOutputBody>("delete-prompt-version", "DELETE", "/api/prompt-repo/versions/{id}");

/** Show a version */
export const getPromptVersion = /*#__PURE__*/ operation<{
path: {
id: string;
};
}, PromptVersionOutputBody>("get-prompt-version", "GET", "/api/prompt-repo/versions/{id}");

/** List the providers */
export const listProviders = /*#__PURE__*/ operation<{
query?: {
/** Begin behind a page before: its next_cursor. */
after?: string;
/** Members that are wanted, with commas between them; absent, all. */
fields?: string;
limit?: number;
/** Objects to pass over. A list that changes shifts under it; after does not. */
offset?: number;
order?: "asc" | "desc";
/** Part of a text of the object, in any case. */
search?: string;
/** A member to sort by. Absent: the order of the configuration. */
sort_by?: string;
/** Those that bear this tag. */
tag?: string;
};
}, {
count?: number;
limit?: number;
/** Where the next page begins, for after; absent on the last page. */
next_cursor?: string;
offset?: number;
providers?: ProviderObject[];
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision: number;
total_count?: number;
}>("list-providers", "GET", "/api/providers");

/** Make a provider */
export const createProvider = /*#__PURE__*/ operation<{
body: {
/** What happens to a call whose caller has left. stop: the connection is cut and usage is estimated. drain: the answer is read to its end for its real usage, for providers that bill all the same. */
cancel?: "stop" | "drain" | null;
/** Most bytes that drain reads after the caller has left. */
cancel_drain_max_bytes?: number | null;
/** Longest that drain reads after the caller has left. */
cancel_drain_timeout_in_seconds?: number | string | null;
/** Calls at a time, and calls that wait. */
concurrency_and_buffer_size?: ConfigConcurrency;
/** Hash as Bifrost exports it. Accepted, not used by this version. */
config_hash?: string | null;
/** Makes a provider under a name of your own. */
custom_provider_config?: ConfigCustom;
/** Free text. Accepted, not used by this version. */
description?: string | null;
/** Credentials. Each call takes one, shared out by weight. */
keys?: ConfigKey[] | null;
/** How the provider is reached. */
network_config?: ConfigNetwork;
/** What only OpenAI has. */
openai_config?: ConfigOpenAI;
/** Prices that replace those of the catalogue. The first that fits counts. */
pricing_overrides?: ConfigPriceOverride[] | null;
/** Its name. */
provider?: string;
/** Network proxy on the way to the provider. */
proxy_config?: ConfigProxy;
/** Repeat a call even if the provider may have run it already, so that it may be billed twice. */
retry_ambiguous?: boolean | null;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision?: number;
/** Add the provider's request to the answer. Accepted, not used by this version. */
send_back_raw_request?: boolean | null;
/** Add the provider's response to the answer. Accepted, not used by this version. */
send_back_raw_response?: boolean | null;
/** State as Bifrost exports it. Accepted, not used by this version. */
status?: string | null;
/** Keep raw requests and responses in the log. Accepted, not used by this version. */
store_raw_request_response?: boolean | null;
};
query?: {
/** applied: answer when every live node has the change. */
wait?: "applied";
};
}, {
/** What happens to a call whose caller has left. stop: the connection is cut and usage is estimated. drain: the answer is read to its end for its real usage, for providers that bill all the same. */
cancel?: "stop" | "drain" | null;
/** Most bytes that drain reads after the caller has left. */
cancel_drain_max_bytes?: number | null;
/** Longest that drain reads after the caller has left. */
cancel_drain_timeout_in_seconds?: number | string | null;
/** Calls at a time, and calls that wait. */
concurrency_and_buffer_size?: ConfigConcurrency;
/** Hash as Bifrost exports it. Accepted, not used by this version. */
config_hash?: string | null;
/** Makes a provider under a name of your own. */
custom_provider_config?: ConfigCustom;
/** Free text. Accepted, not used by this version. */
description?: string | null;
/** Credentials. Each call takes one, shared out by weight. */
keys?: ConfigKey[] | null;
message?: string;
/** Its name. */
name?: string;
/** How the provider is reached. */
network_config?: ConfigNetwork;
/** What only OpenAI has. */
openai_config?: ConfigOpenAI;
/** Prices that replace those of the catalogue. The first that fits counts. */
pricing_overrides?: ConfigPriceOverride[] | null;
/** error: no key of it can be used at the moment. */
provider_status?: "active" | "error";
/** Network proxy on the way to the provider. */
proxy_config?: ConfigProxy;
/** Repeat a call even if the provider may have run it already, so that it may be billed twice. */
retry_ambiguous?: boolean | null;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision?: number;
/** Add the provider's request to the answer. Accepted, not used by this version. */
send_back_raw_request?: boolean | null;
/** Add the provider's response to the answer. Accepted, not used by this version. */
send_back_raw_response?: boolean | null;
/** State as Bifrost exports it. Accepted, not used by this version. */
status?: string | null;
/** Keep raw requests and responses in the log. Accepted, not used by this version. */
store_raw_request_response?: boolean | null;
}>("create-provider", "POST", "/api/providers");

/** List the providers that are known, and what each does */
export const listKnownProviders = /*#__PURE__*/ operation<Record<never, never>, KnownProvidersOutputBody>("list-known-providers", "GET", "/api/providers/catalog");

/** Delete a provider that nothing uses */
export const deleteProvider = /*#__PURE__*/ operation<{
path: {
id: string;
};
query?: {
/** Refuse the change if the object has been changed since this revision. */
revision?: number;
/** applied: answer when every live node has the change. */
wait?: "applied";
};
}, {
message?: string;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision: number;
}>("delete-provider", "DELETE", "/api/providers/{id}");

/** Show a provider */
export const getProvider = /*#__PURE__*/ operation<{
path: {
id: string;
};
query?: {
/** Members that are wanted, with commas between them; absent, all. */
fields?: string;
};
}, {
/** What happens to a call whose caller has left. stop: the connection is cut and usage is estimated. drain: the answer is read to its end for its real usage, for providers that bill all the same. */
cancel?: "stop" | "drain" | null;
/** Most bytes that drain reads after the caller has left. */
cancel_drain_max_bytes?: number | null;
/** Longest that drain reads after the caller has left. */
cancel_drain_timeout_in_seconds?: number | string | null;
/** Calls at a time, and calls that wait. */
concurrency_and_buffer_size?: ConfigConcurrency;
/** Hash as Bifrost exports it. Accepted, not used by this version. */
config_hash?: string | null;
/** Makes a provider under a name of your own. */
custom_provider_config?: ConfigCustom;
/** Free text. Accepted, not used by this version. */
description?: string | null;
/** Credentials. Each call takes one, shared out by weight. */
keys?: ConfigKey[] | null;
message?: string;
/** Its name. */
name?: string;
/** How the provider is reached. */
network_config?: ConfigNetwork;
/** What only OpenAI has. */
openai_config?: ConfigOpenAI;
/** Prices that replace those of the catalogue. The first that fits counts. */
pricing_overrides?: ConfigPriceOverride[] | null;
/** error: no key of it can be used at the moment. */
provider_status?: "active" | "error";
/** Network proxy on the way to the provider. */
proxy_config?: ConfigProxy;
/** Repeat a call even if the provider may have run it already, so that it may be billed twice. */
retry_ambiguous?: boolean | null;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision?: number;
/** Add the provider's request to the answer. Accepted, not used by this version. */
send_back_raw_request?: boolean | null;
/** Add the provider's response to the answer. Accepted, not used by this version. */
send_back_raw_response?: boolean | null;
/** State as Bifrost exports it. Accepted, not used by this version. */
status?: string | null;
/** Keep raw requests and responses in the log. Accepted, not used by this version. */
store_raw_request_response?: boolean | null;
}>("get-provider", "GET", "/api/providers/{id}");

/** Change a provider: what is not sent stays, null or an empty object removes */
export const updateProvider = /*#__PURE__*/ operation<{
body: {
/** What happens to a call whose caller has left. stop: the connection is cut and usage is estimated. drain: the answer is read to its end for its real usage, for providers that bill all the same. */
cancel?: "stop" | "drain" | null;
/** Most bytes that drain reads after the caller has left. */
cancel_drain_max_bytes?: number | null;
/** Longest that drain reads after the caller has left. */
cancel_drain_timeout_in_seconds?: number | string | null;
/** Calls at a time, and calls that wait. */
concurrency_and_buffer_size?: ConfigConcurrency;
/** Hash as Bifrost exports it. Accepted, not used by this version. */
config_hash?: string | null;
/** Makes a provider under a name of your own. */
custom_provider_config?: ConfigCustom;
/** Free text. Accepted, not used by this version. */
description?: string | null;
/** Credentials. Each call takes one, shared out by weight. */
keys?: ConfigKey[] | null;
/** How the provider is reached. */
network_config?: ConfigNetwork;
/** What only OpenAI has. */
openai_config?: ConfigOpenAI;
/** Prices that replace those of the catalogue. The first that fits counts. */
pricing_overrides?: ConfigPriceOverride[] | null;
/** Its name. */
provider?: string;
/** Network proxy on the way to the provider. */
proxy_config?: ConfigProxy;
/** Repeat a call even if the provider may have run it already, so that it may be billed twice. */
retry_ambiguous?: boolean | null;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision?: number;
/** Add the provider's request to the answer. Accepted, not used by this version. */
send_back_raw_request?: boolean | null;
/** Add the provider's response to the answer. Accepted, not used by this version. */
send_back_raw_response?: boolean | null;
/** State as Bifrost exports it. Accepted, not used by this version. */
status?: string | null;
/** Keep raw requests and responses in the log. Accepted, not used by this version. */
store_raw_request_response?: boolean | null;
};
path: {
id: string;
};
query?: {
/** Refuse the change if the object has been changed since this revision. */
revision?: number;
/** applied: answer when every live node has the change. */
wait?: "applied";
};
}, {
/** What happens to a call whose caller has left. stop: the connection is cut and usage is estimated. drain: the answer is read to its end for its real usage, for providers that bill all the same. */
cancel?: "stop" | "drain" | null;
/** Most bytes that drain reads after the caller has left. */
cancel_drain_max_bytes?: number | null;
/** Longest that drain reads after the caller has left. */
cancel_drain_timeout_in_seconds?: number | string | null;
/** Calls at a time, and calls that wait. */
concurrency_and_buffer_size?: ConfigConcurrency;
/** Hash as Bifrost exports it. Accepted, not used by this version. */
config_hash?: string | null;
/** Makes a provider under a name of your own. */
custom_provider_config?: ConfigCustom;
/** Free text. Accepted, not used by this version. */
description?: string | null;
/** Credentials. Each call takes one, shared out by weight. */
keys?: ConfigKey[] | null;
message?: string;
/** Its name. */
name?: string;
/** How the provider is reached. */
network_config?: ConfigNetwork;
/** What only OpenAI has. */
openai_config?: ConfigOpenAI;
/** Prices that replace those of the catalogue. The first that fits counts. */
pricing_overrides?: ConfigPriceOverride[] | null;
/** error: no key of it can be used at the moment. */
provider_status?: "active" | "error";
/** Network proxy on the way to the provider. */
proxy_config?: ConfigProxy;
/** Repeat a call even if the provider may have run it already, so that it may be billed twice. */
retry_ambiguous?: boolean | null;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision?: number;
/** Add the provider's request to the answer. Accepted, not used by this version. */
send_back_raw_request?: boolean | null;
/** Add the provider's response to the answer. Accepted, not used by this version. */
send_back_raw_response?: boolean | null;
/** State as Bifrost exports it. Accepted, not used by this version. */
status?: string | null;
/** Keep raw requests and responses in the log. Accepted, not used by this version. */
store_raw_request_response?: boolean | null;
}>("update-provider", "PUT", "/api/providers/{id}");

/** List the provider keys */
export const listProviderKeys = /*#__PURE__*/ operation<{
path: {
provider: string;
};
query?: {
/** Begin behind a page before: its next_cursor. */
after?: string;
/** Those that have this. */
enabled?: string;
/** Members that are wanted, with commas between them; absent, all. */
fields?: string;
limit?: number;
/** Those that have this. */
name?: string;
/** Objects to pass over. A list that changes shifts under it; after does not. */
offset?: number;
order?: "asc" | "desc";
/** Part of a text of the object, in any case. */
search?: string;
/** A member to sort by. Absent: the order of the configuration. */
sort_by?: string;
/** Those that bear this tag. */
tag?: string;
};
}, {
count?: number;
keys?: KeyObject[];
limit?: number;
/** Where the next page begins, for after; absent on the last page. */
next_cursor?: string;
offset?: number;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision: number;
total_count?: number;
}>("list-provider-keys", "GET", "/api/providers/{provider}/keys");

/** Make a provider key */
export const createProviderKey = /*#__PURE__*/ operation<{
body: {
/** Model names of callers, and the provider's names for them. */
aliases?: Record<string, string> | null;
/** Azure OpenAI: where the key's resource is, and how to sign in. With an empty value, by Entra. */
azure_key_config?: ConfigAzure;
/** Amazon Bedrock: region, and how to sign. With a value, that is an API key, and nothing is signed. */
bedrock_key_config?: ConfigBedrock;
/** Bedrock Mantle: keys, region. Accepted, not used by this version. */
bedrock_mantle_key_config?: Record<string, unknown> | null;
/** Models that the key does not serve, whatever models says. ["*"] blocks all. */
blacklisted_models?: string[] | null;
/** What may be spent with the key in a time. */
budget?: ConfigBudget;
/** Hash as Bifrost exports it. Accepted, not used by this version. */
config_hash?: string | null;
/** Databricks: the key's workspace, and its service principal. */
databricks_key_config?: ConfigDatabricks;
/** Free text. Accepted, not used by this version. */
description?: string | null;
/** Whether the key is used. What a disabled key refers to may be missing. */
enabled?: boolean | null;
/** Hugging Face: names of models. */
huggingface_key_config?: ConfigDeployments;
/** Identifies the key for key_ids. Default: the name. */
id?: string | null;
/** Models that the key serves. Absent or empty: see version. */
models?: string[] | null;
/** Name of the key in metrics, logs and x-asbru-key. Default: the id, else key-N. */
name?: string | null;
/** Ollama: the key's own server. */
ollama_key_config?: ConfigOwnServer;
/** Prices of calls with this key, before those of the provider. The first that fits counts. */
pricing_overrides?: ConfigPriceOverride[] | null;
/** What may be used with the key in a time. At the limit, other keys are used. */
rate_limit?: ConfigRateLimit;
/** Replicate: names of models. */
replicate_key_config?: ConfigDeployments;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision?: number;
/** SGLang: the key's own server. */
sgl_key_config?: ConfigOwnServer;
/** State as Bifrost exports it. Accepted, not used by this version. */
status?: string | null;
/** Use the key for batches and files. Accepted, not used by this version. */
use_for_batch_api?: boolean | null;
/** The credential. */
value?: ConfigSecret;
/** Vertex AI: project, region, and how to sign in. With a value, that is an API key. */
vertex_key_config?: ConfigVertex;
/** vLLM: the key's own server. */
vllm_key_config?: ConfigOwnServer;
/** Share of the calls, relative to the other keys'. 0 takes none. */
weight?: number | null;
};
path: {
provider: string;
};
query?: {
/** applied: answer when every live node has the change. */
wait?: "applied";
};
}, {
/** Model names of callers, and the provider's names for them. */
aliases?: Record<string, string> | null;
/** Azure OpenAI: where the key's resource is, and how to sign in. With an empty value, by Entra. */
azure_key_config?: ConfigAzure;
/** Amazon Bedrock: region, and how to sign. With a value, that is an API key, and nothing is signed. */
bedrock_key_config?: ConfigBedrock;
/** Bedrock Mantle: keys, region. Accepted, not used by this version. */
bedrock_mantle_key_config?: Record<string, unknown> | null;
/** Models that the key does not serve, whatever models says. ["*"] blocks all. */
blacklisted_models?: string[] | null;
/** What may be spent with the key in a time. */
budget?: ConfigBudget;
/** Hash as Bifrost exports it. Accepted, not used by this version. */
config_hash?: string | null;
/** Databricks: the key's workspace, and its service principal. */
databricks_key_config?: ConfigDatabricks;
/** Free text. Accepted, not used by this version. */
description?: string | null;
/** Whether the key is used. What a disabled key refers to may be missing. */
enabled?: boolean | null;
/** Hugging Face: names of models. */
huggingface_key_config?: ConfigDeployments;
/** Identifies the key for key_ids. Default: the name. */
id?: string | null;
message?: string;
/** Models that the key serves. Absent or empty: see version. */
models?: string[] | null;
/** Name of the key in metrics, logs and x-asbru-key. Default: the id, else key-N. */
name?: string | null;
/** Ollama: the key's own server. */
ollama_key_config?: ConfigOwnServer;
/** Prices of calls with this key, before those of the provider. The first that fits counts. */
pricing_overrides?: ConfigPriceOverride[] | null;
/** What may be used with the key in a time. At the limit, other keys are used. */
rate_limit?: ConfigRateLimit;
/** Replicate: names of models. */
replicate_key_config?: ConfigDeployments;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision?: number;
/** SGLang: the key's own server. */
sgl_key_config?: ConfigOwnServer;
/** State as Bifrost exports it. Accepted, not used by this version. */
status?: string | null;
/** Use the key for batches and files. Accepted, not used by this version. */
use_for_batch_api?: boolean | null;
/** The credential. */
value?: ConfigSecret;
/** Vertex AI: project, region, and how to sign in. With a value, that is an API key. */
vertex_key_config?: ConfigVertex;
/** vLLM: the key's own server. */
vllm_key_config?: ConfigOwnServer;
/** Share of the calls, relative to the other keys'. 0 takes none. */
weight?: number | null;
}>("create-provider-key", "POST", "/api/providers/{provider}/keys");

/** Delete a provider key that nothing uses */
export const deleteProviderKey = /*#__PURE__*/ operation<{
path: {
id: string;
provider: string;
};
query?: {
/** Refuse the change if the object has been changed since this revision. */
revision?: number;
/** applied: answer when every live node has the change. */
wait?: "applied";
};
}, {
message?: string;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision: number;
}>("delete-provider-key", "DELETE", "/api/providers/{provider}/keys/{id}");

/** Show a provider key */
export const getProviderKey = /*#__PURE__*/ operation<{
path: {
id: string;
provider: string;
};
query?: {
/** Members that are wanted, with commas between them; absent, all. */
fields?: string;
};
}, {
/** Model names of callers, and the provider's names for them. */
aliases?: Record<string, string> | null;
/** Azure OpenAI: where the key's resource is, and how to sign in. With an empty value, by Entra. */
azure_key_config?: ConfigAzure;
/** Amazon Bedrock: region, and how to sign. With a value, that is an API key, and nothing is signed. */
bedrock_key_config?: ConfigBedrock;
/** Bedrock Mantle: keys, region. Accepted, not used by this version. */
bedrock_mantle_key_config?: Record<string, unknown> | null;
/** Models that the key does not serve, whatever models says. ["*"] blocks all. */
blacklisted_models?: string[] | null;
/** What may be spent with the key in a time. */
budget?: ConfigBudget;
/** Hash as Bifrost exports it. Accepted, not used by this version. */
config_hash?: string | null;
/** Databricks: the key's workspace, and its service principal. */
databricks_key_config?: ConfigDatabricks;
/** Free text. Accepted, not used by this version. */
description?: string | null;
/** Whether the key is used. What a disabled key refers to may be missing. */
enabled?: boolean | null;
/** Hugging Face: names of models. */
huggingface_key_config?: ConfigDeployments;
/** Identifies the key for key_ids. Default: the name. */
id?: string | null;
message?: string;
/** Models that the key serves. Absent or empty: see version. */
models?: string[] | null;
/** Name of the key in metrics, logs and x-asbru-key. Default: the id, else key-N. */
name?: string | null;
/** Ollama: the key's own server. */
ollama_key_config?: ConfigOwnServer;
/** Prices of calls with this key, before those of the provider. The first that fits counts. */
pricing_overrides?: ConfigPriceOverride[] | null;
/** What may be used with the key in a time. At the limit, other keys are used. */
rate_limit?: ConfigRateLimit;
/** Replicate: names of models. */
replicate_key_config?: ConfigDeployments;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision?: number;
/** SGLang: the key's own server. */
sgl_key_config?: ConfigOwnServer;
/** State as Bifrost exports it. Accepted, not used by this version. */
status?: string | null;
/** Use the key for batches and files. Accepted, not used by this version. */
use_for_batch_api?: boolean | null;
/** The credential. */
value?: ConfigSecret;
/** Vertex AI: project, region, and how to sign in. With a value, that is an API key. */
vertex_key_config?: ConfigVertex;
/** vLLM: the key's own server. */
vllm_key_config?: ConfigOwnServer;
/** Share of the calls, relative to the other keys'. 0 takes none. */
weight?: number | null;
}>("get-provider-key", "GET", "/api/providers/{provider}/keys/{id}");

/** Change a provider key: what is not sent stays, null or an empty object removes */
export const updateProviderKey = /*#__PURE__*/ operation<{
body: {
/** Model names of callers, and the provider's names for them. */
aliases?: Record<string, string> | null;
/** Azure OpenAI: where the key's resource is, and how to sign in. With an empty value, by Entra. */
azure_key_config?: ConfigAzure;
/** Amazon Bedrock: region, and how to sign. With a value, that is an API key, and nothing is signed. */
bedrock_key_config?: ConfigBedrock;
/** Bedrock Mantle: keys, region. Accepted, not used by this version. */
bedrock_mantle_key_config?: Record<string, unknown> | null;
/** Models that the key does not serve, whatever models says. ["*"] blocks all. */
blacklisted_models?: string[] | null;
/** What may be spent with the key in a time. */
budget?: ConfigBudget;
/** Hash as Bifrost exports it. Accepted, not used by this version. */
config_hash?: string | null;
/** Databricks: the key's workspace, and its service principal. */
databricks_key_config?: ConfigDatabricks;
/** Free text. Accepted, not used by this version. */
description?: string | null;
/** Whether the key is used. What a disabled key refers to may be missing. */
enabled?: boolean | null;
/** Hugging Face: names of models. */
huggingface_key_config?: ConfigDeployments;
/** Identifies the key for key_ids. Default: the name. */
id?: string | null;
/** Models that the key serves. Absent or empty: see version. */
models?: string[] | null;
/** Name of the key in metrics, logs and x-asbru-key. Default: the id, else key-N. */
name?: string | null;
/** Ollama: the key's own server. */
ollama_key_config?: ConfigOwnServer;
/** Prices of calls with this key, before those of the provider. The first that fits counts. */
pricing_overrides?: ConfigPriceOverride[] | null;
/** What may be used with the key in a time. At the limit, other keys are used. */
rate_limit?: ConfigRateLimit;
/** Replicate: names of models. */
replicate_key_config?: ConfigDeployments;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision?: number;
/** SGLang: the key's own server. */
sgl_key_config?: ConfigOwnServer;
/** State as Bifrost exports it. Accepted, not used by this version. */
status?: string | null;
/** Use the key for batches and files. Accepted, not used by this version. */
use_for_batch_api?: boolean | null;
/** The credential. */
value?: ConfigSecret;
/** Vertex AI: project, region, and how to sign in. With a value, that is an API key. */
vertex_key_config?: ConfigVertex;
/** vLLM: the key's own server. */
vllm_key_config?: ConfigOwnServer;
/** Share of the calls, relative to the other keys'. 0 takes none. */
weight?: number | null;
};
path: {
id: string;
provider: string;
};
query?: {
/** Refuse the change if the object has been changed since this revision. */
revision?: number;
/** applied: answer when every live node has the change. */
wait?: "applied";
};
}, {
/** Model names of callers, and the provider's names for them. */
aliases?: Record<string, string> | null;
/** Azure OpenAI: where the key's resource is, and how to sign in. With an empty value, by Entra. */
azure_key_config?: ConfigAzure;
/** Amazon Bedrock: region, and how to sign. With a value, that is an API key, and nothing is signed. */
bedrock_key_config?: ConfigBedrock;
/** Bedrock Mantle: keys, region. Accepted, not used by this version. */
bedrock_mantle_key_config?: Record<string, unknown> | null;
/** Models that the key does not serve, whatever models says. ["*"] blocks all. */
blacklisted_models?: string[] | null;
/** What may be spent with the key in a time. */
budget?: ConfigBudget;
/** Hash as Bifrost exports it. Accepted, not used by this version. */
config_hash?: string | null;
/** Databricks: the key's workspace, and its service principal. */
databricks_key_config?: ConfigDatabricks;
/** Free text. Accepted, not used by this version. */
description?: string | null;
/** Whether the key is used. What a disabled key refers to may be missing. */
enabled?: boolean | null;
/** Hugging Face: names of models. */
huggingface_key_config?: ConfigDeployments;
/** Identifies the key for key_ids. Default: the name. */
id?: string | null;
message?: string;
/** Models that the key serves. Absent or empty: see version. */
models?: string[] | null;
/** Name of the key in metrics, logs and x-asbru-key. Default: the id, else key-N. */
name?: string | null;
/** Ollama: the key's own server. */
ollama_key_config?: ConfigOwnServer;
/** Prices of calls with this key, before those of the provider. The first that fits counts. */
pricing_overrides?: ConfigPriceOverride[] | null;
/** What may be used with the key in a time. At the limit, other keys are used. */
rate_limit?: ConfigRateLimit;
/** Replicate: names of models. */
replicate_key_config?: ConfigDeployments;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision?: number;
/** SGLang: the key's own server. */
sgl_key_config?: ConfigOwnServer;
/** State as Bifrost exports it. Accepted, not used by this version. */
status?: string | null;
/** Use the key for batches and files. Accepted, not used by this version. */
use_for_batch_api?: boolean | null;
/** The credential. */
value?: ConfigSecret;
/** Vertex AI: project, region, and how to sign in. With a value, that is an API key. */
vertex_key_config?: ConfigVertex;
/** vLLM: the key's own server. */
vllm_key_config?: ConfigOwnServer;
/** Share of the calls, relative to the other keys'. 0 takes none. */
weight?: number | null;
}>("update-provider-key", "PUT", "/api/providers/{provider}/keys/{id}");

/** Show the proxy of the providers that have none of their own */
export const getProxyConfig = /*#__PURE__*/ operation<Record<never, never>, unknown>("get-proxy-config", "GET", "/api/proxy-config");

/** Change the proxy of the providers that have none of their own: what is not sent stays */
export const putProxyConfig = /*#__PURE__*/ operation<{
body: string;
query?: {
/** Why, for the record. */
message?: string;
/** Try it on so many of a hundred nodes first. 0: put it in force on all. */
percent?: number;
/** Refuse the change if another revision is the newest by now. */
revision?: number;
/** applied: answer when every live node has the change. */
wait?: "applied";
};
}, unknown>("put-proxy-config", "PUT", "/api/proxy-config");

/** List the reports of schedules that were sent, and those that are next, the newest first */
export const listReportRuns = /*#__PURE__*/ operation<{
query?: {
limit?: number;
/** Only those of this schedule. */
schedule?: string;
};
}, ReportRunsOutputBody>("list-report-runs", "GET", "/api/reports/runs");

/** List the report schedules */
export const listReportSchedules = /*#__PURE__*/ operation<{
query?: {
/** Begin behind a page before: its next_cursor. */
after?: string;
/** Those that have this. */
enabled?: string;
/** Those that have this. */
every?: string;
/** Members that are wanted, with commas between them; absent, all. */
fields?: string;
limit?: number;
/** Objects to pass over. A list that changes shifts under it; after does not. */
offset?: number;
order?: "asc" | "desc";
/** Part of a text of the object, in any case. */
search?: string;
/** A member to sort by. Absent: the order of the configuration. */
sort_by?: string;
/** Those that bear this tag. */
tag?: string;
/** Those that have this. */
type?: string;
};
}, {
count?: number;
limit?: number;
/** Where the next page begins, for after; absent on the last page. */
next_cursor?: string;
offset?: number;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision: number;
schedules?: ReportScheduleObject[];
total_count?: number;
}>("list-report-schedules", "GET", "/api/reports/schedules");

/** Make a report schedule */
export const createReportSchedule = /*#__PURE__*/ operation<{
body: {
/** What spend is told apart by: one or two. key is a provider's. Absent: by team and by model. */
by?: ("customer" | "team" | "user" | "virtual_key" | "provider" | "model" | "key" | "day")[] | null;
/** Only calls of these customers. */
customer_ids?: string[] | null;
/** Whether anything is sent. */
enabled?: boolean | null;
/** How long a time a report is of. A week begins on Monday, a month on its first day. */
every?: "day" | "week" | "month";
/** The hour, in the time zone, of the day after that time at which it is sent. Calls are in it whose usage has come to the ledger by then. */
hour?: number | null;
/** Id of the schedule; its name stands for one that is absent. */
id?: string | null;
/** Only calls of these models. */
models?: string[] | null;
/** Name of the report. */
name?: string | null;
/** Only calls of these providers. */
providers?: string[] | null;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision?: number;
/** Server and addresses of e-mail. */
smtp?: ConfigSMTP;
/** Only calls of these teams. */
team_ids?: string[] | null;
/** Where days begin at midnight, as Europe/Berlin. */
time_zone?: string | null;
/** webhook is signed as docs/webhooks.md says; email goes through SMTP, with the table as CSV attached. */
type?: "webhook" | "email";
/** Address of a webhook. */
url?: ConfigSecret;
/** Only calls by these virtual keys. */
virtual_key_ids?: string[] | null;
};
query?: {
/** applied: answer when every live node has the change. */
wait?: "applied";
};
}, {
message?: string;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision: number;
schedule?: ReportScheduleObject;
}>("create-report-schedule", "POST", "/api/reports/schedules");

/** Delete a report schedule that nothing uses */
export const deleteReportSchedule = /*#__PURE__*/ operation<{
path: {
id: string;
};
query?: {
/** Refuse the change if the object has been changed since this revision. */
revision?: number;
/** applied: answer when every live node has the change. */
wait?: "applied";
};
}, {
message?: string;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision: number;
}>("delete-report-schedule", "DELETE", "/api/reports/schedules/{id}");

/** Show a report schedule */
export const getReportSchedule = /*#__PURE__*/ operation<{
path: {
id: string;
};
query?: {
/** Members that are wanted, with commas between them; absent, all. */
fields?: string;
};
}, {
message?: string;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision: number;
schedule?: ReportScheduleObject;
}>("get-report-schedule", "GET", "/api/reports/schedules/{id}");

/** Change a report schedule: what is not sent stays, null or an empty object removes */
export const updateReportSchedule = /*#__PURE__*/ operation<{
body: {
/** What spend is told apart by: one or two. key is a provider's. Absent: by team and by model. */
by?: ("customer" | "team" | "user" | "virtual_key" | "provider" | "model" | "key" | "day")[] | null;
/** Only calls of these customers. */
customer_ids?: string[] | null;
/** Whether anything is sent. */
enabled?: boolean | null;
/** How long a time a report is of. A week begins on Monday, a month on its first day. */
every?: "day" | "week" | "month";
/** The hour, in the time zone, of the day after that time at which it is sent. Calls are in it whose usage has come to the ledger by then. */
hour?: number | null;
/** Id of the schedule; its name stands for one that is absent. */
id?: string | null;
/** Only calls of these models. */
models?: string[] | null;
/** Name of the report. */
name?: string | null;
/** Only calls of these providers. */
providers?: string[] | null;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision?: number;
/** Server and addresses of e-mail. */
smtp?: ConfigSMTP;
/** Only calls of these teams. */
team_ids?: string[] | null;
/** Where days begin at midnight, as Europe/Berlin. */
time_zone?: string | null;
/** webhook is signed as docs/webhooks.md says; email goes through SMTP, with the table as CSV attached. */
type?: "webhook" | "email";
/** Address of a webhook. */
url?: ConfigSecret;
/** Only calls by these virtual keys. */
virtual_key_ids?: string[] | null;
};
path: {
id: string;
};
query?: {
/** Refuse the change if the object has been changed since this revision. */
revision?: number;
/** applied: answer when every live node has the change. */
wait?: "applied";
};
}, {
message?: string;
/** The configuration's revision. Send it back with a change to have the change refused if the object was changed since. */
revision: number;
schedule?: ReportScheduleObject;
}>("update-report-schedule", "PUT", "/api/reports/schedules/{id}");

/** Send the last whole report of a schedule now, as a test, and tell whether it was taken */
export const testReportSchedule = /*#__PURE__*/ operation<{
path: {
id: string;
};
}, TestScheduleOutputBody>("test-report-schedule", "POST", "/api/reports/schedules/{id}/test");

/** Tell what was spent, and by whom */
export const getSpendReport = /*#__PURE__*/ operation<{
query?: {
/** What spend is told apart by: one or two. key is a provider's. */
by?: ("customer" | "team" | "user" | "virtual_key" | "provider" | "model" | "key" | "day")[] | null;
customer_ids?: string[] | null;
/** Calls that began at this time or later are left out. Now, unless it is given. */
end_time?: string;
/** At most so many rows. */
limit?: number;
models?: string[] | null;
providers?: string[] | null;
/** Names of providers' keys. */
selected_key_ids?: string[] | null;
/** 30 days before end_time, unless it is given. */
start_time?: string;
team_ids?: string[] | null;
/** Where days begin at midnight, as Europe/Berlin. */
time_zone?: string;
user_ids?: string[] | null;
virtual_key_ids?: string[] | null;
};
}, Spend>("get-spend-report", "GET", "/api/reports/spend");

/** Export what was spent as CSV */
export const exportSpendReport = /*#__PURE__*/ operation<{
query?: {
/** What spend is told apart by: one or two. key is a provider's. */
by?: ("customer" | "team" | "user" | "virtual_key" | "provider" | "model" | "key" | "day")[] | null;
customer_ids?: string[] | null;
/** Calls that began at this time or later are left out. Now, unless it is given. */
end_time?: string;
models?: string[] | null;
providers?: string[] | null;
/** Names of providers' keys. */
selected_key_ids?: string[] | null;
/** 30 days before end_time, unless it is given. */
start_time?: string;
team_ids?: string[] | null;
/** Where days begin at midnight, as Europe/Berlin. */
time_zone?: string;
user_ids?: string[] | null;
virtual_key_ids?: string[] | null;
};
}, null>("export-spend-report", "GET", "/api/reports/spend/export");

/** Say what is wrong with a rule's expression, and where, before it is saved */
export const checkExpression = /*#__PURE__*/ operation<{
body: CheckExpressionInputBody;
}, CheckExpressionOutputBody>("check-expression", "POST", "/api/routing/check-expression");

/** Say where a request would go, and why, without making it */
export const explainRouting = /*#__PURE__*/ operation<{
body: ExplainInputBody;
}, Explanation>("explain-routing", "POST", "/api/routing/explain");

/** Count the calls that each routing rule has decided, and where they went: of the last hour, unless a time is given */
export const getRoutingHits = /*#__PURE__*/ operation<{
query?: {
/** A text in the message of the error, or words that were said in the call, where that is kept: all of them, those in quotation marks one behind another, and before a * those that begin so. */
content_search?: string;
customer_ids?: string[] | null;
/** The API that a call came in by. */
dialect?: string;
/** Calls that began at this time or later are left out. */
end_time?: string;
end_user?: string;
error_class?: string;
error_code?: string;
/** What a cache, plugin or guardrail has marked a call with, such as cache:hit=semantic; what is behind the equals sign may be left out. */
mark?: string;
max_cost?: number;
max_latency?: number;
max_tokens?: number;
/** In dollars. */
min_cost?: number;
/** In milliseconds. */
min_latency?: number;
min_tokens?: number;
/** Only calls that used something at no known price. */
missing_cost_only?: boolean;
models?: string[] | null;
nodes?: string[] | null;
/** Kinds of calls, as chat.completion, or as the gateway names them: chat. */
objects?: string[] | null;
parent_request_id?: string;
/** Any of these; behind a ! none of them, here and in the lists below: openai or !openai,!mock. */
providers?: string[] | null;
request_id?: string;
/** Whether a call was tried more than once. */
retried?: "true" | "false";
/** routing-rule: calls that a routing rule has led. */
routing_engine_used?: string[] | null;
routing_rule_ids?: string[] | null;
/** Names of providers' keys. */
selected_key_ids?: string[] | null;
session_id?: string;
/** Copies of calls, for a trial. */
shadow?: "true" | "false";
start_time?: string;
/** success, error, cancelled or processing. */
status?: string[] | null;
/** HTTP status codes, as answered. */
status_codes?: string[] | null;
stream?: "true" | "false";
team_ids?: string[] | null;
user_ids?: string[] | null;
virtual_key_ids?: string[] | null;
worker?: string;
};
}, RoutingHitsOutputBody>("get-routing-hits", "GET", "/api/routing/hits");

/** Who asks, and what they may do */
export const getSession = /*#__PURE__*/ operation<Record<never, never>, SessionTold>("get-session", "GET", "/api/session");

/** Whether a sign-in is asked for, and how one can */
export const getSessionEnabled = /*#__PURE__*/ operation<Record<never, never>, SessionEnabledOutputBody>("get-session-enabled", "GET", "/api/session/is-auth-enabled");

/** Sign in with name and password: the answer sets a cookie */
export const login = /*#__PURE__*/ operation<{
body: LoginInputBody;
}, SessionTold>("login", "POST", "/api/session/login");

/** Sign out */
export const logout = /*#__PURE__*/ operation<Record<never, never>, LogoutOutputBody>("logout", "POST", "/api/session/logout");

/** Where the OpenID provider sends the browser back to */
export const finishOidc = /*#__PURE__*/ operation<{
query?: {
code?: string;
error?: string;
iss?: string;
/** Where to go in the end: a path of this server. */
return_to?: string;
state?: string;
};
}, null>("finish-oidc", "GET", "/api/session/oidc/callback");

/** Sign in at the OpenID provider: sends the browser there */
export const beginOidc = /*#__PURE__*/ operation<{
query?: {
code?: string;
error?: string;
iss?: string;
/** Where to go in the end: a path of this server. */
return_to?: string;
state?: string;
};
}, null>("begin-oidc", "GET", "/api/session/oidc/login");

/** Try the sign-in at the OpenID provider step by step, as far as nobody need sign in for it */
export const testOidc = /*#__PURE__*/ operation<{
body: ExamineOIDCInputBody;
}, OIDCExamined>("test-oidc", "POST", "/api/session/oidc/test");

/** Change one's own password: all other sessions end */
export const changePassword = /*#__PURE__*/ operation<{
body: PasswordInputBody;
}, DoneOutputBody>("change-password", "POST", "/api/session/password");

/** End all of one's sessions but this; an administrator, all of a person's */
export const endSessions = /*#__PURE__*/ operation<{
query?: {
/** Whose; one's own if absent. Somebody else's need the role admin. */
user_id?: string;
};
}, DoneOutputBody>("end-sessions", "DELETE", "/api/session/sessions");

/** List one's own sessions; an administrator, anybody's */
export const listSessions = /*#__PURE__*/ operation<{
query?: {
/** Whose; one's own if absent. Somebody else's need the role admin. */
user_id?: string;
};
}, SessionsOutputBody>("list-sessions", "GET", "/api/session/sessions");

/** End a session */
export const endSession = /*#__PURE__*/ operation<{
path: {
id: string;
};
}, DoneOutputBody>("end-session", "DELETE", "/api/session/sessions/{id}");

/** Make a ticket that opens a WebSocket once, within half a minute */
export const makeWsTicket = /*#__PURE__*/ operation<Record<never, never>, TicketOutputBody>("make-ws-ticket", "POST", "/api/session/ws-ticket");

/** List the API tokens */
export const listTokens = /*#__PURE__*/ operation<Record<never, never>, TokensOutputBody>("list-tokens", "GET", "/api/tokens");

/** Make an API token */
export const createToken = /*#__PURE__*/ operation<{
body: CreateTokenInputBody;
}, TokenOutputBody>("create-token", "POST", "/api/tokens");

/** Delete an API token: it stops working at once */
export const deleteToken = /*#__PURE__*/ operation<{
path: {
id: string;
};
}, DoneOutputBody>("delete-token", "DELETE", "/api/tokens/{id}");

/** Show an API token */
export const getToken = /*#__PURE__*/ operation<{
path: {
id: string;
};
}, TokenOutputBody>("get-token", "GET", "/api/tokens/{id}");

/** Change an API token: what is not sent stays */
export const updateToken = /*#__PURE__*/ operation<{
body: UpdateTokenInputBody;
path: {
id: string;
};
}, TokenOutputBody>("update-token", "PUT", "/api/tokens/{id}");

/** List the people who sign in */
export const listPeople = /*#__PURE__*/ operation<{
query?: {
/** Begin behind a page before: its next_cursor. */
after?: string;
limit?: number;
/** Part of a name or of an address. */
search?: string;
};
}, ListPeopleOutputBody>("list-people", "GET", "/api/users");

/** Let a person sign in */
export const createPerson = /*#__PURE__*/ operation<{
body: CreatePersonInputBody;
}, PersonOutputBody>("create-person", "POST", "/api/users");

/** Remove a person and their sessions */
export const deletePerson = /*#__PURE__*/ operation<{
path: {
id: string;
};
}, DoneOutputBody>("delete-person", "DELETE", "/api/users/{id}");

/** Show a person who signs in */
export const getPerson = /*#__PURE__*/ operation<{
path: {
id: string;
};
}, PersonOutputBody>("get-person", "GET", "/api/users/{id}");

/** Change a person: what is not sent stays */
export const updatePerson = /*#__PURE__*/ operation<{
body: UpdatePersonInputBody;
path: {
id: string;
};
}, PersonOutputBody>("update-person", "PUT", "/api/users/{id}");

/** Show the version of this control */
export const getVersionName = /*#__PURE__*/ operation<Record<never, never>, string>("get-version-name", "GET", "/api/version");

/** List webhooks that were given up, the oldest first */
export const listDeadWebhooks = /*#__PURE__*/ operation<{
query?: {
/** Only those behind this sequence. */
behind?: number;
/** At most so many. */
limit?: number;
};
}, DeadWebhooksOutputBody>("list-dead-webhooks", "GET", "/api/webhooks/dead");

/** Forget a webhook that was given up */
export const forgetDeadWebhook = /*#__PURE__*/ operation<{
path: {
id: string;
};
}, DeadWebhookOutputBody>("forget-dead-webhook", "DELETE", "/api/webhooks/dead/{id}");

/** Deliver a webhook that was given up after all */
export const retryDeadWebhook = /*#__PURE__*/ operation<{
path: {
id: string;
};
}, DeadWebhookOutputBody>("retry-dead-webhook", "POST", "/api/webhooks/dead/{id}/retry");

/** Show the secret that webhooks are verified with, unless the configuration has one */
export const getWebhookSecret = /*#__PURE__*/ operation<Record<never, never>, WebhookSecretOutputBody>("get-webhook-secret", "GET", "/api/webhooks/secret");

