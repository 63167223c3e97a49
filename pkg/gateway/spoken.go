package gateway

// Hot path.

import (
	"slices"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/catalog"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/codecs"
	"github.com/asbru-gateway/asbru/pkg/dialect/textchat"
	"github.com/asbru-gateway/asbru/pkg/eventstream"
	"github.com/asbru-gateway/asbru/pkg/provider"
)

// spoken is a dialect in which a provider is asked.
type spoken struct {
	of       dialect.Codec                                   // the dialect's
	codec    dialect.Codec                                   // how the provider has it
	chats    bool                                            // text completions are asked for as chats
	asIs     bool                                            // only callers' own bodies are sent in it
	fits     func(h *dialect.Head, model string) bool        // which requests may be sent in it; nil: all
	fitter   dialect.Fitter                                  // makes bodies fit the provider's diet; nil where all do
	unframe  func(dst []byte, m *eventstream.Message) []byte // what the frames of its streams hold; nil: an event each
	models   []catalog.Pattern                               // that speak it and no other; nil where it is one more of all
	version  string                                          // the path before its operations
	ops      api.Ops
	forward  []string          // the caller's headers that pass with a body that does
	fixed    []provider.Header // sent with each request
	optional []provider.Header // sent unless the caller's own header stands for them
}

// speaks lists the provider's dialects.
func (p *Provider) speaks() {
	p.speaksAs(p.codec, provider.Spoken{Version: p.Version, Ops: p.Ops, Forward: p.Forward, Headers: p.Headers})
	for _, also := range p.Also {
		p.speaksAs(codecs.ByName(also.Dialect), also)
	}
	for op, codec := range p.Forms {
		s := p.spoken[0]
		s.codec, s.ops = codec, api.OpsOf(op)
		p.forms, p.formed = append(p.forms, s), p.formed|s.ops
	}
	if p.chats {
		p.speaksChat()
	}
}

func (p *Provider) speaksAs(codec dialect.Codec, as provider.Spoken) {
	s := spoken{of: codec, codec: codec, asIs: as.Fits != nil, fits: as.Fits, version: as.Version, ops: as.Ops, forward: as.Forward}
	for _, models := range as.Models {
		s.models = append(s.models, catalog.NewPattern(models))
		p.byModel = true
	}
	if as.Codec != nil {
		s.codec = as.Codec
	}
	if u, ok := s.codec.(dialect.Unframer); ok {
		s.unframe = u.Unframe
	}
	if p.Quirks.Diet != nil || s.codec != s.of {
		s.fitter, _ = s.codec.(dialect.Fitter)
	}
	s.sort(as.Headers)
	p.spoken = append(p.spoken, s)
}

// speaksChat prepares to have text completions asked for as chats.
func (p *Provider) speaksChat() {
	p.chatted = p.spoken[0]
	p.chatted.codec, p.chatted.chats = textchat.Codec(p.chatted.codec), true
}

// completesTexts says whether a model is asked to complete texts, and not for a chat: most of
// OpenAI's do not.
func (p *Provider) completesTexts(model string) bool {
	if !p.completes || p.Name != "openai" && p.Name != "azure" {
		return p.completes
	}
	return slices.ContainsFunc(textModels, func(of catalog.Pattern) bool { return of.Fits(model) })
}

// textModels are OpenAI's models that complete texts.
var textModels = []catalog.Pattern{
	catalog.NewPattern("*-instruct*"), catalog.NewPattern("davinci-*"), catalog.NewPattern("babbage-*"), catalog.NewPattern("text-*"), catalog.NewPattern("ft:davinci*"),
	catalog.NewPattern("ft:babbage*"),
}

// op is the operation that the provider is asked for.
func (s *spoken) op(op api.Op) api.Op {
	if s.chats {
		return api.OpChat
	}
	return op
}

// sort tells headers that are always sent from those that the caller may replace.
func (s *spoken) sort(headers []provider.Header) {
	for _, h := range headers {
		if slices.Contains(s.forward, strings.ToLower(h.Name)) {
			s.optional = append(s.optional, h)
		} else {
			s.fixed = append(s.fixed, h)
		}
	}
}

// speak returns the dialect in which the provider is asked for what a caller wants
// of it, and whether its body may pass as it is.
func (p *Provider) speak(in dialect.Codec, h *dialect.Head, model string) (s *spoken, callers bool) {
	own := &p.spoken[0]
	if p.formed.Has(h.Op) {
		return p.form(h.Op), false
	}
	if in == nil {
		return own, false
	}
	passes := !h.Legacy && !h.Sealed
	if in == own.codec {
		return own, passes && !p.Reworded.Has(h.Op)
	}
	for i := range p.spoken[1:] {
		s := &p.spoken[i+1]
		if s.of == in && s.models == nil && s.ops.Has(h.Op) && (passes || !s.asIs) && (s.fits == nil || s.fits(h, model)) {
			return s, passes
		}
	}
	return own, false
}

// form is how an operation is asked for that has a form of its own.
func (p *Provider) form(op api.Op) *spoken {
	for i := range p.forms {
		if p.forms[i].ops.Has(op) {
			return &p.forms[i]
		}
	}
	return &p.spoken[0]
}

// speakTo is speak for a model that may have a dialect of its own.
func (p *Provider) speakTo(model string, in dialect.Codec, h *dialect.Head) (s *spoken, callers bool) {
	if p.chats && h.Op == api.OpCompletion && !p.completesTexts(model) {
		return &p.chatted, false
	}
	if s := p.spokenBy(model); s != nil {
		return s, in == s.of && !h.Legacy && !h.Sealed
	}
	return p.speak(in, h, model)
}

// spokenBy is the dialect that a model has and others have not; nil if there is none.
func (p *Provider) spokenBy(model string) *spoken {
	if !p.byModel {
		return nil
	}
	for i := range p.spoken[1:] {
		s := &p.spoken[i+1]
		if slices.ContainsFunc(s.models, func(of catalog.Pattern) bool { return of.Fits(model) }) {
			return s
		}
	}
	return nil
}
