package gateway

import (
	"cmp"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/limits"
	"github.com/asbru-gateway/asbru/pkg/virtualkey"
)

// owner is whose limits some are.
type owner struct {
	group string // begins their ids: they go on with what was used when they are changed
	scope string // what it is, in words
	name  string
}

func limitsOfCustomer(g *config.Governance, c *config.Customer) []limits.Limit {
	return owner{"customer:" + c.ID, "customer", cmp.Or(c.Name, c.ID)}.limits(configured(c.Bounds(g)))
}

func limitsOfTeam(g *config.Governance, t *config.Team) []limits.Limit {
	return owner{"team:" + t.ID, "team", cmp.Or(t.Name, t.ID)}.limits(configured(t.Bounds(g)))
}

func limitsOfUser(g *config.Governance, u *config.User) []limits.Limit {
	return owner{"user:" + u.ID, "user", cmp.Or(u.Name, u.ID)}.limits(configured(u.Bounds(g)))
}

func limitsOfProvider(g *config.Governance, p *config.ProviderLimits) []limits.Limit {
	return owner{"provider:" + p.Provider, "provider", p.Provider}.limits(configured(p.Bounds(g)))
}

func limitsOfModel(g *config.Governance, m *config.ModelConfig) []limits.Limit {
	o := owner{"model:" + m.ModelName, "model", m.ModelName}
	if m.Provider != "" {
		o.name = m.Provider + "/" + m.ModelName
		o.group = "pmodel:" + o.name
	}
	return o.limits(configured(m.Bounds(g)))
}

// limitsOfKey are the limits of a provider's key. Its name is nobody's business.
func limitsOfKey(provider, id string, k *config.Key) []limits.Limit {
	o := owner{"key:" + provider + ":" + id, "key in use at provider", provider}
	return o.limits(configured(k.Bounds(&config.Governance{})))
}

// limitsOfEndUser are those of an end user of a virtual key that has any for them.
func (id *Identity) limitsOfEndUser(name string) []limits.Limit {
	return owner{"enduser:" + id.ID + ":" + name, "end user", name}.limits(id.rules.endUser)
}

func ownerOfVirtualKey(id, name string) owner { return owner{"vk:" + id, "virtual key", name} }

func (o owner) at(id, provider string) owner {
	return owner{"vkp:" + id + ":" + provider, o.scope, o.name + " at provider " + provider}
}

// configured are bounds of the configuration in the form of stored ones.
func configured(b config.Bounds) virtualkey.Bounds {
	var out virtualkey.Bounds
	out.RateLimit.Requests.Max, out.RateLimit.Requests.Period = b.RateLimit.Requests()
	out.RateLimit.Tokens.Max, out.RateLimit.Tokens.Period = b.RateLimit.Tokens()
	for i, each := range b.Budgets {
		nano, period, calendar := each.Nano()
		stored := virtualkey.Budget{MaxNano: nano, Period: period, Calendar: calendar.String(), SoftPercent: each.SoftPercent()}
		if i == 0 {
			out.Budget = stored
		} else {
			out.Budgets = append(out.Budgets, stored)
		}
	}
	return out
}

// joined are stored bounds with what they refer to.
func joined(g *config.Governance, b virtualkey.Bounds) virtualkey.Bounds {
	if b.RateLimitID == "" && b.BudgetID == "" {
		return b
	}
	shared := configured(g.Joined(b.RateLimitID, b.BudgetID))
	if b.RateLimit == (virtualkey.RateLimit{}) {
		b.RateLimit = shared.RateLimit
	}
	if b.Budget == (virtualkey.Budget{}) {
		b.Budget = shared.Budget
	}
	return b
}

// limits makes the limits of an owner.
func (o owner) limits(b virtualkey.Bounds) []limits.Limit {
	var n int
	if b.RateLimit.Requests.Max > 0 {
		n++
	}
	if b.RateLimit.Tokens.Max > 0 {
		n++
	}
	if b.Budget.MaxNano > 0 {
		n++
	}
	if n += len(b.Budgets); n == 0 {
		return nil
	}
	all := make([]limits.Limit, 0, n) // no larger than needed: there may be a great many keys
	all = o.window(all, "requests", limits.Requests, b.RateLimit.Requests)
	all = o.window(all, "tokens", limits.Tokens, b.RateLimit.Tokens)
	all = o.money(all, "money", b.Budget)
	for _, each := range b.Budgets {
		all = o.money(all, "money:"+cmp.Or(each.Calendar, limits.FormatPeriod(each.Period)), each)
	}
	return all
}

func (o owner) window(all []limits.Limit, word string, kind limits.Kind, w virtualkey.Window) []limits.Limit {
	if w.Max <= 0 {
		return all
	}
	l := o.limit(word, kind, w.Max)
	l.Period = w.Period
	return append(all, l)
}

func (o owner) money(all []limits.Limit, word string, b virtualkey.Budget) []limits.Limit {
	if b.MaxNano <= 0 {
		return all
	}
	l := o.limit(word, limits.Money, b.MaxNano)
	l.Warn = l.Max / 100 * int64(cmp.Or(b.SoftPercent, config.Budget{}.SoftPercent()))
	if l.Calendar = limits.ParseCalendar(b.Calendar); l.Calendar == limits.NoCalendar {
		l.Period = b.Period
	}
	return append(all, l)
}

func (o owner) limit(word string, kind limits.Kind, most int64) limits.Limit {
	id := o.group + ":" + word
	return limits.Limit{ID: id, Group: id[:len(o.group)], Kind: kind, Max: min(most, limits.MostMax), Scope: o.scope, Owner: o.name}
}
