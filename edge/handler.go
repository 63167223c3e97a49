package edge

// Hot path.

import (
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/valyala/fasthttp"
)

// handle is the way of one request.
func (e *Edge) handle(ctx *fasthttp.RequestCtx) {
	r := e.requests.Get().(*request)
	r.begin(e, ctx)
	defer r.recovered()
	if e.draining.Load() {
		ctx.SetConnectionClose()
	}
	path, query := pathOf(ctx)
	if err := guard(ctx, &r.head, e.maxURL); err != nil {
		e.metrics.Rejected.WithLabelValues(err.Code).Inc()
		ctx.SetConnectionClose()
		r.refuse(dialectOf(path), err)
		return
	}
	if e.serveOps(ctx, path) {
		r.end()
		return
	}
	if e.options.Admin != nil && isAdmin(path) {
		e.options.Admin(ctx)
		r.end()
		return
	}
	if e.cors(ctx, r.head.origin) {
		r.end()
		return
	}
	if rest, ok := strings.CutPrefix(path, asyncPrefix); ok {
		r.async(rest, query)
		return
	}
	if ctx.IsGet() && r.socket(path, query) {
		return
	}
	if run := e.gateway.HTTPPlugins(); run != nil {
		r.routePlugged(run, path, query)
		return
	}
	r.route(path, query)
}

// route answers a request of the inference API.
func (r *request) route(path, query string) {
	e, ctx := r.edge, r.ctx
	r.call = e.gateway.Acquire()
	route := match(borrow(ctx.Method()), path, query, &r.call.Head)
	if err := r.misrouted(route); err != nil {
		e.metrics.Rejected.WithLabelValues(err.Code).Inc()
		r.refuse(dialectOf(path), err)
		return
	}
	if route.relay == relayPath && r.kept(route, query) {
		return
	}
	if route.serve != nil {
		route.serve(r, route, query)
		return
	}
	if r.head.async && e.options.Jobs != nil {
		r.submit(route, path, query)
		return
	}
	if err := r.fill(route, query); err != nil {
		r.refuse(route.codec, err)
		return
	}
	if r.head.idempotencyKey != "" && r.answered(route) {
		return
	}
	if err := e.gateway.Do(r.call); err != nil {
		r.refuse(r.call.In, err)
		return
	}
	r.answer()
}

func notFound() *api.Error {
	return api.Errorf(api.KindNotFound, "route_not_found", "There is nothing at this path. See the documentation for the list of paths.")
}

// misrouted says what is wrong with a request's path or method.
func (r *request) misrouted(route *Route) *api.Error {
	if route == nil {
		return notFound()
	}
	if !route.takes(borrow(r.ctx.Method())) {
		allowed := route.methods()
		r.ctx.Response.Header.Set("Allow", allowed)
		return api.Errorf(api.KindMethod, "method_not_allowed", "This path takes %s requests.", allowed)
	}
	return nil
}

// fill makes the call of the request.
func (r *request) fill(route *Route, query string) *api.Error {
	c, h := r.call, &r.ctx.Request.Header
	c.In, c.Home, c.Client = route.codec, route.Home, r
	c.RequestID = r.id
	c.Credential = r.head.credential(r.ctx, query)
	c.PinnedKey, c.Session = r.head.pinnedKey, r.head.session
	c.Fallbacks, c.Metadata, c.Parent, c.User, c.Extra = r.head.fallbacks, r.head.metadata, r.head.parent, r.head.user, r.head.extra
	c.Prompt, c.PromptValues, c.Head.Prompted = r.head.prompt, r.head.promptValues, r.head.prompt != ""
	if len(h.ContentEncoding()) > 0 {
		return &api.Error{Kind: api.KindInvalid, Status: fasthttp.StatusUnsupportedMediaType, Code: "unsupported_encoding", Message: "Compressed request bodies are not taken. Send the body without Content-Encoding."}
	}
	switch {
	case route.relay != notRelayed:
		if err := r.fillRelay(route, query); err != nil {
			return err
		}
	case route.Method == fasthttp.MethodPost:
		if err := r.readBody(); err != nil {
			return err
		}
		if c.Body = r.body; route.read != nil {
			var err *api.Error
			if c.Body, err = route.read(r.body); err != nil {
				return err
			}
		}
	}
	if r.head.timeout != "" {
		d, err := time.ParseDuration(r.head.timeout)
		if err != nil || d <= 0 {
			return api.Invalid("invalid_timeout", "x-asbru-timeout", "x-asbru-timeout must be a positive duration such as 10s or 1m30s.")
		}
		c.Timeout = d
	}
	return nil
}

// answer writes what the engine has found, or hands the stream to the server.
func (r *request) answer() {
	c, h := r.call, &r.ctx.Response.Header
	r.ctx.SetStatusCode(c.Status)
	r.describe()
	h.SetContentType(c.ContentType)
	for _, ret := range c.Returned {
		if c.Relay.Whole && string(ret.Name) == uploadURL {
			ret.Value = r.ownUploadURL(ret.Value)
		}
		h.SetCanonical(ret.Name, ret.Value)
	}
	r.tellLimits()
	if c.Usage.Estimated && c.Head.Op == api.OpCountTokens {
		h.Set("x-asbru-estimated", "true")
	}
	if c.Streaming {
		h.Set("Cache-Control", "no-cache")
		h.Set("X-Accel-Buffering", "no")
		size := -1
		if c.Size > 0 {
			size = int(c.Size)
		}
		r.ctx.Response.SetBodyStream(r, size)
		return // the server pulls the stream, and closes it in the end
	}
	r.ctx.Response.SetBody(c.Answer)
	if r.once.claim != nil {
		r.once.end(r, c.Answer)
	}
	r.end()
}

// describe sets the headers that say how the call went.
func (r *request) describe() {
	c, h := r.call, &r.ctx.Response.Header
	h.SetCanonical(headerRequestID, lend(r.id))
	h.SetCanonical(headerNode, lend(r.edge.node))
	if c == nil {
		return
	}
	if rule := c.Rule(); rule != "" {
		h.SetCanonical(headerRule, lend(rule))
	}
	if cached := c.Cached(); cached != "" {
		h.SetCanonical(headerCache, lend(cached))
	}
	if c.Provider() == "" {
		return
	}
	h.SetCanonical(headerProvider, lend(c.Provider()))
	h.SetCanonical(headerModel, lend(c.Model()))
	if key := c.Key(); key != "" {
		h.SetCanonical(headerKey, lend(key))
	}
	if worker := c.Worker(); worker != "" {
		h.SetCanonical(headerWorker, lend(worker))
	}
	h.SetCanonical(headerAttempts, strconv.AppendInt(r.scratch[:0], int64(c.Attempts()), 10))
}

// tellLimits shows what is left of the caller's own limits, in place of what a
// provider has said of those of its keys.
func (r *request) tellLimits() {
	requests, tokens := r.call.RateLimits()
	for _, l := range [...]struct {
		room                    gateway.Room
		limit, remaining, reset []byte
	}{
		{requests, headerLimitRequests, headerRemainingRequests, headerResetRequests},
		{tokens, headerLimitTokens, headerRemainingTokens, headerResetTokens},
	} {
		if l.room.Max == 0 {
			continue
		}
		h := &r.ctx.Response.Header
		h.SetCanonical(l.limit, strconv.AppendInt(r.scratch[:0], l.room.Max, 10))
		h.SetCanonical(l.remaining, strconv.AppendInt(r.scratch[:0], l.room.Remaining, 10))
		h.SetCanonical(l.reset, append(strconv.AppendInt(r.scratch[:0], int64((l.room.Reset+time.Second-1)/time.Second), 10), 's'))
	}
}

// refuse answers with an error in the caller's dialect.
func (r *request) refuse(codec dialect.Codec, err *api.Error) {
	status, body := codec.AppendError(nil, err)
	h := &r.ctx.Response.Header
	r.ctx.SetStatusCode(status)
	h.SetContentType("application/json")
	nameError(h, codec, err)
	r.describe()
	if r.call != nil {
		for _, ret := range r.call.Returned {
			h.SetCanonical(ret.Name, ret.Value)
		}
		r.tellLimits()
	}
	if err.RetryAfter > 0 {
		h.SetBytesV("retry-after", strconv.AppendInt(r.scratch[:0], int64((err.RetryAfter+time.Second-1)/time.Second), 10))
	}
	r.ctx.Response.SetBodyRaw(body)
	if r.once.claim != nil {
		r.once.end(r, body)
	}
	if n := r.ctx.Request.Header.ContentLength(); len(r.body) == 0 && (n < 0 && r.ctx.RequestBodyStream() != nil || n > believedBytes) {
		linger(r.ctx) // too much of a body that was not read
	}
	r.end()
}

// nameError sets the header that has an error's name, where the dialect has one.
func nameError(h *fasthttp.ResponseHeader, codec dialect.Codec, err *api.Error) {
	if n, ok := codec.(dialect.ErrorNamer); ok {
		h.Set(n.ErrorHeader(), n.ErrorName(err))
	}
}

// recovered turns a panic into an error for the one request that it happened in.
func (r *request) recovered() {
	v := recover()
	if v == nil {
		return
	}
	r.edge.panicked("panic in a request", r.id, v)
	ctx := r.ctx
	if r.call != nil {
		r.call.Crash()
	}
	path, _ := pathOf(ctx)
	ctx.Response.Reset()
	ctx.SetConnectionClose()
	r.refuse(dialectOf(path), gateway.Crashed())
}

// panicked counts and logs a panic.
func (e *Edge) panicked(where, requestID string, v any) {
	e.metrics.Panics.Inc()
	e.log.Error(where, "request_id", requestID, "panic", v, "stack", string(debug.Stack()))
}
