package control

import (
	"encoding/json"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/member"
)

// pluginResource is the plugins of the configuration.
func (c *Control) pluginResource() *resource {
	return &resource{
		path: "/api/plugins", one: "plugin", many: "plugins", word: "plugin", words: "plugins",
		schema: "Plugin", example: `{"name":"house-rules","kind":"http","config":{"url":"https://rules.example.com/asbru","points":["before_route"]},"models":["gpt-*"],"on_error":"deny","timeout":"200ms"}`,
		place: placed("plugins"), key: "name", known: "name", filters: []string{"kind", "enabled", "placement"},
		shown: c.showPlugin, added: map[string]*huma.Schema{
			"status": c.api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[PluginStatus](), true, ""),
		},
	}
}

// PluginStatus is how a plugin does on the live nodes.
type PluginStatus struct {
	Status string             `json:"status" enum:"active,failing,isolated,absent,disabled" doc:"The worst of the nodes'. absent: its file or artefact is missing or broken there: calls go on without it, or are refused, as its on_error says. failing: it has failed within a minute. isolated: it has crashed again and again, and is left out for a while."`
	Calls  uint64             `json:"calls" doc:"Of it, since the nodes began."`
	Errors uint64             `json:"errors" doc:"Of these, those in which it has failed, crashed or taken too long."`
	P99    float64            `json:"p99_ms" doc:"The highest of the nodes': 99 of 100 calls took no longer, in milliseconds, rounded up to a power of two."`
	Nodes  []PluginNodeStatus `json:"nodes"`

	Subscription *PluginSubscription `json:"subscription,omitempty" doc:"Of one that is told of events of the cluster: how that goes."`

	Upgrade *PluginStatus `json:"upgrade,omitempty" doc:"The same of the version that is tried."`
}

// PluginNodeStatus is how a plugin does on a node.
type PluginNodeStatus struct {
	Node          string               `json:"node"`
	Status        string               `json:"status" enum:"active,failing,isolated,absent"`
	Calls         uint64               `json:"calls"`
	Errors        uint64               `json:"errors"`
	P99           float64              `json:"p99_ms"`
	IsolatedSince time.Time            `json:"isolated_since,omitzero"`
	IsolatedUntil time.Time            `json:"isolated_until,omitzero"`
	LastError     string               `json:"last_error,omitempty"`
	LastErrorAt   time.Time            `json:"last_error_at,omitzero"`
	Points        []member.PluginPoint `json:"points,omitempty" doc:"Where it was called."`
}

// pluginStates are the states of plugins, from the best to the worst.
var pluginStates = map[string]int{"active": 0, "failing": 1, "isolated": 2, "absent": 3}

// showPlugin says of a plugin what the nodes tell of it.
func (c *Control) showPlugin(_ *Named, key string, members map[string]json.RawMessage) {
	members["status"], _ = json.Marshal(c.pluginStatus(key, members)) // it has no values that JSON lacks
}

// pluginStatus is how a plugin does that is configured with members.
func (c *Control) pluginStatus(key string, members map[string]json.RawMessage) *PluginStatus {
	s := &PluginStatus{Status: "active", Nodes: []PluginNodeStatus{}, Subscription: c.subscriptionOf(key)}
	var upgrade PluginStatus
	for _, n := range c.o.Nodes.List() {
		for _, p := range n.Plugins {
			switch p.Name {
			case key:
				s.add(n.Node, &p)
			case key + gateway.UpgradeMark:
				upgrade.add(n.Node, &p)
			}
		}
	}
	if members["upgrade"] != nil && upgrade.Nodes != nil {
		s.Upgrade = &upgrade
	}
	if on := true; members["enabled"] != nil && json.Unmarshal(members["enabled"], &on) == nil && !on {
		s.Status = "disabled"
	}
	return s
}

func (s *PluginStatus) add(node string, p *member.Plugin) {
	if s.Status == "" {
		s.Status = "active"
	}
	s.Nodes = append(s.Nodes, PluginNodeStatus{
		Node: node, Status: p.State, Calls: p.Calls, Errors: p.Errors, P99: p.P99, IsolatedSince: p.IsolatedSince,
		IsolatedUntil: p.IsolatedUntil, LastError: p.LastError, LastErrorAt: p.LastErrorAt, Points: p.Points,
	})
	s.Calls, s.Errors, s.P99 = s.Calls+p.Calls, s.Errors+p.Errors, max(s.P99, p.P99)
	if pluginStates[p.State] > pluginStates[s.Status] {
		s.Status = p.State
	}
}
