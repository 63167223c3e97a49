package member

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/nats-io/nats.go"
)

const (
	// goneAfter is how long a node may be silent.
	goneAfter = 3 * time.Second
	// cutOff is how long all may be.
	cutOff = 2 * beatEvery
)

// View is what is known of all nodes. Safe for concurrent use.
type View struct {
	now func() time.Time

	mu      sync.Mutex
	nodes   map[string]*heard
	changed chan struct{} // closed and replaced with each change
}

// heard is a node's state, and when it came, by this node's clock.
type heard struct {
	State
	at time.Time
}

// NewView returns an empty view. It learns while [View.Run] runs.
func NewView() *View {
	return &View{now: time.Now, nodes: map[string]*heard{}, changed: make(chan struct{})}
}

// Run listens to what the nodes tell until ctx ends.
func (v *View) Run(ctx context.Context, c *bus.Conn) error {
	nc := c.Control.NATS
	beats, err := nc.Subscribe(bus.NodeBeat.All(), func(m *nats.Msg) {
		if values, ok := bus.NodeBeat.Values(m.Subject); ok && len(values) == 1 {
			v.hear(values[0], m.Data)
		}
	})
	if err != nil {
		return fmt.Errorf("listen to the nodes: %w", err)
	}
	defer beats.Unsubscribe() //nolint:errcheck // it ends with the connection otherwise
	down, err := nc.Subscribe(bus.NodeDown.All(), func(m *nats.Msg) {
		if values, ok := bus.NodeDown.Values(m.Subject); ok && len(values) == 1 {
			v.forget(values[0])
		}
	})
	if err != nil {
		return fmt.Errorf("listen for nodes that die: %w", err)
	}
	defer down.Unsubscribe() //nolint:errcheck // it ends with the connection otherwise
	_ = v.load(ctx, c)       // else the nodes are known with their next heartbeat
	tick := time.NewTicker(goneAfter / 3)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			v.expire()
		case <-ctx.Done():
			return nil
		}
	}
}

// load takes over the states that the nodes have told last, so that a node which
// starts need not wait for their next.
func (v *View) load(ctx context.Context, c *bus.Conn) error {
	return c.Control.EachValue(ctx, bus.Nodes, func(key string, value []byte) {
		var s State
		if json.Unmarshal(value, &s) == nil && bus.Token(s.Node) == key {
			v.hear(s.Node, value)
		}
	})
}

// hear takes over what a node tells; nothing is that it leaves.
func (v *View) hear(node string, data []byte) {
	if len(data) == 0 {
		v.forget(node)
		return
	}
	h := &heard{at: v.now()}
	if json.Unmarshal(data, &h.State) != nil || h.Node != node {
		return // of no version that is understood, or in another's name
	}
	h.ClockOffset = h.Told.Sub(h.at).Round(time.Millisecond).Seconds()
	v.change(func() { v.nodes[node] = h })
}

func (v *View) forget(node string) {
	v.change(func() { delete(v.nodes, node) })
}

func (v *View) expire() {
	now := v.now()
	v.mu.Lock()
	silent, newest := false, time.Time{}
	for _, h := range v.nodes {
		silent = silent || now.Sub(h.at) > goneAfter
		if h.at.After(newest) {
			newest = h.at
		}
	}
	v.mu.Unlock()
	// Where nothing is heard of anybody, this node is cut off, and what it last
	// knew is the best guess.
	if !silent || now.Sub(newest) > cutOff {
		return
	}
	v.change(func() {
		for node, h := range v.nodes {
			if now.Sub(h.at) > goneAfter {
				delete(v.nodes, node)
			}
		}
	})
}

func (v *View) change(f func()) {
	v.mu.Lock()
	defer v.mu.Unlock()
	f()
	close(v.changed)
	v.changed = make(chan struct{})
}

// List returns the nodes that live, by name.
func (v *View) List() []State {
	states, _ := v.list()
	return states
}

func (v *View) list() ([]State, <-chan struct{}) {
	v.mu.Lock()
	defer v.mu.Unlock()
	states := make([]State, 0, len(v.nodes))
	for _, h := range v.nodes {
		states = append(states, h.State)
	}
	slices.SortFunc(states, func(a, b State) int { return strings.Compare(a.Node, b.Node) })
	return states, v.changed
}

// Serving returns how many nodes take calls; at least one.
func (v *View) Serving() int {
	n := 0
	for _, s := range v.List() {
		if s.Serves() {
			n++
		}
	}
	return max(n, 1)
}

// Has says whether a live node has a role and is not about to go.
func (v *View) Has(role string) bool {
	return slices.ContainsFunc(v.List(), func(s State) bool { return !s.Draining && slices.Contains(s.Roles, role) })
}

// Await returns when holds is true for each live node that takes calls, or ctx's
// error when it ends before.
func (v *View) Await(ctx context.Context, holds func(*State) bool) error {
	for {
		states, changed := v.list()
		if !slices.ContainsFunc(states, func(s State) bool { return s.Serves() && !holds(&s) }) {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Serves says whether a node takes calls, from callers or from edges.
func (s *State) Serves() bool {
	return slices.Contains(s.Roles, "edge") || slices.Contains(s.Roles, "worker")
}
