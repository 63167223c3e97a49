package gateway

import (
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect/codecs"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/asbru-gateway/asbru/pkg/provider/media"
)

// Relay is the part of a call that passes in the caller's own form: an operation
// that only providers of the caller's dialect have, and that nobody translates. The
// zero Relay is that of a call that is none.
//
// The body is Call.Body and, behind it, Rest. In a JSON body the engine finds the
// model itself; of a form the caller fills in what it has found in Call.Head, with
// ModelAt and Own as places in Call.Body.
type Relay struct {
	Method string
	// Path is put behind the provider's version path, or behind its address where
	// Whole says so. Empty: the dialect's own path for the operation.
	Path        string
	Whole       bool
	Query       string // goes along, without the question mark
	ContentType string // of the body
	Provider    string // the one that the caller names; "" for none
	// Rest is read when the request is sent, and RestSize is how much there is of it,
	// -1 where nobody knows. Unless it is an io.Seeker, a call of which some has been
	// read is not tried again. An *api.Error that it fails with is the call's.
	Rest     io.Reader
	RestSize int64
	Fields   map[string]string // of a form, as far as they are short texts that have been seen

	spent bool // some of Rest has been read, and cannot be read again
	video media.Video
	found string // what the provider has said, so that it is asked once more
	seen  memberTap
}

// relays says whether the call is a relay.
func (c *Call) relays() bool { return c.Relay.Method != "" }

// peekRelay finds the model that a relayed body names.
func (c *Call) peekRelay() *api.Error {
	switch r := &c.Relay; {
	case isForm(r.ContentType):
		return nil
	case r.Path == "":
		return c.In.Peek(&c.Head, c.Body)
	case c.Head.Op == api.OpPassthrough:
		c.Head.Model = modelOfRelay(r.Path, c.Body)
	}
	return nil
}

func isForm(contentType string) bool { return strings.HasPrefix(contentType, "multipart/form-data") }

// modelOfRelay finds the model in a request that is not read otherwise: in its path,
// as Google, Azure and AWS have it, or in its body. "" where they do not say one, and
// the same one, without doubt.
func modelOfRelay(path string, body []byte) string {
	model, found := modelInBody(body)
	for _, before := range [...]string{"/models/", "/deployments/", "/model/"} {
		_, rest, ok := strings.Cut(path, before)
		if !ok {
			continue
		}
		end := strings.IndexAny(rest, ":/")
		if end < 0 {
			end = len(rest)
		}
		named, err := url.PathUnescape(rest[:end])
		if err != nil || found > 1 || found == 1 && named != model {
			return ""
		}
		return named
	}
	if found != 1 || !slices.ContainsFunc(modelPaths, func(end string) bool { return strings.HasSuffix(path, end) }) {
		return ""
	}
	return model
}

// modelPaths are the ends of paths whose requests are for the model in their body, and
// for no other. At others a provider may take no notice of it.
var modelPaths = []string{
	"/chat/completions", "/completions", "/embeddings", "/responses", "/messages", "/count_tokens", "/moderations", "/rerank",
	"/images/generations", "/audio/speech", "/chat", "/embed", "/generate", "/videos",
}

// modelInBody finds the model in a JSON body, and how often there is one, in whatever
// case it is spelt.
func modelInBody(body []byte) (model string, found int) {
	_, err := jsonx.ScanObject(body, func(m jsonx.Member) error {
		if jsonx.EqualFold(m.Key, "model") {
			found++
			model, _ = m.At.Of(body).Str()
		}
		return nil
	})
	if err != nil || !wellFormed(model) {
		return "", 0
	}
	return model, found
}

// routeRelay finds the provider of a call whose model does not say it. It reports
// whether that was so.
func (c *Call) routeRelay() (done bool, err *api.Error) {
	r := &c.Relay
	if c.Session == "" && (r.Path != "" || c.Head.Op == api.OpVideo) {
		c.Session = c.Owner() // what one key has made no other may be able to read
	}
	if v, ok := media.ParseVideo(r.Path); ok && c.Head.Op == api.OpVideo {
		return true, c.relayVideo(v)
	}
	if r.Path == "" && c.Head.Model != "" {
		if p := c.snapshot.providers[r.Provider]; p != nil && !strings.HasPrefix(c.Head.Model, p.Name+"/") {
			return true, c.relayTo(p)
		}
		return false, nil
	}
	p, err := c.relayProvider()
	if err != nil {
		return true, err
	}
	return true, c.relayTo(p)
}

// relayVideo leads to the provider that a video's id names.
func (c *Call) relayVideo(v media.Video) *api.Error {
	p := c.snapshot.providers[v.Provider]
	if p == nil || p.Media == nil || !wellFormed(v.Model) {
		return api.Errorf(api.KindNotFound, "video_not_found", "There is no such video, or its provider is not configured any more.")
	}
	c.Relay.video, c.Head.Model = v, v.Model
	return c.relayTo(p)
}

// relayProvider is the provider that the caller names, or the one whose path it
// uses, or OpenAI, or the only one that has the operation.
func (c *Call) relayProvider() (*Provider, *api.Error) {
	s := c.snapshot
	if name := c.Relay.Provider; name != "" {
		p := s.providers[name]
		if p == nil {
			return nil, api.Invalid("unknown_provider", "provider", "There is no provider %q here. Configured providers: %s.", name, s.providerNames)
		}
		return p, nil
	}
	for _, name := range [...]string{c.Home, "openai"} {
		if p := s.providers[name]; p != nil && p.relaysFor(c) {
			return p, nil
		}
	}
	var only *Provider
	for _, p := range s.ordered {
		if !p.relaysFor(c) {
			continue
		}
		if only != nil {
			return nil, api.Invalid("missing_provider", "provider", "More than one provider here does %s. Name one: in the query as provider=NAME, or in the header x-model-provider.", c.Head.Op)
		}
		only = p
	}
	if only == nil {
		return nil, api.Errorf(api.KindUnsupported, "operation_not_supported", "No provider here does %s.", c.Head.Op)
	}
	return only, nil
}

// Relays says whether a call would pass to a provider: false if the one that it names
// does not have its operation, or where it names none, nobody has.
func (g *Gateway) Relays(c *Call) bool {
	c.snapshot = g.snapshot.Load()
	p, err := c.relayProvider()
	if err != nil {
		return err.Kind != api.KindUnsupported
	}
	return p.relaysFor(c)
}

// relayTo makes a provider the call's only candidate.
func (c *Call) relayTo(p *Provider) *api.Error {
	if c.Head.Op == api.OpPassthrough {
		c.In = p.codec
	}
	if err := c.permitsRelay(p); err != nil {
		return err
	}
	if !p.relaysFor(c) {
		return c.notDone(p)
	}
	c.candidates = append(c.candidates, candidate{provider: p, model: c.Head.Model})
	return nil
}

// relaysFor says whether the provider has the operation in the caller's dialect.
func (p *Provider) relaysFor(c *Call) bool {
	if !p.allows(c.Head.Op, c.Head.Stream) {
		return false
	}
	if c.Head.Op == api.OpPassthrough {
		return true
	}
	if p.hasForm(c) {
		return c.In == codecs.OpenAI
	}
	_, callers := p.speak(c.In, &c.Head, c.Head.Model)
	return callers
}

// hasForm says whether the provider is asked for what the call wants in a form of its
// own.
func (p *Provider) hasForm(c *Call) bool {
	return p.Media != nil && (c.Relay.Path == "" || c.Relay.video.Name != "")
}

// permitsRelay says whether the caller may ask the provider for what it asks. Where
// only some models are allowed, a request that does not say for which it is may
// read, delete and upload, and nothing else.
func (c *Call) permitsRelay(p *Provider) *api.Error {
	if c.Head.Model != "" || c.identity == nil || c.identity.all {
		return c.permits(p.Name, c.Head.Model)
	}
	g := c.identity.grant(p.Name)
	harmless := c.Relay.Method == http.MethodGet || c.Relay.Method == http.MethodDelete || c.Head.Op == api.OpFile || c.Head.Op == api.OpUpload
	if g != nil && (g.models.All() || harmless && c.Head.Op != api.OpPassthrough) {
		return nil
	}
	if g == nil {
		return c.permits(p.Name, "")
	}
	return api.Errorf(api.KindPermission, "model_blocked", "This virtual key may use only some models of provider %s, and the request does not say which it is for.", p.Name)
}

// expectedOfRelay is what a relay is expected to use: what is known of its prompt.
func (c *Call) expectedOfRelay() api.Usage {
	return api.Usage{Input: c.promptOfRelay(), Known: true}
}

// promptOfRelay is an estimate of a prompt in a JSON body, in tokens. What is in
// forms and files is mostly no text.
func (c *Call) promptOfRelay() int64 {
	if c.Relay.Path != "" && c.Head.Op != api.OpPassthrough || isForm(c.Relay.ContentType) {
		return 0
	}
	return int64(len(c.Body)) / bytesPerToken
}

// accountRelay completes the usage of a relay.
func (c *Call) accountRelay() {
	if tap := c.stream.tap; tap != nil {
		c.Usage = tap.Usage()
	} else if usage := c.Relay.seen.value(); usage != nil {
		c.Usage = relayUsage(usage)
	}
	worked := c.Status >= 200 && c.failed == nil || c.billed && c.left.Load()
	if n := c.promptOfRelay(); !c.Usage.Known && worked && n > 0 && c.Relay.Method == http.MethodPost {
		c.Usage = api.Usage{Input: n, Known: true, Estimated: true}
	}
	if c.Status >= 200 && c.failed == nil {
		c.countUnits()
	}
}
