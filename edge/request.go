package edge

// Hot path.

import (
	"encoding/binary"
	"encoding/hex"
	"math/rand/v2"
	"unsafe"

	"github.com/asbru-gateway/asbru/edge/form"
	"github.com/asbru-gateway/asbru/edge/gone"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/valyala/fasthttp"
)

// request is what the edge keeps of a request while it is answered. It belongs
// to the connection's goroutine.
type request struct {
	edge    *Edge
	ctx     *fasthttp.RequestCtx
	call    *gateway.Call
	id      string
	idBytes [32]byte
	scratch [20]byte
	head    head
	stream  streamState
	watch   gone.Handle
	once    once
	form    *form.Form // of a body that passes as it comes; nil else
	job     bool       // the call is to be a job, so that its body is kept
	// http are the plugins that want the pieces of the answer; nil: there are none.
	http *plugin.HTTPRun
	// caller is where it is noted who has called; nil: nowhere.
	caller *plugin.Caller

	body     []byte // kept from request to request
	reserved int    // of the room for bodies
	whole    bool   // the body was read
}

func (r *request) begin(e *Edge, ctx *fasthttp.RequestCtx) {
	r.edge, r.ctx = e, ctx
	r.head.read(&ctx.Request.Header)
	r.id = r.requestID(r.head.requestID)
}

// end gives everything back. Nothing of the request may be touched afterwards.
func (r *request) end() {
	e := r.edge
	if r.once.claim != nil {
		r.once.claim.Abandon()
	}
	if r.call != nil {
		if r.caller != nil {
			*r.caller = r.call.Caller()
		}
		e.gateway.Release(r.call)
	}
	if r.http != nil {
		r.http.End()
	}
	r.dropBody()
	if r.form != nil {
		r.dropForm()
	}
	if c := plainConn(r.ctx.Conn()); c != nil {
		c.answered()
	}
	r.edge, r.ctx, r.call, r.id = nil, nil, nil, ""
	r.stream, r.watch, r.head, r.once, r.job = streamState{}, gone.Handle{}, head{}, once{}, false
	r.http, r.caller, r.whole = nil, nil, false
	e.requests.Put(r)
}

// maxRequestID bounds an id that the caller brings along.
const maxRequestID = 128

// requestID takes the caller's id if it is fit for a header and a log line, and
// makes one otherwise.
func (r *request) requestID(given string) string {
	if given != "" && len(given) <= maxRequestID && visible(given) {
		return given
	}
	var b [16]byte
	binary.LittleEndian.PutUint64(b[:], rand.Uint64())
	binary.LittleEndian.PutUint64(b[8:], rand.Uint64())
	hex.Encode(r.idBytes[:], b[:])
	return borrow(r.idBytes[:])
}

func visible(s string) bool {
	for i := range len(s) {
		if c := s[i]; c <= 0x20 || c >= 0x7f {
			return false
		}
	}
	return true
}

// Watch implements gateway.Client.
func (r *request) Watch(left func()) {
	if r.once.claim != nil {
		return // the answer is for others too, and for this caller when it comes back
	}
	r.watch = r.edge.watcher.Watch(r.ctx.Conn(), left)
}

// Unwatch implements gateway.Client.
func (r *request) Unwatch() { r.watch.Stop() }

// Header implements gateway.Client.
func (r *request) Header(name string) string {
	if name == "traceparent" {
		return r.head.traceparent
	}
	return borrow(r.ctx.Request.Header.Peek(name))
}

// Fields implements gateway.FieldRanger.
func (r *request) Fields(yield func(name, value string) bool) {
	for k, v := range r.ctx.Request.Header.All() {
		if !yield(borrow(k), borrow(v)) {
			return
		}
	}
}

// Query implements gateway.Querier.
func (r *request) Query(yield func(name, value string) bool) {
	for k, v := range r.ctx.QueryArgs().All() {
		if !yield(borrow(k), borrow(v)) {
			return
		}
	}
}

// lend returns s as bytes without copying it, for a reader that does not change them.
func lend(s string) []byte {
	return unsafe.Slice(unsafe.StringData(s), len(s))
}

// borrow returns b as a string without copying it. b must not change while the string is used.
func borrow(b []byte) string {
	return unsafe.String(unsafe.SliceData(b), len(b))
}
