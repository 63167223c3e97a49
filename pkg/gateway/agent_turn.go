package gateway

import (
	"slices"
	"strconv"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
)

// turn asks the model once. What it returns borrows nothing.
func (a *agent) turn() (*api.Response, *api.Error) {
	of := a.call
	c := of.child(a.asking.with(a.ctx))
	defer of.gateway.Release(c)
	c.In, c.turn, c.tools, c.Body = nil, true, a.offer, of.Body
	c.added = of.added + a.added
	c.PinnedKey, c.Fallbacks, c.Home = of.PinnedKey, of.Fallbacks, of.Home
	from, h := &of.Head, &c.Head
	h.Op, h.Model, h.Stream, h.StreamUsage = api.OpChat, from.Model, a.stream, true
	h.MaxTokens, h.DropParams, h.Betas = from.MaxTokens, from.DropParams, from.Betas
	h.Fallbacks = append(h.Fallbacks, from.Fallbacks...)
	c.candidates = append(c.candidates, a.candidates...)
	own := *a.request
	own.Op, own.Model, own.Stream, own.StreamUsage = api.OpChat, h.Model, a.stream, true
	c.request = &own
	until, _ := a.ctx.Deadline()
	c.Timeout = max(time.Until(until), time.Nanosecond)
	if err := c.conclude(c.onward()); err != nil {
		return nil, a.inTime(err)
	}
	if a.turns == 1 {
		a.answeredBy(c)
	}
	if c.Streaming {
		return a.listen(c)
	}
	response := c.answer
	c.answer, c.body = api.Response{}, nil // the answer borrows from the body, and is the agent's now
	a.count(&c.Usage, c.cost)
	return &response, nil
}

// answeredBy notes where the first turn was answered. The others go there too: what a model
// has thought is of use to no other, nor what its provider has cached.
func (a *agent) answeredBy(c *Call) {
	a.by = &answerer{keyName: c.exchange.keyName, rooms: c.rooms, dropped: slices.Clone(c.Head.Dropped)}
	if len(c.candidates) > 0 {
		a.by.candidate = c.candidates[c.at]
		a.candidates = slices.Clone(c.candidates[c.at:])
	}
}

// count adds what a turn has used.
func (a *agent) count(u *api.Usage, cost int64) {
	a.usage.Add(u)
	a.cost += cost
}

// inTime is the error of a turn, or that the agent's time has passed.
func (a *agent) inTime(err *api.Error) *api.Error {
	if a.ctx.Err() == nil || a.life.Err() != nil {
		return err
	}
	return api.Errorf(api.KindTimeout, "timeout", "The call's time limit has passed, in turn %d of its agent.", a.turns)
}

// spent says whether a limit allows no further turn.
func (a *agent) spent() bool {
	l := &a.limits
	switch {
	case a.turns >= l.turns:
		a.stopped = "turns"
	case l.cost > 0 && a.cost >= l.cost:
		a.stopped = "cost"
	}
	return a.stopped != "" || a.late()
}

// late says whether the time has passed.
func (a *agent) late() bool {
	if a.ctx.Err() == nil {
		return false
	}
	a.stopped = "time"
	return true
}

// goOn puts a turn, and the results of what the model wished, behind the conversation.
func (a *agent) goOn(r *api.Response, results []api.Part) {
	m := a.request.Messages
	a.request.Messages = append(m[:len(m):len(m)],
		api.Message{Role: api.RoleAssistant, Parts: withoutEmpty(r.Choices[0].Parts)},
		api.Message{Role: api.RoleTool, Parts: results})
	for i := range r.Choices[0].Parts {
		a.added += sizeOf(&r.Choices[0].Parts[i])
	}
	for i := range results {
		for j := range results[i].Result.Parts {
			a.added += sizeOf(&results[i].Result.Parts[j])
		}
	}
	switch choice := &a.request.ToolChoice; choice.Mode { // else it would never end
	case api.ToolRequired, api.ToolNamed:
		choice.Mode, choice.Names = api.ToolAuto, nil
	case api.ToolAllowed:
		choice.Required = false
	}
}

// withoutEmpty leaves out texts without a word, which some providers send and take from
// nobody.
func withoutEmpty(parts []api.Part) []api.Part {
	return slices.DeleteFunc(slices.Clone(parts), func(p api.Part) bool {
		return p.Kind == api.PartText && p.Text == "" && p.Signature == ""
	})
}

// sizeOf is about how many bytes a part has for the model to read.
func sizeOf(p *api.Part) int {
	n := len(p.Text)
	if p.Call != nil {
		n += len(p.Call.Name) + len(p.Call.Args)
	}
	return n
}

// answer tells the caller the end: an answer, whose usage is that of all turns.
func (a *agent) answer(r *api.Response) {
	r.Usage = a.usage
	if a.stream {
		a.tellEnd(r)
		return
	}
	a.say(news{response: r, by: a.by})
}

// headers tell the caller how the agent has come to its answer.
func (a *agent) headers() []Return {
	out := []Return{{[]byte("X-Asbru-Agent-Turns"), strconv.AppendInt(nil, int64(a.turns), 10)}}
	if a.stopped != "" {
		out = append(out, Return{[]byte("X-Asbru-Agent-Stopped"), []byte(a.stopped)})
	}
	return out
}
