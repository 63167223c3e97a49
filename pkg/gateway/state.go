package gateway

import (
	"time"

	"github.com/asbru-gateway/asbru/pkg/telemetry"
)

// State is how a gateway is at a moment, for who looks at it.
type State struct {
	Calls, Errors int64 // finished calls, and those of a status of 500 or more
	Inflight      int64 // calls that a provider is working on, or that wait for one
	Providers     []ProviderState
}

// ProviderState is how a provider's slots and keys are.
type ProviderState struct {
	Name                 string
	Busy, Waiting, Slots int
	Tries, Failed        int64 // tries at it, and those that failed by its fault or on the way
	Keys                 []KeyState
}

// KeyState is how a provider's key is.
type KeyState struct {
	Name   string
	Weight float64
	Used   int64   // cost of the calls that were sent with it
	Share  float64 // Used in proportion to that of all keys
	// Everywhere is Share over the calls of all nodes that share the key.
	Everywhere float64
	CoolUntil  time.Time // zero when it is not cooling down
	Disabled   bool
	Broken     bool   // its calls fail, so that it is only probed
	Scarce     bool   // it is used less, since little is left of its limits
	Reason     string // why it cools down or is disabled
}

// State returns how the gateway is.
func (g *Gateway) State() State {
	var s State
	s.Calls, s.Errors = g.metrics.Calls()
	now := time.Now().UnixNano()
	for _, p := range g.snapshot.Load().ordered {
		ps := ProviderState{Name: p.Name}
		ps.Busy, ps.Waiting, ps.Slots = p.pool.Stats()
		ps.Tries, ps.Failed = p.attempts.sums()
		s.Inflight += int64(ps.Busy + ps.Waiting)
		for i, k := range p.keys.Snapshot(now) {
			if name := p.creds[i].name; name != "" {
				ps.Keys = append(ps.Keys, KeyState{name, k.Weight, k.Used, k.Share, k.Everywhere, k.CoolUntil, k.Disabled, k.Broken, k.Scarce, k.Reason})
			}
		}
		s.Providers = append(s.Providers, ps)
	}
	return s
}

// sums returns how many tries there were, and how many of them failed in a way that another
// try may not. A provider that asks for fewer calls has not failed.
func (a *attemptCounters) sums() (all, failed int64) {
	for i, c := range a {
		n := telemetry.Value(c)
		all += n
		if i == outcomeNotSent || i == outcomeRefused || i == outcomeAmbiguous {
			failed += n
		}
	}
	return all, failed
}
