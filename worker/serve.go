package worker

import (
	"context"
	"errors"
	"runtime/debug"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/overflow"
)

const (
	// claimPatience is how long an edge may take to consent to a claim. One that has
	// served the call otherwise says so at once; only one that is gone says nothing.
	claimPatience = time.Second
	// bodyPatience is how long a large body may take to come from its store.
	bodyPatience = 10 * time.Second
)

// serve claims a call and, if the edge still wants it, runs it.
func (w *Worker) serve(call *overflow.Call, slot gateway.Slot) {
	nc, frames := w.bus.Overflow.NATS, framesOf(call)
	t := &transfer{edge: call.Edge, headers: call.Headers}
	t.Sender = overflow.NewSender(w.bus.Node(), func(message []byte) error { return nc.Publish(frames, message) })
	w.transfers.Enter(call.Transfer, t)
	defer w.transfers.Leave(call.Transfer)
	var err error
	if call.Budget, err = t.Claim(claimPatience); err != nil {
		slot.Release()
		w.count("unwanted")
		return
	}
	w.claimed.Add(1)
	if err := w.fetchBody(call); err != nil {
		slot.Release()
		_ = t.Fail(err, nil) // nothing was used that anybody would have to know
		w.count("failed")
		return
	}
	c := w.gateway.Acquire()
	defer w.gateway.Release(c)
	c.Client = t
	failed, err := w.answer(c, call, slot, t)
	switch {
	case errors.Is(err, overflow.ErrEdgeLost):
		w.log.Warn("overflow: the edge of a call is gone; the call is settled here", "edge", call.Edge, "request_id", call.RequestID)
		c.Orphan()
		w.count("orphaned")
	case t.Canceled():
		w.count("canceled")
	case failed:
		w.count("failed")
	default:
		w.count("answered")
	}
}

func (w *Worker) count(outcome string) { w.metrics.OverflowClaims.WithLabelValues(outcome).Inc() }

// answer runs the call and sends the answer. It returns why the edge does not know how
// that ended, nil if it does.
func (w *Worker) answer(c *gateway.Call, call *overflow.Call, slot gateway.Slot, t *transfer) (failed bool, err error) {
	defer func() {
		if v := recover(); v != nil {
			w.metrics.Panics.Inc()
			w.log.Error("panic in a call", "request_id", call.RequestID, "panic", v, "stack", string(debug.Stack()))
			failed, err = true, w.crash(c, t)
		}
	}()
	if err := w.gateway.DoTask(c, call, slot); err != nil {
		return true, t.Fail(err, returned(c))
	}
	t.Start(overflow.Frame{Status: c.Status, ContentType: c.ContentType, Streaming: c.Streaming, Returned: returned(c)})
	if c.Streaming {
		w.stream(c, t)
	} else {
		_ = t.Write(c.Answer, 0) // what is wrong with it End tells, too
	}
	return false, t.End(c.FinishTask())
}

// stream sends a stream as it comes, until its end or until it is not wanted.
func (w *Worker) stream(c *gateway.Call, t *transfer) {
	for {
		b, err := c.Next()
		if err != nil { // the end, or nobody is there to hear it
			return
		}
		if t.Write(b, c.Produced()) != nil {
			return
		}
	}
}

// crash ends a call in which there was a panic.
func (w *Worker) crash(c *gateway.Call, t *transfer) error {
	if !c.Streaming {
		c.Crash()
		return t.Fail(gateway.Crashed(), nil)
	}
	_ = t.Write(c.Crash(), c.Produced()) // as above
	return t.End(c.FinishTask())
}

// fetchBody fetches a body that was too large to come along.
func (w *Worker) fetchBody(call *overflow.Call) *api.Error {
	if !call.Blob {
		return nil
	}
	began := time.Now()
	ctx, cancel := context.WithTimeout(context.Background(), min(call.Budget, bodyPatience))
	defer cancel()
	select {
	case w.blobs <- struct{}{}:
		defer func() { <-w.blobs }()
	case <-ctx.Done():
	}
	var err error
	if call.Body, err = w.bus.Overflow.GetObject(ctx, bus.Blobs, call.Transfer.String()); err != nil {
		w.log.Warn("overflow: a call's body is not to be had", "request_id", call.RequestID, "error", err)
		return api.Errorf(api.KindUnavailable, "body_lost", "The request's body, too large for a message, did not get to the worker.")
	}
	call.Budget -= time.Since(began)
	return nil
}

func returned(c *gateway.Call) []overflow.Header {
	var list []overflow.Header
	for _, r := range c.Returned {
		list = append(list, overflow.Header{Name: string(r.Name), Value: string(r.Value)})
	}
	return list
}
