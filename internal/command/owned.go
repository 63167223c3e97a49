package command

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/valyala/fasthttp"
	"github.com/valyala/fasthttp/fasthttpadaptor"
)

// adapted serves h, which may keep what it read of a request.
//
// The strings of a request that fasthttpadaptor makes lie in fasthttp's own buffers, which the
// next request on the connection overwrites; the audit keeps a method and a path for longer.
func adapted(h http.Handler) fasthttp.RequestHandler {
	return fasthttpadaptor.NewFastHTTPHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		own(r)
		h.ServeHTTP(w, r)
	}))
}

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
