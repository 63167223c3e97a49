package control

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/asbru-gateway/asbru/pkg/subscribe"
)

// Subscriptions tell how plugins are told of events of the cluster.
type Subscriptions interface {
	// Status is false for a plugin that is told of none.
	Status(plugin string) (subscribe.Status, bool)
	Dead(ctx context.Context, plugin string, behind uint64, limit int) ([]subscribe.Dead, error)
	Again(ctx context.Context, plugin string, sequence uint64) error
	Forget(ctx context.Context, plugin string, sequence uint64) error
}

// PluginSubscription is how a plugin is told of events of the cluster.
type PluginSubscription struct {
	Pending     uint64    `json:"pending" doc:"Messages that wait to be told, as the cluster had them a few seconds ago. One may hold several events of calls."`
	Unanswered  uint64    `json:"unanswered" doc:"Messages that are being told, or wait for their next try."`
	Taken       uint64    `json:"taken" doc:"Messages that the plugin has taken from this control."`
	Retried     uint64    `json:"retried" doc:"Tries by this control that have failed, and are made again."`
	GivenUp     uint64    `json:"given_up" doc:"Messages that this control has given up: they are dead letters."`
	LastError   string    `json:"last_error,omitempty"`
	LastErrorAt time.Time `json:"last_error_at,omitzero"`
}

// subscriptionOf is how a plugin is told of events, nil for one that is not.
func (c *Control) subscriptionOf(name string) *PluginSubscription {
	s, told := c.o.Subscriptions.Status(name)
	if !told {
		return nil
	}
	return &PluginSubscription{
		Pending: s.Pending, Unanswered: s.Unanswered, Taken: s.Taken, Retried: s.Retried, GivenUp: s.Buried,
		LastError: s.LastError, LastErrorAt: s.LastErrorAt,
	}
}

type pluginStatusInput struct {
	ID string `path:"id"`
}

type pluginStatusOutput struct{ Body *PluginStatus }

func (c *Control) statusRoutes() {
	huma.Register(c.api, at(http.MethodGet, "/api/plugins/{id}/status", "plugin-status", "How a plugin does on the live nodes, and how it is told of events"), c.statusOfPlugin)
}

func (c *Control) statusOfPlugin(ctx context.Context, in *pluginStatusInput) (*pluginStatusOutput, error) {
	h := &resourceHandler{c: c, r: c.pluginResource()}
	_, d, err := c.newestDocument(ctx)
	if err != nil {
		return nil, err
	}
	o, err := h.r.find(d, &Named{ID: in.ID})
	if err != nil {
		return nil, err
	}
	if o == nil {
		return nil, h.missing()
	}
	return &pluginStatusOutput{c.pluginStatus(in.ID, o.members)}, nil
}
