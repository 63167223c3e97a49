package gateway

// Hot path.

import (
	"errors"
	"io"
	"os"
	"time"
	"unsafe"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/sse"
)

// stream is the state of an answer that comes in events.
type stream struct {
	open     bool
	splitter sse.Splitter
	tap      dialect.Tap          // raw lane
	reader   dialect.StreamReader // translated lane
	writer   dialect.StreamWriter // translated lane, and on the raw lane for what the gateway itself has to say
	framing  dialect.Framing      // raw lane, where the caller wants another framing than events
	events   []api.Event
	out      []byte // written here, handed out, and written again only after the next call
	held     []byte // read while the stream was opened

	heard    time.Time // when the provider last said anything
	begun    bool      // content has been seen
	ended    bool      // the terminal event has been seen
	fed      bool      // the splitter may hold whole events
	ready    bool      // events wait in events, for the Go SDK, which takes them as they are
	closed   bool      // the provider has closed its side
	done     bool      // the caller has all there is
	failed   *api.Error
	produced int64 // bytes of generated text, for an estimate
}

func (s *stream) reset() {
	s.splitter.Reset(0)
	clear(s.events)
	*s = stream{splitter: s.splitter, events: s.events[:0], out: kept(s.out), held: kept(s.held)}
}

// openStream reads up to the first event. An error there is a refusal like any
// other, so the call may still go elsewhere; where there is an elsewhere, the
// first events that hold no content are held back for the same reason.
func (c *Call) openStream(p *Provider) *api.Error {
	s := &c.stream
	s.reset()
	s.open = true
	s.heard = time.Now()
	c.startLane(p)
	hold := c.In != nil && c.at+1 < len(c.candidates)
	for {
		out, err := c.advance(c.attemptDeadline(p))
		s.held = append(s.held, out...)
		if s.failed != nil {
			err := s.failed
			s.reset()
			return err
		}
		if errors.Is(err, os.ErrDeadlineExceeded) {
			s.reset()
			out := api.Errorf(api.KindTimeout, "provider_timeout", "The provider did not begin its stream in time.")
			out.Sent = api.SentMaybe
			return out
		}
		if (len(s.held) > 0 || s.ready) && (!hold || s.begun) || s.done {
			break
		}
	}
	c.keepReturned(p)
	c.Status, c.Streaming, c.ContentType = 200, true, c.contentType()
	if c.Timeout == 0 {
		c.deadline = s.heard.Add(forever) // from here on only silence ends it
	}
	c.firstToken()
	c.watch()
	c.gateway.streamOpened(c)
	return nil
}

// forever is longer than any stream.
const forever = 365 * 24 * time.Hour

func (c *Call) startLane(p *Provider) {
	s := &c.stream
	if !c.exchange.raw {
		s.reader = p.codec.Reader(c.Head.Op)
		if c.In != nil {
			s.writer = c.In.Writer(&c.Head)
		}
		return
	}
	s.tap = c.In.Tap(&c.Head)
	if r, ok := c.In.(dialect.Reframer); ok {
		s.framing = r.Framing(&c.Head)
	}
}

func (c *Call) contentType() string {
	if c.In == nil || c.exchange.raw && c.stream.framing == nil {
		return "text/event-stream"
	}
	return c.voice().ContentType()
}

// voice is the writer of the caller's dialect. The raw lane makes it when the
// gateway has something of its own to say.
func (c *Call) voice() dialect.StreamWriter {
	if c.stream.writer == nil {
		c.stream.writer = c.In.Writer(&c.Head)
	}
	return c.stream.writer
}

// Next returns the stream's next bytes: as many whole events as there are,
// waiting for one if there is none. They are valid until the next call. io.EOF
// says that the stream has been told to its end, be it with an error event; any
// other error cannot be told in the stream. Next is for the goroutine that owns the call.
func (c *Call) Next() ([]byte, error) {
	s := &c.stream
	if len(s.held) > 0 {
		out := s.held
		s.held = s.held[:0]
		return out, nil
	}
	for !s.done {
		out, err := c.advance(time.Now().Add(c.snapshot.heartbeat))
		if len(out) > 0 {
			return out, nil
		}
		if !errors.Is(err, os.ErrDeadlineExceeded) {
			continue
		}
		if out := c.silent(); len(out) > 0 {
			return out, nil
		}
	}
	return nil, io.EOF
}

// silent is asked when nothing has come for a while: it ends a stream that has
// been silent for too long, and otherwise shows the caller that it lives.
func (c *Call) silent() []byte {
	s := &c.stream
	now := time.Now()
	if now.After(c.deadline) {
		return c.breakOff(api.Errorf(api.KindTimeout, "timeout", "The call's time limit has passed."))
	}
	if now.Sub(s.heard) >= c.exchange.provider.idle {
		return c.breakOff(api.Errorf(api.KindTimeout, "provider_timeout", "The provider has sent nothing for %s.", c.exchange.provider.idle))
	}
	if c.In == nil {
		return nil
	}
	s.out = c.voice().Heartbeat(s.out[:0])
	return s.take()
}

// advance moves the stream on by what the provider has sent, waiting at most
// until the given time. It returns what the caller gets of it, which may be nothing.
func (c *Call) advance(until time.Time) ([]byte, error) {
	s := &c.stream
	for {
		out, err := c.drain()
		if len(out) > 0 || err != nil || s.done || s.ready {
			return out, err
		}
		if s.closed {
			return c.finish(), nil
		}
		b, err := c.exchange.conn.Next(earlier(until, c.patienceUntil()))
		switch {
		case len(b) > 0:
			s.heard = time.Now()
			s.splitter.Feed(b)
			s.fed = true
		case err == io.EOF:
			s.closed = true
		case errors.Is(err, os.ErrDeadlineExceeded) && s.ended && time.Since(s.heard) >= afterEnd:
			s.closed = true
		case errors.Is(err, os.ErrDeadlineExceeded):
			return nil, err
		case err != nil:
			return c.breakOff(c.brokenBy(err)), nil
		}
	}
}

// afterEnd is how long a provider may keep a stream open behind its terminal
// event: late usage may come, but the slot is not its to hold.
const afterEnd = time.Second

// patienceUntil is when the provider's silence becomes an event of its own.
func (c *Call) patienceUntil() time.Time {
	s := &c.stream
	if s.ended {
		return s.heard.Add(afterEnd)
	}
	return earlier(s.heard.Add(c.exchange.provider.idle), c.deadline)
}

// drain takes the whole events that have been fed.
func (c *Call) drain() ([]byte, error) {
	s := &c.stream
	if !s.fed {
		return nil, nil
	}
	if c.exchange.raw {
		return c.drainRaw()
	}
	return c.drainTranslated()
}

// drainRaw passes on as many neighbouring events as there are in one slice of
// the connection's own buffer.
func (c *Call) drainRaw() ([]byte, error) {
	s := &c.stream
	s.out = s.out[:0]
	var out []byte
	var ev sse.Event
	for {
		ok, err := s.splitter.Next(&ev)
		if err != nil {
			return c.breakOff(tooLarge()), nil
		}
		if !ok {
			s.fed = false
			return out, nil
		}
		verdict := s.tap.See(&ev)
		s.begun, s.ended = s.tap.Begun(), s.tap.Ended()
		if verdict == dialect.Fail {
			s.failed = c.refused(s.tap.Err())
			if !c.Streaming {
				return nil, nil
			}
			s.done = true // the provider's own error event is the last
		}
		if verdict != dialect.Drop {
			out = s.pass(out, &ev)
		}
		if s.done {
			c.drop()
			return out, nil
		}
	}
}

// pass puts an event behind out.
func (s *stream) pass(out []byte, ev *sse.Event) []byte {
	if s.framing != nil {
		s.out = s.framing.AppendEvent(s.out, ev)
		return s.out
	}
	if joined, ok := extend(out, ev.Raw); ok {
		return joined
	}
	s.out = append(append(s.out[:0], out...), ev.Raw...)
	return s.out
}

// extend returns a with b behind it if the two are neighbours in memory.
func extend(a, b []byte) ([]byte, bool) {
	if len(a) == 0 {
		return b, true
	}
	if cap(a)-len(a) < len(b) || len(b) == 0 {
		return a, len(b) == 0
	}
	end := a[:len(a)+1]
	if unsafe.SliceData(b) != &end[len(a)] {
		return nil, false
	}
	return a[:len(a)+len(b)], true
}

func (c *Call) drainTranslated() ([]byte, error) {
	s := &c.stream
	s.out = s.out[:0]
	var ev sse.Event
	for {
		ok, err := s.splitter.Next(&ev)
		if err != nil {
			return c.breakOff(tooLarge()), nil
		}
		if !ok {
			s.fed = false
			return s.take(), nil
		}
		s.events = s.reader.Read(s.events[:0], &ev)
		c.tell(s.events)
		s.ready = c.In == nil && len(s.events) > 0
		if s.failed != nil && !c.Streaming || s.done || s.ready {
			return s.take(), nil
		}
	}
}

// take hands out what has been written; the buffer is written again only after the next call.
func (s *stream) take() []byte {
	out := s.out
	s.out = s.out[:0]
	return out
}

// tell notes what events say and writes them for the caller.
func (c *Call) tell(events []api.Event) {
	s := &c.stream
	for i := range events {
		e := &events[i]
		switch e.Kind {
		case api.EventDelta:
			s.begun = true
			s.produced += int64(len(e.Text))
		case api.EventPart, api.EventFinish:
			s.begun = true
		case api.EventStart:
			c.begin(e)
		case api.EventEnd:
			s.ended = true
		case api.EventError:
			s.failed = c.refused(e.Err)
			if !c.Streaming {
				return
			}
			e.Err = s.failed
			s.done = true
		}
		if e.Usage.Known {
			c.Usage = e.Usage
		}
		if s.writer != nil {
			s.out = s.writer.Append(s.out, e)
		}
	}
}

// begin fills in what the first event of another dialect may lack.
func (c *Call) begin(e *api.Event) {
	if e.ID == "" {
		e.ID = c.RequestID
	}
	if e.Model == "" {
		e.Model = c.Model()
	}
	if e.Created == 0 {
		e.Created = c.began.Unix()
	}
}

// refused completes an error that the provider sent as an event.
func (c *Call) refused(err *api.Error) *api.Error {
	err.Sent = api.SentYes
	err.Provider = c.exchange.provider.Name
	return err
}

// finish is called when the provider has closed its side: with the dialect's
// terminal event behind it this is the end, without it the stream was cut.
func (c *Call) finish() []byte {
	s := &c.stream
	s.done = true
	if !c.exchange.raw {
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
	err.Provider = c.exchange.provider.Name
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
	case c.shut.Load():
		return api.Errorf(api.KindOverloaded, "shutting_down", "The gateway is shutting down.")
	case c.left.Load():
		return api.Errorf(api.KindCanceled, "client_closed_request", "The caller left before the answer was complete.")
	case notHTTP(err):
		return api.Errorf(api.KindUnavailable, "provider_bad_answer", "The provider's stream is not valid HTTP.")
	}
	return api.Errorf(api.KindUnavailable, "stream_truncated", "The provider's stream broke off before its end.")
}

func tooLarge() *api.Error {
	return api.Errorf(api.KindUnavailable, "stream_event_too_large", "The provider sent an event of more than %d bytes.", sse.DefaultMaxEvent)
}
