package gateway

import (
	"cmp"
	"maps"
	"slices"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/limits"
	"github.com/asbru-gateway/asbru/pkg/virtualkey"
)

// Level is one of those that calls count for, as the ledger knows its calls: they are
// those that have all of the fields that are set.
type Level struct {
	VirtualKey, User, Customer string
	Teams                      []string // any of them: a team and all below it
	Provider, Model, Key       string   // Key is the name of the provider's key
	Limits                     []limits.Limit
	// EndUser returns the limits of one of the virtual key's end users, in the place of
	// Limits: each counts for itself.
	EndUser func(name string) []limits.Limit
}

// LevelsOf returns the levels of a configuration that have limits, virtual keys
// included.
func LevelsOf(cfg *config.Config) []Level {
	var all []Level
	add := func(l Level) {
		if len(l.Limits) > 0 {
			all = append(all, l)
		}
	}
	g := &cfg.Governance
	for i := range g.Customers {
		add(Level{Customer: g.Customers[i].ID, Limits: limitsOfCustomer(g, &g.Customers[i])})
	}
	for i := range g.Teams {
		add(Level{Teams: TeamsBelow(g, g.Teams[i].ID), Limits: limitsOfTeam(g, &g.Teams[i])})
	}
	for i := range g.Users {
		add(Level{User: g.Users[i].ID, Limits: limitsOfUser(g, &g.Users[i])})
	}
	for i := range g.Providers {
		add(Level{Provider: g.Providers[i].Provider, Limits: limitsOfProvider(g, &g.Providers[i])})
	}
	for i := range g.ModelConfigs {
		m := &g.ModelConfigs[i]
		add(Level{Provider: m.Provider, Model: m.ModelName, Limits: limitsOfModel(g, m)})
	}
	for _, name := range slices.Sorted(maps.Keys(cfg.Providers)) {
		p := cfg.Providers[name]
		for i := range p.Keys {
			k := &p.Keys[i]
			add(Level{Provider: name, Key: keyName(k, i), Limits: limitsOfKey(name, cmp.Or(k.ID, keyName(k, i)), k)})
		}
	}
	for i := range g.VirtualKeys {
		id := configuredIdentity(cfg, &g.VirtualKeys[i])
		all = append(all, id.levels()...)
	}
	return all
}

// LevelsOfKey returns the levels of a stored virtual key that have limits. What it
// refers to is the configuration's.
func LevelsOfKey(g *config.Governance, r *virtualkey.Record) []Level {
	return identityIn(g, r).levels()
}

// levels are those of the key: itself, and at single providers. At "*", all that have
// no entry of their own, the ledger does not tell calls apart.
func (id *Identity) levels() []Level {
	var all []Level
	if len(id.limits) > 0 {
		all = append(all, Level{VirtualKey: id.ID, Limits: id.limits})
	}
	for i := range id.providers {
		if g := &id.providers[i]; len(g.limits) > 0 && g.provider != config.EveryProvider {
			all = append(all, Level{VirtualKey: id.ID, Provider: g.provider, Limits: g.limits})
		}
	}
	if id.rules != nil && id.rules.perUser {
		all = append(all, Level{VirtualKey: id.ID, EndUser: id.limitsOfEndUser})
	}
	return all
}

// TeamsBelow returns a team and all teams below it.
func TeamsBelow(g *config.Governance, id string) []string {
	all := []string{id}
	for at := 0; at < len(all); at++ {
		for i := range g.Teams {
			if g.Teams[i].ParentID == all[at] {
				all = append(all, g.Teams[i].ID)
			}
		}
	}
	return all
}
