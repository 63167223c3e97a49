package gateway

import (
	"strings"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
)

// Detail returns what the call has to tell beyond what every call tells, to be added
// to. Asking for it costs an allocation, so a call that has nothing to add must not ask.
func (c *Call) Detail() *telemetry.Detail {
	if c.detail == nil {
		c.detail = &telemetry.Detail{}
	}
	return c.detail
}

// maxTries bounds the tries that a record tells of.
const maxTries = 32

// noteTry notes how a try ended. Of a call whose first try succeeds there is nothing to
// note: its record says it all.
func (c *Call) noteTry(p *Provider, model string, err *api.Error) {
	if c.task != nil {
		return
	}
	if c.traced != nil {
		c.traceTry(c.try(p, model, err))
	}
	if err == nil && (c.detail == nil || len(c.detail.Tries) == 0) {
		return
	}
	if d := c.Detail(); len(d.Tries) < maxTries {
		d.Tries = append(d.Tries, c.try(p, model, err))
	}
}

// try is what is told of a try that has just ended.
func (c *Call) try(p *Provider, model string, err *api.Error) telemetry.Try {
	x := &c.exchange
	t := telemetry.Try{
		Provider: p.Name, Model: strings.Clone(model), Key: x.keyName, Worker: x.worker, Status: 200,
		Started: x.began.Sub(c.began), Took: time.Since(x.began),
	}
	if err != nil {
		t.Status, t.Class, t.Code = err.HTTPStatus(), err.Kind.String(), strings.Clone(err.Code)
	}
	return t
}

// maxMessage bounds what is kept of an error's message.
const maxMessage = 1 << 10

// maxSession bounds what a caller calls a session, or another request.
const maxSession = 256

// detailed completes the detail of a call that is over; nil where there is nothing to tell.
// What the caller lent is copied.
func (c *Call) detailed() *telemetry.Detail {
	if c.failed != nil {
		d := c.Detail()
		d.Class, d.Message = c.failed.Kind.String(), clipped(c.failed.Message, maxMessage)
	}
	if r := c.rule; r != nil {
		d := c.Detail()
		d.RuleID, d.RuleName = r.ID, r.Name
	}
	if c.Session != "" {
		c.Detail().Session = clipped(c.Session, maxSession)
	}
	if c.User != "" {
		c.Detail().EndUser = clipped(c.User, longestUser)
	}
	if c.Parent != "" {
		c.Detail().Parent = clipped(c.Parent, maxSession)
	}
	if mark := c.cacheMark(); mark != "" {
		c.mark(mark)
	}
	if c.plugged != nil {
		if notes := c.plugged.run.Call.Notes(); notes != "" {
			c.mark(notes)
		}
	}
	return c.detail
}

// mark adds marks to those that are kept of the call, with commas between.
func (c *Call) mark(marks string) {
	d := c.Detail()
	if d.Marks != "" {
		d.Marks += ","
	}
	d.Marks += marks
}

func clipped(s string, most int) string { return strings.Clone(s[:min(len(s), most)]) }
