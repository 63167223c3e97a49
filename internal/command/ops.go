package command

import (
	"encoding/json"

	"github.com/valyala/fasthttp"
	"github.com/valyala/fasthttp/fasthttpadaptor"

	"github.com/asbru-gateway/asbru/pkg/telemetry"
)

// withOps adds health, and metrics if they are not served elsewhere, to a handler.
func withOps(ops fasthttp.RequestHandler, metrics bool, next fasthttp.RequestHandler) fasthttp.RequestHandler {
	return func(ctx *fasthttp.RequestCtx) {
		switch path := string(ctx.Path()); {
		case path == "/livez", path == "/readyz", path == "/health", path == "/metrics" && metrics:
			ops(ctx)
		default:
			next(ctx)
		}
	}
}

// opsHandler serves health and metrics for a role whose own port does not speak HTTP.
// What ready returns is shown; err is why the role is not ready.
func opsHandler(ready func() (state map[string]any, err error), metrics *telemetry.Metrics) fasthttp.RequestHandler {
	serveMetrics := fasthttpadaptor.NewFastHTTPHandler(metrics.Handler())
	return func(ctx *fasthttp.RequestCtx) {
		switch string(ctx.Path()) {
		case "/livez":
			ctx.SetContentType("text/plain; charset=utf-8")
			ctx.SetBodyString("ok\n")
		case "/readyz", "/health":
			state, err := ready()
			state["status"] = "ready"
			if err != nil {
				state["status"], state["error"] = "not ready", err.Error()
				ctx.SetStatusCode(fasthttp.StatusServiceUnavailable)
			}
			body, err := json.Marshal(state)
			if err != nil {
				ctx.Error(err.Error(), fasthttp.StatusInternalServerError)
				return
			}
			ctx.SetContentType("application/json")
			ctx.SetBody(append(body, '\n'))
		case "/metrics":
			serveMetrics(ctx)
		default:
			ctx.Error("not found\n", fasthttp.StatusNotFound)
		}
	}
}
