package gateway

// Hot path.

import (
	"bytes"
	"strconv"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/asbru-gateway/asbru/pkg/provider/access"
)

// encode builds the request: in c.wire the head and, if it is short, the body;
// in c.segments the pieces of a long one.
func (c *Call) encode(p *Provider, cred *credential, model string) *api.Error {
	c.segments = c.segments[:0]
	model = cred.upstreamModel(model)
	if c.relays() {
		return c.encodeRelay(p, cred, model)
	}
	if c.Head.Op == api.OpModels {
		return c.beginWire(p, cred, model, 0)
	}
	lean, err := c.able(model)
	if err != nil {
		return err
	}
	if lean != nil || c.translatedForPlugins() {
		c.exchange.translate()
	}
	if !c.exchange.raw {
		return c.encodeTranslated(p, cred, model, lean)
	}
	c.edits = c.In.AppendEdits(c.edits[:0], &c.Head, model, &p.Quirks)
	if o := c.offering(); o != nil {
		edit, ok := c.toolsEdit(o)
		if !ok {
			c.exchange.translate()
			return c.encodeTranslated(p, cred, model, nil)
		}
		c.edits = insert(c.edits, edit)
	}
	body := c.Body
	if c.exchange.speech.fitter != nil {
		c.body = jsonx.Apply(c.body[:0], body, c.edits)
		body = c.body
		if err := c.fit(p); err != nil {
			return err
		}
	}
	return c.finishWire(p, cred, model, body)
}

// fit finds the edits that make the body in c.body one that the provider takes.
func (c *Call) fit(p *Provider) (err *api.Error) {
	c.edits = c.edits[:0]
	if f := c.exchange.speech.fitter; f != nil {
		c.Head.DropParams = c.mayDrop()
		if c.Client != nil && c.exchange.speech.codec != c.exchange.speech.of {
			c.Head.Betas = c.Client.Header("anthropic-beta")
		}
		op := c.Head.Op
		c.Head.Op = c.exchange.speech.op(op)
		c.edits, err = f.AppendFit(c.edits, &c.Head, c.body, p.Quirks.Diet)
		c.Head.Op = op
	}
	return err
}

// finishWire puts a body, as the edits leave it, behind its head.
func (c *Call) finishWire(p *Provider, cred *credential, model string, body []byte) *api.Error {
	size := jsonx.Grown(body, c.edits)
	if size > inlineBody || cred.signer != nil {
		c.segments = segment(c.segments, body, c.edits)
	}
	if err := c.beginWire(p, cred, model, size); err != nil {
		return err
	}
	if size <= inlineBody {
		c.segments = c.segments[:0]
		c.wire = jsonx.Apply(c.wire, body, c.edits)
	}
	return nil
}

// encodeTranslated writes a request in the provider's dialect: the caller's, or a
// leaner one.
func (c *Call) encodeTranslated(p *Provider, cred *credential, model string, lean *api.Request) *api.Error {
	c.Head.DropParams = c.Head.DropParams || c.snapshot.dropParams
	if err := c.decode(); err != nil {
		return err
	}
	r := c.request
	if lean != nil {
		r = lean
	}
	if o := c.offering(); o != nil {
		r = o.addTo(r)
	}
	r.Model = model
	c.Head.Dropped = append(c.Head.Dropped, r.Dropped...)
	out, err := c.exchange.speech.codec.AppendRequest(c.body[:0], r, &p.Quirks)
	if err != nil {
		return err
	}
	c.body = out
	if err := c.fit(p); err != nil {
		return err
	}
	return c.finishWire(p, cred, model, out)
}

// inlineBody is up to where copying a body behind its head is cheaper than a
// second element of a vectored write.
const inlineBody = 16 << 10

// segment appends the pieces of body as edits leave it, without copying it.
func segment(dst [][]byte, body []byte, edits []jsonx.Edit) [][]byte {
	at := 0
	for _, e := range edits {
		if e.At.Start > at {
			dst = append(dst, body[at:e.At.Start])
		}
		if len(e.New) > 0 {
			dst = append(dst, e.New)
		}
		at = e.At.End
	}
	if at < len(body) {
		dst = append(dst, body[at:])
	}
	return dst
}

// decode reads the caller's body into the canonical form, once for all tries.
func (c *Call) decode() *api.Error {
	if c.request != nil {
		return nil
	}
	if err := c.In.DecodeRequest(&c.Head, c.Body, &c.decoded); err != nil {
		return err
	}
	c.request = &c.decoded
	c.request.Op, c.request.Stream, c.request.StreamUsage = c.Head.Op, c.Head.Stream, c.Head.StreamUsage
	return nil
}

// beginWire writes the head of the request. What does not change from call to
// call stands ready in the credential.
func (c *Call) beginWire(p *Provider, cred *credential, model string, bodySize int) *api.Error {
	b := c.wire[:0]
	method := "POST"
	if c.Head.Op == api.OpModels {
		method = "GET"
	}
	if cred.path != nil && (cred.elsewhere || c.exchange.speech.version == p.Version) { // a further dialect has a path of its own
		c.path = cred.path(c.path[:0], c.exchange.speech.op(c.Head.Op), model, c.Head.Stream)
	} else {
		c.path = c.exchange.speech.codec.AppendPath(append(c.path[:0], c.exchange.speech.version...), c.Head.Op, model, c.Head.Stream)
	}
	b = cred.origin.AppendStart(b, method, c.path)
	start := len(b)
	b = append(b, cred.head...)
	if cred.direct {
		b = p.appendAuth(b, c.directKey())
	} else if cred.signer != nil {
		var err error
		if b, err = c.signWith(cred, b, method, b[:start]); err != nil {
			return c.unsigned(p, cred, err)
		}
	}
	b = c.appendForwarded(b, p)
	if c.Head.Op != api.OpModels {
		b = append(b, "Content-Type: application/json\r\nContent-Length: "...)
		b = strconv.AppendInt(b, int64(bodySize), 10)
		b = append(b, '\r', '\n')
	}
	c.wire = append(b, '\r', '\n')
	return nil
}

// signWith signs the request that begins with start and has the body in c.segments.
func (c *Call) signWith(cred *credential, b []byte, method string, start []byte) ([]byte, error) {
	line, _, _ := bytes.Cut(start, httpVersion)
	return cred.signer.AppendAuth(b, &access.Request{
		Method: method, Host: cred.origin.Host(), Path: line[len(method)+1:], Body: c.segments, More: c.Relay.Rest != nil, Until: c.deadline,
	})
}

var httpVersion = []byte(" HTTP/1.1\r\n")

// unsigned is the error of a request that could not be signed.
func (c *Call) unsigned(p *Provider, cred *credential, err error) *api.Error {
	c.gateway.log.Warn("a request cannot be signed", "provider", p.Name, "key", cred.name, "error", err)
	return api.Errorf(api.KindUnavailable, "provider_sign_in_failed", "The gateway cannot sign in to the provider with its key.")
}

// appendForwarded writes the caller's headers that this provider may see, and
// the provider's own where the caller gave none.
func (c *Call) appendForwarded(b []byte, p *Provider) []byte {
	speech := c.exchange.speech
	if c.Client != nil && c.exchange.raw {
		for _, name := range speech.forward {
			if v := c.Client.Header(name); v != "" {
				b = append(appendHeaderValue(appendHeaderName(b, name), v), '\r', '\n')
			}
		}
	}
	for i := range speech.fixed {
		b = appendHeader(b, speech.fixed[i])
	}
	for i := range speech.optional {
		h := &speech.optional[i]
		if c.Client == nil || !c.exchange.raw || c.Client.Header(h.Name) == "" {
			b = appendHeader(b, *h)
		}
	}
	switch {
	case c.traced != nil:
		b = append(c.appendTraceparent(append(b, "traceparent: "...)), '\r', '\n')
	case c.Client != nil:
		if v := c.Client.Header("traceparent"); v != "" {
			b = append(appendHeaderValue(append(b, "traceparent: "...), v), '\r', '\n')
		}
	}
	if c.passesOn() {
		b = c.appendExtra(b, p)
	}
	return c.appendPlugged(b)
}

func appendHeaderName(b []byte, name string) []byte {
	return append(append(b, name...), ':', ' ')
}

// appendHeaderValue leaves out what could end the header early.
func appendHeaderValue(b []byte, v string) []byte {
	for i := range len(v) {
		if v[i] >= 0x20 && v[i] != 0x7f || v[i] == '\t' {
			b = append(b, v[i])
		}
	}
	return b
}
