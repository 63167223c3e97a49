package gateway

// Hot path.

import (
	"errors"
	"io"
	"os"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/eventstream"
	"github.com/asbru-gateway/asbru/pkg/sse"
)

// stream is the state of an answer that comes in events.
type stream struct {
	open     bool
	feed     feed // where it comes from if not from a provider
	bytes    bool // it passes as it comes, and is none of events
	splitter sse.Splitter
	frames   *eventstream.Events  // makes events of a stream that comes in frames; nil where it is events
	tap      dialect.Tap          // raw lane
	reader   dialect.StreamReader // translated lane
	writer   dialect.StreamWriter // translated lane, and on the raw lane for what the gateway itself has to say
	witness  *witness             // raw lane of a traced call
	framing  dialect.Framing      // raw lane, where the caller wants another framing than events
	events   []api.Event
	out      []byte // written here, handed out, and written again only after the next call
	held     []byte // read while the stream was opened

	heard    time.Time // when the provider last said anything
	begun    bool      // content has been seen
	passed   bool      // a worker's bytes have been handed out
	ended    bool      // the terminal event has been seen
	fed      bool      // the splitter may hold whole events
	ready    bool      // events wait in events, for the Go SDK, which takes them as they are
	closed   bool      // the provider has closed its side
	done     bool      // the caller has all there is
	failed   *api.Error
	produced int64 // bytes of generated text, for an estimate
	beating  bool  // what is told next is a heartbeat of the gateway's own
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
	c.watch()
	c.startLane()
	if isFrames(c.head.Get("content-type")) {
		s.frames = &eventstream.Events{Write: c.exchange.speech.unframe}
	}
	hold := c.In != nil && (c.at+1 < len(c.candidates) || c.task != nil && c.task.Hold)
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
		// Content may have come of which the caller's dialect has nothing to say yet:
		// the beginning of a tool call's arguments, where it wants them whole.
		if s.begun || (len(s.held) > 0 || s.ready) && !hold || s.done {
			break
		}
	}
	c.keepReturned(p)
	c.Status, c.Streaming, c.ContentType = 200, true, c.contentType()
	if c.Timeout == 0 {
		c.deadline = s.heard.Add(forever) // from here on only silence ends it
	}
	c.firstToken()
	c.gateway.metrics.Streams.Inc()
	return nil
}

// forever is longer than any stream.
const forever = 365 * 24 * time.Hour

func (c *Call) startLane() {
	s := &c.stream
	if c.relays() {
		s.tap = &relayTap{codec: c.In, open: c.Relay.Path != ""}
		return
	}
	if !c.exchange.raw {
		s.reader = c.exchange.speech.codec.Reader(c.Head.Op)
		if c.In != nil {
			s.writer = c.In.Writer(&c.Head)
		}
		return
	}
	s.tap = c.In.Tap(&c.Head)
	c.witnessStream()
	if r, ok := c.In.(dialect.Reframer); ok {
		s.framing = r.Framing(&c.Head)
		if w, ok := s.framing.(dialect.StreamWriter); ok {
			s.writer = w // what the gateway has to say must stand in the same frame
		}
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
		c.takeUpFraming()
	}
	return c.stream.writer
}

// Next returns the stream's next bytes: as many whole events as there are,
// waiting for one if there is none. They are valid until the next call. io.EOF
// says that the stream has been told to its end, be it with an error event; any
// other error cannot be told in the stream. Next is for the goroutine that owns the call.
func (c *Call) Next() ([]byte, error) {
	b, err := c.next()
	if c.stream.beating { // of which nothing is to be remembered
		c.stream.beating = false
		return b, err
	}
	if c.heard != nil {
		c.heard.Add(b)
	}
	if c.caching != nil {
		c.heardForCache(b)
	}
	return b, err
}

func (c *Call) next() ([]byte, error) {
	s := &c.stream
	if len(s.held) > 0 {
		out := s.held
		s.held = s.held[:0]
		return out, nil
	}
	if s.bytes {
		return c.nextBytes()
	}
	if c.exchange.worker != "" {
		if c.windowed() {
			return c.nextPluggedRemote()
		}
		return c.nextRemote()
	}
	beat := time.Now().Add(c.snapshot.heartbeat)
	for !s.done {
		out, err := c.advance(c.step(beat))
		if len(out) > 0 {
			return out, nil
		}
		if !errors.Is(err, os.ErrDeadlineExceeded) {
			continue
		}
		if c.left.Load() {
			return nil, errDeserted
		}
		now := time.Now()
		if out := c.silent(now, beat); len(out) > 0 {
			return out, nil
		}
		if now.After(beat) { // the framing has no heartbeat
			beat = now.Add(c.snapshot.heartbeat)
		}
	}
	return nil, io.EOF
}

// errDeserted: there is nobody to tell the stream to. What becomes of the rest
// of it is for the end of the stream to decide.
var errDeserted = errors.New("gateway: the caller has left")

// advance moves the stream on by what the provider has sent, waiting at most
// until the given time. It returns what the caller gets of it, which may be
// nothing: when that time has passed, and when the stream's content has begun.
func (c *Call) advance(until time.Time) ([]byte, error) {
	s := &c.stream
	if s.feed != nil {
		return c.pull(until)
	}
	for {
		out, err := c.drain()
		if len(out) > 0 || err != nil || s.done || s.ready || s.begun && !c.Streaming {
			return out, err
		}
		if s.closed {
			return c.finish(), nil
		}
		b, err := c.exchange.conn.Next(earlier(until, c.patienceUntil()))
		switch {
		case len(b) > 0:
			s.heard = time.Now()
			if s.frames != nil {
				b = c.unframe(b)
			}
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
	if c.windowed() {
		return c.drainPlugged(), nil
	}
	return c.drainTranslated()
}

// take hands out what has been written; the buffer is written again only after the next call.
func (s *stream) take() []byte {
	out := s.out
	s.out = s.out[:0]
	return out
}
