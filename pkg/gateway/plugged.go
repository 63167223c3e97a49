package gateway

// Hot path where plugins are configured.

import (
	"strings"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/overflow"
	"github.com/asbru-gateway/asbru/pkg/plugin"
)

// plugged is what a call has beside that plugins want. All of them run where the call
// came in, also when a worker has it: to such a call the worker is a provider that speaks
// the caller's dialect.
type plugged struct {
	run     plugin.Run
	client  Client     // of run.Call.Header
	decodes bool       // a plugin wants the canonical form, so the call is translated
	told    *api.Error // what a plugin has said last
	tries   int        // that plugins have asked for
	spent   api.Usage  // by answers that a plugin has turned into errors
	cost    int64      // of them
	window  window
	gather  *api.Gatherer // of a stream whose answer a plugin wants
}

// translatedForPlugins says whether plugins want the canonical form, and may have changed it.
func (c *Call) translatedForPlugins() bool { return c.plugged != nil && c.plugged.decodes }

// header is the Header of the plugins' call.
func (p *plugged) header(name string) string {
	if p.client == nil {
		return ""
	}
	return p.client.Header(name)
}

// plugIn takes the call to the plugins that want it, before it is routed. It reports
// whether one of them has answered.
func (c *Call) plugIn() (answered bool, err *api.Error) {
	if !c.beginPlugins() {
		return false, nil
	}
	p := c.plugged
	if p.decodes = p.run.Decodes() && !c.relays(); p.decodes {
		if err := c.decodeForPlugins(); err != nil {
			return false, err
		}
	}
	a, err := p.run.Route()
	if err != nil {
		p.told = err
		return false, err
	}
	if a != nil {
		return true, c.answerPlugged(a)
	}
	c.adopt(&p.run.Call)
	return false, nil
}

// beginPlugins begins the call's run along the plugins. It reports whether any of them
// wants the call.
func (c *Call) beginPlugins() bool {
	p := c.plug
	if p == nil {
		p = new(plugged)
		p.run.Call.Header = p.header
		c.plug = p
	}
	c.describe(&p.run.Call)
	for chain := c.snapshot.plugins; !chain.Begin(&p.run); {
		if chain = c.gateway.snapshot.Load().plugins; chain == nil {
			return false
		}
	}
	if !p.run.Wanted() {
		p.run.End()
		return false
	}
	c.plugged, p.client = p, c.Client
	if c.traced != nil {
		p.run.Seen = c.traceHook
	}
	return true
}

// describe fills in what plugins are told of a call.
func (c *Call) describe(to *plugin.Call) {
	to.ID, to.RequestID, to.Dialect = c.id(), c.RequestID, c.dialectName()
	to.Op, to.Stream, to.Model = c.Head.Op, c.Head.Stream, c.Head.Model
	to.Caller, to.Metadata = c.Caller(), c.Metadata
}

// Caller is who calls, as plugins are told it: empty but for the end user while the call is
// not admitted.
func (c *Call) Caller() plugin.Caller {
	to := plugin.Caller{EndUser: strings.Clone(c.User)}
	if id := c.identity; id != nil {
		to.VirtualKeyID, to.VirtualKey, to.Team, to.Customer, to.User = id.ID, id.Name, id.team, id.customer, id.user
		if b := c.belongs; b != nil {
			to.Team, to.Customer = b.team, b.customer
		}
	}
	return to
}

func (c *Call) decodeForPlugins() *api.Error {
	if c.In == nil {
		c.request = c.request.Clone() // the program has its own still
	} else {
		c.Head.DropParams = c.mayDrop()
		if err := c.decode(); err != nil {
			return err
		}
	}
	c.request.Model = c.Head.Model
	c.plugged.run.Call.Request = c.request
	return nil
}

// adopt takes over what plugins have changed that is decided by more than the request.
func (c *Call) adopt(from *plugin.Call) {
	c.Metadata = from.Metadata
	switch r := from.Request; {
	case from.Model != c.Head.Model:
		c.Head.Model = from.Model
	case r != nil && r.Model != c.Head.Model:
		c.Head.Model = r.Model
	}
	if from.Request == nil {
		return
	}
	c.request = from.Request
	from.Model = c.Head.Model
	if m := from.Request.Sampling.MaxTokens; m.Set {
		c.Head.MaxTokens = m.V
	}
}

// answerPlugged answers the call with what a plugin has for it, or with the error that
// another plugin makes of that.
func (c *Call) answerPlugged(a *plugin.Answer) *api.Error {
	if err := c.plugged.run.After(a.Response, nil); err != nil {
		c.plugged.told = err
		return err
	}
	c.answerWith(a.Response)
	return nil
}

// beforeAttempt takes an attempt to the plugins. It reports whether one of them has
// answered.
func (c *Call) beforeAttempt(provider, model string) (answered bool, err *api.Error) {
	p := c.plugged
	to := &p.run.Call
	to.Provider, to.Model, to.Attempt = provider, model, c.attempts
	if to.Request != nil {
		to.Request.Model = model
	}
	a, err := p.run.Attempt()
	if to.Request != nil {
		c.request = to.Request
	}
	if a == nil && err == nil {
		return false, nil
	}
	c.attempts-- // nobody was asked
	if err != nil {
		p.told = err
		return false, err
	}
	return true, c.answerPlugged(a)
}

// afterAnswer takes a whole answer to the plugins.
func (c *Call) afterAnswer() *api.Error {
	p := c.plugged
	answer := &c.answer
	if !p.decodes {
		answer = new(api.Response)
	}
	err := p.run.After(answer, nil)
	if err != nil { // the provider has done its work all the same
		p.told = err
		p.cost += c.costOf(&c.Usage)
		p.spent.Add(&c.Usage)
		c.Usage = api.Usage{}
	}
	return err
}

// afterFailure takes a failed attempt to the plugins, and returns how it has ended: nil
// when one of them had an answer instead.
func (c *Call) afterFailure(was *api.Error) *api.Error {
	p := c.plugged
	var answer api.Response
	err := p.run.After(&answer, was)
	if err != nil {
		if err != was {
			p.told = err
		}
		return err
	}
	c.answerWith(&answer)
	return nil
}

// maxPluginTries is how often plugins may have a call tried again.
const maxPluginTries = 3

// wantsAgain says whether a plugin has asked for another try, and it may be made.
func (c *Call) wantsAgain(err *api.Error) bool {
	p := c.plugged
	if !p.run.Call.WantsAgain(err) || p.tries == maxPluginTries || c.over() {
		return false
	}
	p.tries++
	return true
}

// toldByPlugin says whether an error is a plugin's own.
func (c *Call) toldByPlugin(err *api.Error) bool { return c.plugged != nil && c.plugged.told == err }

// addSpent adds what answers have used that a plugin has turned into errors.
func (c *Call) addSpent() {
	p := c.plugged
	c.Usage.Add(&p.spent)
	c.cost += p.cost
	p.spent, p.cost = api.Usage{}, 0
}

// unplug ends the plugins' part in the call.
func (c *Call) unplug() {
	p := c.plugged
	c.plugged = nil
	p.run.End()
	p.client, p.told, p.gather = nil, nil, nil
	p.decodes, p.tries, p.spent, p.cost = false, 0, api.Usage{}, 0
	c.decoded = api.Request{} // plugins may have put memory of theirs into it
	c.answer = api.Response{}
}

// reworded puts the request, as plugins or an agent have left it, in the dialect into what a
// worker gets. It reports whether it can be said in that.
func (c *Call) reworded(o *overflow.Call) bool {
	r := c.request
	if tools := c.offering(); tools != nil {
		r = tools.addTo(r)
	}
	r.Model = o.Model
	body, err := c.tongue().AppendRequest(nil, r, &dialect.Quirks{})
	if err != nil {
		return false
	}
	o.Body, o.Legacy = body, false
	o.ArrayStream = o.ArrayStream && !c.windowed()
	return true
}

// receiveRequested takes the whole answer of a worker to the plugins, or to the agent.
func (c *Call) receiveRequested() *api.Error {
	if c.In != nil && (!c.plugged.run.Answers() || c.Status >= 300) {
		return nil
	}
	c.answer.Reset()
	if err := c.tongue().DecodeResponse(c.Head.Op, c.body, &c.answer); err != nil {
		return err
	}
	if c.plugged != nil {
		if err := c.afterAnswer(); err != nil {
			return err
		}
	}
	c.finishAnswer()
	return nil
}

// tellWatchers tells the plugins that watch that the call is over.
func (c *Call) tellWatchers(status int, took time.Duration) {
	p := c.plugged
	d := plugin.Done{
		Began: c.began, Took: took, FirstToken: c.record.FirstToken, Status: status, Err: c.failed,
		Truncated: c.Broken(), Attempts: c.attempts, Key: c.exchange.keyName, Usage: c.Usage, CostNano: c.cost,
	}
	switch {
	case !p.run.Gathers() || c.failed != nil:
	case p.gather != nil:
		d.Response = p.gather.Response()
		p.gather = nil
	case !c.Streaming && (p.decodes || c.here):
		d.Response = &c.answer
	}
	if len(c.candidates) > 0 {
		p.run.Call.Provider, p.run.Call.Model = c.Provider(), c.Model()
	}
	p.run.Done(&d)
}
