package edge

// Hot path where plugins want HTTP requests.

import (
	"bytes"
	"slices"
	"strings"

	"github.com/valyala/fasthttp"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/plugin"
)

// routePlugged takes a request to the plugins that want it before it is understood, and
// what it is answered with before that is sent.
func (r *request) routePlugged(run *plugin.HTTPRun, path, query string) {
	ctx, streams := r.ctx, false
	defer func() {
		if !streams {
			run.End()
		}
	}()
	if r.pluggedIn(run, path, query) {
		r.caller = &run.Request.Caller
		r.route(path, query)
	}
	if streams = ctx.Response.IsBodyStream(); streams { // it is the request's still, and not sent yet
		r.http = run
		if r.call != nil {
			run.Request.Caller = r.call.Caller()
		}
	}
	pluggedOut(ctx, run, path)
}

// pluggedIn takes a request to the plugins. It reports whether it goes on: else it is
// answered, and r is of no use any more.
func (r *request) pluggedIn(run *plugin.HTTPRun, path, query string) bool {
	ctx := r.ctx
	r.id = strings.Clone(r.id) // it may be of a header
	q := &run.Request
	q.ID, q.Method, q.Path, q.Query = r.id, string(ctx.Method()), strings.Clone(path), strings.Clone(query)
	for k, v := range ctx.Request.Header.All() {
		q.Headers = append(q.Headers, plugin.Header{Name: string(k), Value: string(v)})
	}
	if !passesUnread(ctx) {
		if err := r.readBody(); err != nil {
			r.refuse(dialectOf(path), err)
			return false
		}
		q.Body, r.whole = r.body, true
	}
	before := slices.Clone(q.Headers)
	answer, err := run.In()
	if err == nil && answer == nil {
		err = r.takeOver(before, q)
	}
	switch {
	case err != nil:
		r.refuse(dialectOf(q.Path), err)
	case answer != nil:
		if !r.whole && ctx.Request.Header.ContentLength() != 0 {
			linger(ctx)
		}
		ctx.SetStatusCode(answer.Status)
		r.describe()
		changeHeaders(&ctx.Response.Header, nil, answer.Headers)
		ctx.Response.SetBody(answer.Body)
		r.end()
	default:
		return true
	}
	return false
}

// takeOver puts in force what plugins have made of a request.
func (r *request) takeOver(before []plugin.Header, q *plugin.HTTPRequest) *api.Error {
	h := &r.ctx.Request.Header
	if !slices.Equal(before, q.Headers) {
		changeHeaders(h, before, q.Headers)
		r.head = head{}
		r.head.read(h)
	}
	if !r.whole || bytes.Equal(q.Body, r.body) {
		return nil
	}
	if int64(len(q.Body)) > r.edge.maxBody.Load() {
		return faultOf(fasthttp.ErrBodyTooLarge)
	}
	r.body = append(r.body[:0], q.Body...) // the plugin may keep its own
	return nil
}

// pluggedOut takes an answer to the plugins, a whole one or the head of a stream.
func pluggedOut(ctx *fasthttp.RequestCtx, run *plugin.HTTPRun, path string) {
	w := &ctx.Response
	a := &plugin.HTTPAnswer{Status: w.StatusCode()}
	for k, v := range w.Header.All() {
		a.Headers = append(a.Headers, plugin.Header{Name: string(k), Value: string(v)})
	}
	if !w.IsBodyStream() {
		a.Body = append([]byte{}, w.Body()...)
	}
	before := slices.Clone(a.Headers)
	if err := run.Out(a); err != nil {
		codec := dialectOf(path)
		a.Status, a.Body = codec.AppendError(nil, err)
		w.SetBody(a.Body) // it closes the stream, if there is one
		w.Header.SetContentType("application/json")
		nameError(&w.Header, codec, err)
		w.SetStatusCode(a.Status)
		return
	}
	w.SetStatusCode(a.Status)
	if !slices.Equal(before, a.Headers) {
		changeHeaders(&w.Header, before, a.Headers)
	}
	if !w.IsBodyStream() {
		w.SetBody(a.Body)
	}
}

// headers are those of a request or an answer.
type headers interface {
	Set(name, value string)
	Add(name, value string)
	Del(name string)
}

// framing are headers that say where a message ends, and who it is for.
var framing = []string{"Content-Length", "Transfer-Encoding", "Connection", "Host", "Expect", "Upgrade", "Trailer"}

// changeHeaders makes those of h that differ what they are to be, but for framing.
func changeHeaders(h headers, before, after []plugin.Header) {
	done := map[string]bool{}
	for _, name := range framing {
		done[name] = true
	}
	for _, changed := range slices.Concat(before, after) {
		name := canonical(changed.Name)
		if done[name] {
			continue
		}
		done[name] = true
		was, is := valuesOf(before, name), valuesOf(after, name)
		if slices.Equal(was, is) {
			continue
		}
		h.Del(name)
		for i, value := range is {
			if i == 0 {
				h.Set(name, value) // such as Content-Type, of which there is only one
				continue
			}
			h.Add(name, value)
		}
	}
}

func canonical(name string) string {
	return string(fasthttp.AppendNormalizedHeaderKey(nil, name))
}

func valuesOf(all []plugin.Header, name string) (values []string) {
	for i := range all {
		if strings.EqualFold(all[i].Name, name) {
			values = append(values, all[i].Value)
		}
	}
	return values
}

// nextPlugged is the stream's next piece as plugins leave it; err is of the stream. More
// says whether there is any behind it.
func (r *request) nextPlugged() (b []byte, more bool, err error) {
	for {
		if b, err = r.call.Next(); err != nil {
			return nil, true, err
		}
		b, refused := r.http.Chunk(b)
		if refused != nil {
			return r.call.BreakOff(refused), false, nil
		}
		if len(b) > 0 {
			return b, true, nil
		}
	}
}
