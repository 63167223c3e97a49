package plugin

// Hot path.

import (
	"context"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
)

// crashed is in the place of the verdict of a hook that has panicked.
var crashed = Failed("", "panic")

// runner calls hooks one after the other: it bounds their time, catches their panics,
// counts, and applies their settings where they fail.
type runner struct {
	ctx   *limit
	began time.Duration // of the hook that runs
	// Seen is told of each hook that has run, until [Run.End]; nil: nobody is.
	Seen func(plugin string, at Point, took time.Duration, v Verdict)
}

// start begins a walk along some hooks.
func (r *runner) start() { r.began = now() }

// context makes the context of a hook that is called now.
func (r *runner) context(e *Entry) context.Context {
	if r.ctx == nil {
		r.ctx = new(limit)
	}
	r.ctx.until = r.began + e.settings.Timeout
	return r.ctx
}

// caught is deferred around a hook.
func (r *runner) caught(e *Entry, at Point, verdict **api.Error) {
	v := recover()
	if v == nil {
		return
	}
	*verdict = crashed
	e.state.crashed(at, fmt.Sprint("panic: ", v), debug.Stack())
}

// ended takes the verdict of a hook, and returns what it comes to.
func (r *runner) ended(e *Entry, at Point, v Verdict, err *api.Error) *api.Error {
	if r.ctx != nil && !r.ctx.finish() {
		r.ctx = nil
	}
	end := now()
	took := end - r.began
	r.began = end
	why, failed := WhyFailed(err)
	switch {
	case err == crashed:
		v = HasCrashed
	case failed:
		v = HasFailed
	}
	e.state.count(at, v, took)
	if r.Seen != nil {
		r.Seen(e.name, at, took, v)
	}
	if !failed {
		e.state.well()
		return err
	}
	if v == HasFailed {
		e.state.Fault(why)
		e.state.log.Warn("a plugin has failed", "plugin", e.name, "point", at.String(), "took", took, "error", why)
	}
	return e.without()
}

// rests says whether the plugin is left out, and what comes of it.
func (r *runner) rests(e *Entry, at Point) (bool, *api.Error) {
	if !e.state.resting() {
		return false, nil
	}
	e.state.count(at, Skipped, 0)
	return true, e.without()
}

// without is what a call comes to that has to do without the plugin.
func (e *Entry) without() *api.Error {
	if !e.settings.Deny {
		return nil
	}
	return api.Errorf(api.KindInternal, "plugin_failed", "The plugin %s has failed, and calls are refused that it has not seen.", e.name)
}
