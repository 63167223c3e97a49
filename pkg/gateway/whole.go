package gateway

// Hot path.

import (
	"bytes"
	"errors"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/upstream"
)

// maxErrorBytes bounds what is read of a provider's error.
const maxErrorBytes = 1 << 20

// receive takes the answer whose head has come.
func (c *Call) receive(p *Provider) *api.Error {
	if c.exchange.remote != nil {
		return c.receiveRemote(p)
	}
	status := c.head.Status
	switch {
	case c.relays():
		return c.receiveRelay(p, status)
	case status >= 400:
		return c.receiveError(p, status)
	case status < 200 || status >= 300:
		err := api.Errorf(api.KindUnavailable, "provider_bad_answer", "The provider answered with status %d, which is no answer to this request.", status)
		err.Sent = api.SentYes
		return err
	case c.Head.Stream && isStream(c.head.Get("content-type")):
		return c.openStream(p)
	}
	return c.receiveWhole(p, status)
}

func (c *Call) receiveWhole(p *Provider, status int) *api.Error {
	x := &c.exchange
	if err := c.readBody(c.snapshot.maxAnswer); err != nil {
		return err
	}
	x.answered = time.Now()
	if c.Head.Stream {
		return c.notAStream(p)
	}
	usage, err := c.exchange.speech.codec.Inspect(c.Head.Op, c.body)
	if err != nil {
		return c.bad(p, err)
	}
	if !x.raw {
		c.answer.Reset()
		if err := c.exchange.speech.codec.DecodeResponse(c.Head.Op, c.body, &c.answer); err != nil {
			return c.bad(p, err)
		}
		c.countUntold(&c.answer)
		usage = c.answer.Usage
	}
	if c.traced != nil {
		c.traceAnswer()
	}
	c.keepReturned(p)
	c.release(true)
	c.Status, c.Usage = status, usage
	if c.plugged != nil {
		if err := c.afterAnswer(); err != nil {
			return err
		}
	}
	if x.raw {
		c.ContentType, c.Answer = jsonType, c.body
		return nil
	}
	c.finishAnswer()
	return nil
}

const jsonType = "application/json"

// finishAnswer fills in what the answer of another dialect may lack and writes it.
func (c *Call) finishAnswer() {
	r := &c.answer
	r.Op = c.Head.Op
	if r.Op == api.OpRerank {
		c.rank(r)
	}
	if r.Created == 0 {
		r.Created = c.began.Unix()
	}
	if r.ID == "" {
		r.ID = c.RequestID
	}
	if r.Model == "" {
		r.Model = c.called()
	}
	if c.In == nil {
		return // the Go SDK takes the canonical form
	}
	c.ContentType = jsonType
	// The decoded answer borrows from c.body, so it is written elsewhere.
	c.wire = c.In.AppendResponse(c.wire[:0], &c.Head, r)
	c.Answer = c.wire
}

// readBody reads the rest of the answer into c.body.
func (c *Call) readBody(limit int) *api.Error {
	x := &c.exchange
	until := c.answerDeadline(x.provider)
	var err error
	c.body, err = x.conn.ReadAll(c.body[:0], limit, c.step(until))
	for errors.Is(err, os.ErrDeadlineExceeded) && c.stepOn(until) {
		c.body, err = x.conn.ReadAll(c.body, limit-len(c.body), c.step(until))
	}
	if err == nil {
		return nil
	}
	out := api.Errorf(api.KindUnavailable, "provider_closed", "The provider's answer broke off.")
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		out = api.Errorf(api.KindTimeout, "provider_timeout", "The provider did not finish its answer in time.")
	case errors.Is(err, upstream.ErrBodyTooLarge):
		out = api.Errorf(api.KindUnavailable, "provider_answer_too_large", "The provider's answer is larger than %d bytes.", limit)
	case notHTTP(err):
		out = api.Errorf(api.KindUnavailable, "provider_bad_answer", "The provider's answer is not valid HTTP.")
	}
	out.Sent = api.SentMaybe
	return out
}

// receiveError reads a provider's refusal. It passes on with the provider's own
// message, and in full to a caller of the same dialect.
func (c *Call) receiveError(p *Provider, status int) *api.Error {
	if err := c.readBody(maxErrorBytes); err != nil && err.Kind == api.KindTimeout {
		return err
	}
	codec := c.exchange.speech.codec
	err := codec.DecodeError(status, c.body)
	if n, ok := codec.(dialect.ErrorNamer); ok {
		n.NameError(err, string(c.head.Get(n.ErrorHeader())))
	}
	err.Sent = api.SentYes
	if d := retryAfter(&c.head); d > 0 {
		err.RetryAfter = d
	}
	c.keepReturned(p)
	c.release(true)
	return err
}

// bad makes an error of an answer that is none. The provider has seen the
// request and its answer is of no use: that is a refusal if it says so, and
// otherwise as good as none, so it may be tried again only where a call may be paid for twice.
func (c *Call) bad(p *Provider, err *api.Error) *api.Error {
	c.release(true)
	err.Sent = api.SentMaybe
	if err.Code != "provider_bad_answer" {
		err.Sent = api.SentYes // an error object inside a 200
	}
	err.Provider = p.Name
	return err
}

// notAStream deals with a provider that was asked for a stream and answered in
// one piece: an error, if it says so.
func (c *Call) notAStream(p *Provider) *api.Error {
	if _, err := c.exchange.speech.codec.Inspect(c.Head.Op, c.body); err != nil {
		return c.bad(p, err)
	}
	c.release(true)
	err := api.Errorf(api.KindUnavailable, "provider_bad_answer", "The provider was asked for a stream and answered in one piece.")
	err.Sent = api.SentMaybe
	return err
}

func isStream(contentType []byte) bool { return isEventStream(contentType) || isFrames(contentType) }

func isEventStream(contentType []byte) bool {
	return bytes.HasPrefix(contentType, []byte("text/event-stream"))
}

// maxRetryAfter bounds how long a provider can shut itself off.
const maxRetryAfter = 10 * time.Minute

// retryAfter reads how long the provider wants to be left alone: milliseconds in
// OpenAI's own header, seconds or a date in the standard one (RFC 9110, 10.2.3).
func retryAfter(h *upstream.Head) time.Duration {
	if ms, err := strconv.ParseFloat(string(h.Get("retry-after-ms")), 64); err == nil && ms > 0 {
		return min(time.Duration(ms*float64(time.Millisecond)), maxRetryAfter)
	}
	v := strings.TrimSpace(string(h.Get("retry-after")))
	if v == "" {
		return 0
	}
	if s, err := strconv.ParseFloat(v, 64); err == nil {
		if s <= 0 {
			return 0
		}
		return min(time.Duration(min(s, maxRetryAfter.Seconds())*float64(time.Second)), maxRetryAfter)
	}
	for _, layout := range [...]string{time.RFC1123, time.RFC850, time.ANSIC} {
		if at, err := time.Parse(layout, v); err == nil {
			return min(max(time.Until(at), 0), maxRetryAfter)
		}
	}
	return 0
}
