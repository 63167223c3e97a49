package gateway

import (
	"errors"
	"os"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/sse"
)

// silent is asked when nothing has come for a while: it ends a stream that has
// been silent for too long, and otherwise, when the time of beat has come, shows
// the caller that it lives.
func (c *Call) silent(now, beat time.Time) []byte {
	s := &c.stream
	if now.After(c.deadline) {
		return c.breakOff(api.Errorf(api.KindTimeout, "timeout", "The call's time limit has passed."))
	}
	if s.feed == nil && now.Sub(s.heard) >= c.exchange.provider.idle {
		return c.breakOff(api.Errorf(api.KindTimeout, "provider_timeout", "The provider has sent nothing for %s.", c.exchange.provider.idle))
	}
	if c.In == nil || now.Before(beat) {
		return nil
	}
	s.out = c.voice().Heartbeat(s.out[:0])
	out := s.take()
	s.beating = len(out) > 0
	return out
}

// refused completes an error that the provider sent as an event.
func (c *Call) refused(err *api.Error) *api.Error {
	err.Sent = api.SentYes
	err.Provider = c.exchange.by()
	return err
}

// finish is called when the provider has closed its side: with the dialect's
// terminal event behind it this is the end, without it the stream was cut.
func (c *Call) finish() []byte {
	s := &c.stream
	s.done = true
	if !c.exchange.raw {
		if c.windowed() {
			w := &c.plugged.window
			w.reset()
			w.events = s.reader.Close(w.events)
			out := c.tellWindow()
			c.release(true)
			return out
		}
		s.out = s.out[:0]
		s.events = s.reader.Close(s.events[:0])
		c.tell(s.events)
		s.ready = c.In == nil && len(s.events) > 0
		c.release(true)
		return s.take()
	}
	if f, ok := s.tap.(dialect.Finisher); ok && f.Finished() {
		s.ended = true
	}
	switch {
	case s.failed != nil || s.ended:
		c.release(true)
		if s.framing != nil {
			s.out = s.framing.AppendEnd(s.out[:0])
			return s.take()
		}
		return nil
	default:
		return c.breakOff(api.Errorf(api.KindUnavailable, "stream_truncated", "The provider's stream broke off before its end."))
	}
}

// breakOff ends the stream with the dialect's error event: never in silence, and
// never with a forged end.
func (c *Call) breakOff(err *api.Error) []byte {
	s := &c.stream
	s.done = true
	c.drop()
	c.attribute(err)
	err.Sent = api.SentMaybe
	s.failed = err
	if !c.Streaming || c.In == nil {
		s.events = append(s.events[:0], api.Event{Kind: api.EventError, Err: err})
		s.ready = true
		return nil
	}
	s.out = c.voice().Append(s.out[:0], &api.Event{Kind: api.EventError, Err: err})
	return s.take()
}

func (c *Call) brokenBy(err error) *api.Error {
	switch {
	case c.over():
		return c.overBy(api.SentMaybe)
	case notHTTP(err):
		return api.Errorf(api.KindUnavailable, "provider_bad_answer", "The provider's stream is not valid HTTP.")
	}
	return api.Errorf(api.KindUnavailable, "stream_truncated", "The provider's stream broke off before its end.")
}

func tooLarge() *api.Error {
	return api.Errorf(api.KindUnavailable, "stream_event_too_large", "The provider sent an event of more than %d bytes.", sse.DefaultMaxEvent)
}

// endStream is the end of every stream, however it came about.
func (c *Call) endStream() {
	s := &c.stream
	status := c.Status
	if !s.done {
		c.left.Store(true)
		c.readOut()
	}
	if s.feed != nil {
		s.feed.close()
		s.feed = nil
	}
	if c.left.Load() {
		status = api.Errorf(api.KindCanceled, "", "").HTTPStatus()
	}
	c.failed = s.failed
	c.gateway.metrics.Streams.Dec()
	c.settle(status)
}

// readOut reads a stream that nobody listens to any more to its end, where the
// provider's cancel policy is to drain: it bills the whole answer anyway, and
// only the end tells what it was. Bounded, so that it cannot hold a slot for long.
func (c *Call) readOut() {
	p, s := c.exchange.provider, &c.stream
	if s.feed != nil {
		return
	}
	if c.exchange.remote != nil {
		c.readOutRemote(p)
		return
	}
	if !p.drain || s.bytes || c.shut.Load() {
		return
	}
	until := time.Now().Add(p.drainFor)
	for read := int64(0); !s.done && read < p.drainBytes && time.Now().Before(until); {
		b, err := c.advance(until)
		if errors.Is(err, os.ErrDeadlineExceeded) {
			return
		}
		read += int64(len(b))
	}
}
