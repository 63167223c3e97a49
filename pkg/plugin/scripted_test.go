package plugin_test

import (
	"context"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/plugin"
)

// scripted has the parts that it is given functions for.
type scripted struct {
	name   string
	route  func(context.Context, *plugin.Call) (*plugin.Answer, *api.Error)
	after  func(*plugin.Call, *api.Response, *api.Error) *api.Error
	events func([]api.Event) ([]api.Event, *api.Error)
	closed func()
}

func (s *scripted) Name() string { return s.name }

func (s *scripted) Wants(p plugin.Point) bool {
	switch p {
	case plugin.BeforeRoute:
		return s.route != nil
	case plugin.AfterAttempt:
		return s.after != nil
	case plugin.OnEvents:
		return s.events != nil
	}
	return false
}

func (s *scripted) BeforeRoute(ctx context.Context, c *plugin.Call) (*plugin.Answer, *api.Error) {
	return s.route(ctx, c)
}

func (s *scripted) AfterAttempt(_ context.Context, c *plugin.Call, r *api.Response, err *api.Error) *api.Error {
	return s.after(c, r, err)
}

func (s *scripted) OnEvents(_ context.Context, _ *plugin.Call, events []api.Event) ([]api.Event, *api.Error) {
	return s.events(events)
}

func (s *scripted) Close() error {
	if s.closed != nil {
		s.closed()
	}
	return nil
}
