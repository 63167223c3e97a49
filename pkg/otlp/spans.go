package otlp

import (
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
)

// call is a record whose spans are being made.
type call struct {
	*telemetry.Record
	id    string
	spans []*tracepb.Span
	next  int // number of the next span that has none of its own
}

// firstFree is above the numbers of all tries.
const firstFree = 1 << 7

// appendSpans appends the spans of a call that was traced:
//
//	chat gpt-5-mini            the call, from the request read to the answer's end
//	├─ before_route words      a plugin's hook
//	└─ attempt openai          a try at a provider
//	   ├─ queue                the wait for a slot, or for the worker that took the call
//	   ├─ work openai          what the worker that took the call did, by that worker
//	   └─ chat gpt-5-mini      what the provider took
func appendSpans(dst []*tracepb.Span, r *telemetry.Record) []*tracepb.Span {
	c := call{Record: r, id: r.CallID.Borrow(), spans: dst, next: firstFree}
	if r.Traced.Work != nil {
		c.work()
		return c.spans
	}
	c.whole()
	for i := range r.Traced.Tries {
		c.attempt(&r.Traced.Tries[i], i == len(r.Traced.Tries)-1)
	}
	for i := range r.Traced.Hooks {
		c.hook(&r.Traced.Hooks[i])
	}
	return c.spans
}

// span appends a span from and to a time since the call began.
func (c *call) span(id, parent telemetry.SpanID, name string, kind tracepb.Span_SpanKind, from, to time.Duration) *tracepb.Span {
	s := &tracepb.Span{
		TraceId: c.Traced.ID[:], SpanId: id[:], Name: name, Kind: kind, Flags: 1,
		StartTimeUnixNano: uint64(c.Time.Add(from).UnixNano()), EndTimeUnixNano: uint64(c.Time.Add(max(from, to)).UnixNano()),
	}
	if parent != (telemetry.SpanID{}) {
		s.ParentSpanId = parent[:]
	}
	c.spans = append(c.spans, s)
	return s
}

func (c *call) free() telemetry.SpanID {
	c.next++
	return c.Traced.Span(c.id, c.next-1)
}

func (c *call) whole() {
	op := operation(c.Op)
	s := c.span(c.Traced.Span(c.id, 0), c.Traced.Parent, named(op, c.Model.String()), tracepb.Span_SPAN_KIND_SERVER, 0, c.Took)
	var a attributes
	a.text(operationKey, op)
	a.text(callKey, c.CallID.String())
	a.text(requestKey, c.RequestID.String())
	a.text(dialectKey, c.Dialect)
	if c.Op == api.OpTool {
		a.text(toolKey, c.Model.String())
		a.text("asbru.mcp.client", c.Provider)
	} else {
		a.text(providerKey, providerName(c.Provider))
		a.text(modelKey, c.Model.String())
	}
	a.count(statusKey, int64(c.Status))
	a.text(virtualKeyKey, c.VirtualKey)
	a.text(teamKey, c.Team)
	a.text(customerKey, c.Customer)
	a.count(attemptsKey, int64(c.Attempts))
	a.flag(streamKey, c.Stream)
	a.flag(truncatedKey, c.Truncated)
	a.flag(shadowKey, c.Shadow)
	a.number(ownKey, c.Own.Seconds())
	a.number(costKey, float64(c.CostNano)/1e9)
	a.answer(&c.Traced.Answer)
	a.usage(&c.Usage)
	a.number(firstTokenKey, c.FirstToken.Seconds())
	class := ""
	if d := c.Detail; d != nil {
		a.text(endUserKey, d.EndUser)
		a.text(sessionKey, d.Session)
		a.text(ruleKey, d.RuleName)
		a.text(marksKey, d.Marks)
		class = d.Class
	}
	s.Attributes = a
	// An error of the caller's own is none of the server's, as the conventions for HTTP have it.
	if c.Status >= 400 || class != "" {
		fail(s, class, c.Code.String(), c.Status >= 500)
	}
}

func (a *attributes) usage(u *api.Usage) {
	if !u.Known {
		return
	}
	a.count(inputKey, u.Input)
	a.count(outputKey, u.Output)
	a.count(cacheReadKey, u.CacheRead)
	a.count(cacheWriteKey, u.CacheWrite)
	a.count(reasoningKey, u.Reasoning)
	a.flag(estimatedKey, u.Estimated)
}

func (a *attributes) answer(of *telemetry.TracedAnswer) {
	a.text(answerModelKey, of.Model)
	a.text(answerIDKey, of.ID)
	a.texts(finishKey, of.Finish)
}

// work makes the span of what a worker has done for a try of an edge's.
func (c *call) work() {
	w := c.Traced.Work
	s := c.span(w.Span, c.Traced.Parent, named("work", c.Provider), tracepb.Span_SPAN_KIND_CONSUMER, 0, c.Took)
	var a attributes
	a.text(callKey, c.CallID.String())
	a.text(workerKey, w.Node)
	a.count(attemptKey, int64(w.Attempt))
	a.text(keyNameKey, c.Key)
	a.text(providerKey, providerName(c.Provider))
	a.text(modelKey, c.Model.String())
	a.count(statusKey, int64(c.Status))
	a.flag(streamKey, c.Stream)
	a.answer(&c.Traced.Answer)
	s.Attributes = a
	for _, e := range [...]struct {
		name string
		at   time.Duration
	}{{askedName, w.Asked}, {firstTokenName, c.FirstToken}} {
		if e.at > 0 {
			s.Events = append(s.Events, &tracepb.Span_Event{Name: e.name, TimeUnixNano: uint64(c.Time.Add(e.at).UnixNano())})
		}
	}
	if d := c.Detail; d != nil && d.Class != "" {
		fail(s, d.Class, c.Code.String(), true)
	}
}

func (c *call) attempt(t *telemetry.TracedTry, last bool) {
	end := t.Started + t.Took
	answered := last && t.Class == ""
	if answered { // what follows is the provider's stream
		end = c.Took
	}
	id := c.Traced.Span(c.id, t.Number)
	s := c.span(id, c.Traced.Span(c.id, 0), named("attempt", t.Provider), tracepb.Span_SPAN_KIND_INTERNAL, t.Started, end)
	var a attributes
	a.count(attemptKey, int64(t.Number))
	a.text(workerKey, t.Worker)
	a.text(keyNameKey, t.Key)
	s.Attributes = a
	if t.Class != "" {
		fail(s, t.Class, t.Code, true)
	}
	if t.Queued > 0 {
		name := "queue"
		if t.Worker != "" {
			name = "overflow to " + t.Worker
		}
		c.span(c.free(), id, name, tracepb.Span_SPAN_KIND_INTERNAL, t.Asked-t.Queued, t.Asked)
	}
	if t.Asked > 0 {
		c.provider(t, id, end, answered)
	}
}

// provider makes the span of what a provider took, which the conventions for generative AI
// describe.
func (c *call) provider(t *telemetry.TracedTry, attempt telemetry.SpanID, end time.Duration, answered bool) {
	op := operation(c.Op)
	s := c.span(c.free(), attempt, named(op, t.Model), tracepb.Span_SPAN_KIND_CLIENT, t.Asked, end)
	var a attributes
	a.text(operationKey, op)
	a.text(providerKey, providerName(t.Provider))
	a.text(modelKey, t.Model)
	a.count(statusKey, int64(t.Status))
	if answered {
		a.answer(&c.Traced.Answer)
		a.usage(&c.Usage)
		if c.FirstToken > 0 {
			s.Events = []*tracepb.Span_Event{{Name: firstTokenName, TimeUnixNano: uint64(c.Time.Add(c.FirstToken).UnixNano())}}
		}
	}
	s.Attributes = a
	if t.Class != "" {
		fail(s, t.Class, t.Code, true)
	}
}

func (c *call) hook(h *telemetry.Hook) {
	s := c.span(c.free(), c.Traced.Span(c.id, 0), named(h.Point, h.Plugin), tracepb.Span_SPAN_KIND_INTERNAL, h.Started, h.Started+h.Took)
	var a attributes
	a.text(pluginKey, h.Plugin)
	a.text(pointKey, h.Point)
	a.text(verdictKey, h.Verdict)
	s.Attributes = a
}

// fail notes what went wrong. A message is not told: it may quote what the caller said.
func fail(s *tracepb.Span, class, code string, atFault bool) {
	a := attributes(s.Attributes)
	a.text(errorKey, class)
	a.text(codeKey, code)
	s.Attributes = a
	if atFault {
		s.Status = &tracepb.Status{Code: tracepb.Status_STATUS_CODE_ERROR, Message: code}
	}
}

func named(what, of string) string {
	if of == "" {
		return what
	}
	return what + " " + of
}
