package control

import (
	"context"
	"net/http"
	"time"

	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/limits"
	"github.com/asbru-gateway/asbru/pkg/virtualkey"
	"github.com/danielgtaylor/huma/v2"
)

func (c *Control) budgetRoutes() {
	huma.Register(c.api, at(http.MethodGet, "/api/governance/budgets", "list-budgets", "List all budgets, and what is spent of them"), c.listBudgets)
	huma.Register(c.api, at(http.MethodGet, "/api/governance/rate-limits", "list-rate-limits", "List all rate limits, and what is used of them"), c.listRateLimits)
}

// BudgetUse is a budget and what is spent of it.
type BudgetUse struct {
	ID              string   `json:"id" doc:"Of the limit, as refusals and reservations name it." example:"team:web:money"`
	Scope           string   `json:"scope" doc:"What its owner is." example:"team"`
	Owner           string   `json:"owner" doc:"Whose it is."`
	MaxLimit        float64  `json:"max_limit" doc:"Dollars in each period."`
	ResetDuration   string   `json:"reset_duration" example:"1M"`
	CalendarAligned bool     `json:"calendar_aligned,omitempty"`
	CurrentUsage    *float64 `json:"current_usage,omitempty" doc:"Dollars that are spent, with those that calls under way have reserved. Absent where each node counts for itself."`
	Held            *float64 `json:"held,omitempty" doc:"The part that calls under way have reserved."`
	Remaining       *float64 `json:"remaining,omitempty" doc:"Dollars that are left."`
	Resets          *string  `json:"resets_in,omitempty" doc:"Until all that is counted now has gone." example:"36h0m0s"`
}

// RateLimitUse is a limit of calls or of tokens, and what is used of it.
type RateLimitUse struct {
	ID            string  `json:"id" example:"team:web:requests"`
	Scope         string  `json:"scope" example:"team"`
	Owner         string  `json:"owner"`
	Kind          string  `json:"kind" enum:"requests,tokens"`
	MaxLimit      int64   `json:"max_limit"`
	ResetDuration string  `json:"reset_duration" example:"1m"`
	CurrentUsage  *int64  `json:"current_usage,omitempty" doc:"Absent where each node counts for itself."`
	Remaining     *int64  `json:"remaining,omitempty"`
	Resets        *string `json:"resets_in,omitempty" example:"41s"`
}

type usesInput struct {
	Limit int    `query:"limit" minimum:"1" maximum:"1000" default:"100" doc:"Virtual keys on a page. The first has all other owners, too."`
	After string `query:"after" doc:"Begin behind a page before: its next_cursor."`
}

type budgetsOutput struct {
	Body struct {
		Budgets    []BudgetUse `json:"budgets"`
		Count      int         `json:"count"`
		NextCursor string      `json:"next_cursor,omitempty"`
	}
}

func (c *Control) listBudgets(ctx context.Context, in *usesInput) (*budgetsOutput, error) {
	all, next, err := c.limitsInUse(ctx, in, func(l *limits.Limit) bool { return l.Kind == limits.Money })
	if err != nil {
		return nil, err
	}
	out := &budgetsOutput{}
	b := &out.Body
	b.Budgets, b.NextCursor, b.Count = make([]BudgetUse, len(all)), next, len(all)
	for i, u := range all {
		b.Budgets[i] = BudgetUse{
			ID: u.ID, Scope: u.Scope, Owner: u.Owner, MaxLimit: float64(u.Max) / nanoPerDollar,
			ResetDuration: u.period(), CalendarAligned: u.Calendar != limits.NoCalendar, Resets: u.resets(),
		}
		if u.usage != nil {
			b.Budgets[i].CurrentUsage, b.Budgets[i].Held, b.Budgets[i].Remaining = inDollars(u.usage.Used), inDollars(u.usage.Held), inDollars(u.usage.Remaining)
		}
	}
	return out, nil
}

func inDollars(nano int64) *float64 {
	d := float64(nano) / nanoPerDollar
	return &d
}

type rateLimitsOutput struct {
	Body struct {
		RateLimits []RateLimitUse `json:"rate_limits"`
		Count      int            `json:"count"`
		NextCursor string         `json:"next_cursor,omitempty"`
	}
}

func (c *Control) listRateLimits(ctx context.Context, in *usesInput) (*rateLimitsOutput, error) {
	all, next, err := c.limitsInUse(ctx, in, func(l *limits.Limit) bool { return l.Kind == limits.Requests || l.Kind == limits.Tokens })
	if err != nil {
		return nil, err
	}
	out := &rateLimitsOutput{}
	b := &out.Body
	b.RateLimits, b.NextCursor, b.Count = make([]RateLimitUse, len(all)), next, len(all)
	for i, u := range all {
		b.RateLimits[i] = RateLimitUse{
			ID: u.ID, Scope: u.Scope, Owner: u.Owner, Kind: u.Kind.Word(), MaxLimit: u.Max, ResetDuration: u.period(), Resets: u.resets(),
		}
		if u.usage != nil {
			b.RateLimits[i].CurrentUsage, b.RateLimits[i].Remaining = &u.usage.Used, &u.usage.Remaining
		}
	}
	return out, nil
}

// inUse is a limit and what is used of it, nil where that is not known.
type inUse struct {
	*limits.Limit
	usage *limits.Usage
}

func (u *inUse) period() string {
	if u.Calendar == limits.NoCalendar {
		return limits.FormatPeriod(u.Period)
	}
	return map[limits.Calendar]string{limits.Day: "1d", limits.Week: "1w", limits.Month: "1M", limits.Year: "1Y"}[u.Calendar]
}

func (u *inUse) resets() *string {
	if u.usage == nil || u.usage.Reset <= 0 {
		return nil
	}
	in := u.usage.Reset.Round(time.Second).String()
	return &in
}

// limitsInUse are the limits that are wanted: those of the configuration, on the first
// page, and those of a page of virtual keys.
func (c *Control) limitsInUse(ctx context.Context, in *usesInput, wanted func(*limits.Limit) bool) (all []inUse, next string, err error) {
	after, err := virtualkey.ParseCursor(in.After)
	if err != nil {
		return nil, "", invalid("query.after", err.Error())
	}
	cfg, err := c.NewestConfig(ctx)
	if err != nil {
		return nil, "", c.explain("read the configuration", err)
	}
	page, err := c.o.Keys.Page(ctx, virtualkey.Query{After: after, Limit: in.Limit})
	if err != nil {
		return nil, "", c.explain("list the virtual keys", err)
	}
	var levels []gateway.Level
	if in.After == "" {
		levels = gateway.LevelsOf(cfg)
	}
	for _, r := range page.Records {
		levels = append(levels, gateway.LevelsOfKey(&cfg.Governance, r)...)
	}
	var asked []*limits.Limit
	for i := range levels {
		for j := range levels[i].Limits {
			if l := &levels[i].Limits[j]; wanted(l) {
				all, asked = append(all, inUse{Limit: l}), append(asked, l)
			}
		}
	}
	return all, page.Next.Cursor(), c.fillUsages(ctx, all, asked)
}

// fillUsages says what is used of limits, where that is counted in one place.
func (c *Control) fillUsages(ctx context.Context, all []inUse, asked []*limits.Limit) error {
	if c.o.Counts == nil || len(asked) == 0 {
		return nil
	}
	usages, err := c.o.Counts.Usages(ctx, asked)
	if err != nil {
		return c.explainCounts(err)
	}
	for i := range usages {
		all[i].usage = &usages[i]
	}
	return nil
}
