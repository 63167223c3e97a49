package mock

import (
	"github.com/goccy/go-json"
	"github.com/valyala/fasthttp"
)

// controlPath is where a test in another process reads the journal and the
// counts. No real API has anything there.
const controlPath = "/__mock/"

// control answers GET stats and GET or DELETE requests. It needs no key and
// counts as no hit.
func (s *Server) control(ctx *fasthttp.RequestCtx) {
	var what any
	switch string(ctx.Method()) + " " + string(ctx.Path()) {
	case "GET " + controlPath + "stats":
		what = s.Stats()
	case "GET " + controlPath + "requests":
		what = s.Requests()
	case "DELETE " + controlPath + "requests":
		s.Forget()
		ctx.SetStatusCode(fasthttp.StatusNoContent)
		return
	default:
		ctx.SetStatusCode(fasthttp.StatusNotFound)
		return
	}
	body, err := json.Marshal(what)
	if err != nil {
		ctx.Error(err.Error(), fasthttp.StatusInternalServerError)
		return
	}
	ctx.SetContentType(typeJSON)
	ctx.SetBody(body)
}
