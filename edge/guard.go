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
	if !h.IsHTTP11() && string(h.Protocol()) != "HTTP/1.0" {
		return &api.Error{Kind: api.KindInvalid, Status: fasthttp.StatusHTTPVersionNotSupported, Code: "unsupported_http_version", Message: "This gateway speaks HTTP/1.1."}
	}
	if err := guardLines(h.RawHeaders()); err != nil {
		return err
	}
	if head.authorizations > 1 {
		return api.Invalid("ambiguous_authorization", "", "The request has more than one Authorization header.")
	}
	if head.expect != "" && !strings.EqualFold(head.expect, "100-continue") {
		return &api.Error{Kind: api.KindInvalid, Status: fasthttp.StatusExpectationFailed, Code: "expectation_failed", Message: "The only expectation that this gateway meets is 100-continue."}
	}
	if len(h.RequestURI()) == 0 || h.RequestURI()[0] != '/' {
		return api.Invalid("invalid_path", "", "The request must name a path, not a whole URL.")
	}
	if len(h.RequestURI()) > maxURL {
		return &api.Error{Kind: api.KindInvalid, Status: fasthttp.StatusRequestURITooLong, Code: "url_too_long", Message: "The request's URL is too long."}
	}
	return nil
}

// maxHeaderFields bounds the header fields of a request.
const maxHeaderFields = 200

// guardLines looks at the header fields as they came, which the server has
// smoothed over: it takes a folded line, a space in a name, and a body's end that
// is told in two ways, and each of those is read otherwise by someone else.
func guardLines(raw []byte) *api.Error {
	lines, framings := 0, 0
	for len(raw) > 2 { // up to the empty line
		end := bytes.IndexByte(raw, '\n')
		if end < 0 {
			end = len(raw) - 1
		}
		line := raw[:end]
		raw = raw[end+1:]
		if lines++; lines > maxHeaderFields {
			return headersTooLarge()
		}
		colon := bytes.IndexByte(line, ':')
		if colon < 0 || bytes.IndexByte(line[:colon], ' ') >= 0 || line[0] == '\t' {
			return invalidHTTP()
		}
		switch {
		case colon == len(contentLength) && bytes.EqualFold(line[:colon], contentLength),
			colon == len(transferEncoding) && bytes.EqualFold(line[:colon], transferEncoding):
			framings++
		}
	}
	if framings > 1 {
		return api.Invalid("ambiguous_framing", "", "The request has both Content-Length and Transfer-Encoding.")
	}
	return nil
}

var (
	contentLength    = []byte("Content-Length")
	transferEncoding = []byte("Transfer-Encoding")
)

// pathOf splits the request's target as it came.
func pathOf(ctx *fasthttp.RequestCtx) (path, query string) {
	uri := borrow(ctx.Request.Header.RequestURI())
	path, query, _ = strings.Cut(uri, "?")
	return path, query
}
