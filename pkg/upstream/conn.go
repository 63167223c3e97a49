// Hot path: nothing here allocates once a connection is there to be reused.

package upstream

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"os"
	"syscall"
	"time"
)

// A connection's one buffer has at first leastBuffer bytes, as much as a stream of
// tokens needs. Each read that fills it doubles it, up to mostBuffer, so that long
// answers are read in few steps. Heads that are larger grow it for their own time only.
const (
	leastBuffer = 2 << 10
	mostBuffer  = 8 << 10
)

// Conn is a connection that serves one request at a time, from Idle or Connect to Release.
// It belongs to one goroutine; only its Cut may be used from others. Deadlines
// are points in time, per step; the zero time means none.
type Conn struct {
	origin *Origin
	raw    net.Conn // the transport; closing it never blocks
	wire   net.Conn // raw, or TLS over it
	socket socket   // raw's file descriptor, if it has one

	cut       *Cut
	held      bool // in use, until Release
	reused    bool
	keepAlive bool // the answer's head lets the connection live
	broken    bool // no more can be read: an error ended it
	cutShort  bool // the request was not written whole
	idleSince time.Time

	// The deadlines that the transport has now; see armWrite.
	readBy, writeBy time.Time

	buf      []byte // answer bytes not consumed yet are buf[r:w]
	r, w     int
	answered bool // a byte of the answer has been read
	wrote    int  // bytes of the request that were written

	body body

	// A large request is written as a vector; WriteTo eats vec, and parts keeps its memory.
	parts [][]byte
	vec   net.Buffers
}

func newConn(o *Origin, raw, wire net.Conn) *Conn {
	// A proxy may be reached by TLS. Closing that would say goodbye first, and wait.
	for t, ok := raw.(*tls.Conn); ok; t, ok = raw.(*tls.Conn) {
		raw = t.NetConn()
	}
	c := &Conn{origin: o, raw: raw, wire: wire, buf: make([]byte, leastBuffer)}
	c.socket.init(raw)
	return c
}

// begin makes c ready for one more request.
func (c *Conn) begin(cut *Cut) {
	c.cut, c.held = cut, true
	c.keepAlive, c.answered, c.cutShort = false, false, false
	c.r, c.w, c.wrote = 0, 0, 0
	c.body = body{}
}

// Interrupt implements Interrupter: what is being done on the connection ends.
func (c *Conn) Interrupt() { c.raw.Close() }

// Reused says whether an earlier request has been served on this connection.
func (c *Conn) Reused() bool { return c.reused }

// armWrite and armRead see to it that the next write or read ends by until. To
// move a deadline costs a timer operation, so one that is earlier is left alone:
// if it strikes too soon, the deadline is moved then and the step repeated. Only
// a TLS write cannot be repeated and has its deadline set each time.
func (c *Conn) armWrite(until time.Time) {
	_, strict := c.wire.(*tls.Conn)
	if late(c.writeBy, until) || strict && !c.writeBy.Equal(until) {
		c.writeBy = until
		c.raw.SetWriteDeadline(until)
	}
}

func (c *Conn) armRead(until time.Time) {
	if late(c.readBy, until) {
		c.readBy = until
		c.raw.SetReadDeadline(until)
	}
}

// late says whether a deadline of set would let a step run past until.
func late(set, until time.Time) bool {
	return !until.IsZero() && (set.IsZero() || set.After(until))
}

// read reads some bytes into p.
func (c *Conn) read(p []byte, until time.Time) (int, error) {
	if c.broken {
		return 0, net.ErrClosed
	}
	for {
		c.armRead(until)
		n, err := c.wire.Read(p)
		if n > 0 {
			c.answered = true
			return n, nil // an error that came with it comes again
		}
		if err == nil {
			err = io.ErrNoProgress
		}
		if !timedOut(err) {
			return 0, c.fail(err)
		}
		if c.cut.Fired() {
			return 0, c.fail(err)
		}
		if passed(until) {
			return 0, os.ErrDeadlineExceeded
		}
		c.readBy = until
		c.raw.SetReadDeadline(until)
	}
}

// fill reads more into the buffer. It may move what is there, and returns
// errFull if there is no room.
func (c *Conn) fill(until time.Time) error {
	if c.r == c.w {
		if c.w == len(c.buf) && len(c.buf) < mostBuffer {
			c.buf = make([]byte, 2*len(c.buf))
		}
		c.r, c.w = 0, 0
	} else if c.w == len(c.buf) {
		if c.r == 0 {
			return errFull
		}
		c.w = copy(c.buf, c.buf[c.r:c.w])
		c.r = 0
	}
	n, err := c.read(c.buf[c.w:], until)
	c.w += n
	return err
}

var errFull = errors.New("upstream: buffer full")

// fail notes that no more can be read and says why: err is what a read returned.
func (c *Conn) fail(err error) error {
	c.broken = true
	if closedInOrder(err) && c.reused && !c.answered && c.socket.unseen(c.wrote) && !c.cut.Fired() {
		return ErrStale
	}
	return c.reason(err)
}

// reason names what ended a read or a write.
func (c *Conn) reason(err error) error {
	switch {
	case c.cut.Fired():
		return ErrCut
	case timedOut(err):
		return os.ErrDeadlineExceeded
	}
	return err
}

// closedInOrder says whether err is the peer's close, as TCP has it. TLS reports
// one that it did not announce itself as an unexpected end.
func closedInOrder(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}

// timedOut asks for Timeout alone: the errors of connections in memory have no
// more of net.Error than that.
func timedOut(err error) bool {
	var e interface{ Timeout() bool }
	return errors.Is(err, os.ErrDeadlineExceeded) ||
		errors.As(err, &e) && e.Timeout() && !errors.Is(err, syscall.ETIMEDOUT)
}

func passed(until time.Time) bool { return !until.IsZero() && !time.Now().Before(until) }

func noAnswer(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// Release ends the use of the connection; it must be called exactly once after
// each. The connection is kept for another request if the caller finds it
// reusable, the body has ended cleanly with nothing after it, and the provider
// did not ask to close; otherwise it is closed.
func (c *Conn) Release(reusable bool) {
	if !c.held {
		return
	}
	c.held = false
	live := c.cut.Leave()
	c.cut = nil
	c.body.stopInflating()
	if len(c.buf) > mostBuffer {
		c.buf = make([]byte, leastBuffer)
	}
	if reusable && live && c.keepAlive && !c.broken && !c.cutShort && c.body.ended() && c.r == c.w {
		c.origin.idle.push(c, time.Now())
		return
	}
	c.raw.Close()
}
