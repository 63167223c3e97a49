package config

import (
	"math"
	"time"

	"github.com/asbru-gateway/asbru/pkg/limits"
)

// RateLimit bounds what may be used in a time. A maximum of 0 is no limit.
type RateLimit struct {
	ID                   string `json:"id,omitempty" maxLength:"200" doc:"Identifies the rate limit for rate_limit_id."`
	RequestMaxLimit      int    `json:"request_max_limit,omitempty" minimum:"0" doc:"Calls in each period."`
	RequestResetDuration string `json:"request_reset_duration,omitempty" doc:"The period of calls: 30s, 5m, 1h, 1d, 1w, 1M, 1Y."`
	TokenMaxLimit        int    `json:"token_max_limit,omitempty" minimum:"0" doc:"Tokens in each period."`
	TokenResetDuration   string `json:"token_reset_duration,omitempty" doc:"The period of tokens."`

	TokenCurrentUsage   Unused `json:"token_current_usage,omitzero" doc:"What Bifrost had counted."`
	TokenLastReset      Unused `json:"token_last_reset,omitzero" doc:"When Bifrost began to count."`
	RequestCurrentUsage Unused `json:"request_current_usage,omitzero" doc:"What Bifrost had counted."`
	RequestLastReset    Unused `json:"request_last_reset,omitzero" doc:"When Bifrost began to count."`
}

// Budget bounds what may be spent in a time, at the catalogue's prices. A maximum of
// 0 is no limit.
type Budget struct {
	ID               string  `json:"id,omitempty" maxLength:"200" doc:"Identifies the budget for budget_id."`
	MaxLimit         float64 `json:"max_limit,omitempty" minimum:"0" maximum:"9000000" doc:"Dollars in each period."`
	ResetDuration    string  `json:"reset_duration,omitempty" doc:"The period: 30s, 5m, 1h, 1d, 1w, 1M, 1Y."`
	CalendarAligned  bool    `json:"calendar_aligned,omitempty" default:"false" doc:"The period, 1d, 1w, 1M or 1Y, begins with the day, the week, the month or the year, in UTC. Else what is spent counts for so long."`
	SoftLimitPercent int     `json:"soft_limit_percent,omitempty" minimum:"1" maximum:"100" default:"80" doc:"Part of the budget that is warned of when it is spent."`

	CurrentUsage Unused `json:"current_usage,omitzero" doc:"What Bifrost had counted."`
	LastReset    Unused `json:"last_reset,omitzero" doc:"When Bifrost began to count."`
}

var budgetDefaults = defaultsOf[Budget]()

// SoftPercent is the part of the budget, in percent, that is warned of.
func (b Budget) SoftPercent() int { return or(b.SoftLimitPercent, budgetDefaults.SoftLimitPercent) }

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

// none says whether nothing is limited.
func (l RateLimit) none() bool { return l.RequestMaxLimit == 0 && l.TokenMaxLimit == 0 }

// window reads a limit that has been checked.
func window(limit int, period string) (int64, time.Duration) {
	d, err := limits.ParsePeriod(period)
	if err != nil {
		return 0, 0
	}
	return int64(limit), d
}

// Bounds are all that one may use: what its rate_limit and its budgets say, or what
// it refers to instead.
type Bounds struct {
	RateLimit RateLimit
	Budgets   []Budget // those that limit anything, the one of budget or budget_id first
}

// bounded is the part of a declaration that says what its owner may use.
type bounded struct {
	rate     RateLimit
	rateID   string
	budget   Budget
	budgetID string
	more     []Budget
	aligned  bool // all budgets by the calendar
}

// Joined returns the bounds of an owner that may refer to some by their ids, as those
// of a virtual key that is not in the configuration do.
func (g *Governance) Joined(rateLimitID, budgetID string) Bounds {
	return g.join(bounded{rateID: rateLimitID, budgetID: budgetID})
}

func (g *Governance) join(b bounded) Bounds {
	out := Bounds{RateLimit: b.rate}
	if b.rate.none() && b.rateID != "" {
		for _, l := range g.RateLimits {
			if l.ID == b.rateID {
				out.RateLimit = l
			}
		}
	}
	first := b.budget
	if first.MaxLimit == 0 && b.budgetID != "" {
		for _, named := range g.Budgets {
			if named.ID == b.budgetID {
				first = named
			}
		}
	}
	for _, each := range append([]Budget{first}, b.more...) {
		if each.MaxLimit > 0 {
			each.CalendarAligned = each.CalendarAligned || b.aligned
			out.Budgets = append(out.Budgets, each)
		}
	}
	return out
}

// Bounds returns what the key may use.
func (k *VirtualKey) Bounds(g *Governance) Bounds { return g.join(k.bounded()) }

func (k *VirtualKey) bounded() bounded {
	return bounded{k.RateLimit, k.RateLimitID, k.Budget, k.BudgetID, k.Budgets, k.CalendarAligned}
}

// EndUserBounds returns what each of the key's end users may use.
func (k *VirtualKey) EndUserBounds(g *Governance) Bounds {
	return g.join(bounded{rate: k.UserRateLimit, budget: k.UserBudget, aligned: k.CalendarAligned})
}

// Bounds returns what the key may use of the provider.
func (p *VirtualKeyProvider) Bounds(g *Governance) Bounds { return g.join(p.bounded()) }

func (p *VirtualKeyProvider) bounded() bounded {
	return bounded{p.RateLimit, p.RateLimitID, p.Budget, p.BudgetID, p.Budgets, false}
}

// Bounds returns what may be used with a provider's key.
func (k *Key) Bounds(g *Governance) Bounds { return g.join(k.bounded()) }

func (k *Key) bounded() bounded { return bounded{rate: k.RateLimit, budget: k.Budget} }
