package command

import (
	"fmt"

	"github.com/asbru-gateway/asbru/edge"
	"github.com/asbru-gateway/asbru/pkg/member"
	"github.com/asbru-gateway/asbru/pkg/rollout"
)

// state is what the node tells the cluster of itself.
func (n *node) state() member.State {
	status, _ := n.follower.Status()
	s := member.State{
		Node: n.name, Roles: n.roles, Version: n.version, Address: n.address, Labels: n.labels, Started: n.started,
		SecretKeys: n.fingerprints, Draining: n.draining.Load(), Config: status, VirtualKeys: n.heard.Load(), Counts: n.limits.where(),
		Usage: member.Usage(n.usage.Backlog()), Plugins: pluginStates(n.gateway.PluginStatus()),
		MCP: mcpStates(n.tools.Briefs()),
	}
	if kept, on := n.gateway.CacheState(); on {
		c := member.Cache(kept)
		s.Cache = &c
	}
	g := n.gateway.State()
	s.Load = member.Load{Calls: g.Calls, Errors: g.Errors, Inflight: g.Inflight}
	if n.overflowed != nil {
		s.Load.Overflow = n.overflowed()
	}
	for _, p := range g.Providers {
		told := member.Provider{Name: p.Name, Busy: p.Busy, Waiting: p.Waiting, Slots: p.Slots, Tries: p.Tries, Failed: p.Failed}
		for _, k := range p.Keys {
			told.Keys = append(told.Keys, member.Key{Name: k.Name, Weight: k.Weight, Used: k.Used, CoolUntil: k.CoolUntil, Disabled: k.Disabled, Broken: k.Broken, Scarce: k.Scarce, Reason: k.Reason})
		}
		s.Providers = append(s.Providers, told)
	}
	return s
}

// configured says whether the node has a configuration to serve by, from its start or
// from the cluster.
func (n *node) configured(status rollout.Status) bool {
	return status.Revision != 0 || len(n.gateway.Providers()) != 0
}

// dependencies is what /readyz shows. A node serves without NATS; what it cannot
// do without is a configuration.
func (n *node) dependencies() []edge.Dependency {
	bus := edge.Dependency{Name: "nats", Status: "connected", OK: true}
	if !n.conn.Control.NATS.IsConnected() {
		bus.Status, bus.OK = "not connected: the configuration is frozen, usage is kept on disk", false
	}
	status, _ := n.follower.Status()
	cfg := edge.Dependency{Name: "config", Status: fmt.Sprintf("revision %d", status.Revision), OK: true, Needed: true}
	switch {
	case !n.configured(status):
		cfg.Status, cfg.OK = "none yet", false
	case status.Error != "":
		cfg.Status = fmt.Sprintf("revision %d; revision %d could not be applied", status.Revision, status.Wanted)
	}
	all := []edge.Dependency{cfg, bus}
	if redis, there := n.limits.dependency(); there {
		all = append(all, redis)
	}
	return all
}
