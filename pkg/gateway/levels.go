package gateway

import (
	"sync/atomic"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/limits"
)

// levels are what a call counts for beside its virtual key, compiled: the customers,
// teams and users whom keys belong to, and the models and providers that have limits.
// They never change.
type levels struct {
	serial    uint64            // no two configurations of a process have the same
	shared    config.Governance // the budgets and rate limits that stored keys may refer to
	customers map[string]*party
	teams     map[string]*party
	users     map[string]*party
	providers map[string][]limits.Limit
	models    map[modelAt][]limits.Limit
	most      bool // calls reserve all that they may use, not what they are likely to
}

// modelAt is a model at a provider; the provider "" is all of them.
type modelAt struct{ provider, model string }

// party is a customer, a team or a user.
type party struct {
	customer string          // of a customer its own id
	team     string          // of a user
	limits   []*limits.Limit // also of the teams above a team, and of their customer
}

// levelsMade numbers the levels of a process.
var levelsMade atomic.Uint64

func levelsOf(g *config.Governance) *levels {
	l := &levels{
		serial:    levelsMade.Add(1),
		shared:    config.Governance{Budgets: g.Budgets, RateLimits: g.RateLimits},
		customers: make(map[string]*party, len(g.Customers)),
		teams:     make(map[string]*party, len(g.Teams)),
		users:     make(map[string]*party, len(g.Users)),
		providers: make(map[string][]limits.Limit),
		models:    make(map[modelAt][]limits.Limit),
		most:      g.ReservesMost(),
	}
	for i := range g.Customers {
		c := &g.Customers[i]
		l.customers[c.ID] = &party{customer: c.ID, limits: pointers(limitsOfCustomer(g, c))}
	}
	l.addTeams(g)
	for i := range g.Users {
		u := &g.Users[i]
		l.users[u.ID] = &party{team: u.TeamID, limits: pointers(limitsOfUser(g, u))}
	}
	for i := range g.Providers {
		if all := limitsOfProvider(g, &g.Providers[i]); len(all) > 0 {
			l.providers[g.Providers[i].Provider] = all
		}
	}
	for i := range g.ModelConfigs {
		m := &g.ModelConfigs[i]
		if all := limitsOfModel(g, m); len(all) > 0 {
			l.models[modelAt{m.Provider, m.ModelName}] = all
		}
	}
	return l
}

// addTeams gives each team the limits of those above it as well. They form a tree,
// which was checked.
func (l *levels) addTeams(g *config.Governance) {
	byID := make(map[string]*config.Team, len(g.Teams))
	own := make(map[string][]*limits.Limit, len(g.Teams))
	for i := range g.Teams {
		t := &g.Teams[i]
		byID[t.ID], own[t.ID] = t, pointers(limitsOfTeam(g, t))
	}
	for id, team := range byID {
		p := &party{}
		for depth := 0; team != nil && depth < config.MaxTeamDepth; depth++ {
			p.limits = append(p.limits, own[team.ID]...)
			if p.customer == "" {
				p.customer = team.CustomerID
			}
			team = byID[team.ParentID]
		}
		if c := l.customers[p.customer]; c != nil {
			p.limits = append(p.limits, c.limits...)
		}
		l.teams[id] = p
	}
}

func pointers(all []limits.Limit) []*limits.Limit {
	out := make([]*limits.Limit, len(all))
	for i := range all {
		out[i] = &all[i]
	}
	return out
}

// belongings are whom a virtual key belongs to, as a configuration has them.
type belongings struct {
	serial         uint64    // of the levels
	joined         *Identity // the key with what it refers to; nil where that is nothing
	user, group    *party    // the group is its team, or its customer; nil for none
	team, customer string    // ids, for the ledger
}

// belongings returns whom a key belongs to. One that is not there any more has no limits.
func (l *levels) belongings(id *Identity) *belongings {
	b := &belongings{serial: l.serial, user: l.users[id.user], team: id.team, customer: id.customer}
	if b.user != nil && b.team == "" && b.customer == "" {
		b.team = b.user.team
	}
	if b.team != "" {
		if b.group = l.teams[b.team]; b.group != nil {
			b.customer = b.group.customer
		}
	} else if b.customer != "" {
		b.group = l.customers[b.customer]
	}
	if id.refers != nil {
		b.joined = identityIn(&l.shared, id.refers)
	}
	return b
}

// belongingsOf returns whom a key belongs to by the present configuration; nil for
// one that belongs to nobody.
func (s *Snapshot) belongingsOf(id *Identity) *belongings {
	if id.team == "" && id.customer == "" && id.user == "" && id.refers == nil {
		return nil
	}
	b := id.belongs.Load()
	if b == nil || b.serial != s.levels.serial {
		b = s.levels.belongings(id)
		id.belongs.Store(b)
	}
	return b
}
