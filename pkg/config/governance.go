package config

import (
	"math"
	"time"
)

// Governance says who may call, and how much each may use.
type Governance struct {
	VirtualKeys      []VirtualKey     `json:"virtual_keys,omitempty" doc:"Keys that the gateway gives out."`
	Customers        []Customer       `json:"customers,omitempty" doc:"Customers: teams and virtual keys belong to them."`
	Teams            []Team           `json:"teams,omitempty" doc:"Teams, which may have teams below them."`
	Users            []User           `json:"users,omitempty" doc:"People who own virtual keys. All keys of one count together."`
	ModelConfigs     []ModelConfig    `json:"model_configs,omitempty" doc:"What may be used of a model by all together, at one provider or at all."`
	Providers        []ProviderLimits `json:"providers,omitempty" doc:"What may be used of a provider by all together."`
	RoutingRules     []RoutingRule    `json:"routing_rules,omitempty" doc:"Where calls go."`
	Budgets          []Budget         `json:"budgets,omitempty" doc:"Budgets that others refer to by budget_id. Each that refers to one counts by itself."`
	RateLimits       []RateLimit      `json:"rate_limits,omitempty" doc:"Rate limits that others refer to by rate_limit_id. Each that refers to one counts by itself."`
	RequiredHeaders  []string         `json:"required_headers,omitempty" doc:"Headers that a call must have, beside those of client.required_headers."`
	Reserve          string           `json:"reserve,omitempty" enum:"likely,most" default:"likely" doc:"What a call reserves of budgets and of limits of tokens for its answer. likely: what nine of ten answers of the model stay below, or max_tokens if that is less; a budget can be passed by what an answer is longer. most: all of max_tokens, or 1024 tokens if the call does not say; a budget is not passed by calls that give max_tokens."`
	PricingOverrides []ScopedPrice    `json:"pricing_overrides,omitempty" doc:"Prices that replace those of the catalogue, also of one virtual key's calls. The first that fits counts."`

	BusinessUnits Unused     `json:"business_units,omitzero" kind:"array" doc:"Business units."`
	Roles         Unused     `json:"roles,omitzero" kind:"array" doc:"Roles of users."`
	AuthConfig    AuthConfig `json:"auth_config,omitzero" doc:"The first administrator."`
}

// ReservesMost says whether calls reserve all that they may use.
func (g *Governance) ReservesMost() bool { return g.Reserve == "most" }

// VirtualKey is a key that the gateway gives out.
type VirtualKey struct {
	ID          string               `json:"id,omitempty" maxLength:"200" doc:"Identifies the virtual key."`
	Name        string               `json:"name,omitempty" maxLength:"200" doc:"Name of the virtual key in logs."`
	Description string               `json:"description,omitempty" doc:"Free text."`
	Value       Secret               `json:"value,omitempty" doc:"What the caller sends."`
	IsActive    *bool                `json:"is_active,omitempty" switch:"true" default:"true" doc:"Whether calls with the key are answered."`
	ExpiresAt   string               `json:"expires_at,omitempty" doc:"When the key ends, as 2027-01-31T00:00:00Z. Absent: never."`
	TeamID      string               `json:"team_id,omitempty" doc:"Team of the key."`
	CustomerID  string               `json:"customer_id,omitempty" doc:"Customer of the key, where it has no team."`
	UserID      string               `json:"user_id,omitempty" doc:"User who owns the key. A key without a team or a customer is of the user's team."`
	Owner       string               `json:"owner,omitempty" maxLength:"200" doc:"Whom to ask about the key. Free text."`
	Tags        []string             `json:"tags,omitempty" maxLength:"200" doc:"Words to find the key by."`
	Providers   []VirtualKeyProvider `json:"provider_configs,omitempty" doc:"Providers that the key may use. [\"*\"] is all of them. Absent or empty: see version."`

	RateLimit       RateLimit `json:"rate_limit,omitzero" doc:"What the key may use in a time."`
	RateLimitID     string    `json:"rate_limit_id,omitempty" doc:"The one of governance.rate_limits that stands for rate_limit, where that is not given."`
	Budget          Budget    `json:"budget,omitzero" doc:"What the key may spend in a time."`
	Budgets         []Budget  `json:"budgets,omitempty" doc:"Further budgets, each of another period."`
	BudgetID        string    `json:"budget_id,omitempty" doc:"The one of governance.budgets that stands for budget, where that is not given."`
	CalendarAligned bool      `json:"calendar_aligned,omitempty" default:"false" doc:"All of the key's budgets are calendar_aligned."`
	UserRateLimit   RateLimit `json:"user_rate_limit,omitzero" doc:"What each of the key's end users may use in a time. The header x-asbru-user names one, or the member user of the body."`
	UserBudget      Budget    `json:"user_budget,omitzero" doc:"What each of the key's end users may spend in a time."`

	RequiredHeaders  []string   `json:"required_headers,omitempty" doc:"Headers that a call with the key must have."`
	AllowedEndpoints []string   `json:"allowed_endpoints,omitempty" doc:"Operations that the key may be used for, by their names in metrics: chat, embedding … Absent or empty: all."`
	LogBodies        *bool      `json:"log_bodies,omitempty" doc:"Whether the bodies of the key's calls are kept in the log. true is of all of them, unless logs.bodies is off; false is of none. Absent: as logs.bodies says."`
	MCPConfigs       []MCPGrant `json:"mcp_configs,omitempty" doc:"MCP servers and their tools that the key may use. Absent or empty: see version."`
	MCPAgent         MCPAgent   `json:"mcp_agent,omitzero" doc:"What agents may use for one call of the key, where that is less than mcp.tool_manager_config allows."`
}

// Active says whether calls with the key are answered.
func (k VirtualKey) Active() bool { return k.IsActive == nil || *k.IsActive }

// MCPGrant is an MCP server whose tools a virtual key may use.
type MCPGrant struct {
	ClientName string   `json:"mcp_client_name,omitempty" doc:"Name of the server."`
	Tools      []string `json:"tools_to_execute,omitempty" doc:"Its tools that may be used; [\"*\"] is all, absent or empty none."`
}

// MCPAgent bounds what agents may use for one call. 0 is no bound.
type MCPAgent struct {
	MaxDepth int     `json:"max_depth,omitempty" minimum:"0" maximum:"100" doc:"Turns."`
	MaxCost  float64 `json:"max_cost,omitempty" minimum:"0" maximum:"1000000" doc:"Dollars that turns and tools may cost."`
	MaxTimeS int     `json:"max_time,omitempty" unit:"s" minimum:"0" maximum:"86400" doc:"Time."`
}

// CostNano is MaxCost in nano-dollars.
func (a MCPAgent) CostNano() int64 { return int64(math.Round(a.MaxCost * 1e9)) }

// Time is how long an agent may take.
func (a MCPAgent) Time() time.Duration { return time.Duration(a.MaxTimeS) * time.Second }

// EveryProvider as the name in a [VirtualKeyProvider] is each provider that has
// no entry of its own.
const EveryProvider = everyName

// VirtualKeyProvider is a provider that a virtual key may use.
type VirtualKeyProvider struct {
	Provider      string   `json:"provider,omitempty" required:"true" doc:"Name of the provider; \"*\" is each that has no entry of its own."`
	Weight        *float64 `json:"weight,omitempty" minimum:"0" doc:"Share of the calls that name no provider, relative to the others', of those that have the model. The other providers are fallbacks, unless the caller names some. Absent or 0: none of these calls."`
	AllowedModels []string `json:"allowed_models,omitempty" doc:"Models that may be called. Absent or empty: see version."`
	KeyIDs        []string `json:"key_ids,omitempty" doc:"Ids or names of the provider's keys that may be used. Absent or empty: see version."`

	RateLimit   RateLimit `json:"rate_limit,omitzero" doc:"What the key may use of the provider in a time."`
	RateLimitID string    `json:"rate_limit_id,omitempty" doc:"The one of governance.rate_limits that stands for rate_limit, where that is not given."`
	Budget      Budget    `json:"budget,omitzero" doc:"What the key may spend at the provider in a time."`
	Budgets     []Budget  `json:"budgets,omitempty" doc:"Further budgets, each of another period."`
	BudgetID    string    `json:"budget_id,omitempty" doc:"The one of governance.budgets that stands for budget, where that is not given."`

	ID           Unused `json:"id,omitzero" doc:"Number as Bifrost exports it."`
	VirtualKeyID Unused `json:"virtual_key_id,omitzero" doc:"Virtual key as Bifrost exports it."`
	Keys         Unused `json:"keys,omitzero" kind:"array" doc:"Keys as Bifrost exports them."`
}

// allowAll implements everything.
func (p *VirtualKeyProvider) allowAll() {
	p.Provider, p.AllowedModels, p.KeyIDs = EveryProvider, []string{everyName}, []string{everyName}
}
