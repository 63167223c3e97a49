package plugin

import (
	"context"
	"net/http"

	"github.com/asbru-gateway/asbru/pkg/api"
)

// absent stands in for a plugin that cannot be made on this node, and without which no call
// may go on.
type absent struct{ name string }

// NewAbsent returns a plugin that refuses the calls and tools which another would be called
// for, under its name.
func NewAbsent(name string) Plugin { return absent{name} }

// Name implements Plugin.
func (a absent) Name() string { return a.name }

// HeadOnly implements HeadOnly.
func (absent) HeadOnly() bool { return true }

// BeforeRoute implements RouteHook.
func (a absent) BeforeRoute(context.Context, *Call) (*Answer, *api.Error) { return nil, a.refusal() }

// BeforeTool implements ToolHook.
func (a absent) BeforeTool(context.Context, *Call, *ToolCall) (*ToolResult, *api.Error) {
	return nil, a.refusal()
}

func (a absent) refusal() *api.Error {
	e := api.Errorf(api.KindUnavailable, "plugin_absent", "The plugin %s, without which no call may go on, cannot be used on this node.", a.name)
	e.Status = http.StatusServiceUnavailable
	return e
}
