package gateway

import (
	"errors"
	"io"
	"os"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
)

// smallAnswer is up to what size an answer is read before it is passed on, so that
// one that breaks off may still be tried again.
const smallAnswer = 64 << 10

// receiveRelay takes the answer to a relay, whose head has come.
func (c *Call) receiveRelay(p *Provider, status int) *api.Error {
	switch contentType := c.head.Get("content-type"); {
	case status >= 400:
		err := c.receiveError(p, status)
		c.returnMore()
		return err
	case status < 200 || status >= 300:
		err := api.Errorf(api.KindUnavailable, "provider_bad_answer", "The provider answered with status %d, which is no answer to this request.", status)
		err.Sent = api.SentYes
		return err
	case c.exchange.media != nil && c.exchange.media.Whole:
		return c.receiveMedia(p)
	case isEventStream(contentType):
		if err := c.openStream(p); err != nil {
			return err
		}
		c.returnMore()
		return nil
	default:
		c.ContentType = string(contentType)
	}
	if n := c.head.ContentLength; status == 204 || n >= 0 && n <= smallAnswer {
		if err := c.readBody(smallAnswer << 4); err != nil { // an encoded one grows
			return err
		}
		c.exchange.answered = time.Now()
		c.release(true)
		c.Relay.seen.see(c.body)
		c.Answer = c.body
	} else {
		c.openBytes()
	}
	c.keepReturned(p)
	c.returnMore()
	c.Status = status
	return nil
}

// openBytes makes a stream of an answer that passes as it comes.
func (c *Call) openBytes() {
	s := &c.stream
	s.reset()
	s.open, s.bytes, s.heard = true, true, time.Now()
	c.watch()
	c.Streaming, c.Size = true, max(c.head.ContentLength, 0)
	if len(c.head.Get("content-encoding")) > 0 {
		c.Size = 0 // it is undone
	}
	if c.Timeout == 0 {
		c.deadline = s.heard.Add(forever) // from here on only silence ends it
	}
	c.firstToken()
	c.gateway.metrics.Streams.Inc()
}

// nextBytes returns the next bytes of such a stream. io.EOF is its end; any other
// error cannot be told in it, so that the caller sees it break off.
func (c *Call) nextBytes() ([]byte, error) {
	s := &c.stream
	if s.done {
		return nil, io.EOF
	}
	for {
		until := c.patienceUntil()
		b, err := c.exchange.conn.Next(c.step(until))
		switch {
		case len(b) > 0:
			s.heard = time.Now()
			c.Relay.seen.see(b)
			return b, nil
		case err == io.EOF:
			s.done, s.ended = true, true
			c.release(true)
			return nil, io.EOF
		case c.left.Load():
			return nil, errDeserted
		case errors.Is(err, os.ErrDeadlineExceeded) && time.Now().Before(until):
			continue
		case errors.Is(err, os.ErrDeadlineExceeded):
			s.failed = api.Errorf(api.KindTimeout, "provider_timeout", "The provider has sent nothing for %s.", c.exchange.provider.idle)
		default:
			s.failed = c.brokenBy(err)
		}
		s.done = true
		c.drop()
		return nil, s.failed
	}
}

// aboutTheExchange are header fields of an answer that are about the connection that
// it came over, or that the gateway says itself.
var aboutTheExchange = map[string]bool{
	"connection": true, "keep-alive": true, "te": true, "trailer": true, "transfer-encoding": true, "upgrade": true,
	"proxy-connection": true, "proxy-authenticate": true, "content-length": true, "content-type": true, "content-encoding": true,
	"date": true, "server": true, "set-cookie": true, "x-request-id": true, "alt-svc": true, "strict-transport-security": true,
	"access-control-allow-origin": true, "retry-after": true,
}

// returnMore returns the header fields that say what an answer in the provider's own
// form is; all there are where the path is the provider's own.
func (c *Call) returnMore() {
	all := c.Relay.Whole
	for i := range c.head.Fields {
		f := &c.head.Fields[i]
		switch name := string(f.Name); {
		case name == "content-disposition", all && !aboutTheExchange[name] && c.exchange.provider.returns[name].name == nil:
			c.Returned = append(c.Returned, Return{canonical(name), f.Value})
		}
	}
}
