package gateway

// Hot path where rules are configured. What is told of a rule's choice takes no allocation of
// its own: it lies in one piece with the call's detail, which tells of the rule in any case.

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/routing"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
)

// ruled is the detail of a call that a rule has decided, with how it has chosen; forked that of
// one with a rule of several targets.
type (
	ruled struct {
		telemetry.Detail
		choice  telemetry.Choice
		options [1]telemetry.Option
	}
	forked struct {
		telemetry.Detail
		choice  telemetry.Choice
		options [routing.MaxTargets]telemetry.Option
	}
)

// noteChoice begins to tell how the call's rule chooses, if it has one.
func (c *Call) noteChoice() {
	r := c.rule
	if r == nil {
		return
	}
	choice := c.room(min(len(r.Targets), routing.MaxTargets))
	c.detail.Choice = choice
	choice.Asked.Set(c.Head.Model)
	choice.Revision = c.snapshot.Revision
	if len(choice.Options) == 0 {
		return
	}
	choice.Strategy = r.Strategy.String()
	for i := range choice.Options {
		t := &r.Targets[i]
		choice.Options[i] = telemetry.Option{Provider: t.Provider, Model: t.Model, Key: t.Key, Weight: t.Weight, CostNano: -1, Busy: -1}
	}
}

// room makes room for a choice among so many targets, and for the call's detail unless it has one
// to tell of something before.
func (c *Call) room(targets int) *telemetry.Choice {
	switch {
	case c.detail != nil:
		return &telemetry.Choice{Options: make([]telemetry.Option, targets)}
	case targets > 1:
		d := &forked{}
		c.detail, d.choice.Options = &d.Detail, d.options[:targets]
		return &d.choice
	}
	d := &ruled{}
	c.detail, d.choice.Options = &d.Detail, d.options[:targets]
	return &d.choice
}

// choice is how the call's rule chooses; nil where that is not told.
func (c *Call) choice() *telemetry.Choice {
	if c.detail == nil {
		return nil
	}
	return c.detail.Choice
}

// noteRefused notes that the call may not, or cannot, go to a target.
func (c *Call) noteRefused(target int, err *api.Error) {
	if choice := c.choice(); choice != nil {
		choice.Options[target].Refused = err.Code
	}
}

// noteOption notes what the strategy sees of a target.
func (c *Call) noteOption(target int, by routing.Strategy, to *candidate, o *routing.Option) {
	choice := c.choice()
	if choice == nil {
		return
	}
	told := &choice.Options[target]
	told.Provider, told.Ready = to.provider.Name, o.Ready
	if len(choice.Options) == 1 {
		return
	}
	switch by {
	case routing.LeastLatency:
		told.Latency = o.Latency
	case routing.LeastCost:
		told.CostNano = o.Cost
	case routing.LeastBusy:
		told.Busy = o.Busy
	}
}

// notePlace notes a target's place in the order in which they are tried.
func (c *Call) notePlace(target, place int) {
	if choice := c.choice(); choice != nil {
		choice.Options[target].Place = place
	}
}
