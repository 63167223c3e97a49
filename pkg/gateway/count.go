package gateway

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
)

// counts says whether the provider counts a model's tokens for callers of a dialect: for
// all, for those of its own, or for those of a further one that it has the operation in.
func (p *Provider) counts(model string, in dialect.Codec, h *dialect.Head) bool {
	if s := p.spokenBy(model); s != nil {
		return s.ops.Has(api.OpCountTokens)
	}
	if p.Ops.Has(api.OpCountTokens) || p.OwnOps.Has(api.OpCountTokens) && in == p.codec {
		return true
	}
	s, _ := p.speak(in, h, h.Model)
	return s.ops.Has(api.OpCountTokens)
}

// estimateTokens answers a token count for a provider that has no such
// operation. The answer is marked: Usage.Estimated is set, which the edge shows
// as a header.
func (c *Call) estimateTokens() *api.Error {
	c.at = 0
	if _, err := c.able(c.candidates[0].model); err != nil {
		return err
	}
	if c.withheld {
		c.added -= c.tools.size
	}
	c.answer.Reset()
	c.answer.Usage = api.Usage{Input: max(c.promptTokens(), 1), Known: true, Estimated: true}
	c.Usage = c.answer.Usage
	c.Status = 200
	c.request = &c.decoded
	c.finishAnswer()
	return nil
}
