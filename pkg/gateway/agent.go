package gateway

import (
	"context"
	"math"
	"runtime/debug"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/limits"
)

// agent answers a call whose model is offered tools that run without asking the caller: it
// asks the model, runs what it wishes to be run, asks again with the results, and so on
// until the model has an answer, or wishes what only the caller can do.
//
// Each turn, and each run of a tool, is a call of its own whose parent is the caller's, so
// that limits, plugins, prices and the log have them as they have all others. The caller's
// call itself uses nothing.
//
// An agent works on a goroutine of its own, beside the one that owns the call, which waits
// for what it [agent.says]. Until it is done it alone reads what the caller has lent.
type agent struct {
	call    *Call
	asking  *asking
	request *api.Request // as the next turn asks it, without the offered tools
	offer   *offer
	limits  agentLimits
	stream  bool

	life context.Context // until nobody waits for the agent any more
	ctx  context.Context // of what it does: its time is bounded too
	stop context.CancelFunc
	says chan news
	done chan struct{}

	turns      int
	added      int // bytes that the turns have put behind the conversation
	usage      api.Usage
	cost       int64
	stopped    string      // which limit has ended it, "" for none
	candidates []candidate // that a turn may go to: where the first was answered, and its fallbacks
	by         *answerer   // of the first turn, until the caller's goroutine has it
	show       shown
}

// news is something that an agent has for the caller: events of a stream, or the whole
// answer; or what has kept it from answering.
type news struct {
	events   []api.Event
	response *api.Response
	err      *api.Error
	by       *answerer // of the first
}

// answerer is who has answered a turn, and what is told of that.
type answerer struct {
	candidate candidate
	keyName   string
	rooms     [limits.Tokens + 1]Room
	dropped   []string
}

// agentLimits are what an agent may use. Where a turn or a tool's run has reached one, what
// the model has said last is the answer.
type agentLimits struct {
	turns    int
	cost     int64 // nano-dollars; 0: not limited
	time     time.Duration
	parallel int // tools that run at once
	result   int // bytes of a tool's result that the model gets
}

// runAgent answers the call by an agent.
func (c *Call) runAgent() *api.Error {
	a := &agent{
		call: c, asking: c.asking(), request: c.request, offer: c.tools, limits: c.snapshot.agent, stream: c.Head.Stream,
		says: make(chan news), done: make(chan struct{}),
	}
	if c.identity != nil {
		a.limits = a.limits.within(c.identity.agent)
	}
	a.show.holds = wantsJSON(c.request)
	c.id() // which the turns read
	until := c.began.Add(a.limits.time)
	if c.Timeout > 0 {
		until = earlier(until, c.began.Add(c.Timeout))
	}
	a.life, a.stop = context.WithCancel(context.Background())
	go a.work(until)
	first, err := waitFor(c, a.says, c.began.Add(forever))
	switch {
	case err != nil:
		a.end()
		return c.overBy(api.SentMaybe)
	case first.err != nil:
		a.end()
		return first.err
	}
	by := first.by
	c.candidates, c.at, c.rooms = append(c.candidates[:0], by.candidate), 0, by.rooms
	c.Head.Dropped = append(c.Head.Dropped[:0], by.dropped...)
	if a.stream {
		c.streamFrom(&agentFeed{agent: a, first: first.events})
	} else {
		a.end()
		c.answerWith(first.response)
		c.Usage = api.Usage{} // the turns have counted it
		c.Returned = append(c.Returned, a.headers()...)
	}
	c.exchange.keyName = by.keyName
	return nil
}

// end has the agent give up what it still does, and waits for that.
func (a *agent) end() {
	a.stop()
	<-a.done
}

// work is the agent's goroutine. It ends before the call does: see [agent.end].
func (a *agent) work(until time.Time) {
	var cancel context.CancelFunc
	a.ctx, cancel = context.WithDeadline(a.life, until)
	defer cancel()
	defer close(a.done)
	defer close(a.says)
	defer func() {
		if v := recover(); v != nil {
			g := a.call.gateway
			g.metrics.Panics.Inc()
			g.log.Error("panic in an agent", "request_id", a.call.RequestID, "panic", v, "stack", string(debug.Stack()))
			a.say(news{err: Crashed()})
		}
	}()
	if err := a.loop(); err != nil {
		a.say(news{err: err})
	}
}

// say hands something over to the caller's goroutine. It reports whether somebody still
// waits for it.
func (a *agent) say(n news) bool {
	select {
	case a.says <- n:
		return true
	case <-a.life.Done():
		return false
	}
}

// loop takes turns until there is an answer.
func (a *agent) loop() *api.Error {
	for {
		a.turns++
		response, err := a.turn()
		if err != nil {
			return err
		}
		runs, others := a.wishes(response)
		if len(runs) == 0 || len(others) == 0 && a.spent() {
			a.answer(response)
			return nil
		}
		results := a.runAll(runs)
		switch {
		case a.life.Err() != nil: // nobody waits
			return a.call.overBy(api.SentMaybe)
		case len(others) > 0:
			a.answer(a.partly(response, runs, results))
			return nil
		case a.late():
			a.answer(response)
			return nil
		}
		a.goOn(response, results)
	}
}

// agentLimitsOf are those of the configuration.
func agentLimitsOf(m *config.MCPToolManager) agentLimits {
	return agentLimits{
		turns: m.AgentDepth(), cost: int64(math.Round(m.MaxAgentCost * 1e9)), time: m.AgentTime(),
		parallel: m.ParallelTools(), result: m.MaxToolResultBytes(),
	}
}

// within returns limits that are no wider than either. Of those of a virtual key 0 is none.
func (l agentLimits) within(m agentLimits) agentLimits {
	if m.turns > 0 {
		l.turns = min(l.turns, m.turns)
	}
	if m.cost > 0 && (l.cost == 0 || m.cost < l.cost) {
		l.cost = m.cost
	}
	if m.time > 0 {
		l.time = min(l.time, m.time)
	}
	return l
}
