package mock

import (
	"errors"
	"io"
	"time"

	"github.com/valyala/fasthttp"
)

// script is a stream, written beforehand: its events one after another.
type script struct {
	buf  []byte
	ends []int // where each event ends in buf
}

// end closes the event that was appended to buf.
func (s *script) end() { s.ends = append(s.ends, len(s.buf)) }

// event returns the bytes of the event of a number.
func (s *script) event(i int) []byte {
	start := 0
	if i > 0 {
		start = s.ends[i-1]
	}
	return s.buf[start:s.ends[i]]
}

// truncate drops the event of a number and all after it.
func (s *script) truncate(i int) {
	s.ends = s.ends[:i]
	s.buf = s.buf[:0]
	if i > 0 {
		s.buf = s.buf[:s.ends[i-1]]
	}
}

// stream answers with a script, as the plan wants it played.
func (c *call) stream(s *Server, contentType string, sc *script) {
	if at := c.plan.errorAt; at != none && at < len(sc.ends) {
		sc.truncate(at)
		sc.buf = c.op.dialect.appendErrorEvent(sc.buf, c.id("req_"))
		sc.end()
	}
	switch c.plan.body {
	case "half", "short", "gzip":
		c.whole(s, contentType, sc.buf)
		return
	}
	c.head(c.status(), contentType)
	c.play(s, contentType, sc)
}

// play sends a script in chunks, an event each.
func (c *call) play(s *Server, contentType string, sc *script) {
	p := &player{server: s, script: sc, plan: c.plan}
	p.conn, _ = c.ctx.Conn().(*conn) // nil behind a foreign server
	h := &c.ctx.Response
	h.Header.SetContentType(contentType)
	h.ImmediateHeaderFlush = c.plan.gap > 0 || c.plan.trickle > 0 || c.plan.hangAfter != none
	h.SetBodyStream(p, -1)
	if string(c.ctx.Method()) == fasthttp.MethodHead {
		h.SkipBody = true
	}
}

// errHungUp ends a body that the plan breaks off; fasthttp then closes the
// connection without the end of the chunks.
var errHungUp = errors.New("mock: hung up")

// player is the body that fasthttp reads a script from: each Read is a chunk,
// flushed at once.
type player struct {
	server *Server
	conn   *conn
	script *script
	plan   plan
	next   int    // number of the next event
	rest   []byte // what is left of the current one
	last   bool   // nothing comes after rest: the plan cuts here
}

// Read returns the next piece, after the pause that belongs before it.
func (p *player) Read(dst []byte) (int, error) {
	if len(p.rest) == 0 {
		if err := p.advance(); err != nil {
			return 0, err
		}
	} else if !p.pause(p.plan.trickle) {
		return 0, errHungUp
	}
	if p.plan.trickle > 0 {
		dst = dst[:1]
	}
	n := copy(dst, p.rest)
	p.rest = p.rest[n:]
	return n, nil
}

// advance takes up the next event, or ends the stream as the plan has it.
func (p *player) advance() error {
	i := p.next
	switch {
	case p.last || i == p.plan.cutAfter && !p.plan.cutMid:
		return p.hangUp()
	case i == p.plan.hangAfter:
		p.pause(none)
		return p.hangUp()
	case i == len(p.script.ends):
		return io.EOF
	}
	if i > 0 && !p.pause(p.plan.gap) {
		return errHungUp
	}
	p.rest = p.script.event(i)
	if i == p.plan.cutAfter {
		p.rest, p.last = p.rest[:(len(p.rest)+1)/2], true
	}
	p.next++
	return nil
}

func (p *player) hangUp() error {
	if p.conn != nil {
		p.conn.sever(p.plan.cutReset)
	}
	return errHungUp
}

// Close is called when the stream has been sent or has failed.
func (p *player) Close() error {
	p.server.active.Add(-1)
	return nil
}

// pause lets d pass, or for ever if d is negative, and reports whether there is
// still someone to go on for.
func (p *player) pause(d time.Duration) bool { return p.server.pause(p.conn, d) }
