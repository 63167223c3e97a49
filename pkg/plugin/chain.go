package plugin

// Hot path.

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"sync/atomic"
)

// MaxPlugins is how many plugins a configuration may have.
const MaxPlugins = 64

// Chain is the plugins of a configuration, in order. It never changes. Safe for
// concurrent use.
type Chain struct {
	entries []*Entry
	has     [points]uint64 // which of them have a part
	decoded uint64         // which want the canonical form
	content uint64         // which want the answers of streams put together

	calls   atomic.Int64 // under way; far below 0 when the chain was given up
	retired atomic.Bool
}

// gone is what calls is set to when the last call of a retired chain is over.
const gone = math.MinInt64 / 2

// NewChain puts plugins in order; nil for none. Those of one placement and order stay as
// they are.
func NewChain(entries []*Entry) (*Chain, error) {
	if len(entries) == 0 {
		return nil, nil
	}
	if len(entries) > MaxPlugins {
		return nil, fmt.Errorf("there are %d plugins, at most %d can be used", len(entries), MaxPlugins)
	}
	c := &Chain{entries: slices.Clone(entries)}
	slices.SortStableFunc(c.entries, func(a, b *Entry) int {
		return cmp.Or(cmp.Compare(a.settings.Placement, b.settings.Placement), cmp.Compare(a.settings.Order, b.settings.Order))
	})
	for i, e := range c.entries {
		e.made.enter()
		for p, has := range [points]bool{
			BeforeRoute: e.route != nil, BeforeAttempt: e.attempt != nil, AfterAttempt: e.answer != nil,
			OnEvents: e.stream != nil, AfterCall: e.watch != nil, BeforeTool: e.tool != nil, AfterTool: e.result != nil,
			OnHTTP: e.http != nil, AfterHTTP: e.replied != nil, OnChunk: e.chunk != nil,
		} {
			if has {
				c.has[p] |= 1 << i
			}
		}
		if e.decoded {
			c.decoded |= 1 << i
		}
		if e.content {
			c.content |= 1 << i
		}
	}
	return c, nil
}

// Entries returns the plugins in order.
func (c *Chain) Entries() []*Entry { return c.entries }

// Begin begins the run of a call, which r.Call describes. It fails when the chain is
// given up already: then there is another one in force.
func (c *Chain) Begin(r *Run) bool {
	if c.calls.Add(1) < 0 {
		return false
	}
	r.chain, r.mask, r.heard = c, 0, math.MaxUint64
	r.Call.asked = r.Call.Model
	for i, e := range c.entries {
		if e.wants(&r.Call) {
			r.mask |= 1 << i
		}
	}
	return true
}

// BeginHTTP begins the run of a request, nil where no plugin wants any. It fails as Begin
// does.
func (c *Chain) BeginHTTP() (r *HTTPRun, ok bool) {
	if c.has[OnHTTP]|c.has[AfterHTTP]|c.has[OnChunk] == 0 {
		return nil, true
	}
	if c.calls.Add(1) < 0 {
		return nil, false
	}
	return &HTTPRun{chain: c}, true
}

func (c *Chain) leave() {
	if c.calls.Add(-1) == 0 && c.retired.Load() {
		c.giveUp()
	}
}

// Retire is called when no new call shall use the chain. Its plugins are closed that are
// in no other chain, once no call uses them any more.
func (c *Chain) Retire() {
	c.retired.Store(true)
	if c.calls.Load() == 0 {
		c.giveUp()
	}
}

func (c *Chain) giveUp() {
	if !c.calls.CompareAndSwap(0, gone) {
		return // a call has begun; it will find out when it ends
	}
	for _, e := range c.entries {
		e.made.leave()
	}
}
