package gateway

import "github.com/asbru-gateway/asbru/pkg/api"

// bypass is why a call has nothing to do with the cache, although it is switched on and the
// caller does not mind.
type bypass uint8

const (
	cacheable bypass = iota
	bypassOperation
	bypassStateful
	bypassTools
	bypassPlugins
)

// bypassHeaders are what the caller reads, and bypassMarks what the log does.
var (
	bypassHeaders = [...]string{
		bypassOperation: "bypass; reason=operation", bypassStateful: "bypass; reason=stateful",
		bypassTools: "bypass; reason=tools", bypassPlugins: "bypass; reason=plugins",
	}
	bypassMarks = [...]string{
		bypassOperation: "cache:bypass=operation", bypassStateful: "cache:bypass=stateful",
		bypassTools: "cache:bypass=tools", bypassPlugins: "cache:bypass=plugins",
	}
)

// Cached says how the call fared with answers that are kept: "hit", "miss", "bypass" with the
// reason, or "" where that was not for it to say.
func (c *Call) Cached() string {
	switch k := c.caching; {
	case k == nil:
		return bypassHeaders[c.bypass]
	case k.hit != nil:
		return k.alike.hitHeader()
	}
	return c.caching.alike.missHeader()
}

// cacheMark is what the log says of the call and the cache; "" for nothing.
func (c *Call) cacheMark() string {
	switch k := c.caching; {
	case k == nil:
		return bypassMarks[c.bypass]
	case k.hit != nil:
		return k.alike.hitMark()
	case k.unkept != "":
		return "cache:miss=" + k.unkept + k.alike.missMark()
	}
	return "cache:miss" + c.caching.alike.missMark()
}

// uncacheable says why the call's answer depends on more than its request: it goes on with
// what a provider keeps, or plugins or tools of the gateway's own have a part in it.
func (c *Call) uncacheable() bypass {
	switch c.Head.Op {
	case api.OpChat, api.OpCompletion, api.OpEmbedding, api.OpRerank:
	default:
		return bypassOperation
	}
	switch {
	case c.relays():
		return bypassOperation
	case c.Head.Stateful || c.task != nil:
		return bypassStateful
	case c.tools != nil:
		return bypassTools
	case c.translatedForPlugins():
		return bypassPlugins
	}
	return cacheable
}

// unkeepable says why the answer that was made is not kept; "" where it is.
func (c *Call) unkeepable(status int) string {
	k := c.caching
	switch {
	case k.hit != nil || !k.wish.store:
		return "not_wanted"
	case status != 200 || c.failed != nil:
		return "failed"
	case c.here:
		return "made_here"
	case c.at != 0:
		return "fallback"
	case len(c.Head.Dropped) > 0:
		return "dropped_parameters"
	case k.size > c.snapshot.cache.largest || len(c.Answer) > c.snapshot.cache.largest:
		return "too_large"
	case c.Streaming && (!c.stream.ended || len(k.beats) == 0):
		return "broken_off"
	case !c.Streaming && len(c.Answer) == 0:
		return "empty"
	}
	return ""
}
