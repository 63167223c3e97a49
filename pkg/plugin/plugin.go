package plugin

import (
	"context"

	"github.com/asbru-gateway/asbru/pkg/api"
)

// Plugin is what the other interfaces of this package are optional parts of. An error
// that a hook returns is the caller's: the call is refused with it. Each context has the
// hook's time limit.
type Plugin interface {
	// Name is what the plugin is called in metrics, notes and errors.
	Name() string
}

// Answer answers a call without a provider. It is told as a stream where the caller
// asked for one. It belongs to the call from then on.
type Answer struct{ Response *api.Response }

// RouteHook sees a call before it is routed, once.
type RouteHook interface {
	BeforeRoute(context.Context, *Call) (*Answer, *api.Error)
}

// AttemptHook sees each attempt before the provider is asked.
type AttemptHook interface {
	BeforeAttempt(context.Context, *Call) (*Answer, *api.Error)
}

// AnswerHook sees how each attempt has ended: with a whole answer and a nil error, or
// with an error and an empty answer. It may change the answer. What it returns stands
// for the attempt: an error turns an answer into one, nil takes an error back, and what
// the answer has become is the answer. An error that [Call.Again] has marked makes the
// gateway try again. Streams that have begun are for [StreamHook]. Hooks are called in
// reverse order, also for what another plugin has answered.
type AnswerHook interface {
	AfterAttempt(context.Context, *Call, *api.Response, *api.Error) *api.Error
}

// StreamHook sees the events of a stream in windows: as many as are there, at least one.
// What it returns goes on to the caller, and may be less, more, or none; it may be built
// in the given slice. Events that are held back must be copied, and returned at the
// latest with [api.EventEnd]. An error ends the stream with it.
type StreamHook interface {
	OnEvents(context.Context, *Call, []api.Event) ([]api.Event, *api.Error)
}

// CallWatcher is told of calls that are over.
type CallWatcher interface{ AfterCall(*Done) }

// ContentWatcher is a CallWatcher that, if WantsContent says so, is told of requests and
// answers as well: else Call.Request and Done.Response are nil, unless other plugins want
// the call decoded. The answers of streams are put together for it.
type ContentWatcher interface {
	CallWatcher
	WantsContent() bool
}

// HeadOnly is a plugin that, if HeadOnly says so, does not look into requests and
// answers, so that they need not be decoded for it: Call.Request may be nil, and the
// answer that an [AnswerHook] sees empty.
type HeadOnly interface{ HeadOnly() bool }

// Closer is a plugin that holds something. Close is called once, when no call uses the
// plugin any more.
type Closer interface{ Close() error }

// Partial is implemented by a plugin that has methods for more points than it wants to be
// called at, since which ones it has is known only when it is made. Wants says the same
// each time.
type Partial interface{ Wants(Point) bool }

// Wants says whether p is to be called at a point that it has the method of.
func Wants(p Plugin, at Point) bool {
	partial, ok := p.(Partial)
	return !ok || partial.Wants(at)
}
