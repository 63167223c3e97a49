package config

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/limits"
)

// governance checks who may call, and what refers to what.
func (c *checker) governance() {
	g := &c.config.Governance
	c.named()
	c.virtualKeys()
	c.customers()
	c.teams()
	c.users()
	c.modelConfigs()
	c.routingRules()
	c.headers("governance.required_headers", g.RequiredHeaders)
	c.headers("client.required_headers", c.config.Client.RequiredHeaders)
	providers := make(map[string]string)
	for i := range g.Providers {
		p := &g.Providers[i]
		path := element("governance.providers", i)
		if p.Provider == "" {
			c.problem(child(path, "provider"), "is required")
		}
		unique(c, child(path, "provider"), p.Provider, providers)
		c.providerExists(child(path, "provider"), p.Provider)
		c.bounded(path, p.bounded())
	}
	c.scopedPrices("governance.pricing_overrides", g.PricingOverrides)
}

// named checks the budgets and rate limits that others refer to.
func (c *checker) named() {
	ids := make(map[string]string)
	for i, b := range c.config.Governance.Budgets {
		path := element("governance.budgets", i)
		c.id(path, b.ID, ids)
		c.budget(path, b, false)
	}
	ids = make(map[string]string)
	for i, l := range c.config.Governance.RateLimits {
		path := element("governance.rate_limits", i)
		c.id(path, l.ID, ids)
		c.rateLimit(path, l)
	}
}

// id checks an id that must be there.
func (c *checker) id(path, id string, seen map[string]string) {
	if id == "" {
		c.problem(child(path, "id"), "is required")
		return
	}
	c.idIfAny(path, id, seen)
}

// idIfAny checks an id that may be absent.
func (c *checker) idIfAny(path, id string, seen map[string]string) {
	if id != "" {
		unique(c, child(path, "id"), id, seen)
		c.headerSafe(child(path, "id"), id)
	}
}

func (c *checker) name(path, name string, seen map[string]string) {
	if name != "" {
		unique(c, child(path, "name"), name, seen)
		c.headerSafe(child(path, "name"), name)
	}
}

func (c *checker) virtualKeys() {
	values := make(map[Secret]string)
	ids, names := make(map[string]string), make(map[string]string)
	for i := range c.config.Governance.VirtualKeys {
		k := &c.config.Governance.VirtualKeys[i]
		path := element("governance.virtual_keys", i)
		if k.Value == "" {
			c.note(path, "has no value, so no caller can use it")
		} else {
			unique(c, child(path, "value"), k.Value, values)
		}
		c.headerSafe(child(path, "value"), k.Value.Reveal())
		c.idIfAny(path, k.ID, ids)
		c.name(path, k.Name, names)
		c.virtualKey(path, k)
	}
}

func (c *checker) virtualKey(path string, k *VirtualKey) {
	c.belongs(path, k.TeamID, k.CustomerID)
	if k.TeamID != "" && k.CustomerID != "" {
		c.problem(child(path, "customer_id"), "is given beside team_id: a key belongs to a team or to a customer")
	}
	if k.UserID != "" && !slices.ContainsFunc(c.config.Governance.Users, func(u User) bool { return u.ID == k.UserID }) {
		c.problem(child(path, "user_id"), "there is no such user")
	}
	if _, ok := k.Expires(); !ok {
		c.problem(child(path, "expires_at"), "must be a time such as 2027-01-31T00:00:00Z")
	}
	c.bounded(path, k.bounded())
	c.rateLimit(child(path, "user_rate_limit"), k.UserRateLimit)
	c.budget(child(path, "user_budget"), k.UserBudget, k.CalendarAligned)
	c.headers(child(path, "required_headers"), k.RequiredHeaders)
	for i, name := range k.AllowedEndpoints {
		if known := operations(); name != everyName && !slices.Contains(known, name) {
			c.problem(element(child(path, "allowed_endpoints"), i), "%s", unknown("operation", name, known))
		}
	}
	emptyList(c, child(path, "provider_configs"), k.Providers)
	for i := range k.Providers {
		c.virtualKeyProvider(element(child(path, "provider_configs"), i), &k.Providers[i])
	}
}

// Expires returns when the key ends, the zero time for never; not ok is a time that
// cannot be read.
func (k *VirtualKey) Expires() (at time.Time, ok bool) {
	if k.ExpiresAt == "" {
		return at, true
	}
	at, err := time.Parse(time.RFC3339, k.ExpiresAt)
	return at, err == nil
}

// operations are the names that allowed_endpoints may have.
func operations() []string {
	return slices.DeleteFunc(api.Ops(math.MaxUint64).Names(), func(name string) bool { return name == api.OpNone.String() })
}

func (c *checker) virtualKeyProvider(path string, p *VirtualKeyProvider) {
	c.bounded(path, p.bounded())
	emptyList(c, child(path, "allowed_models"), p.AllowedModels)
	emptyList(c, child(path, "key_ids"), p.KeyIDs)
	if p.Provider == EveryProvider || !c.providerExists(child(path, "provider"), p.Provider) {
		return
	}
	keys := c.config.Providers[p.Provider].Keys
	for i, id := range p.KeyIDs {
		if id != everyName && !slices.ContainsFunc(keys, func(k Key) bool { return id == k.ID || id == k.Name }) {
			c.note(element(child(path, "key_ids"), i), "the provider has no such key")
		}
	}
}

// providerExists notes a provider that is not configured: it may be so for now.
func (c *checker) providerExists(path, name string) bool {
	_, ok := c.config.Providers[name]
	if !ok && name != "" {
		c.note(path, "no such provider is configured")
	}
	return ok
}

// belongs checks a team and a customer that are referred to.
func (c *checker) belongs(path, team, customer string) {
	g := &c.config.Governance
	if team != "" && !slices.ContainsFunc(g.Teams, func(t Team) bool { return t.ID == team }) {
		c.problem(child(path, "team_id"), "there is no such team")
	}
	if customer != "" && !slices.ContainsFunc(g.Customers, func(c Customer) bool { return c.ID == customer }) {
		c.problem(child(path, "customer_id"), "there is no such customer")
	}
}

func (c *checker) headers(path string, names []string) {
	for i, name := range names {
		if !isHeaderName(name) {
			c.problem(element(path, i), "is not a header name")
		}
	}
}

// bounded checks what an owner may use.
func (c *checker) bounded(path string, b bounded) {
	g := &c.config.Governance
	c.rateLimit(child(path, "rate_limit"), b.rate)
	if b.rateID != "" && b.rate.none() && !slices.ContainsFunc(g.RateLimits, func(l RateLimit) bool { return l.ID == b.rateID }) {
		c.problem(child(path, "rate_limit_id"), "there is no such rate limit in governance.rate_limits")
	}
	c.budget(child(path, "budget"), b.budget, b.aligned)
	if b.budgetID != "" && b.budget.MaxLimit == 0 && !slices.ContainsFunc(g.Budgets, func(o Budget) bool { return o.ID == b.budgetID }) {
		c.problem(child(path, "budget_id"), "there is no such budget in governance.budgets")
	}
	if joined := g.join(b); b.budgetID != "" && b.budget.MaxLimit == 0 && len(joined.Budgets) > 0 {
		c.budget(child(path, "budget_id"), joined.Budgets[0], b.aligned)
	}
	periods := make(map[string]string)
	if joined := g.join(bounded{budget: b.budget, budgetID: b.budgetID, aligned: b.aligned}); len(joined.Budgets) > 0 {
		periods[periodOf(joined.Budgets[0])] = child(path, "budget")
	}
	for i, each := range b.more {
		at := element(child(path, "budgets"), i)
		c.budget(at, each, b.aligned)
		each.CalendarAligned = each.CalendarAligned || b.aligned
		if each.MaxLimit > 0 {
			unique(c, child(at, "reset_duration"), periodOf(each), periods)
		}
	}
}

// periodOf tells the periods of an owner's budgets apart.
func periodOf(b Budget) string {
	_, period, calendar := b.Nano()
	return cmp.Or(calendar.String(), limits.FormatPeriod(period))
}

// rateLimit checks that limits and periods stand together.
func (c *checker) rateLimit(path string, l RateLimit) {
	for _, w := range []struct {
		limit        int
		period, name string
	}{{l.RequestMaxLimit, l.RequestResetDuration, "request"}, {l.TokenMaxLimit, l.TokenResetDuration, "token"}} {
		field := child(path, w.name+"_reset_duration")
		if w.limit > 0 && w.period == "" {
			c.problem(field, "is required beside %s_max_limit", w.name)
		}
		if w.period == "" {
			continue
		}
		if _, err := limits.ParsePeriod(w.period); err != nil {
			c.problem(field, "%s", err)
		}
	}
}

// budget checks that a budget has its period; aligned says that its owner wants that of
// the calendar.
func (c *checker) budget(path string, b Budget, aligned bool) {
	field := path
	if !strings.HasSuffix(path, "_id") {
		field = child(path, "reset_duration")
	}
	switch _, err := limits.ParsePeriod(b.ResetDuration); {
	case b.ResetDuration == "" && b.MaxLimit > 0:
		c.problem(field, "is required beside max_limit")
	case b.ResetDuration == "":
	case err != nil:
		c.problem(field, "%s", err)
	case (b.CalendarAligned || aligned) && limits.CalendarOf(b.ResetDuration) == limits.NoCalendar:
		c.problem(field, "must be 1d, 1w, 1M or 1Y when periods are those of the calendar")
	}
}
