package gateway

// Hot path where calls are traced.

import (
	"time"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
)

// tracing says which calls are traced.
type tracing struct {
	share        float64
	ignoreParent bool
}

func (g *Gateway) tracingOf(t *config.Telemetry) *tracing {
	if g.options.Traces == nil || !t.On() {
		return nil
	}
	return &tracing{share: t.Traces.Share(), ignoreParent: t.Traces.IgnoreParent}
}

// beginTrace decides whether the call is traced, within its caller's trace if that has one.
func (c *Call) beginTrace() {
	by, from := c.snapshot.tracing, ""
	if c.Client != nil {
		from = c.Client.Header("traceparent")
	}
	trace, callers := telemetry.ParseTraceparent(from)
	if !callers {
		trace = telemetry.Begin(c.id())
	}
	if !callers || by.ignoreParent {
		trace.Sampled = trace.Within(by.share)
	}
	if trace.Sampled {
		c.traced = &telemetry.Traced{Trace: trace}
	}
}

// traceWithin has the call be a part of another's trace.
func (c *Call) traceWithin(parent *Call) {
	if t := parent.traced; t != nil {
		c.traced = &telemetry.Traced{Trace: telemetry.Trace{ID: t.ID, Parent: t.Span(parent.id(), 0), Sampled: true}}
	}
}

// appendTraceparent appends the traceparent of the try that is being made.
func (c *Call) appendTraceparent(dst []byte) []byte {
	if w := c.traced.Work; w != nil {
		return c.traced.AppendTraceparent(dst, w.Span)
	}
	return c.traced.AppendTraceparent(dst, c.traced.Span(c.id(), c.attempts))
}

// traceTry notes a try that has ended.
func (c *Call) traceTry(t telemetry.Try) {
	if len(c.traced.Tries) == maxTries {
		return
	}
	x, traced := &c.exchange, telemetry.TracedTry{Try: t, Number: c.attempts}
	if !x.asked.IsZero() {
		traced.Asked, traced.Queued = x.asked.Sub(c.began), x.queued
	}
	c.traced.Tries = append(c.traced.Tries, traced)
}

// maxHooks bounds the hooks that are traced of a call: a stream may have many.
const maxHooks = 64

// traceHook notes a hook that has run.
func (c *Call) traceHook(name string, at plugin.Point, took time.Duration, v plugin.Verdict) {
	if t := c.traced; t != nil && len(t.Hooks) < maxHooks {
		t.Hooks = append(t.Hooks, telemetry.Hook{
			Plugin: name, Point: at.String(), Verdict: v.String(), Started: time.Since(c.began) - took, Took: took,
		})
	}
}
