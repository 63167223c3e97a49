package gateway

import (
	"cmp"
	"sync/atomic"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/limits"
	"github.com/asbru-gateway/asbru/pkg/mcp"
	"github.com/asbru-gateway/asbru/pkg/virtualkey"
)

// Identity is a caller that is known: a virtual key of the configuration, or of
// the cluster's store. It does not change, but for what it remembers.
type Identity struct {
	ID        string
	Name      string
	team      string
	customer  string
	user      string
	active    bool
	all       bool      // every provider, model and key
	bounded   bool      // some of the providers have limits
	weighted  bool      // some have weights, by which calls are shared out that name no provider
	expires   time.Time // zero: never
	providers []grant
	limits    []limits.Limit
	rules     *rules      // nil for none
	tools     []mcp.Grant // of MCP servers; nil is all, and empty none
	agent     agentLimits
	bodies    *bool // whether what is said in its calls is kept; nil: as the configuration says

	successor *virtualkey.Digest // of the key's present value, where this one was rotated away

	refers  *virtualkey.Record         // the stored key, if it refers to what the configuration has
	belongs atomic.Pointer[belongings] // as the last call found it
}

// rules are what few keys have.
type rules struct {
	ops     api.Ops  // those that the key may be used for; 0 is all
	headers []string // that a call must have
	perUser bool
	endUser virtualkey.Bounds // of each end user, where there are any
}

// grant is a provider that an identity may use, and which of its models and keys.
type grant struct {
	provider string
	models   config.Allow
	keys     config.Allow
	weight   float64 // of the calls that name no provider; 0: none of them
	limits   []limits.Limit
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
	s.identities[virtualkey.DigestOf(vk.Value.Reveal())] = configuredIdentity(cfg, vk)
}

func configuredIdentity(cfg *config.Config, vk *config.VirtualKey) *Identity {
	g := &cfg.Governance
	name := cmp.Or(vk.Name, vk.ID)
	id := &Identity{ID: LedgerID(vk), Name: name, team: vk.TeamID, customer: vk.CustomerID, user: vk.UserID, active: vk.Active(), bodies: vk.LogBodies}
	id.expires, _ = vk.Expires() // it was checked
	id.all = len(vk.Providers) == 0 && cfg.Allow(nil, nil).All()
	counted := cmp.Or(vk.ID, virtualkey.DigestOf(vk.Value.Reveal()).String())
	owner := ownerOfVirtualKey(counted, name)
	id.limits = owner.limits(configured(vk.Bounds(g)))
	for i := range vk.Providers {
		p := &vk.Providers[i]
		id.allow(grant{
			provider: p.Provider, models: cfg.Allow(p.AllowedModels, nil), keys: cfg.Allow(p.KeyIDs, nil),
			weight: weightOf(p.Provider, p.Weight),
			limits: owner.at(counted, p.Provider).limits(configured(p.Bounds(g))),
		})
	}
	id.tools, id.agent = toolGrants(cfg, vk), agentLimits{turns: vk.MCPAgent.MaxDepth, cost: vk.MCPAgent.CostNano(), time: vk.MCPAgent.Time()}
	id.rule(rules{ops: opsNamed(vk.AllowedEndpoints), headers: vk.RequiredHeaders, endUser: configured(vk.EndUserBounds(g))})
	return id
}

func (id *Identity) allow(g grant) {
	id.providers = append(id.providers, g)
	id.bounded = id.bounded || len(g.limits) > 0
	id.weighted = id.weighted || g.weight > 0
}

// rule notes what few keys have, if there is any.
func (id *Identity) rule(r rules) {
	e := &r.endUser
	r.perUser = e.RateLimit != (virtualkey.RateLimit{}) || e.Budget.MaxNano > 0 || len(e.Budgets) > 0
	if r.ops != 0 || len(r.headers) > 0 || r.perUser {
		id.rules = &r
	}
}

// LedgerID is what the ledger knows a virtual key of the configuration by.
func LedgerID(vk *config.VirtualKey) string { return cmp.Or(vk.ID, vk.Name) }

// identityOf makes an identity of a stored virtual key.
func identityOf(r *virtualkey.Record) *Identity {
	id := identityIn(&config.Governance{}, r)
	refers := r.RateLimitID != "" || r.BudgetID != ""
	for i := range r.Grants {
		refers = refers || r.Grants[i].RateLimitID != "" || r.Grants[i].BudgetID != ""
	}
	if refers {
		id.refers = r
	}
	return id
}

// identityIn makes an identity of a stored virtual key with what it refers to.
func identityIn(g *config.Governance, r *virtualkey.Record) *Identity {
	id := &Identity{
		ID: r.ID, Name: cmp.Or(r.Name, r.ID), team: r.TeamID, customer: r.CustomerID, user: r.UserID,
		active: r.Active, expires: r.Expires, bodies: r.LogBodies,
	}
	id.all = len(r.Grants) == 0 && !r.Strict
	owner := ownerOfVirtualKey(r.ID, id.Name)
	id.limits = owner.limits(joined(g, r.Bounds))
	lists := config.Config{Version: 1}
	if r.Strict {
		lists.Version = 2
	}
	for i := range r.Grants {
		p := &r.Grants[i]
		id.allow(grant{
			provider: p.Provider, models: lists.Allow(p.Models, nil), keys: lists.Allow(p.Keys, nil),
			weight: weightOf(p.Provider, p.Weight),
			limits: owner.at(r.ID, p.Provider).limits(joined(g, p.Bounds)),
		})
	}
	id.tools, id.agent = ToolGrants(r), agentLimits{turns: r.Agent.Turns, cost: r.Agent.CostNano, time: r.Agent.Time}
	rule := rules{ops: opsNamed(r.Endpoints), headers: r.RequiredHeaders}
	if r.EndUser != nil {
		rule.endUser = *r.EndUser
	}
	id.rule(rule)
	if d, ok := virtualkey.ParseDigest(r.Successor); ok {
		id.successor = &d
	}
	return id
}

// opsNamed returns the operations of a list of names; 0, which is all, for an empty
// list and for one with "*".
func opsNamed(names []string) api.Ops {
	var ops api.Ops
	for _, name := range names {
		if name == "*" {
			return 0
		}
		op, _ := api.OpByName(name) // it was checked; OpNone is asked for by nobody
		ops |= api.OpsOf(op)
	}
	return ops
}
