package command

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/asbru-gateway/asbru/control"
	"github.com/asbru-gateway/asbru/edge/gone"
	"github.com/valyala/fasthttp"
	"github.com/valyala/fasthttp/fasthttpadaptor"
)

// adapted serves h, which may keep what it read of a request, and its context. callers watches
// for those who leave (control.WithDeparture); nil: nobody does.
//
// The strings of a request that fasthttpadaptor makes lie in fasthttp's own buffers, which the
// next request on the connection overwrites; the audit keeps a method and a path for longer. And
// a handler that streams may go on for a moment when the server has done with its request.
func adapted(h http.Handler, callers *gone.Watcher) fasthttp.RequestHandler {
	serve := fasthttpadaptor.NewFastHTTPHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		own(r)
		from, _ := r.Context().Value(originKey{}).(origin)
		var ctx context.Context = from.served
		if from.conn != nil && callers != nil {
			ctx = control.WithDeparture(ctx, func(left func()) func() {
				watch := callers.Watch(from.conn, left)
				return func() { watch.Stop() }
			})
		}
		h.ServeHTTP(w, r.WithContext(ctx))
	}))
	return func(ctx *fasthttp.RequestCtx) {
		if conn := ctx.Conn(); conn != nil {
			ctx.SetUserValue(originKey{}, origin{conn, ctx.Done()})
		}
		serve(ctx)
	}
}

type originKey struct{}

// origin is where a request comes from.
type origin struct {
	conn   net.Conn
	served served
}

// served is a context that ends with the server whose channel it is.
type served <-chan struct{}

// Deadline implements context.Context.
func (served) Deadline() (time.Time, bool) { return time.Time{}, false }

// Done implements context.Context.
func (s served) Done() <-chan struct{} { return s }

// Err implements context.Context.
func (s served) Err() error {
	select {
	case <-s:
		return context.Canceled
	default:
		return nil
	}
}

// Value implements context.Context.
func (served) Value(any) any { return nil }

// own gives r copies of all its strings.
func own(r *http.Request) {
	r.Method, r.Proto = strings.Clone(r.Method), strings.Clone(r.Proto)
	r.Host, r.RequestURI = strings.Clone(r.Host), strings.Clone(r.RequestURI)
	if u, err := url.ParseRequestURI(r.RequestURI); err == nil {
		r.URL = u
	}
	header := make(http.Header, len(r.Header))
	for name, values := range r.Header {
		for _, value := range values {
			header.Add(strings.Clone(name), strings.Clone(value))
		}
	}
	r.Header = header
}
