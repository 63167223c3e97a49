package gateway

import (
	"errors"
	"io"
	"os"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
)

// feed gives a stream that comes from no provider. It is pulled by the goroutine that
// owns the call, and only when the caller can take more.
type feed interface {
	// next returns what comes next, waiting for it until a time at most, and no longer
	// once the call is over: [waitFor] does both. Of its errors io.EOF says that the stream has
	// been told to its end, os.ErrDeadlineExceeded that nothing has come yet, which is no
	// failure, and an *api.Error is told to the caller in the stream; so is any other, as
	// a stream that broke off.
	next(until time.Time) (piece, error)
	// close is called once, read to the end or not. c.over() says whether the caller has left.
	close()
}

// piece is some of a stream: events, or bytes in the caller's dialect. Both are
// borrowed until the next one is pulled. A stream of events ends with EventEnd.
type piece struct {
	events []api.Event
	bytes  []byte
}

// streamFrom answers the call with a stream.
func (c *Call) streamFrom(from feed) {
	c.answerHere()
	s := &c.stream
	s.reset()
	s.open, s.feed, s.heard = true, from, time.Now()
	c.watch()
	c.Status, c.Streaming = 200, true
	c.ContentType = "text/event-stream"
	if c.In != nil {
		c.ContentType = c.In.Writer(&c.Head).ContentType()
	}
	if c.Timeout == 0 {
		c.deadline = s.heard.Add(forever)
	} else {
		c.deadline = c.began.Add(c.Timeout)
	}
	c.gateway.metrics.Streams.Inc()
}

// pull is advance for a stream that comes from a feed.
func (c *Call) pull(until time.Time) ([]byte, error) {
	s := &c.stream
	for {
		p, err := s.feed.next(earlier(until, c.deadline))
		switch {
		case errors.Is(err, os.ErrDeadlineExceeded) && !c.over():
			return nil, err
		case err == io.EOF && (s.ended || s.passed):
			s.ended, s.done = true, true
			return nil, nil
		case err != nil:
			return c.breakOff(c.failedBy(err)), nil
		case len(p.events) > 0:
			c.tellPulled(p.events)
		case len(p.bytes) > 0:
			s.passed = true
		default:
			continue
		}
		s.heard = time.Now()
		if c.record.FirstToken == 0 {
			c.firstToken()
		}
		if len(p.bytes) > 0 {
			return p.bytes, nil
		}
		if out := s.take(); len(out) > 0 || s.ready || s.done {
			return out, nil
		}
	}
}

// tellPulled takes events, which the feed has lent, on their way to the caller.
func (c *Call) tellPulled(events []api.Event) {
	s := &c.stream
	if c.In != nil {
		c.voice()
	}
	s.events = append(s.events[:0], events...)
	s.out = s.out[:0]
	c.tell(s.events)
	s.ready = c.In == nil
}

// failedBy is what a feed's error comes to.
func (c *Call) failedBy(err error) *api.Error {
	var told *api.Error
	switch {
	case c.over():
		return c.overBy(api.SentMaybe)
	case errors.As(err, &told):
		own := *told // what comes of it is written into it
		return &own
	}
	return api.Errorf(api.KindUnavailable, "stream_truncated", "The stream broke off before its end.")
}

// waitFor waits for a value of a channel until a time. It fails with
// os.ErrDeadlineExceeded, with io.EOF when the channel is closed, and with another error
// once the call is over.
func waitFor[T any](c *Call, from <-chan T, until time.Time) (v T, err error) {
	c.watch()
	s := sleeper{woken: make(chan struct{})}
	if c.over() || !c.cut.Enter(s) {
		return v, errCut
	}
	timer := time.NewTimer(time.Until(until))
	defer timer.Stop()
	open := true
	select {
	case v, open = <-from:
	case <-s.woken:
	case <-timer.C:
		err = os.ErrDeadlineExceeded
	}
	if !c.cut.Leave() {
		return v, errCut
	}
	if !open {
		err = io.EOF
	}
	return v, err
}
