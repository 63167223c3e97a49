package edge

import (
	"strconv"

	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/valyala/fasthttp"
	"github.com/valyala/fasthttp/fasthttpadaptor"
)

// serveOps answers health and metrics. It reports whether the path was one of those.
func (e *Edge) serveOps(ctx *fasthttp.RequestCtx, path string) bool {
	switch path {
	case "/livez":
		ctx.SetContentType("text/plain; charset=utf-8")
		ctx.SetBodyString("ok\n")
	case "/readyz", "/health":
		e.serveReady(ctx)
	case "/metrics":
		if e.options.OpsElsewhere {
			return false
		}
		e.serveMetrics(ctx)
	default:
		return false
	}
	return true
}

// serveReady says whether the edge takes calls, and what it depends on.
func (e *Edge) serveReady(ctx *fasthttp.RequestCtx) {
	var dependencies []Dependency
	if e.options.Dependencies != nil {
		dependencies = e.options.Dependencies()
	}
	status, code := "ready", fasthttp.StatusOK
	for _, d := range dependencies {
		if d.Needed && !d.OK {
			status, code = "not ready", fasthttp.StatusServiceUnavailable
		}
	}
	if e.draining.Load() {
		status, code = "draining", fasthttp.StatusServiceUnavailable
	}
	b := append(make([]byte, 0, 128), `{"status":"`...)
	b = append(b, status...)
	b = append(b, `","config":{"revision":`...)
	b = strconv.AppendInt(b, e.gateway.Revision(), 10)
	b = append(b, `,"providers":`...)
	b = strconv.AppendInt(b, int64(len(e.gateway.Providers())), 10)
	b = append(b, '}')
	if dependencies != nil {
		b = append(b, `,"dependencies":`...)
		b = appendDependencies(b, dependencies)
	}
	b = append(b, "}\n"...)
	ctx.SetStatusCode(code)
	ctx.SetContentType("application/json")
	ctx.SetBody(b)
}

func appendDependencies(b []byte, all []Dependency) []byte {
	b = append(b, '{')
	for i, d := range all {
		if i > 0 {
			b = append(b, ',')
		}
		b = jsonx.AppendString(b, d.Name)
		b = append(b, `:{"status":`...)
		b = jsonx.AppendString(b, d.Status)
		b = append(b, `,"ok":`...)
		b = strconv.AppendBool(b, d.OK)
		b = append(b, '}')
	}
	return append(b, '}')
}

// OpsHandler serves health and metrics alone, for a listener of their own.
func (e *Edge) OpsHandler() fasthttp.RequestHandler {
	return func(ctx *fasthttp.RequestCtx) {
		switch string(ctx.Path()) {
		case "/livez", "/readyz", "/health":
			e.serveOps(ctx, string(ctx.Path()))
		case "/metrics":
			e.serveMetrics(ctx)
		default:
			ctx.Error("not found\n", fasthttp.StatusNotFound)
		}
	}
}

func (e *Edge) serveMetrics(ctx *fasthttp.RequestCtx) {
	fasthttpadaptor.NewFastHTTPHandler(e.metrics.Handler())(ctx)
}
