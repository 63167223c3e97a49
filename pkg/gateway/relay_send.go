package gateway

import (
	"cmp"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/asbru-gateway/asbru/pkg/provider"
)

// encodeRelay builds the request of a relay: its head in c.wire, what of its body is
// in memory in c.segments.
func (c *Call) encodeRelay(p *Provider, cred *credential, model string) *api.Error {
	r := &c.Relay
	if s, ok := r.Rest.(io.Seeker); ok {
		if _, err := s.Seek(0, io.SeekStart); err != nil {
			return api.Errorf(api.KindInternal, "internal_error", "The request's body cannot be read again.")
		}
	}
	r.seen = memberTap{}
	kind, err := c.relayBody(p, model)
	if err != nil {
		return err
	}
	c.relayPath(cred, model)
	method := r.Method
	if m := c.exchange.media; m != nil {
		method = m.Method
	}
	b := cred.origin.AppendStart(c.wire[:0], method, c.path)
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
	if r.Whole {
		b = c.appendCallers(b, p)
	}
	b = c.appendForwarded(b, p)
	if m := c.exchange.media; m != nil {
		for name, value := range m.More {
			b = appendHeader(b, provider.Header{Name: name, Value: value})
		}
	}
	c.wire = append(c.appendFraming(b, kind), '\r', '\n')
	return nil
}

// relayBody finds what is sent of the body that is in memory, and its content type.
func (c *Call) relayBody(p *Provider, model string) (kind string, err *api.Error) {
	r, body := &c.Relay, c.Body
	kind = r.ContentType
	c.edits = c.edits[:0]
	switch {
	case p.hasForm(c):
		m := c.askMedia(p, model)
		if err := p.Media.Ask(m); err != nil {
			return "", err
		}
		c.Head.Dropped, c.edits = m.Dropped, append(c.edits, m.Edits...)
		switch {
		case m.JSON != nil && r.Rest != nil:
			return "", api.Invalid("unsupported_field", "", "The provider takes no file for this.")
		case m.JSON != nil:
			body, kind = m.JSON, cmp.Or(m.JSONType, jsonType)
		default:
			c.edits = append(c.edits, c.Head.Own...)
			sortEdits(c.edits)
		}
	case r.Path != "": // it is nobody's business
	case isForm(kind):
		c.edits = appendFormEdits(c.edits, c, model)
	default:
		c.edits = c.In.AppendEdits(c.edits, &c.Head, model, &p.Quirks)
	}
	c.segments = segment(c.segments, body, c.edits)
	return kind, nil
}

func sortEdits(edits []jsonx.Edit) {
	slices.SortFunc(edits, func(a, b jsonx.Edit) int { return a.At.Start - b.At.Start })
}

// appendFormEdits puts the model's name into a form as the codec does into JSON.
func appendFormEdits(dst []jsonx.Edit, c *Call, model string) []jsonx.Edit {
	h := &c.Head
	if model != h.Model && !h.ModelAt.Empty() {
		dst = append(dst, jsonx.Edit{At: h.ModelAt, New: []byte(model)})
	}
	dst = append(dst, h.Own...)
	sortEdits(dst)
	return dst
}

// relayPath writes where the request goes into c.path.
func (c *Call) relayPath(cred *credential, model string) {
	r, speech := &c.Relay, c.exchange.speech
	switch b := c.path[:0]; {
	case r.Whole:
		c.path = append(b, strings.TrimPrefix(r.Path, cred.strip)...)
	case cred.elsewhere:
		c.path = cred.path(b, c.Head.Op, model, c.Head.Stream)
	case c.exchange.media != nil && c.exchange.media.FromAddress:
		c.path = append(b, c.exchange.media.Path...)
	case c.exchange.media != nil && cred.under != nil:
		c.path = cred.under(b, jsonx.Borrow(c.exchange.media.Path))
	case c.exchange.media != nil:
		c.path = append(append(b, speech.version...), c.exchange.media.Path...)
	case r.Path == "" && cred.path != nil:
		c.path = cred.path(b, c.Head.Op, model, c.Head.Stream)
	case r.Path == "":
		c.path = speech.codec.AppendPath(append(b, speech.version...), c.Head.Op, model, c.Head.Stream)
	case cred.under != nil:
		c.path = cred.under(b, r.Path)
	default:
		c.path = append(append(b, speech.version...), r.Path...)
	}
	if r.Query == "" {
		return
	}
	mark := byte('?')
	if slices.Contains(c.path, '?') {
		mark = '&'
	}
	c.path = append(append(c.path, mark), r.Query...)
}

// appendFraming writes the header fields that say what body comes and where it ends,
// and frames the part of a chunked one that is in c.segments.
func (c *Call) appendFraming(b []byte, kind string) []byte {
	r := &c.Relay
	size := int64(0)
	for _, s := range c.segments {
		size += int64(len(s))
	}
	if size == 0 && r.Rest == nil {
		if r.Method != http.MethodGet && r.Method != http.MethodDelete {
			b = append(b, "Content-Length: 0\r\n"...)
		}
		return b
	}
	if kind != "" {
		b = append(appendHeaderValue(append(b, "Content-Type: "...), kind), '\r', '\n')
	}
	if r.Rest == nil || r.RestSize >= 0 {
		b = append(b, "Content-Length: "...)
		return append(strconv.AppendInt(b, size+max(r.RestSize, 0), 10), '\r', '\n')
	}
	if size > 0 {
		c.segments = slices.Insert(c.segments, 0, append(strconv.AppendInt(nil, size, 16), '\r', '\n'))
		c.segments = append(c.segments, []byte("\r\n"))
	}
	return append(b, "Transfer-Encoding: chunked\r\n"...)
}

// FieldRanger is implemented by a Client that can list the caller's header fields.
type FieldRanger interface {
	// Fields calls yield with each field, until it returns false. The strings are
	// valid while the call is.
	Fields(yield func(name, value string) bool)
}

// appendCallers writes the caller's own header fields, as a provider's own client
// would send them: without credentials, what is about this one connection, and what
// the gateway says itself.
func (c *Call) appendCallers(b []byte, p *Provider) []byte {
	f, ok := c.Client.(FieldRanger)
	if !ok {
		return b
	}
	drop := strings.ToLower(c.Client.Header("Connection"))
	for name, value := range f.Fields {
		name = strings.ToLower(name)
		if !c.passes(name, p) || drop != "" && slices.Contains(strings.Split(strings.ReplaceAll(drop, " ", ""), ","), name) {
			continue
		}
		b = append(appendHeaderValue(appendHeaderName(b, name), value), '\r', '\n')
	}
	return b
}

// withheld are header fields of a caller that no provider gets.
var withheld = map[string]bool{
	"host": true, "connection": true, "keep-alive": true, "te": true, "trailer": true, "transfer-encoding": true,
	"upgrade": true, "proxy-connection": true, "proxy-authorization": true, "content-length": true, "content-type": true,
	"expect": true, "user-agent": true, "accept-encoding": true, "traceparent": true, "cookie": true, "origin": true, "referer": true,
	"authorization": true, "x-api-key": true, "api-key": true, "x-goog-api-key": true, "xi-api-key": true,
	"x-model-provider": true, "x-request-id": true, "forwarded": true, "x-real-ip": true,
}

func (c *Call) passes(name string, p *Provider) bool {
	return !c.withholds(name, p) && !slices.Contains(c.exchange.speech.forward, name) // those pass as for other calls
}

// withholds says whether a provider does not get a header of the caller's: no provider gets
// it, or this one gets one of the gateway's own by that name.
func (c *Call) withholds(name string, p *Provider) bool {
	if withheld[name] || strings.EqualFold(name, p.Auth.Header) ||
		strings.HasPrefix(name, "x-asbru-") || strings.HasPrefix(name, "x-bf-") ||
		strings.HasPrefix(name, "x-forwarded-") || strings.HasPrefix(name, "x-amz-") {
		return true
	}
	for own := range p.config.Network.ExtraHeaders {
		if strings.EqualFold(name, own) {
			return true
		}
	}
	speech := c.exchange.speech
	for i := range speech.fixed {
		if strings.EqualFold(name, speech.fixed[i].Name) {
			return true
		}
	}
	return false
}

// restBytes is how much of a body is on its way through the gateway at a time.
const restBytes = 64 << 10

// restFrame is what a chunk of it has before it at most: its size and a line end.
const restFrame = 10

var restBuffers = sync.Pool{New: func() any { b := make([]byte, restFrame+restBytes+2); return &b }}

// sendRest sends the rest of the body as the caller sends it, and waits for the head
// of the answer. The next piece is read when the provider has taken the last.
func (c *Call) sendRest(p *Provider) *api.Error {
	r := &c.Relay
	_, again := r.Rest.(io.Seeker)
	r.spent = !again
	buf := restBuffers.Get().(*[]byte)
	defer restBuffers.Put(buf)
	sent := int64(0)
	for {
		n, err := r.Rest.Read((*buf)[restFrame : restFrame+restBytes])
		if n > 0 {
			sent += int64(n)
			if !c.sendPiece(p, *buf, n) {
				return c.refusedEarly()
			}
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			return c.callerFailed(err)
		}
	}
	if r.RestSize >= 0 && sent != r.RestSize {
		return c.callerFailed(io.ErrUnexpectedEOF)
	}
	now := time.Now()
	if r.RestSize < 0 && c.exchange.conn.SendMore(earlier(now.Add(p.timeout), c.deadline), lastChunk) != nil {
		return c.refusedEarly()
	}
	c.exchange.began = now
	if c.Timeout == 0 {
		c.deadline = now.Add(c.patienceOfAll())
	}
	return c.await(c.attemptDeadline(p))
}

var lastChunk = []byte("0\r\n\r\n")

// sendPiece sends n bytes that stand in buf behind the room for a chunk's frame.
func (c *Call) sendPiece(p *Provider, buf []byte, n int) bool {
	piece := buf[restFrame : restFrame+n]
	if c.Relay.RestSize < 0 {
		var frame [restFrame]byte
		size := append(strconv.AppendInt(frame[:0], int64(n), 16), '\r', '\n')
		from := restFrame - len(size)
		copy(buf[from:], size)
		piece = append(buf[from:restFrame+n], '\r', '\n')
	}
	return c.exchange.conn.SendMore(earlier(time.Now().Add(p.timeout), c.deadline), piece) == nil
}

// refusedEarly is called when the provider takes no more of a body. It may have said
// why before it closed the connection.
func (c *Call) refusedEarly() *api.Error {
	if c.exchange.conn.ReadHead(&c.head, time.Now().Add(earlyAnswer)) == nil && c.head.Status >= 400 {
		return nil
	}
	err := api.Errorf(api.KindUnavailable, "provider_closed", "The provider closed the connection before it had the whole request.")
	err.Sent = api.SentMaybe
	return err
}

// earlyAnswer is how long to wait for what a provider says that takes no more of a body.
const earlyAnswer = time.Second

// callerFailed is the error of a body that did not come whole.
func (c *Call) callerFailed(err error) *api.Error {
	out, ok := errors.AsType[*api.Error](err)
	if !ok {
		out = api.Invalid("body_incomplete", "", "The request's body broke off.")
	}
	out.Sent = api.SentMaybe
	return out
}
