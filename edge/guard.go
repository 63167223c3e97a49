package edge

// Hot path.

import (
	"bytes"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/valyala/fasthttp"
)

// guard refuses a request that two readers could read in two ways. What it
// refuses also ends the connection: its next bytes could not be trusted.
func guard(ctx *fasthttp.RequestCtx, head *head, maxURL int) *api.Error {
	h := &ctx.Request.Header
	if h.ContentLength() == -1 && bytes.Contains(bytes.ToLower(h.RawHeaders()), []byte("\ncontent-length:")) {
		return api.Invalid("ambiguous_framing", "", "The request has both Content-Length and Transfer-Encoding.")
	}
	if head.authorizations > 1 {
		return api.Invalid("ambiguous_authorization", "", "The request has more than one Authorization header.")
	}
	if len(h.RequestURI()) == 0 || h.RequestURI()[0] != '/' {
		return api.Invalid("invalid_path", "", "The request must name a path, not a whole URL.")
	}
	if len(h.RequestURI()) > maxURL {
		return &api.Error{Kind: api.KindInvalid, Status: fasthttp.StatusRequestURITooLong, Code: "url_too_long", Message: "The request's URL is too long."}
	}
	return nil
}

// pathOf splits the request's target as it came.
func pathOf(ctx *fasthttp.RequestCtx) (path, query string) {
	uri := borrow(ctx.Request.Header.RequestURI())
	path, query, _ = strings.Cut(uri, "?")
	return path, query
}
