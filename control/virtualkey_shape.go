package control

import (
	"encoding/json"
	"time"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/limits"
	"github.com/asbru-gateway/asbru/pkg/virtualkey"
)

// A virtual key has the shape of one in the configuration, and is checked as one. What
// the book keeps of it is a Record.

const nanoPerDollar = 1_000_000_000

// fill sets what a checked key says in its record.
func fill(r *virtualkey.Record, k *config.VirtualKey) {
	r.Name, r.Description, r.Owner, r.Tags, r.Active = k.Name, k.Description, k.Owner, k.Tags, k.Active()
	r.TeamID, r.CustomerID, r.UserID = k.TeamID, k.CustomerID, k.UserID
	r.Expires, _ = k.Expires() // it was checked
	r.Expires = r.Expires.UTC()
	r.Bounds = boundsOf(k.RateLimit, k.RateLimitID, k.Budget, k.BudgetID, k.Budgets, k.CalendarAligned)
	r.EndUser = nil
	user := boundsOf(k.UserRateLimit, "", k.UserBudget, "", nil, k.CalendarAligned)
	if user.RateLimit != (virtualkey.RateLimit{}) || user.Budget != (virtualkey.Budget{}) {
		r.EndUser = &user
	}
	r.RequiredHeaders, r.Endpoints, r.LogBodies = k.RequiredHeaders, k.AllowedEndpoints, k.LogBodies
	r.Agent = virtualkey.Agent{Turns: k.MCPAgent.MaxDepth, CostNano: k.MCPAgent.CostNano(), Time: k.MCPAgent.Time()}
	r.Grants, r.MCP = nil, nil
	for i := range k.Providers {
		p := &k.Providers[i]
		r.Grants = append(r.Grants, virtualkey.Grant{
			Provider: p.Provider, Weight: p.Weight, Models: p.AllowedModels, Keys: p.KeyIDs,
			Bounds: boundsOf(p.RateLimit, p.RateLimitID, p.Budget, p.BudgetID, p.Budgets, false),
		})
	}
	for _, m := range k.MCPConfigs {
		r.MCP = append(r.MCP, virtualkey.MCPGrant{Client: m.ClientName, Tools: m.Tools})
	}
}

func boundsOf(l config.RateLimit, limitID string, b config.Budget, budgetID string, more []config.Budget, aligned bool) virtualkey.Bounds {
	out := virtualkey.Bounds{RateLimitID: limitID, BudgetID: budgetID, Budget: budgetOf(b, aligned)}
	if limit, period := l.Requests(); limit > 0 {
		out.RateLimit.Requests = virtualkey.Window{Max: limit, Period: period}
	}
	if limit, period := l.Tokens(); limit > 0 {
		out.RateLimit.Tokens = virtualkey.Window{Max: limit, Period: period}
	}
	for _, each := range more {
		if each.MaxLimit > 0 {
			out.Budgets = append(out.Budgets, budgetOf(each, aligned))
		}
	}
	return out
}

func budgetOf(b config.Budget, aligned bool) virtualkey.Budget {
	if b.MaxLimit == 0 {
		return virtualkey.Budget{}
	}
	b.CalendarAligned = b.CalendarAligned || aligned
	nano, period, calendar := b.Nano()
	out := virtualkey.Budget{MaxNano: nano, Period: period, Calendar: calendar.String()}
	if usual := (config.Budget{}); b.SoftPercent() != usual.SoftPercent() {
		out.SoftPercent = b.SoftPercent()
	}
	return out
}

// declaredKey is a record as the configuration would declare it, without its value.
func declaredKey(r *virtualkey.Record) *config.VirtualKey {
	k := &config.VirtualKey{
		ID: r.ID, Name: r.Name, Description: r.Description, IsActive: &r.Active, Owner: r.Owner, Tags: r.Tags,
		TeamID: r.TeamID, CustomerID: r.CustomerID, UserID: r.UserID,
		RateLimit: declaredLimit(r.RateLimit), RateLimitID: r.RateLimitID,
		Budget: declaredBudget(r.Budget), Budgets: declaredBudgets(r.Budgets), BudgetID: r.BudgetID,
		RequiredHeaders: r.RequiredHeaders, AllowedEndpoints: r.Endpoints, LogBodies: r.LogBodies,
	}
	if !r.Expires.IsZero() {
		k.ExpiresAt = r.Expires.Format(time.RFC3339)
	}
	if r.EndUser != nil {
		k.UserRateLimit, k.UserBudget = declaredLimit(r.EndUser.RateLimit), declaredBudget(r.EndUser.Budget)
	}
	for i := range r.Grants {
		g := &r.Grants[i]
		k.Providers = append(k.Providers, config.VirtualKeyProvider{
			Provider: g.Provider, Weight: g.Weight, AllowedModels: g.Models, KeyIDs: g.Keys,
			RateLimit: declaredLimit(g.RateLimit), RateLimitID: g.RateLimitID,
			Budget: declaredBudget(g.Budget), Budgets: declaredBudgets(g.Budgets), BudgetID: g.BudgetID,
		})
	}
	k.MCPAgent = config.MCPAgent{MaxDepth: r.Agent.Turns, MaxCost: float64(r.Agent.CostNano) / nanoPerDollar, MaxTimeS: int(r.Agent.Time / time.Second)}
	for _, m := range r.MCP {
		k.MCPConfigs = append(k.MCPConfigs, config.MCPGrant{ClientName: m.Client, Tools: m.Tools})
	}
	return k
}

func declaredLimit(l virtualkey.RateLimit) (out config.RateLimit) {
	if w := l.Requests; w.Max > 0 {
		out.RequestMaxLimit, out.RequestResetDuration = int(w.Max), limits.FormatPeriod(w.Period)
	}
	if w := l.Tokens; w.Max > 0 {
		out.TokenMaxLimit, out.TokenResetDuration = int(w.Max), limits.FormatPeriod(w.Period)
	}
	return out
}

func declaredBudget(b virtualkey.Budget) config.Budget {
	if b.MaxNano == 0 {
		return config.Budget{}
	}
	return config.Budget{
		MaxLimit: float64(b.MaxNano) / nanoPerDollar, ResetDuration: limits.FormatPeriod(b.Period),
		CalendarAligned: b.Calendar != "", SoftLimitPercent: b.SoftPercent,
	}
}

func declaredBudgets(all []virtualkey.Budget) (out []config.Budget) {
	for _, b := range all {
		out = append(out, declaredBudget(b))
	}
	return out
}

// declaredMembers are the members of a record as the configuration would declare it.
func declaredMembers(r *virtualkey.Record) map[string]json.RawMessage {
	var members map[string]json.RawMessage
	text, err := json.Marshal(declaredKey(r))
	if err == nil {
		err = json.Unmarshal(text, &members)
	}
	if err != nil { // no declaration fails to be written
		panic(err)
	}
	return members
}

// shownKey is a key as answers show it.
func shownKey(r *virtualkey.Record) map[string]json.RawMessage {
	members := declaredMembers(r)
	for name, value := range map[string]any{
		"value": "****" + r.Last4, "created_at": r.Created, "updated_at": r.Updated, "revision": r.Revision,
	} {
		members[name], _ = json.Marshal(value) // none of them fails
	}
	return members
}
