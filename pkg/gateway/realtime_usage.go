package gateway

import (
	"net/http"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// count looks at a message of the provider's. One that ends a response says what it
// used; the error is of a caller whose limits that was too much for, or who may not
// call any more.
func (r *Realtime) count(message []byte) *api.Error {
	if r.uttered != nil {
		r.uttered.heard(message)
	}
	if isEvent(message, responseDone) {
		return r.charge(realtimeUsage(jsonx.Value(message).Get("response", "usage")), message)
	}
	return nil
}

// charge makes a call of its own of a response: in limits, ledger and metrics, and in what
// is kept of what was said.
func (r *Realtime) charge(u api.Usage, response []byte) *api.Error {
	of := r.call
	c := of.gateway.Acquire()
	defer of.gateway.Release(c)
	c.gateway, c.snapshot, c.began = of.gateway, of.snapshot, time.Now()
	c.In, c.Head.Op, c.Head.Model, c.Head.MaxTokens = of.In, of.Head.Op, of.Head.Model, u.Output
	c.Credential, c.RequestID, c.Metadata, c.Client = of.Credential, of.RequestID, of.Metadata, of.Client
	c.User = of.User
	c.traceWithin(of)
	c.candidates, c.attempts = append(c.candidates, of.candidates[0]), 1
	c.exchange.provider, c.exchange.key, c.exchange.keyName = of.exchange.provider, of.exchange.key, of.exchange.keyName
	refused := c.admit()
	if refused == nil {
		refused = c.reserve()
	}
	if p, key := c.exchange.provider, c.exchange.key; refused == nil && key >= 0 && key < len(p.creds) {
		refused = c.reserveKey(&p.creds[key])
	}
	if c.identity == nil {
		c.identity, c.belongs = of.identity, of.belongs // whose key was taken away meanwhile has used it all the same
	}
	c.Usage = u
	if r.uttered != nil {
		c.uttered, c.Answer, c.ContentType = r.uttered.take(), response, jsonType
	}
	c.settle(http.StatusOK)
	return refused
}

// maxRealtimeTokens is the most tokens that a count of one response is believed to have.
const maxRealtimeTokens = 1_000_000_000

// realtimeUsage reads the usage of a response.
func realtimeUsage(v jsonx.Value) api.Usage {
	n := func(path ...string) int64 {
		n, _ := v.Get(path...).Int()
		return min(max(n, 0), maxRealtimeTokens)
	}
	if v.Kind() != jsonx.Object {
		return api.Usage{}
	}
	return api.Usage{
		Input: n("input_tokens"), Output: n("output_tokens"), Known: true,
		CacheRead: n("input_token_details", "cached_tokens"),
		AudioIn:   n("input_token_details", "audio_tokens"), AudioOut: n("output_token_details", "audio_tokens"),
	}
}
