package mock

import (
	"bytes"
	"strconv"

	"github.com/klauspost/compress/gzip"
	"github.com/valyala/fasthttp"
)

const (
	typeJSON = "application/json"
	typeSSE  = "text/event-stream; charset=utf-8"
	typeHTML = "text/html"
)

const errorPage = "<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head>" +
	"<body><center><h1>502 Bad Gateway</h1></center><hr><center>cloudflare</center></body></html>\n"

// endlessBytes is the length of headers that do not end: more than any client
// should take, and still not without bound.
const endlessBytes = 16 << 20

// fail answers with an error in the dialect's shape.
func (c *call) fail(status int, message string) {
	c.head(status, typeJSON)
	if c.plan.retryAfter != "" {
		c.ctx.Response.Header.Set(fasthttp.HeaderRetryAfter, c.plan.retryAfter)
	}
	c.ctx.Response.SetBodyRaw(c.op.dialect.appendError(nil, status, message, c.id("req_")))
}

// head sets the status and the headers of an answer.
func (c *call) head(status int, contentType string) {
	c.ctx.SetStatusCode(status)
	c.ctx.Response.Header.SetContentType(contentType)
	c.op.dialect.headers(c)
}

// status is that of an answer that is none of an error.
func (c *call) status() int {
	if c.plan.status != 0 {
		return c.plan.status
	}
	return fasthttp.StatusOK
}

// whole answers with a body that is complete. It keeps body.
func (c *call) whole(s *Server, contentType string, body []byte) {
	c.head(c.status(), contentType)
	switch {
	case c.plan.cutAfter != none || c.plan.body == "short":
		c.truncated(body)
		return
	case c.plan.body == "half":
		body = body[:len(body)/2]
	case c.plan.body == "gzip":
		c.ctx.Response.Header.SetContentEncoding("gzip")
		body = gzipped(body)
	case c.plan.trickle > 0:
		c.play(s, contentType, &script{buf: body, ends: []int{len(body)}})
		return
	}
	c.ctx.Response.SetBodyRaw(body)
}

// truncated sends half of a body under a Content-Length that promises all of it.
func (c *call) truncated(body []byte) {
	c.ctx.Response.Header.SetContentLength(len(body))
	raw := append([]byte(nil), c.ctx.Response.Header.Header()...)
	c.raw(append(raw, body[:len(body)/2]...))
}

// raw sends bytes past the HTTP server and hangs up.
func (c *call) raw(p []byte) {
	// A client that does not want them is free to leave.
	_, _ = c.ctx.Conn().Write(p)
	c.sever()
}

// malformed plays the faults of an answer's body that need no answer, and
// reports whether there was one.
func (c *call) malformed() bool {
	switch c.plan.body {
	case "html":
		c.head(c.status(), typeHTML)
		c.ctx.Response.SetBodyString(errorPage)
	case "empty":
		c.head(c.status(), typeJSON)
	case "error200":
		c.head(fasthttp.StatusOK, typeJSON)
		c.ctx.Response.SetBodyRaw(c.op.dialect.appendError(nil, fasthttp.StatusInternalServerError,
			"The server had an error while processing your request.", c.id("req_")))
	case "garbage":
		c.raw([]byte("220 mail.example ESMTP ready\r\n"))
	case "headers":
		c.raw(endlessHeaders())
	default:
		return false
	}
	return true
}

func endlessHeaders() []byte {
	raw := append(make([]byte, 0, endlessBytes), "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"...)
	for i := 0; len(raw) < endlessBytes-64; i++ {
		raw = append(raw, "X-Header-"...)
		raw = strconv.AppendInt(raw, int64(i), 10)
		raw = append(raw, ": and there is more\r\n"...)
	}
	return raw
}

func gzipped(p []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	// Writing to memory does not fail.
	_, _ = w.Write(p)
	_ = w.Close()
	return b.Bytes()
}

// id makes an identifier that is the same in each run: by the call's number.
func (c *call) id(prefix string) string {
	const width = 8
	b := append(make([]byte, 0, 32), prefix...)
	b = append(b, "mock"...)
	digits := strconv.FormatInt(c.hit, 10)
	for range width - len(digits) {
		b = append(b, '0')
	}
	return string(append(b, digits...))
}
