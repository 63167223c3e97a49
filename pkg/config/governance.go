package config

import (
	"math"
	"time"

	"github.com/asbru-gateway/asbru/pkg/limits"
)

// Governance says who may call.
type Governance struct {
	VirtualKeys      []VirtualKey  `json:"virtual_keys,omitempty" doc:"Keys that the gateway gives out."`
	PricingOverrides []ScopedPrice `json:"pricing_overrides,omitempty" doc:"Prices that replace those of the catalogue, also of one virtual key's calls. The first that fits counts."`

	Budgets       Unused `json:"budgets,omitzero" kind:"array" doc:"Budgets."`
	RateLimits    Unused `json:"rate_limits,omitzero" kind:"array" doc:"Rate limits."`
	Customers     Unused `json:"customers,omitzero" kind:"array" doc:"Customers."`
	Teams         Unused `json:"teams,omitzero" kind:"array" doc:"Teams."`
	BusinessUnits Unused `json:"business_units,omitzero" kind:"array" doc:"Business units."`
	Roles         Unused `json:"roles,omitzero" kind:"array" doc:"Roles of users."`
	RoutingRules  Unused `json:"routing_rules,omitzero" kind:"array" doc:"Routing rules."`
	ModelConfigs  Unused `json:"model_configs,omitzero" kind:"array" doc:"Budgets and rate limits of models."`
	Providers     Unused `json:"providers,omitzero" kind:"array" doc:"Budgets and rate limits of providers."`
	AuthConfig    Unused `json:"auth_config,omitzero" kind:"object" doc:"Sign-in to the admin API."`
}

// VirtualKey is a key that the gateway gives out.
type VirtualKey struct {
	ID        string               `json:"id,omitempty" doc:"Identifies the virtual key."`
	Name      string               `json:"name,omitempty" doc:"Name of the virtual key in logs."`
	Value     Secret               `json:"value,omitempty" doc:"What the caller sends."`
	IsActive  *bool                `json:"is_active,omitempty" switch:"true" default:"true" doc:"Whether calls with the key are answered."`
	Providers []VirtualKeyProvider `json:"provider_configs,omitempty" doc:"Providers that the key may use. [\"*\"] is all of them. Absent or empty: see version."`
	RateLimit RateLimit            `json:"rate_limit,omitzero" doc:"What the key may use in a time."`
	Budget    Budget               `json:"budget,omitzero" doc:"What the key may spend in a time."`

	Description     Unused `json:"description,omitzero" kind:"string" doc:"Free text."`
	TeamID          Unused `json:"team_id,omitzero" doc:"Team of the key."`
	CustomerID      Unused `json:"customer_id,omitzero" doc:"Customer of the key."`
	Budgets         Unused `json:"budgets,omitzero" kind:"array" doc:"Budgets of the key."`
	BudgetID        Unused `json:"budget_id,omitzero" doc:"Budget of the key, by id."`
	RateLimitID     Unused `json:"rate_limit_id,omitzero" doc:"Rate limit of the key, by id."`
	CalendarAligned bool   `json:"calendar_aligned,omitempty" unused:"true" doc:"Windows begin with the day, week, month or year."`
	MCPConfigs      Unused `json:"mcp_configs,omitzero" kind:"array" doc:"Tools that the key may use."`
}

// Active says whether calls with the key are answered.
func (k VirtualKey) Active() bool { return k.IsActive == nil || *k.IsActive }

// RateLimit bounds what may be used in a time. A maximum of 0 is no limit.
type RateLimit struct {
	RequestMaxLimit      int    `json:"request_max_limit,omitempty" minimum:"0" doc:"Calls in each period."`
	RequestResetDuration string `json:"request_reset_duration,omitempty" doc:"The period of calls: 30s, 5m, 1h, 1d, 1w, 1M, 1Y."`
	TokenMaxLimit        int    `json:"token_max_limit,omitempty" minimum:"0" doc:"Tokens in each period."`
	TokenResetDuration   string `json:"token_reset_duration,omitempty" doc:"The period of tokens."`

	ID                  Unused `json:"id,omitzero" doc:"Identifies the rate limit in Bifrost."`
	TokenCurrentUsage   Unused `json:"token_current_usage,omitzero" doc:"What Bifrost had counted."`
	TokenLastReset      Unused `json:"token_last_reset,omitzero" doc:"When Bifrost began to count."`
	RequestCurrentUsage Unused `json:"request_current_usage,omitzero" doc:"What Bifrost had counted."`
	RequestLastReset    Unused `json:"request_last_reset,omitzero" doc:"When Bifrost began to count."`
}

// Budget bounds what may be spent in a time, at the catalogue's prices. A maximum of
// 0 is no limit.
type Budget struct {
	MaxLimit        float64 `json:"max_limit,omitempty" minimum:"0" maximum:"9000000" doc:"Dollars in each period."`
	ResetDuration   string  `json:"reset_duration,omitempty" doc:"The period: 30s, 5m, 1h, 1d, 1w, 1M, 1Y."`
	CalendarAligned bool    `json:"calendar_aligned,omitempty" default:"false" doc:"The period, 1d, 1w, 1M or 1Y, begins with the day, the week, the month or the year, in UTC. Else what is spent counts for so long."`

	ID           Unused `json:"id,omitzero" doc:"Identifies the budget in Bifrost."`
	CurrentUsage Unused `json:"current_usage,omitzero" doc:"What Bifrost had counted."`
	LastReset    Unused `json:"last_reset,omitzero" doc:"When Bifrost began to count."`
}

// Nano returns a checked budget in nano-dollars, and its period or its calendar; 0 is
// none.
func (b Budget) Nano() (limit int64, period time.Duration, calendar limits.Calendar) {
	period, err := limits.ParsePeriod(b.ResetDuration)
	if err != nil {
		return 0, 0, limits.NoCalendar
	}
	if b.CalendarAligned {
		calendar = limits.CalendarOf(b.ResetDuration)
	}
	return int64(math.Round(b.MaxLimit * 1e9)), period, calendar
}

// Requests returns the limit of calls and its period; a limit of 0 is none.
func (l RateLimit) Requests() (limit int64, period time.Duration) {
	return window(l.RequestMaxLimit, l.RequestResetDuration)
}

// Tokens is Requests for tokens.
func (l RateLimit) Tokens() (limit int64, period time.Duration) {
	return window(l.TokenMaxLimit, l.TokenResetDuration)
}

// window reads a limit that has been checked.
func window(limit int, period string) (int64, time.Duration) {
	d, err := limits.ParsePeriod(period)
	if err != nil {
		return 0, 0
	}
	return int64(limit), d
}

// EveryProvider as the name in a [VirtualKeyProvider] is each provider that has
// no entry of its own.
const EveryProvider = everyName

// VirtualKeyProvider is a provider that a virtual key may use.
type VirtualKeyProvider struct {
	Provider      string   `json:"provider,omitempty" required:"true" doc:"Name of the provider; \"*\" is each that has no entry of its own."`
	Weight        *float64 `json:"weight,omitempty" minimum:"0" doc:"Share of the calls that name no provider, relative to the others'."`
	AllowedModels []string `json:"allowed_models,omitempty" doc:"Models that may be called. Absent or empty: see version."`
	KeyIDs        []string `json:"key_ids,omitempty" doc:"Ids or names of the provider's keys that may be used. Absent or empty: see version."`

	ID           Unused `json:"id,omitzero" doc:"Number as Bifrost exports it."`
	VirtualKeyID Unused `json:"virtual_key_id,omitzero" doc:"Virtual key as Bifrost exports it."`
	Keys         Unused `json:"keys,omitzero" kind:"array" doc:"Keys as Bifrost exports them."`
	Budget       Unused `json:"budget,omitzero" kind:"object" doc:"Budget at the provider."`
	Budgets      Unused `json:"budgets,omitzero" kind:"array" doc:"Budgets at the provider."`
	BudgetID     Unused `json:"budget_id,omitzero" doc:"Budget at the provider, by id."`
	RateLimit    Unused `json:"rate_limit,omitzero" kind:"object" doc:"Rate limit at the provider."`
	RateLimitID  Unused `json:"rate_limit_id,omitzero" doc:"Rate limit at the provider, by id."`
}

// allowAll implements everything.
func (p *VirtualKeyProvider) allowAll() {
	p.Provider, p.AllowedModels, p.KeyIDs = EveryProvider, []string{everyName}, []string{everyName}
}
