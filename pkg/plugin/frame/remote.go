package frame

import (
	"context"
	"errors"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect/put"
	"github.com/asbru-gateway/asbru/pkg/plugin"
)

// Options say what [New] makes a plugin of.
type Options struct {
	Name   string
	Points Points // that the guest is asked at
	// Headers are names of those of the caller's headers that frames show.
	Headers []string
	// Ask gives the guest a frame and returns its answer, which becomes the plugin's own;
	// empty goes on. The frame is the guest's to keep. Ask keeps to the context, and is
	// called for many calls at once.
	Ask func(ctx context.Context, at plugin.Point, frame []byte) ([]byte, error)
	// Events are the kinds of events that it is told of at [plugin.OnClusterEvent]; none: all.
	Events []string
	// Watch is the time limit of an Ask at [plugin.AfterCall], for which no call waits.
	Watch time.Duration
	// Close is called when the plugin is closed; it may be nil.
	Close func() error
	// Count counts something in the metrics; it may be nil.
	Count func(what string)
}

// New returns a plugin that asks a guest.
func New(o Options) plugin.Plugin {
	if o.Watch == 0 {
		o.Watch = time.Second
	}
	if o.Count == nil {
		o.Count = func(string) {}
	}
	r := &remote{o: o}
	if o.Points.Has(plugin.AfterCall) {
		r.lane = newLane(&r.o)
	}
	return r
}

// remote implements all parts of a plugin by frames.
type remote struct {
	o    Options
	lane *lane // nil where it does not watch
}

// stateOf is under what key a call keeps what the guest remembers of it.
type stateOf struct{ *remote }

var errArguments = errors.New("the answer has arguments that are no object")

// Name implements plugin.Plugin.
func (r *remote) Name() string { return r.o.Name }

// Wants implements plugin.Partial.
func (r *remote) Wants(p plugin.Point) bool { return r.o.Points.Has(p) }

// Close implements plugin.Closer.
func (r *remote) Close() error {
	if r.lane != nil {
		r.lane.close()
	}
	if r.o.Close == nil {
		return nil
	}
	return r.o.Close()
}

func (r *remote) fail(err error) *api.Error { return plugin.Failed(r.o.Name, err.Error()) }

// ask ends the frame and has it answered. The error is that of a guest that refuses, or has failed.
func (r *remote) ask(ctx context.Context, p plugin.Point, c *plugin.Call, o *put.Object) (*answer, *api.Error) {
	b, err := r.o.Ask(ctx, p, o.End())
	if err != nil {
		return nil, r.fail(err)
	}
	a, err := readAnswer(b)
	if err != nil {
		return nil, r.fail(err)
	}
	if c != nil {
		for name, value := range a.Notes {
			c.Note(name, value)
		}
		if a.State != nil {
			c.SetValue(stateOf{r}, api.JSON(a.State))
		}
	}
	if a.Action == actionRefuse {
		return nil, a.refuse(r.o.Name)
	}
	return a, nil
}

// BeforeRoute implements plugin.RouteHook.
func (r *remote) BeforeRoute(ctx context.Context, c *plugin.Call) (*plugin.Answer, *api.Error) {
	return r.before(ctx, plugin.BeforeRoute, c)
}

// BeforeAttempt implements plugin.AttemptHook.
func (r *remote) BeforeAttempt(ctx context.Context, c *plugin.Call) (*plugin.Answer, *api.Error) {
	return r.before(ctx, plugin.BeforeAttempt, c)
}

func (r *remote) before(ctx context.Context, p plugin.Point, c *plugin.Call) (*plugin.Answer, *api.Error) {
	o := r.beginCall(p, c)
	request := appendRequest(&o, c.Request)
	a, refused := r.ask(ctx, p, c, &o)
	if refused != nil {
		return nil, refused
	}
	if a.Action == actionAnswer {
		response, err := newResponse(c.Op, c.Model, api.JSON(a.Response))
		if err != nil {
			return nil, r.fail(err)
		}
		return &plugin.Answer{Response: response}, nil
	}
	if a.Request != nil {
		if err := request.changeRequest(c.Request, api.JSON(a.Request)); err != nil {
			return nil, r.fail(err)
		}
	}
	return nil, nil //nolint:nilnil // no answer and no error: the call goes on
}

// AfterAttempt implements plugin.AnswerHook.
func (r *remote) AfterAttempt(ctx context.Context, c *plugin.Call, response *api.Response, failed *api.Error) *api.Error {
	o := r.beginCall(plugin.AfterAttempt, c)
	request := appendRequest(&o, c.Request)
	var sent api.JSON
	if failed != nil {
		appendError(&o, failed)
	} else {
		sent = appendResponse(&o, response)
	}
	a, refused := r.ask(ctx, plugin.AfterAttempt, c, &o)
	if refused != nil {
		return refused
	}
	switch {
	case a.Action == actionAgain:
		if a.Request != nil {
			if err := request.changeRequest(c.Request, api.JSON(a.Request)); err != nil {
				return r.fail(err)
			}
		}
		return c.Again(a.refuse(r.o.Name))
	case failed != nil && a.Action != actionAnswer:
		return failed
	case failed != nil:
		made, err := newResponse(c.Op, c.Model, api.JSON(a.Response))
		if err != nil {
			return r.fail(err)
		}
		*response = *made
	case a.Response != nil:
		if err := changeResponse(response, sent, api.JSON(a.Response)); err != nil {
			return r.fail(err)
		}
	}
	return nil
}

// OnEvents implements plugin.StreamHook.
func (r *remote) OnEvents(ctx context.Context, c *plugin.Call, events []api.Event) ([]api.Event, *api.Error) {
	o := r.beginCall(plugin.OnEvents, c)
	appendEvents(&o, events)
	a, refused := r.ask(ctx, plugin.OnEvents, c, &o)
	if refused != nil {
		return nil, refused
	}
	if a.Events == nil {
		return events, nil
	}
	out, err := newEvents(events, *a.Events)
	if err != nil {
		return nil, r.fail(err)
	}
	return out, nil
}

// AfterCall implements plugin.CallWatcher. The guest is told while the call goes its way, and
// what it answers is not read.
func (r *remote) AfterCall(d *plugin.Done) {
	o := r.beginCall(plugin.AfterCall, d.Call)
	appendRequest(&o, d.Request)
	appendDone(&o, d)
	r.lane.put(o.End())
}
