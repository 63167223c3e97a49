package gateway

import (
	"bytes"
	"io"
	"net/http"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/asbru-gateway/asbru/pkg/provider/media"
)

// askMedia is what a provider with a form of its own is to be asked.
func (c *Call) askMedia(p *Provider, model string) *media.Request {
	m := &media.Request{
		Op: c.Head.Op, Method: c.Relay.Method, Provider: p.Name, Model: model, Stream: c.Head.Stream,
		Video: c.Relay.video, Found: c.Relay.found,
		DropParams: c.Head.DropParams || c.snapshot.dropParams,
	}
	if isForm(c.Relay.ContentType) {
		m.Fields, m.Head, m.ModelAt, m.Form = c.Relay.Fields, c.Body, c.Head.ModelAt, c.holdForm
	} else {
		m.Body = jsonx.Value(c.Body)
	}
	c.exchange.media = m
	return m
}

// formBytes is how much of a form is held for a provider that takes files within JSON:
// about what Google takes, https://ai.google.dev/gemini-api/docs/files.
const formBytes = 20 << 20

// holdForm reads the rest of the caller's form, so that it is there for other tries too.
func (c *Call) holdForm() (files []media.Part, fields map[string]string, fault *api.Error) {
	r := &c.Relay
	if r.Rest != nil {
		rest, err := io.ReadAll(io.LimitReader(r.Rest, int64(formBytes-len(c.Body)+1)))
		if err != nil {
			fault = c.callerFailed(err)
			fault.Sent = api.SentNo
			return nil, nil, fault
		}
		if len(c.Body)+len(rest) > formBytes {
			return nil, nil, api.Errorf(api.KindTooLarge, "body_too_large", "The provider takes files of up to %d MB in all.", formBytes>>20)
		}
		c.Body, r.Rest, r.RestSize = append(bytes.Clone(c.Body), rest...), nil, 0
		c.exchange.began = time.Now() // what the caller took to send it is not the provider's time
		if c.Timeout == 0 {
			c.deadline = c.exchange.began.Add(c.patienceOfAll())
		}
	}
	return media.ReadForm(r.ContentType, c.Body)
}

// receiveMedia makes OpenAI's answer of the provider's.
func (c *Call) receiveMedia(p *Provider) *api.Error {
	if err := c.readBody(c.snapshot.maxAnswer); err != nil {
		return err
	}
	c.exchange.answered = time.Now()
	a, err := p.Media.Answer(c.exchange.media, string(c.head.Get("content-type")), c.body)
	if err != nil {
		return c.bad(p, err)
	}
	c.keepReturned(p)
	c.release(true)
	c.Relay.found = a.Found
	if a.Location != "" {
		c.Returned = append(c.Returned, Return{headerLocation, []byte(a.Location)})
		c.Status, c.ContentType, c.Answer = http.StatusFound, "", nil
		return nil
	}
	c.Status, c.ContentType, c.Answer, c.Usage = http.StatusOK, a.ContentType, a.Body, a.Usage
	if !a.Usage.Known {
		c.Relay.seen.see(a.Body)
	}
	return nil
}

var headerLocation = []byte("Location")
