package gateway

import (
	"errors"
	"os"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
)

// endStream is the end of every stream, however it came about.
func (c *Call) endStream() {
	s := &c.stream
	status := c.Status
	if !s.done {
		c.left.Store(true)
		c.readOut()
		status = api.Errorf(api.KindCanceled, "", "").HTTPStatus()
	}
	c.failed = s.failed
	c.gateway.streamClosed(c)
	c.settle(status)
}

// readOut reads a stream that nobody listens to any more to its end, where the
// provider's cancel policy is to drain: it bills the whole answer anyway, and
// only the end tells what it was. Bounded, so that it cannot hold a slot for long.
func (c *Call) readOut() {
	p, s := c.exchange.provider, &c.stream
	if !p.drain || c.shut.Load() {
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

func (g *Gateway) streamOpened(c *Call) {
	g.metrics.Streams.Inc()
	g.mu.Lock()
	g.streams[c] = struct{}{}
	g.mu.Unlock()
}

func (g *Gateway) streamClosed(c *Call) {
	g.metrics.Streams.Dec()
	g.mu.Lock()
	delete(g.streams, c)
	g.mu.Unlock()
}
