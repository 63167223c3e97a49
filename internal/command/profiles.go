package command

import (
	"crypto/subtle"
	"strings"

	"github.com/valyala/fasthttp"
	"github.com/valyala/fasthttp/pprofhandler"
)

// withProfiles adds /debug/pprof/ to a handler, for those who show the admin token.
func withProfiles(admin string, next fasthttp.RequestHandler) fasthttp.RequestHandler {
	want := []byte("Bearer " + admin)
	return func(ctx *fasthttp.RequestCtx) {
		if !strings.HasPrefix(string(ctx.Path()), "/debug/pprof/") {
			next(ctx)
			return
		}
		if subtle.ConstantTimeCompare(ctx.Request.Header.Peek("Authorization"), want) != 1 {
			ctx.Response.Header.Set("WWW-Authenticate", "Bearer")
			ctx.Error("profiles are for those who show the admin token\n", fasthttp.StatusUnauthorized)
			return
		}
		pprofhandler.PprofHandler(ctx)
	}
}
