package gateway

import (
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
		m.Fields, m.Head, m.ModelAt = c.Relay.Fields, c.Body, c.Head.ModelAt
	} else {
		m.Body = jsonx.Value(c.Body)
	}
	c.exchange.media = m
	return m
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
