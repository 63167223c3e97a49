package main

import (
	"bytes"
	"context"
	"net"

	"github.com/valyala/fasthttp"
)

// bareCommand makes this binary the bare proxy: bench bare LISTEN UPSTREAM.
const bareCommand = "bare"

const bareMaxConns = 8192

// serveBare is the proxy that everything is compared with: fasthttp's server and
// client as one would plainly put them together, and nothing in between. It
// serves until ctx ends.
func serveBare(ctx context.Context, listen, upstream string) error {
	ln, err := net.Listen("tcp", listen)
	if err != nil {
		return err
	}
	whole := &fasthttp.HostClient{Addr: upstream, MaxConns: bareMaxConns}
	stream := &fasthttp.HostClient{Addr: upstream, MaxConns: bareMaxConns, StreamResponseBody: true}
	server := &fasthttp.Server{
		NoDefaultServerHeader: true,
		MaxRequestBodySize:    64 << 20,
		Handler: func(c *fasthttp.RequestCtx) {
			client := whole
			if asksForStream(c.Path(), c.Request.Body()) {
				client = stream
			}
			c.Request.Header.Del(fasthttp.HeaderConnection)
			if err := client.Do(&c.Request, &c.Response); err != nil {
				c.Error(err.Error(), fasthttp.StatusBadGateway)
			}
		},
	}
	stop := context.AfterFunc(ctx, func() { _ = ln.Close() })
	defer stop()
	return server.Serve(ln)
}

// asksForStream says whether a request asks for a stream. The body is not searched: a large
// prompt must not cost the bare proxy that.
func asksForStream(path, body []byte) bool {
	return bytes.HasSuffix(body, []byte(`"stream":true}`)) || bytes.Contains(path, []byte("stream"))
}
