package gateway

// Hot path.

import (
	"strings"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
)

// bytesPerToken is a rule of thumb for English text; it only serves where a
// provider never said what it counted, and the figure is marked as an estimate.
const bytesPerToken = 4

// promptTokens is an estimate of what the request has for the model to read.
func (c *Call) promptTokens() int64 { return int64(len(c.Body)+c.added) / bytesPerToken }

// settle ends the call: what was used is counted, and a record is made.
func (c *Call) settle(status int) {
	if c.task.settledElsewhere() {
		return
	}
	if !c.here {
		c.account()
		c.cost = c.costOf(&c.Usage)
	}
	if c.plugged != nil {
		c.addSpent()
	}
	c.giveBack()
	now := time.Now()
	took := now.Sub(c.began)
	if c.own > 0 && !c.exchange.answered.IsZero() {
		c.own += now.Sub(c.exchange.answered)
	}
	if !c.shadow {
		c.count(status, took)
	}
	if c.caching != nil {
		c.keepAnswer(status, took)
	}
	c.note(status, took)
	if c.snapshot.transcripts != nil {
		c.keepTranscript()
	}
	if c.plugged != nil {
		c.tellWatchers(status, took)
	}
}

// count adds the call to the metrics.
func (c *Call) count(status int, took time.Duration) {
	if c.series == nil {
		c.lookupSeries()
	}
	c.series.Done(status, took, &c.Usage, c.cost, c.traced)
	if c.own > 0 {
		c.series.Overhead(c.own)
	}
	if c.left.Load() {
		c.gateway.metrics.Canceled.Inc()
	}
}

// account completes the usage: read on the raw lane, estimated where the
// provider's figure never came although it worked.
func (c *Call) account() {
	if c.relays() {
		c.accountRelay()
		return
	}
	s := &c.stream
	produced := s.produced
	if s.tap != nil {
		c.Usage = s.tap.Usage()
		produced = s.tap.OutputBytes()
	}
	if !c.Streaming && !(c.billed && c.left.Load()) {
		return
	}
	output := (produced + bytesPerToken - 1) / bytesPerToken
	switch u := &c.Usage; {
	case !u.Known:
		u.Input, u.Output = c.promptTokens(), output
		u.Known, u.Estimated = true, true
	case !s.ended && u.Output < output: // what is known is from before the text that came last
		u.Output, u.Estimated = output, true
	}
}

// note makes the record of the call.
func (c *Call) note(status int, took time.Duration) {
	model := c.Model()
	if c.here {
		model = c.called()
	}
	c.noteAs(status, took, c.Provider(), model)
}

// noteAs makes the record of a call that went to a model of a provider, or to a tool of an
// MCP server.
func (c *Call) noteAs(status int, took time.Duration, provider, model string) {
	g := c.gateway
	if !g.recorder.Enabled() && g.hooks.Done == nil && g.options.Usage == nil && c.traced == nil {
		return
	}
	r := &c.record
	r.CallID.Set(c.id())
	r.Time, r.Took = c.began, took
	r.Op, r.Status, r.Attempts = c.Head.Op, status, c.attempts
	r.Stream, r.Truncated, r.Billed = c.Streaming, c.Streaming && !c.stream.ended, c.billed
	r.Usage, r.CostNano, r.Metadata = c.Usage, c.cost, keptMetadata(c.Metadata)
	r.RequestID.Set(c.RequestID)
	r.Model.Set(model)
	r.Queue, r.Own, r.Fallback, r.Shadow = c.queued, c.own, c.at, c.shadow
	if c.failed != nil {
		r.Code.Set(c.failed.Code)
	}
	r.Detail = c.detailed()
	r.Dialect, r.Provider, r.Key, r.Worker = c.dialectName(), provider, c.exchange.keyName, c.exchange.worker
	if id := c.identity; id != nil {
		r.VirtualKey, r.VirtualKeyID, r.Team, r.Customer, r.User = id.Name, id.ID, id.team, id.customer, id.user
		if b := c.belongs; b != nil {
			r.Team, r.Customer = b.team, b.customer
		}
	}
	// A stranger who got nowhere used nothing, and may not fill the ledger.
	if g.options.Usage != nil && (c.identity != nil || c.attempts > 0 || c.here) {
		g.options.Usage.Put(r)
	}
	if g.recorder.Enabled() {
		g.recorder.Put(r)
	}
	if c.traced != nil && c.task == nil { // a task's record has a span of its own alone
		r.Traced = c.traced
		g.options.Traces.Put(r)
		c.traced = nil // it is another's now
	}
	if g.hooks.Done != nil {
		g.tellDone(r)
	}
}

// maxMetadata bounds what a caller gives along: it is kept for every call, also in memory.
const maxMetadata = 2 << 10

// keptMetadata copies the pairs that there is room for.
func keptMetadata(pairs string) string {
	if len(pairs) > maxMetadata {
		pairs = pairs[:maxMetadata+1]
		pairs = pairs[:max(strings.LastIndexByte(pairs, ','), 0)]
	}
	return strings.Clone(pairs)
}

func (c *Call) dialectName() string {
	if c.turn {
		return "agent"
	}
	if c.In == nil {
		return "go"
	}
	return c.In.Name()
}

// asked notes that a request leaves for a provider: what the try has taken up to
// here, but for the wait for a slot, is the gateway's own time.
func (c *Call) asked() {
	c.sent = true
	x := &c.exchange
	c.own += time.Since(x.began) - x.queued
	c.queued += x.queued
	if c.traced != nil {
		x.asked = time.Now()
		if w := c.traced.Work; w != nil {
			w.Asked = x.asked.Sub(c.began)
		}
	}
	if !c.shadow {
		c.lookupSeries()
	}
}

func (c *Call) firstToken() {
	if c.task.settledElsewhere() {
		if c.traced != nil {
			c.record.FirstToken = time.Since(c.began)
		}
		return
	}
	c.record.FirstToken = time.Since(c.began)
	if c.shadow {
		return
	}
	c.lookupSeries().FirstToken(c.record.FirstToken)
}

// lookupSeries finds the metrics of this kind of call. A fallback changes the
// provider, so they are found anew then.
func (c *Call) lookupSeries() *telemetry.Series {
	if c.labels == "" && c.gateway.labels != nil {
		c.labels = c.gateway.labels.of(c.Client)
	}
	k := telemetry.SeriesKey{Dialect: c.dialectName(), Op: c.Head.Op, Provider: c.Provider(), Model: c.Model(), Extra: c.labels}
	c.series = c.gateway.series.Get(k)
	return c.series
}

// outcome names how a try ended, for the metrics.
func outcome(err *api.Error) int {
	switch {
	case err == nil:
		return outcomeOK
	case err.Kind == api.KindCanceled:
		return outcomeCanceled
	case err.Sent == api.SentMaybe:
		return outcomeAmbiguous
	case err.Sent == api.SentNo:
		return outcomeNotSent
	case err.Kind == api.KindRateLimit:
		return outcomeLimited
	case retryable(err):
		return outcomeRefused
	}
	return outcomeError
}

const (
	outcomeOK = iota
	outcomeNotSent
	outcomeRefused
	outcomeLimited
	outcomeAmbiguous
	outcomeError
	outcomeCanceled
	outcomes
)

var outcomeNames = [outcomes]string{"ok", "not_sent", "refused", "limited", "ambiguous", "error", "canceled"}
