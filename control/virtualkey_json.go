package control

import (
	"fmt"
	"math"
	"time"

	"github.com/asbru-gateway/asbru/pkg/limits"
	"github.com/asbru-gateway/asbru/pkg/virtualkey"
)

// VirtualKey is a virtual key as the admin API shows it.
type VirtualKey struct {
	ID              string         `json:"id"`
	Name            string         `json:"name"`
	Description     string         `json:"description,omitempty"`
	Value           string         `json:"value" doc:"The key itself in the answer that made it; its last four characters ever after." example:"****k3x7"`
	IsActive        bool           `json:"is_active"`
	TeamID          *string        `json:"team_id,omitempty"`
	CustomerID      *string        `json:"customer_id,omitempty"`
	ProviderConfigs []ProviderRule `json:"provider_configs,omitempty"`
	RateLimit       *RateLimit     `json:"rate_limit,omitempty"`
	Budget          *Budget        `json:"budget,omitempty"`
	ExpiresAt       *time.Time     `json:"expires_at,omitempty"`
	CreatedAt       time.Time      `json:"created_at"`
	UpdatedAt       time.Time      `json:"updated_at"`
	Revision        uint64         `json:"revision" doc:"Send it back with a change to have the change refused if somebody else was quicker."`
}

// ProviderRule is a provider that a key may use.
type ProviderRule struct {
	Provider      string   `json:"provider" minLength:"1" doc:"Name of the provider."`
	Weight        *float64 `json:"weight,omitempty" minimum:"0" doc:"Share of the calls that name no provider, relative to the others'."`
	AllowedModels []string `json:"allowed_models,omitempty" doc:"Models that may be called."`
	KeyIDs        []string `json:"key_ids,omitempty" doc:"Ids or names of the provider's keys that may be used."`
}

// RateLimit bounds what a key may use in a time.
type RateLimit struct {
	RequestMaxLimit      *int64  `json:"request_max_limit,omitempty" minimum:"1" doc:"Calls in each period."`
	RequestResetDuration *string `json:"request_reset_duration,omitempty" doc:"The period: 30s, 5m, 1h, 1d, 1w, 1M, 1Y." example:"1m"`
	TokenMaxLimit        *int64  `json:"token_max_limit,omitempty" minimum:"1" doc:"Tokens in each period."`
	TokenResetDuration   *string `json:"token_reset_duration,omitempty" doc:"The period." example:"1h"`
}

// Budget bounds what a key may spend.
type Budget struct {
	MaxLimit        float64 `json:"max_limit" minimum:"0" doc:"Dollars in each period."`
	ResetDuration   string  `json:"reset_duration" doc:"The period." example:"1M"`
	CalendarAligned bool    `json:"calendar_aligned,omitempty" doc:"Periods begin with the day, week, month or year (UTC)."`
}

const nanoPerDollar = 1_000_000_000

func shown(r *virtualkey.Record) VirtualKey {
	k := VirtualKey{
		ID: r.ID, Name: r.Name, Description: r.Description, Value: "****" + r.Last4, IsActive: r.Active,
		TeamID: given(r.TeamID), CustomerID: given(r.CustomerID),
		CreatedAt: r.Created, UpdatedAt: r.Updated, Revision: r.Revision,
	}
	if !r.Expires.IsZero() {
		k.ExpiresAt = &r.Expires
	}
	for _, g := range r.Grants {
		k.ProviderConfigs = append(k.ProviderConfigs, ProviderRule{g.Provider, g.Weight, g.Models, g.Keys})
	}
	if l := r.RateLimit; l != (virtualkey.RateLimit{}) {
		k.RateLimit = &RateLimit{}
		k.RateLimit.RequestMaxLimit, k.RateLimit.RequestResetDuration = shownWindow(l.Requests)
		k.RateLimit.TokenMaxLimit, k.RateLimit.TokenResetDuration = shownWindow(l.Tokens)
	}
	if b := r.Budget; b.MaxNano > 0 {
		k.Budget = &Budget{float64(b.MaxNano) / nanoPerDollar, limits.FormatPeriod(b.Period), b.Calendar != ""}
	}
	return k
}

func shownWindow(w virtualkey.Window) (limit *int64, period *string) {
	if w.Max == 0 {
		return nil, nil
	}
	text := limits.FormatPeriod(w.Period)
	return &w.Max, &text
}

func given(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func (l *RateLimit) record() (out virtualkey.RateLimit, err error) {
	if out.Requests, err = window(l.RequestMaxLimit, l.RequestResetDuration, "request"); err != nil {
		return out, err
	}
	out.Tokens, err = window(l.TokenMaxLimit, l.TokenResetDuration, "token")
	return out, err
}

// window reads a limit and its period, of which either both are given or none.
func window(limit *int64, period *string, what string) (virtualkey.Window, error) {
	path := "body.rate_limit." + what + "_reset_duration"
	switch {
	case limit == nil && period == nil:
		return virtualkey.Window{}, nil
	case limit == nil:
		return virtualkey.Window{}, invalid("body.rate_limit."+what+"_max_limit", "is required beside its period")
	case period == nil:
		return virtualkey.Window{}, invalid(path, "is required beside the limit")
	}
	d, err := limits.ParsePeriod(*period)
	if err != nil {
		return virtualkey.Window{}, invalid(path, err.Error())
	}
	return virtualkey.Window{Max: *limit, Period: d}, nil
}

// maxDollars is the largest budget whose nano-dollars an int64 holds with room to spare.
const maxDollars = 1e9

func (b *Budget) record() (virtualkey.Budget, error) {
	if math.IsNaN(b.MaxLimit) || b.MaxLimit > maxDollars {
		return virtualkey.Budget{}, invalid("body.budget.max_limit", fmt.Sprintf("must be at most %g", maxDollars))
	}
	d, err := limits.ParsePeriod(b.ResetDuration)
	if err != nil {
		return virtualkey.Budget{}, invalid("body.budget.reset_duration", err.Error())
	}
	out := virtualkey.Budget{MaxNano: int64(math.Round(b.MaxLimit * nanoPerDollar)), Period: d}
	if b.CalendarAligned {
		out.Calendar = limits.CalendarOf(b.ResetDuration).String()
		if out.Calendar == "" {
			return out, invalid("body.budget.reset_duration", "must be 1d, 1w, 1M or 1Y when periods are those of the calendar")
		}
	}
	return out, nil
}
