package control

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/asbru-gateway/asbru/pkg/subscribe"
)

func (c *Control) deadEventRoutes() {
	if c.o.Subscriptions == nil {
		c.o.Subscriptions = nobodyTold{}
	}
	huma.Register(c.api, at(http.MethodGet, "/api/plugins/{id}/dead", "list-dead-events", "List events of the cluster that a plugin has not taken and that were given up, the oldest first"), c.deadEvents)
	huma.Register(c.api, at(http.MethodPost, "/api/plugins/{id}/dead/{sequence}/retry", "retry-dead-events", "Tell a plugin of events that were given up, now"), c.retryDeadEvents)
	huma.Register(c.api, at(http.MethodDelete, "/api/plugins/{id}/dead/{sequence}", "forget-dead-events", "Forget events that were given up"), c.forgetDeadEvents)
}

// nobodyTold is where no plugin is told of events.
type nobodyTold struct{}

func (nobodyTold) Status(string) (s subscribe.Status, told bool) { return s, false }

func (nobodyTold) Dead(context.Context, string, uint64, int) ([]subscribe.Dead, error) {
	return nil, nil
}

func (nobodyTold) Again(context.Context, string, uint64) error  { return subscribe.ErrNotDead }
func (nobodyTold) Forget(context.Context, string, uint64) error { return subscribe.ErrNotDead }

type deadEventsInput struct {
	ID     string `path:"id" doc:"The plugin's name. It may be in the configuration no more."`
	Behind uint64 `query:"behind" doc:"Only those behind this sequence."`
	Limit  int    `query:"limit" default:"100" minimum:"1" maximum:"1000" doc:"At most so many."`
}

// DeadEvents are events that were told to a plugin at once, and given up.
type DeadEvents struct {
	Sequence uint64         `json:"sequence" doc:"Its place among all that was given up."`
	Reason   string         `json:"reason,omitempty" doc:"Why the plugin has not taken them the last time."`
	Since    time.Time      `json:"since" doc:"When they were given up. They are kept for 30 days."`
	Events   []plugin.Event `json:"events" doc:"As the plugin was told of them (docs/plugins.md, Subscribers)."`
}

type deadEventsOutput struct {
	Body struct {
		Letters []DeadEvents `json:"letters"`
	}
}

func (c *Control) deadEvents(ctx context.Context, in *deadEventsInput) (*deadEventsOutput, error) {
	letters, err := c.o.Subscriptions.Dead(ctx, in.ID, in.Behind, in.Limit)
	if err != nil {
		return nil, c.explain("list the events that were given up", err)
	}
	out := &deadEventsOutput{}
	out.Body.Letters = make([]DeadEvents, 0, len(letters))
	for _, l := range letters {
		shown := DeadEvents{Sequence: l.Sequence, Reason: l.Reason, Since: l.Since, Events: l.Events}
		if shown.Events == nil {
			shown.Events = []plugin.Event{}
		}
		out.Body.Letters = append(out.Body.Letters, shown)
	}
	return out, nil
}

type deadEventInput struct {
	ID       string `path:"id"`
	Sequence uint64 `path:"sequence"`
}

type deadEventOutput struct {
	Body struct {
		Sequence uint64 `json:"sequence"`
		Status   string `json:"status" enum:"taken,forgotten"`
	}
}

func (c *Control) retryDeadEvents(ctx context.Context, in *deadEventInput) (*deadEventOutput, error) {
	return c.ofDeadEvents("tell a plugin again", "taken", in, c.o.Subscriptions.Again(ctx, in.ID, in.Sequence))
}

func (c *Control) forgetDeadEvents(ctx context.Context, in *deadEventInput) (*deadEventOutput, error) {
	return c.ofDeadEvents("forget events", "forgotten", in, c.o.Subscriptions.Forget(ctx, in.ID, in.Sequence))
}

func (c *Control) ofDeadEvents(doing, status string, in *deadEventInput, err error) (*deadEventOutput, error) {
	var not *subscribe.NotTakenError
	switch {
	case errors.As(err, &not):
		return nil, refuse(http.StatusBadGateway, "plugin_failed", "The plugin has not taken them this time either: "+not.Reason)
	case errors.Is(err, subscribe.ErrNotTold):
		return nil, refuse(http.StatusConflict, "conflict", "The plugin is told of nothing just now: it is turned off, cannot be made, or is gone.")
	case errors.Is(err, subscribe.ErrNotDead):
		return nil, refuse(http.StatusNotFound, "not_found", "The plugin has no such events that were given up.")
	case err != nil:
		return nil, c.explain(doing, err)
	}
	out := &deadEventOutput{}
	out.Body.Sequence, out.Body.Status = in.Sequence, status
	return out, nil
}
