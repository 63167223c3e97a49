package gateway

// Hot path where calls are traced.

import (
	"strings"
	"time"

	"github.com/asbru-gateway/asbru/pkg/telemetry"
)

// traceWork has a task be a part of its edge's trace, if that keeps it. A caller's own
// traceparent, which comes along where the edge traces nothing, is none of it.
func (c *Call) traceWork() {
	t := c.task
	for i := range t.Headers {
		if !strings.EqualFold(t.Headers[i].Name, "traceparent") {
			continue
		}
		trace, ok := telemetry.ParseTraceparent(t.Headers[i].Value)
		if ok && trace.Sampled && trace.Parent == trace.Span(t.ID, t.Attempt) {
			c.traced = &telemetry.Traced{Trace: trace, Work: &telemetry.Work{
				Span: trace.Span(t.Transfer.String(), 0), Node: c.gateway.options.Node, Attempt: t.Attempt,
			}}
		}
		return
	}
}

// noteWork makes the record of a task that is over, for its span alone: the call's own record
// is its edge's.
func (c *Call) noteWork() {
	r := &c.record
	r.CallID.Set(c.task.ID)
	r.Model.Set(c.task.Target)
	r.Time, r.Took, r.Op = c.began, time.Since(c.began), c.Head.Op
	r.Provider, r.Key, r.Worker = c.task.Provider, c.exchange.keyName, c.gateway.options.Node
	r.Status, r.Stream = c.Status, c.Streaming
	err := c.failed
	if err == nil {
		err = c.stream.failed
	}
	if err != nil {
		r.Status = err.HTTPStatus()
		r.Code.Set(err.Code)
		r.Detail = &telemetry.Detail{Class: err.Kind.String()}
	}
	r.Traced = c.traced
	c.gateway.options.Traces.Put(r)
	c.traced = nil // it is another's now
}
