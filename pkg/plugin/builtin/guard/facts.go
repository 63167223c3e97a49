package guard

import (
	"strings"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/asbru-gateway/asbru/pkg/routing"
)

// factsOf is what rules can ask of a call: what routing rules can, but for what is used of
// limits, and headers only by name.
func factsOf(c *plugin.Call) *routing.Facts {
	f := &routing.Facts{
		Model: c.Model, Provider: c.Provider, RequestType: requestType(c), Stream: c.Stream, Now: time.Now(), Source: (*source)(c),
		VirtualKeyID: c.Caller.VirtualKeyID, VirtualKey: c.Caller.VirtualKey,
		TeamID: c.Caller.Team, CustomerID: c.Caller.Customer, UserID: c.Caller.User,
	}
	if f.Provider == "" {
		if provider, model, ok := strings.Cut(c.Model, "/"); ok {
			f.Provider, f.Model = provider, model
		}
	}
	return f
}

// requestType is the name that rules know the operation by.
func requestType(c *plugin.Call) string {
	switch c.Op {
	case api.OpChat:
		if c.Dialect == "responses" {
			return c.Dialect
		}
		return "chat_completion"
	case api.OpCompletion:
		return "text_completion"
	}
	return c.Op.String()
}

// source finds what few rules ask for.
type source plugin.Call

var _ routing.Source = (*source)(nil)

// Text implements routing.Source.
func (s *source) Text(group routing.Group, name string) (any, bool) {
	switch group {
	case routing.Headers:
		if s.Header == nil {
			return nil, false
		}
		value := s.Header(name)
		return value, value != ""
	case routing.Metadata:
		if s.Request == nil {
			return nil, false
		}
		value, ok := jsonx.Value(s.Request.Metadata).Get(name).Str()
		return value, ok
	}
	return s.param(name)
}

// param returns a parameter of the request by the name that OpenAI has for it.
func (s *source) param(name string) (any, bool) {
	r := s.Request
	if r == nil {
		return nil, false
	}
	switch name {
	case "model":
		return s.Model, true
	case "stream":
		return s.Stream, true
	case "user":
		return r.User, r.User != ""
	case "service_tier":
		return r.ServiceTier, r.ServiceTier != ""
	case "max_tokens", "max_completion_tokens":
		return r.Sampling.MaxTokens.V, r.Sampling.MaxTokens.Set
	case "temperature":
		return r.Sampling.Temperature.V, r.Sampling.Temperature.Set
	case "top_p":
		return r.Sampling.TopP.V, r.Sampling.TopP.Set
	case "n":
		return r.Sampling.N.V, r.Sampling.N.Set
	case "reasoning_effort":
		return r.Reasoning.Effort, r.Reasoning.Effort != ""
	}
	return nil, false
}

// Names implements routing.Source.
func (s *source) Names(group routing.Group, yield func(string) bool) {
	if group != routing.Metadata || s.Request == nil {
		return
	}
	for name := range jsonx.Value(s.Request.Metadata).Members() {
		if !yield(name) {
			return
		}
	}
}

// Used implements routing.Source.
func (*source) Used(routing.Kind) float64 { return 0 }

// Tokens implements routing.Source.
func (s *source) Tokens() int64 {
	if s.Request == nil {
		return 0
	}
	size := 0
	eachText(s.Request, func(_ speaker, text string) string {
		size += len(text)
		return text
	})
	return int64(size / bytesPerToken)
}
