package edge

import (
	"slices"

	"github.com/valyala/fasthttp"
)

// cors lets the pages of the allowed origins read answers. It reports whether the
// request was a preflight, which is then answered.
func (e *Edge) cors(ctx *fasthttp.RequestCtx, origin string) bool {
	origins := e.origins.Load()
	if origins == nil || len(*origins) == 0 {
		return false
	}
	if origin == "" || !slices.Contains(*origins, "*") && !slices.Contains(*origins, origin) {
		return false
	}
	h := &ctx.Response.Header
	h.Set("Access-Control-Allow-Origin", origin)
	h.Set("Vary", "Origin")
	h.Set("Access-Control-Expose-Headers", "*")
	if !ctx.IsOptions() {
		return false
	}
	h.Set("Access-Control-Allow-Methods", "GET, POST, DELETE, OPTIONS")
	if asked := ctx.Request.Header.Peek("Access-Control-Request-Headers"); len(asked) > 0 {
		h.SetBytesV("Access-Control-Allow-Headers", asked)
	}
	h.Set("Access-Control-Max-Age", "600")
	ctx.SetStatusCode(fasthttp.StatusNoContent)
	return true
}
