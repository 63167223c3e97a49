package control

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/member"
	"github.com/danielgtaylor/huma/v2"
)

func (c *Control) clusterRoutes() {
	huma.Register(c.api, at(http.MethodGet, "/api/cluster/nodes", "list-nodes", "List the live nodes: roles, revision, load"), c.listNodes)
	huma.Register(c.api, at(http.MethodGet, "/api/cluster/keys", "list-key-shares", "Show each provider key's target and actual share over all nodes"), c.keyShares)
	huma.Register(c.api, at(http.MethodGet, "/api/cluster/overflow", "show-overflow", "Show slots and queues of each provider on each node"), c.overflow)
	drain := at(http.MethodPost, "/api/cluster/nodes/{node}/drain", "drain-node", "Have a node take no more calls, finish those it has, and stop")
	drain.DefaultStatus = http.StatusAccepted
	huma.Register(c.api, drain, c.drain)
}

type nodesOutput struct {
	Body struct {
		Revision uint64         `json:"revision" doc:"What should be in force."`
		Nodes    []member.State `json:"nodes"`
		Warnings []Warning      `json:"warnings" doc:"What an operator should look at."`
	}
}

func (c *Control) listNodes(ctx context.Context, _ *struct{}) (*nodesOutput, error) {
	out := &nodesOutput{}
	p, err := c.o.Config.Pointer(ctx)
	if err != nil {
		return nil, c.explain("read the configuration", err)
	}
	out.Body.Revision, out.Body.Nodes = p.Revision, c.o.Nodes.List()
	out.Body.Warnings = warnings(out.Body.Nodes, c.o.Version)
	return out, nil
}

type drainInput struct {
	Node string `path:"node"`
}

type drainOutput struct {
	Body struct {
		Node   string `json:"node"`
		Status string `json:"status" enum:"draining"`
	}
}

// drain answers when the node was asked; it is drained when it is listed no more.
func (c *Control) drain(ctx context.Context, in *drainInput) (*drainOutput, error) {
	live := func(s member.State) bool { return s.Node == in.Node }
	if !slices.ContainsFunc(c.o.Nodes.List(), live) {
		return nil, refuse(http.StatusNotFound, "not_found", "There is no such node, or it is not live.")
	}
	if err := c.o.Drain(ctx, in.Node); err != nil {
		return nil, c.explain("ask the node to drain", err)
	}
	c.log.Info("asked to drain", "node", in.Node)
	out := &drainOutput{}
	out.Body.Node, out.Body.Status = in.Node, "draining"
	return out, nil
}

// KeyShare is a provider's key over all nodes.
type KeyShare struct {
	Provider string  `json:"provider"`
	Key      string  `json:"key"`
	Target   float64 `json:"target" doc:"The share that its weight gives it, 0 to 1."`
	Actual   float64 `json:"actual" doc:"The share that it has had, 0 to 1."`
	Used     int64   `json:"used" doc:"Cost of the calls that were sent with it."`
	Cooling  int     `json:"cooling" doc:"Nodes on which it rests."`
	Broken   int     `json:"broken" doc:"Nodes on which it is out of use because its calls fail."`
	Scarce   int     `json:"scarce" doc:"Nodes on which it is used less than its target because little is left of its limits."`
}

type keysOutput struct {
	Body struct {
		Keys []KeyShare `json:"keys"`
	}
}

func (c *Control) keyShares(context.Context, *struct{}) (*keysOutput, error) {
	out := &keysOutput{}
	out.Body.Keys = shares(c.o.Nodes.List())
	return out, nil
}

// shares adds up what the nodes tell of each key.
func shares(nodes []member.State) []KeyShare {
	type name struct{ provider, key string }
	type sum struct {
		KeyShare
		weight float64
	}
	keys := map[name]*sum{}
	weights, used := map[string]float64{}, map[string]int64{}
	for _, n := range nodes {
		for _, p := range n.Providers {
			for _, k := range p.Keys {
				at := keys[name{p.Name, k.Name}]
				if at == nil {
					at = &sum{KeyShare: KeyShare{Provider: p.Name, Key: k.Name}, weight: k.Weight}
					keys[name{p.Name, k.Name}] = at
					weights[p.Name] += k.Weight
				}
				at.Used += k.Used
				used[p.Name] += k.Used
				if !k.CoolUntil.IsZero() {
					at.Cooling++
				}
				if k.Broken {
					at.Broken++
				}
				if k.Scarce {
					at.Scarce++
				}
			}
		}
	}
	all := make([]KeyShare, 0, len(keys))
	for _, k := range keys {
		if w := weights[k.Provider]; w > 0 {
			k.Target = k.weight / w
		}
		if u := used[k.Provider]; u > 0 {
			k.Actual = float64(k.Used) / float64(u)
		}
		all = append(all, k.KeyShare)
	}
	slices.SortFunc(all, func(a, b KeyShare) int {
		return strings.Compare(a.Provider+"\x00"+a.Key, b.Provider+"\x00"+b.Key)
	})
	return all
}

// Slots are a provider's slots on a node.
type Slots struct {
	Node     string `json:"node"`
	Provider string `json:"provider"`
	Busy     int    `json:"busy"`
	Waiting  int    `json:"waiting"`
	Slots    int    `json:"slots"`
}

type overflowOutput struct {
	Body struct {
		Slots    []Slots `json:"slots"`
		Overflow int64   `json:"overflow" doc:"Calls that went through a worker, since the nodes began."`
	}
}

func (c *Control) overflow(context.Context, *struct{}) (*overflowOutput, error) {
	out := &overflowOutput{}
	out.Body.Slots = []Slots{}
	for _, n := range c.o.Nodes.List() {
		if slices.Contains(n.Roles, "worker") {
			out.Body.Overflow += n.Load.Overflow
		}
		for _, p := range n.Providers {
			out.Body.Slots = append(out.Body.Slots, Slots{n.Node, p.Name, p.Busy, p.Waiting, p.Slots})
		}
	}
	return out, nil
}
