package gateway

import (
	"cmp"
	"time"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/limits"
	"github.com/asbru-gateway/asbru/pkg/virtualkey"
)

// Identity is a caller that is known: a virtual key of the configuration, or of
// the cluster's store. It does not change.
type Identity struct {
	ID        string
	Name      string
	team      string
	customer  string
	active    bool
	expires   time.Time // zero: never
	all       bool      // every provider, model and key
	providers []grant
	limits    []limits.Limit
}

// grant is a provider that an identity may use, and which of its models and keys.
type grant struct {
	provider string
	models   config.Allow
	keys     config.Allow
}

// identities finds a caller by the digest of its key, so that no key stands in
// memory in clear and a look-up takes the same time for all of them.
type identities map[virtualkey.Digest]*Identity

// grant returns what the identity may use of a provider, nil for nothing.
func (id *Identity) grant(provider string) *grant {
	var every *grant
	for i := range id.providers {
		switch g := &id.providers[i]; g.provider {
		case provider:
			return g
		case config.EveryProvider:
			every = g
		}
	}
	return every
}

func (id *Identity) expired(now time.Time) bool {
	return !id.expires.IsZero() && now.After(id.expires)
}

// identify enters a virtual key of the configuration.
func (s *Snapshot) identify(cfg *config.Config, vk *config.VirtualKey) {
	name := cmp.Or(vk.Name, vk.ID)
	id := &Identity{ID: LedgerID(vk), Name: name, active: vk.Active()}
	id.all = len(vk.Providers) == 0 && cfg.Allow(nil, nil).All()
	id.limits = LimitsOfConfigured(vk)
	for i := range vk.Providers {
		p := &vk.Providers[i]
		id.providers = append(id.providers, grant{
			provider: p.Provider, models: cfg.Allow(p.AllowedModels, nil), keys: cfg.Allow(p.KeyIDs, nil),
		})
	}
	s.identities[virtualkey.DigestOf(vk.Value.Reveal())] = id
}

// LedgerID is what the ledger knows a virtual key of the configuration by.
func LedgerID(vk *config.VirtualKey) string { return cmp.Or(vk.ID, vk.Name) }

// LimitsOfConfigured are the limits of a virtual key of the configuration.
func LimitsOfConfigured(vk *config.VirtualKey) []limits.Limit {
	requests, per := vk.RateLimit.Requests()
	tokens, each := vk.RateLimit.Tokens()
	nano, of, calendar := vk.Budget.Nano()
	return limitsOf(cmp.Or(vk.ID, virtualkey.DigestOf(vk.Value.Reveal()).String()), cmp.Or(vk.Name, vk.ID),
		virtualkey.Window{Max: requests, Period: per}, virtualkey.Window{Max: tokens, Period: each},
		virtualkey.Budget{MaxNano: nano, Period: of, Calendar: calendar.String()})
}

// LimitsOf are the limits of a stored virtual key.
func LimitsOf(r *virtualkey.Record) []limits.Limit {
	return limitsOf(r.ID, cmp.Or(r.Name, r.ID), r.RateLimit.Requests, r.RateLimit.Tokens, r.Budget)
}

// limitsOf are the limits of a virtual key. They are counted by its id, so that a
// key goes on with what it has used when it is changed.
func limitsOf(id, name string, requests, tokens virtualkey.Window, budget virtualkey.Budget) []limits.Limit {
	var all []limits.Limit
	for _, l := range []struct {
		kind   limits.Kind
		word   string
		window virtualkey.Window
	}{{limits.Requests, "requests", requests}, {limits.Tokens, "tokens", tokens}} {
		if l.window.Max > 0 {
			all = append(all, limits.Limit{
				ID: "vk:" + id + ":" + l.word, Group: "vk:" + id, Kind: l.kind, Max: l.window.Max, Period: l.window.Period,
				Scope: "virtual key", Owner: name,
			})
		}
	}
	if budget.MaxNano > 0 {
		l := limits.Limit{ID: "vk:" + id + ":money", Group: "vk:" + id, Kind: limits.Money, Max: min(budget.MaxNano, limits.MostMax), Scope: "virtual key", Owner: name}
		if l.Calendar = limits.ParseCalendar(budget.Calendar); l.Calendar == limits.NoCalendar {
			l.Period = budget.Period
		}
		all = append(all, l)
	}
	return all
}

// identityOf makes an identity of a stored virtual key.
func identityOf(r *virtualkey.Record) *Identity {
	id := &Identity{ID: r.ID, Name: cmp.Or(r.Name, r.ID), team: r.TeamID, customer: r.CustomerID, active: r.Active, expires: r.Expires}
	id.all = len(r.Grants) == 0 && !r.Strict
	id.limits = LimitsOf(r)
	lists := config.Config{Version: 1}
	if r.Strict {
		lists.Version = 2
	}
	for i := range r.Grants {
		g := &r.Grants[i]
		id.providers = append(id.providers, grant{
			provider: g.Provider, models: lists.Allow(g.Models, nil), keys: lists.Allow(g.Keys, nil),
		})
	}
	return id
}
