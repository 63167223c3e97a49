package alert

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/asbru-gateway/asbru/pkg/member"
)

const (
	// lostFor is how long a node that is gone is alerted of. Nodes have new names when
	// they come again, so that nothing else may ever end it.
	lostFor = time.Hour
	// toldFor is how long something holds that has happened once.
	toldFor = time.Hour
)

// observer sees what the nodes tell, and remembers what has happened. It knows what
// happened since it was made; what it does not know it says. Safe for concurrent use.
type observer struct {
	mu      sync.Mutex
	now     time.Time // of the last look
	nodes   []member.State
	seen    map[string]member.State // as each was when it was seen last
	lost    map[string]time.Time
	usage   map[string]Signal
	windows map[string]*window
	began   time.Time
}

func newObserver() *observer {
	return &observer{
		seen: map[string]member.State{}, lost: map[string]time.Time{}, usage: map[string]Signal{}, windows: map[string]*window{},
	}
}

// observe takes in how the nodes are now. An empty list tells nothing: who hears nobody
// is cut off.
func (o *observer) observe(now time.Time, nodes []member.State) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.now, o.nodes = now, nodes
	if o.began.IsZero() {
		o.began = now
	}
	if len(nodes) == 0 {
		return
	}
	live := map[string]bool{}
	for _, n := range nodes {
		live[n.Node] = true
		delete(o.lost, n.Node)
		before, known := o.seen[n.Node]
		known = known && before.Started.Equal(n.Started)
		o.count(now, n, before, known)
		if known && n.Usage.Lost > before.Usage.Lost {
			o.usage[n.Node] = Signal{
				Kind: UsageLost, Subject: n.Node, Until: now.Add(toldFor),
				Summary: fmt.Sprintf("The usage of %d calls of node %s is lost: they are not in the ledger.", n.Usage.Lost, n.Node),
			}
		}
		o.seen[n.Node] = n
	}
	for name, s := range o.seen {
		if live[name] {
			continue
		}
		delete(o.seen, name)
		if !s.Draining {
			o.lost[name] = now
		}
	}
	for name, at := range o.lost {
		if now.Sub(at) > lostFor {
			delete(o.lost, name)
		}
	}
}

// count adds what a node has done since it was seen last to the windows. What a node
// has done before it was first seen is of an unknown time.
func (o *observer) count(now time.Time, n, before member.State, known bool) {
	if !known {
		return
	}
	o.window(ErrorRate, "cluster").add(now, n.Load.Calls-before.Load.Calls, n.Load.Errors-before.Load.Errors)
	for _, p := range n.Providers {
		i := slices.IndexFunc(before.Providers, func(b member.Provider) bool { return b.Name == p.Name })
		if i < 0 {
			continue
		}
		b := before.Providers[i]
		o.window(ProviderDown, p.Name).add(now, p.Tries-b.Tries, p.Failed-b.Failed)
	}
}

func (o *observer) window(k Kind, subject string) *window {
	key := fingerprint(string(k), subject)
	w := o.windows[key]
	if w == nil {
		w = &window{kind: k, subject: subject}
		o.windows[key] = w
	}
	return w
}

// look is a [Look].
func (o *observer) look(r *Rule) (seen []Signal, known bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	known = len(o.nodes) > 0
	switch r.Kind {
	case KeyDisabled, KeyResting:
		return o.keys(r.Kind), known
	case ProviderDown:
		return append(o.broken(), o.shares(r)...), known && o.now.Sub(o.began) >= r.Window
	case ErrorRate:
		return o.shares(r), known && o.now.Sub(o.began) >= r.Window
	case NodeLost:
		return o.gone(), known
	case ConfigFailed, RedisAway, PluginAbsent:
		return o.ofNodes(r.Kind), known
	case UsageLost:
		for _, s := range o.usage {
			seen = append(seen, s)
		}
	}
	return seen, known
}

func (o *observer) gone() []Signal {
	var seen []Signal
	for name, at := range o.lost {
		seen = append(seen, Signal{
			Kind: NodeLost, Subject: name, Until: at.Add(lostFor),
			Summary: fmt.Sprintf("Node %s has not been heard of since %s, and had not said that it would go.", name, stamp(at)),
		})
	}
	for i := range o.nodes { // another control may have seen it go
		seen = append(seen, Signal{Kind: NodeLost, Subject: o.nodes[i].Node, Over: true})
	}
	return seen
}

func (o *observer) ofNodes(k Kind) []Signal {
	var seen []Signal
	for i := range o.nodes {
		n := &o.nodes[i]
		for j := range n.Plugins {
			if p := &n.Plugins[j]; k == PluginAbsent && p.State == "absent" {
				seen = append(seen, Signal{Kind: k, Subject: n.Node + "/" + p.Name, Summary: fmt.Sprintf(
					"Node %s cannot use the plugin %s: %s.", n.Node, p.Name, p.LastError)})
			}
		}
		switch {
		case k == ConfigFailed && n.Config.Error != "":
			seen = append(seen, Signal{Kind: k, Subject: n.Node, Summary: fmt.Sprintf(
				"Node %s could not apply revision %d: %s. Revision %d stays in force there.", n.Node, n.Config.Wanted, n.Config.Error, n.Config.Revision)})
		case k == RedisAway && n.Counts == member.CountsAway:
			seen = append(seen, Signal{Kind: k, Subject: n.Node, Summary: fmt.Sprintf(
				"Node %s does not reach Redis: each limit's policy decides.", n.Node)})
		}
	}
	return seen
}
