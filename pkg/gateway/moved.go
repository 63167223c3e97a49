package gateway

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/dialect/codecs"
	"github.com/asbru-gateway/asbru/pkg/provider/access"
	"github.com/asbru-gateway/asbru/pkg/upstream"
)

// request is what a custom provider may be asked for at a place of its own, as
// request_path_overrides names it.
type request struct {
	op        api.Op
	stream    bool
	responses bool // in the dialect of OpenAI's Responses API, which has a name of its own
}

// place prepares a credential for the operations that its way has at addresses of their own.
func (p *Provider) place(cred *credential, all []access.Elsewhere, open opener) (err error) {
	moved := make(map[request]*credential, len(all))
	for _, e := range all {
		there := *cred
		there.path, there.elsewhere = e.Path, true
		if p.origin == nil {
			if there.origin, err = open(e.Region); err != nil {
				return err
			}
		}
		moved[request{op: e.Op}] = &there
	}
	if len(moved) > 0 {
		cred.moved = moved
	}
	return nil
}

// move prepares a credential for what the provider is asked for elsewhere.
func (p *Provider) move(cred *credential, open opener) error {
	if p.config.Custom == nil || p.config.Custom.PathOverrides == nil || cred.origin == nil {
		return nil
	}
	if cred.moved == nil {
		cred.moved = make(map[request]*credential)
	}
	overrides := p.config.Custom.PathOverrides
	for _, name := range slices.Sorted(maps.Keys(overrides)) {
		i := slices.IndexFunc(namedRequests, func(r namedRequest) bool { return r.name == name })
		if i < 0 { // of what is kept under an id, which a path that is always the same cannot have
			continue
		}
		there, err := p.movedTo(cred, overrides[name], open)
		if err != nil {
			return fmt.Errorf("custom_provider_config.request_path_overrides.%s: %w", name, err)
		}
		named := &namedRequests[i]
		cred.moved[request{named.op, named.stream, strings.HasPrefix(name, "responses")}] = there
	}
	return nil
}

// movedTo is the credential as it is used at an override.
func (p *Provider) movedTo(cred *credential, override string, open opener) (*credential, error) {
	o, err := config.OverrideOf(p.config.Network.BaseURL, override)
	if err != nil {
		return nil, err
	}
	there := *cred
	there.moved, there.annexes, there.elsewhere = nil, nil, true
	origin, prefix, err := p.originBelow(o.Base, open)
	if err != nil {
		return nil, err
	}
	there.origin = origin
	before, after, named := strings.Cut(prefix+o.Path, "{model}")
	there.path = func(dst []byte, _ api.Op, model string, _ bool) []byte {
		if dst = append(dst, before...); named {
			dst = append(append(dst, url.PathEscape(model)...), after...)
		}
		return dst
	}
	return &there, nil
}

// originBelow returns the provider's own connections, and what of an address is below
// theirs; others for an address that is not below.
func (p *Provider) originBelow(address string, open opener) (o *upstream.Origin, below string, err error) {
	own, err := config.NormalizeBaseURL(p.config.Network.BaseURL, p.Version)
	if err != nil {
		return nil, "", err
	}
	if rest, ok := strings.CutPrefix(address, own); ok && (rest == "" || rest[0] == '/') && p.origin != nil && p.origins[own] == p.origin {
		return p.origin, rest, nil
	}
	u, err := url.Parse(address)
	if err != nil {
		return nil, "", fmt.Errorf("must be a URL")
	}
	o, err = open(u.Scheme + "://" + u.Host)
	return o, u.EscapedPath(), err
}

// movedFor returns the credential as it is used for what the call asks for.
func (c *Call) movedFor(cred *credential) *credential {
	if cred.moved == nil || c.Relay.Whole || c.Relay.Path != "" && !c.makes() {
		return cred
	}
	speech := c.exchange.speech
	r := request{op: speech.op(c.Head.Op), stream: c.Head.Stream}
	r.responses = r.op == api.OpChat && speech.of == codecs.Responses
	there := cred.moved[r]
	if there == nil && r.op == api.OpChat && speech == &c.exchange.provider.spoken[0] && speech.of != codecs.OpenAI {
		r.responses = !r.responses // both names are that of the one conversation that it has
		there = cred.moved[r]
	}
	if there == nil {
		return cred
	}
	return there
}

// makes says whether a relay makes a thing that the provider keeps, at the path of all of
// its kind.
func (c *Call) makes() bool {
	return c.Relay.Method == http.MethodPost && strings.Count(strings.Trim(c.Relay.Path, "/"), "/") == 0
}
