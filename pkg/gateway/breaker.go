package gateway

import (
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
)

// judge counts an error for the breaker of the key that was used. It reports whether
// the key is out of use.
func (c *Call) judge(p *Provider, err *api.Error) (broken bool) {
	key := c.exchange.key
	switch {
	case c.providerFault(err):
		broken, news := p.keys.Failed(key, time.Now().UnixNano())
		if news {
			c.gateway.log.Warn("calls fail with a provider's key; it is out of use for now", "provider", p.Name, "key", p.creds[key].name, "error", err.Code)
		}
		return broken
	case err.Sent == api.SentYes:
		c.answered(p, p.keys.Passed(key))
	}
	return false
}

// answered notes that the provider has answered; mended, that this brings the key back
// into use.
func (c *Call) answered(p *Provider, mended bool) {
	if mended {
		c.gateway.log.Info("a provider's key is in use again", "provider", p.Name, "key", p.creds[c.exchange.key].name)
	}
}

// providerFault says whether an error is the provider's, and not the caller's, the
// gateway's or its worker's.
func (c *Call) providerFault(err *api.Error) bool {
	if err.Sent == api.SentYes {
		return err.HTTPStatus() >= 500
	}
	switch err.Code {
	case "provider_unreachable", "provider_closed", "provider_bad_answer":
		return true
	case "provider_timeout", "provider_connect_timeout":
		return c.Timeout == 0 // else the caller may just not have had the patience
	}
	return false
}
