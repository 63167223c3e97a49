package edge

import (
	"context"
	"errors"
	"io"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/idempotency"
	"github.com/valyala/fasthttp"
)

// once is what the edge keeps of a call that is made once for all that show its
// idempotency key.
type once struct {
	claim    *idempotency.Claim // nil: the call is like any other, or its answer is out
	recorded []byte             // of a stream
	overfull bool               // the stream is larger than what is kept
}

// Names of the header fields that tell of idempotency.
const (
	headerIdempotency = "X-Asbru-Idempotency"
	headerReplay      = "X-Asbru-Idempotent-Replay"
)

// kept are the header fields of an answer that are told again with it. The others
// are about the one exchange: who answers, when, under which request id.
var kept = []string{
	"X-Asbru-Provider", "X-Asbru-Model", "X-Asbru-Key", "X-Asbru-Attempts", "X-Asbru-Estimated",
	"Retry-After", "Cache-Control", "X-Accel-Buffering",
}

// answered answers a request whose call somebody else makes or has made. If it
// reports false the call is to be made here.
func (r *request) answered(route *Route) bool {
	e := r.edge
	if route.Method != fasthttp.MethodPost || e.gateway.Admit(r.call) != nil {
		return false // nothing is paid for
	}
	if r.call.Relay.Rest != nil {
		r.refuse(route.codec, api.Invalid("idempotency_not_possible", "Idempotency-Key", "A body that passes as it comes is not kept, so it cannot be known again by a key. Send the request without one."))
		return true
	}
	if len(r.head.idempotencyKey) > idempotency.MaxKeyBytes {
		r.refuse(route.codec, api.Invalid("invalid_idempotency_key", "Idempotency-Key", "An idempotency key has at most %d bytes.", idempotency.MaxKeyBytes))
		return true
	}
	err := idempotency.ErrAway
	var answer *idempotency.Answer
	if e.options.Idempotency != nil {
		r.once.claim, answer, err = r.try(e.options.Idempotency)
	}
	if errors.Is(err, idempotency.ErrAway) {
		r.ctx.Response.Header.Set(headerIdempotency, "off")
		return false
	}
	if err != nil {
		r.refuse(route.codec, r.notJoined(err))
		return true
	}
	if answer == nil {
		return false
	}
	r.replay(answer)
	return true
}

// try begins a try of the request, which waits as long as its caller does.
func (r *request) try(s *idempotency.Store) (*idempotency.Claim, *idempotency.Answer, error) {
	ctx, cancel := context.WithCancel(r.edge.open)
	defer cancel()
	if r.call.Timeout > 0 {
		ctx, cancel = context.WithTimeout(ctx, r.call.Timeout)
		defer cancel()
	}
	watch := r.edge.watcher.Watch(r.ctx.Conn(), cancel)
	defer watch.Stop()
	return s.Begin(ctx, idempotency.Request{
		Caller: r.call.Credential, Key: r.head.idempotencyKey,
		Target: borrow(r.ctx.Request.Header.RequestURI()), Body: r.body,
	})
}

// notJoined says why a try got neither the call nor its answer.
func (r *request) notJoined(err error) *api.Error {
	var known *api.Error
	switch {
	case errors.As(err, &known):
		return known
	case errors.Is(err, context.DeadlineExceeded):
		return api.Errorf(api.KindTimeout, "timeout", "The call's time limit has passed.")
	case r.edge.open.Err() != nil:
		return api.Errorf(api.KindOverloaded, "shutting_down", "The gateway is shutting down.")
	}
	return api.Errorf(api.KindCanceled, "client_closed_request", "The caller left before the answer was complete.")
}

// replay tells an answer again.
func (r *request) replay(a *idempotency.Answer) {
	h := &r.ctx.Response.Header
	r.describe()
	r.ctx.SetStatusCode(a.Status)
	h.SetContentType(a.ContentType)
	for i := range a.Headers {
		h.Set(a.Headers[i].Name, a.Headers[i].Value)
	}
	h.Set(headerReplay, "true")
	r.ctx.Response.SetBodyRaw(a.Body)
	r.end()
}

// end ends the claim with the answer that stands in the response, and its body.
func (o *once) end(r *request, body []byte) {
	h := &r.ctx.Response.Header
	a := &idempotency.Answer{Status: h.StatusCode(), ContentType: string(h.ContentType()), Body: body}
	for _, name := range kept {
		if v := h.Peek(name); len(v) > 0 {
			a.Headers = append(a.Headers, idempotency.Header{Name: name, Value: string(v)})
		}
	}
	for _, ret := range r.call.Returned {
		a.Headers = append(a.Headers, idempotency.Header{Name: string(ret.Name), Value: string(ret.Value)})
	}
	claim := o.claim
	o.claim = nil
	switch {
	case o.overfull, len(body) > idempotency.MaxAnswerBytes:
		claim.TooLarge()
	case a.Status != fasthttp.StatusOK, r.call.Broken():
		claim.Failed(a)
	default:
		claim.Done(a)
	}
}

// recorder passes a stream on and keeps what was said. When its caller has gone it
// goes on keeping: the others, and the caller when it comes back, are told from that.
type recorder struct {
	*request
	to   io.Writer
	gone bool
}

// Write implements io.Writer.
func (c *recorder) Write(b []byte) (int, error) {
	o := &c.once
	if o.overfull = o.overfull || len(o.recorded)+len(b) > idempotency.MaxAnswerBytes; o.overfull {
		o.recorded = nil
	} else {
		o.recorded = append(o.recorded, b...)
	}
	if !c.gone {
		_, err := c.to.Write(b)
		c.gone = err != nil
	}
	return len(b), nil
}
