package edge

import (
	"errors"
	"net"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/valyala/fasthttp"
)

// reject answers a request that the server could not read: the connection is
// closed behind it.
func (e *Edge) reject(ctx *fasthttp.RequestCtx, err error) {
	fault := faultOf(err)
	e.metrics.Rejected.WithLabelValues(fault.Code).Inc()
	path, _ := pathOf(ctx)
	codec := dialectOf(path)
	status, body := codec.AppendError(nil, fault)
	ctx.Response.Reset()
	nameError(&ctx.Response.Header, codec, fault)
	ctx.SetStatusCode(status)
	ctx.SetContentType("application/json")
	ctx.Response.SetBodyRaw(body)
	linger(ctx)
}

// expect is asked whether a caller that waits for leave to send its body gets it.
func (e *Edge) expect(ctx *fasthttp.RequestCtx) int {
	if int64(ctx.Request.Header.ContentLength()) <= e.maxBody.Load() || passesUnread(ctx) {
		return fasthttp.StatusContinue
	}
	e.reject(ctx, fasthttp.ErrBodyTooLarge)
	return ctx.Response.StatusCode()
}

func faultOf(err error) *api.Error {
	var small *fasthttp.ErrSmallBuffer
	var netErr net.Error
	switch {
	case errors.Is(err, fasthttp.ErrBodyTooLarge):
		return api.Errorf(api.KindTooLarge, "body_too_large", "The request's body is larger than this gateway takes.")
	case errors.As(err, &small):
		return headersTooLarge()
	case errors.As(err, &netErr) && netErr.Timeout():
		return &api.Error{Kind: api.KindTimeout, Status: fasthttp.StatusRequestTimeout, Code: "request_timeout", Message: "The request did not arrive in time."}
	}
	return invalidHTTP()
}

func invalidHTTP() *api.Error {
	return api.Invalid("invalid_http", "", "The request is not valid HTTP/1.1.")
}

func headersTooLarge() *api.Error {
	return &api.Error{Kind: api.KindInvalid, Status: fasthttp.StatusRequestHeaderFieldsTooLarge, Code: "headers_too_large", Message: "The request's headers are larger, or more, than this gateway takes."}
}

// linger has the connection closed behind this answer, without losing it although
// the caller still sends a body that nobody reads.
func linger(ctx *fasthttp.RequestCtx) {
	ctx.SetConnectionClose()
	if c := plainConn(ctx.Conn()); c != nil {
		c.linger.Store(true)
	}
}

// plainConn finds the accepted connection under a TLS one.
func plainConn(c net.Conn) *conn {
	if t, ok := c.(interface{ NetConn() net.Conn }); ok {
		c = t.NetConn()
	}
	p, _ := c.(*conn)
	return p
}
