package redis

// Hot path.

import (
	"errors"
	"net"
	"os"
	"sync/atomic"
	"syscall"
	"time"
)

// grace is how much longer than its time-out a script is waited for while its
// server is seen to answer.
const grace = time.Second

// patience tells a server that hangs from one that has a queue before it, and from
// a process of ours that has no processor to run on: in these the answer comes,
// only later, and to give the call up would be to let it pass uncounted. A server
// that answers nobody for half a time-out, whatever the reason, counts as hanging.
type patience struct {
	timeout  time.Duration
	away     *atomic.Bool // nobody is to wait for it but who finds out whether it is back
	born     time.Time
	answered atomic.Int64 // when the server last answered anyone, since born
}

// longer returns until when to go on waiting for an answer that was due and has
// not come by now; the zero time, if no longer.
func (p *patience) longer(now, due, latest time.Time) time.Time {
	if !now.Before(latest) {
		return time.Time{}
	}
	late := now.Sub(due) > p.timeout/2 // nobody woke us: the answer may be there
	lively := p.answered.Load() > 0 && now.Sub(p.born)-time.Duration(p.answered.Load()) <= p.timeout/2
	if !late && !lively {
		return time.Time{}
	}
	if until := now.Add(p.timeout / 4); until.Before(latest) {
		return until
	}
	return latest
}

// conn is a connection whose reader is patient. A deadline that is set is the
// latest; grace before it the answer is due.
type conn struct {
	net.Conn
	patience    *patience
	due, latest time.Time
}

// SetReadDeadline implements [net.Conn]. Whoever waited long for a connection has a
// moment left to read, unless the server is known to be away by now.
func (c *conn) SetReadDeadline(latest time.Time) error {
	c.latest, c.due = latest, time.Time{}
	if !latest.IsZero() {
		c.due = latest.Add(-grace)
		least := time.Now()
		if !c.patience.away.Load() {
			least = least.Add(c.patience.timeout / 4)
		}
		if c.due.Before(least) {
			c.due = least
		}
	}
	return c.Conn.SetReadDeadline(c.due)
}

// Read implements [net.Conn].
func (c *conn) Read(to []byte) (int, error) {
	for {
		n, err := c.Conn.Read(to)
		now := time.Now()
		if n > 0 {
			c.patience.answered.Store(int64(now.Sub(c.patience.born)))
		}
		if n > 0 || !errors.Is(err, os.ErrDeadlineExceeded) {
			return n, err
		}
		until := c.patience.longer(now, c.due, c.latest)
		if until.IsZero() || c.Conn.SetReadDeadline(until) != nil {
			return n, err
		}
		c.due = until
	}
}

// plainConn lets go-redis see whether the server has closed an idle connection.
type plainConn struct {
	*conn
	syscall.Conn
}

// patient makes a connection's reader patient.
func (p *patience) patient(inner net.Conn) net.Conn {
	c := &conn{Conn: inner, patience: p}
	if raw, ok := inner.(syscall.Conn); ok {
		return plainConn{c, raw}
	}
	return c
}
