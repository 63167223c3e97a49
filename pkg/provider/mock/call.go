package mock

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/valyala/fasthttp"
)

// call is one request on its way through the server. It lives as long as
// fasthttp's handler runs; a stream outlives it and takes what it needs along.
type call struct {
	ctx   *fasthttp.RequestCtx
	op    operation
	hit   int64
	key   string // the caller's credential
	model string
	plan  plan
}

// Handler answers one request of any of the APIs.
func (s *Server) Handler(ctx *fasthttp.RequestCtx) {
	switch path := string(ctx.Path()); {
	case strings.HasPrefix(path, controlPath):
		s.control(ctx)
		return
	case path == "/livez" || path == "/readyz" || path == "/health":
		ctx.SetBodyString("ok\n")
		return
	}
	s.active.Add(1)
	s.journal.record(ctx)
	c := &call{ctx: ctx, op: route(ctx), hit: s.hits.Add(1), plan: s.opts.plan()}
	s.answer(c)
	if !ctx.Response.IsBodyStream() { // a stream is over when it is closed
		s.active.Add(-1)
	}
}

// answer goes through what is the same for all operations.
func (s *Server) answer(c *call) {
	c.key = credential(c.ctx)
	switch {
	case c.op.run == nil:
		c.fail(fasthttp.StatusNotFound, "Invalid URL ("+string(c.ctx.Method())+" "+string(c.ctx.Path())+")")
		return
	case string(c.ctx.Method()) != c.op.method:
		c.fail(fasthttp.StatusMethodNotAllowed, "Not allowed to "+string(c.ctx.Method())+" on "+string(c.ctx.Path()))
		return
	case isBedrock(c.op.dialect) && c.key == "":
		c.fail(fasthttp.StatusForbidden, "Missing Authentication Token")
		return
	case !s.letsIn(c.key):
		c.fail(fasthttp.StatusUnauthorized, "Incorrect API key provided: "+c.key+".")
		return
	}
	c.op.run(s, c)
}

// begin is called by an operation as soon as the model is known. It lets the
// latency pass and plays the faults that stand before an answer; false: all is
// said and done.
func (s *Server) begin(c *call, model string) bool {
	c.model = model
	if err := s.steer(c); err != nil {
		c.fail(fasthttp.StatusBadRequest, err.Error())
		return false
	}
	delay := c.plan.latency
	if s.opts.LatencyJitter > 0 {
		delay += rand.N(s.opts.LatencyJitter)
	}
	own, _ := c.ctx.Conn().(*conn)
	if !s.pause(own, delay) {
		return false
	}
	switch {
	case c.plan.hangAfter == 0:
		s.pause(own, none)
		c.sever()
	case c.plan.cutAfter == 0 && !c.plan.cutMid:
		c.sever()
	case c.malformed():
	case c.plan.status >= fasthttp.StatusBadRequest:
		c.fail(c.plan.status, "The mock was told to answer "+strconv.Itoa(c.plan.status)+".")
	default:
		return true
	}
	return false
}

// steer makes the call's plan; the later of two that contradict each other wins.
func (s *Server) steer(c *call) error {
	if s.failsByRate(c.hit) {
		c.plan.status = s.opts.ErrorStatus
	}
	if err := c.plan.steerByModel(c.model); err != nil {
		return err
	}
	if s.opts.Steer != nil {
		if err := c.plan.steerByWords(s.opts.Steer(c.hit, c.key, c.model)); err != nil {
			return err
		}
	}
	return c.plan.steerByHeaders(&c.ctx.Request.Header)
}

// pause lets d pass, or for ever if d is negative; false: the client has left or
// the server is closing. Behind a server that is not ours (a test that uses
// Handler alone) own is nil, and the client cannot be watched.
func (s *Server) pause(own *conn, d time.Duration) bool {
	switch {
	case own != nil:
		return own.wait(d)
	case d == 0:
		return true
	case d < 0:
		<-s.done
		return false
	}
	return s.sleep(d)
}

// sever hangs up without a further byte.
func (c *call) sever() {
	c.ctx.SetConnectionClose()
	if own, ok := c.ctx.Conn().(*conn); ok {
		own.sever(c.plan.cutReset)
		return
	}
	_ = c.ctx.Conn().Close() // nothing can be done about it, and it shows
}

// failsByRate reports whether the call of this number is one of those that
// Options.ErrorRate wants to fail.
func (s *Server) failsByRate(hit int64) bool {
	r := min(s.opts.ErrorRate, 1)
	return r > 0 && int64(float64(hit)*r) != int64(float64(hit-1)*r)
}

// letsIn checks a credential.
func (s *Server) letsIn(key string) bool {
	return len(s.opts.Keys) == 0 || slices.Contains(s.opts.Keys, key)
}

// credential returns the caller's key, wherever the dialects carry it.
func credential(ctx *fasthttp.RequestCtx) string {
	h := &ctx.Request.Header
	if k, ok := strings.CutPrefix(string(h.Peek(fasthttp.HeaderAuthorization)), "Bearer "); ok {
		return k
	}
	if k := signedBy(h); k != "" {
		return k
	}
	for _, name := range []string{"x-api-key", "api-key", "x-goog-api-key", "xi-api-key"} {
		if k := h.Peek(name); len(k) > 0 {
			return string(k)
		}
	}
	return string(ctx.QueryArgs().Peek("key"))
}
