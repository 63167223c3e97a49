package edge

import (
	"cmp"
	"slices"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect/codecs"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/fasthttp/websocket"
)

// realtime opens a WebSocket to the provider of a model, and then the caller's, so that
// what is wrong can still be said as an answer to its request.
func (r *request) realtime(query string) {
	args := r.ctx.QueryArgs()
	c := r.edge.gateway.Acquire()
	r.call = c
	c.In, c.Head.Op = codecs.OpenAI, api.OpRealtime
	c.Head.Model = cmp.Or(string(args.Peek("model")), string(args.Peek("deployment"))) // Azure's SDK says deployment
	if strings.Contains(string(r.ctx.Path()), "/openai") {
		c.Home = "openai"
		if args.Has("deployment") {
			c.Home = "azure"
		}
	}
	c.Credential, c.RequestID = r.socketCredential(query), strings.Clone(r.id)
	c.PinnedKey, c.Session = strings.Clone(r.head.pinnedKey), strings.Clone(r.head.session)
	c.Metadata, c.Parent, c.User, c.Extra = strings.Clone(r.head.metadata), strings.Clone(r.head.parent), strings.Clone(r.head.user), r.head.extra
	c.Client = handshakeOf(r)
	session, err := r.edge.gateway.Realtime(c, slices.DeleteFunc(r.protocols(), func(p string) bool { return strings.HasPrefix(p, keyProtocol) }))
	if err != nil {
		r.refuse(codecs.OpenAI, err)
		return
	}
	e := r.edge
	r.describe()
	r.call = nil // it is the conversation's now
	opened := r.upgrade(func(conn *websocket.Conn) {
		defer e.gateway.Release(c)
		session.Run(conn, e.open.Done())
	})
	if !opened {
		session.Drop()
		e.gateway.Release(c)
	}
}

// handshake is the caller of a WebSocket as the engine sees it: its header fields, and
// nobody who could leave unnoticed, since both sides are listened to.
type handshake map[string]string

func handshakeOf(r *request) handshake {
	h := handshake{}
	for name, value := range r.ctx.Request.Header.All() {
		h[strings.ToLower(string(name))] = string(value)
	}
	return h
}

// Watch implements gateway.Client.
func (handshake) Watch(func()) {}

// Unwatch implements gateway.Client.
func (handshake) Unwatch() {}

// Header implements gateway.Client.
func (h handshake) Header(name string) string { return h[strings.ToLower(name)] }

// Fields implements gateway.FieldRanger.
func (h handshake) Fields(yield func(name, value string) bool) {
	for name, value := range h {
		if !yield(name, value) {
			return
		}
	}
}

var _ gateway.FieldRanger = handshake{}
