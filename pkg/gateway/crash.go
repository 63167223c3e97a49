package gateway

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
)

// Crashed is the error that a caller gets whose call met with a panic.
func Crashed() *api.Error {
	return api.Errorf(api.KindInternal, "internal_error", "The gateway failed on this request. It has been logged under the request id.")
}

// Crash ends a call in which there was a panic, whatever state it is in: what it
// holds of the provider is given up. A stream has ended then, with the error
// event that is returned; any other call is counted as failed. The call must
// still be given to [Gateway.Release].
func (c *Call) Crash() []byte {
	c.drop()
	if c.gateway == nil {
		return nil // it had not begun
	}
	if c.Streaming {
		return c.breakOff(Crashed())
	}
	c.failed, c.Usage = Crashed(), api.Usage{}
	c.settle(c.failed.HTTPStatus())
	return nil
}

// BreakOff ends the call's stream with an error, by whoever stands between it and the
// caller. It returns what the caller is told.
func (c *Call) BreakOff(err *api.Error) []byte { return c.breakOff(err) }

// tellDone calls the hook for finished calls. A panic in it costs no more than its record.
func (g *Gateway) tellDone(r *telemetry.Record) {
	defer func() {
		if v := recover(); v != nil {
			g.metrics.Panics.Inc()
			g.log.Error("panic in the hook for finished calls", "panic", v)
		}
	}()
	g.hooks.Done(r)
}
