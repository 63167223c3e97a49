package edge

import (
	"errors"
	"io"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/asbru-gateway/asbru/edge/form"
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/valyala/fasthttp"
)

// relay says how much of a route's requests the gateway reads, where it does not
// read all.
type relay uint8

const (
	notRelayed relay = iota
	relayModel       // the model, in JSON or in a form
	relayPath        // nothing: the path behind the version is the provider's own affair, and so is the body
	relayWhole       // nor the version: the path names the provider, or begins with its name
)

// relayModelQuery is what the gateway reads of a relayed call's query, so that it does
// not pass. Where the path is all a provider's own that goes for the first alone.
var relayModelQuery = []string{"key", "provider", "model", "api-version"}

// relayMethods are those that a relayed path may have. The answer to a HEAD announces
// a body that does not come.
var relayMethods = []string{"GET", "POST", "PUT", "PATCH", "DELETE"}

// formWindow is how much of a form is held in memory.
const formWindow = 256 << 10

// fillRelay fills in what a call has that passes in the caller's own form.
func (r *request) fillRelay(route *Route, query string) *api.Error {
	c, h := r.call, &r.ctx.Request.Header
	c.Relay = gateway.Relay{Method: borrow(r.ctx.Method()), ContentType: borrow(h.ContentType())}
	args := r.ctx.QueryArgs()
	if c.Relay.Provider = borrow(args.Peek("provider")); c.Relay.Provider == "" {
		c.Relay.Provider = r.namedProvider()
	}
	if err := r.fillRelayPath(route, query); err != nil {
		return err
	}
	if len(r.body) > 0 { // it was looked into before
		c.Body = r.body
		return nil
	}
	stream := r.ctx.RequestBodyStream()
	if stream == nil || h.ContentLength() == 0 {
		return nil
	}
	return r.fillRelayBody(route, stream, h.ContentLength())
}

// fillRelayPath fills in where a relayed call goes.
func (r *request) fillRelayPath(route *Route, query string) *api.Error {
	c, args := r.call, r.ctx.QueryArgs()
	path, _ := pathOf(r.ctx)
	ours := relayModelQuery
	switch route.relay {
	case relayModel:
		if model := borrow(args.Peek("model")); model != "" && !c.Head.ModelInPath {
			c.Head.Model, c.Head.ModelInPath = model, true
		}
	case relayWhole:
		ours = ours[:1]
		c.Relay.Provider, c.Relay.Path = route.whole(path)
		c.Relay.Whole = true
	default:
		c.Relay.Path = route.own(path)
	}
	if route.relay != relayModel && c.Relay.Path == "" {
		return notFound()
	}
	if query != "" {
		c.Relay.Query = queryBeyond(query, ours)
	}
	return nil
}

func (r *request) fillRelayBody(route *Route, stream io.Reader, length int) *api.Error {
	c := r.call
	kind := c.Relay.ContentType
	switch {
	case strings.HasPrefix(kind, "multipart/form-data") && route.relay == relayModel && r.job:
		if err := r.readBody(); err != nil {
			return err
		}
		return relayFormOf(c, r.body)
	case strings.HasPrefix(kind, "multipart/form-data") && route.relay == relayModel:
		return r.openForm(&upload{r: r, from: stream, left: length}, length)
	case route.relay == relayModel:
		c.Relay.ContentType = "application/json" // whatever it says: nothing else would be of use
		fallthrough
	case strings.Contains(kind, "json") || length > 0 && length <= believedBytes:
		err := r.readBody()
		c.Body = r.body
		return err
	}
	c.Relay.Rest, c.Relay.RestSize = &upload{r: r, from: stream, left: length}, int64(length)
	return nil
}

// openForm finds in a form what the engine must know of it.
func (r *request) openForm(body io.Reader, length int) *api.Error {
	c := r.call
	boundary, err := form.Boundary(c.Relay.ContentType)
	if err == nil {
		r.form, err = form.Read(body, int64(length), boundary, form.Options{
			Window: formWindow, Spool: r.edge.maxBody.Load(), ModelKnown: c.Head.ModelInPath,
		})
	}
	if err != nil {
		linger(r.ctx)
		return formFault(err)
	}
	fillForm(c, r.form, boundary)
	return nil
}

// fillForm fills in what has been found in a form.
func fillForm(c *gateway.Call, f *form.Form, boundary string) {
	h := &c.Head
	if !h.ModelInPath {
		h.Model = f.Model
	} else if f.ModelAt.Empty() && f.Rest == nil {
		f.PutModel(boundary, h.Model)
	}
	h.ModelAt, h.Stream, h.Own = f.ModelAt, f.Stream, append(h.Own, f.Own...)
	h.Fallbacks = append(h.Fallbacks, f.Fallbacks...)
	c.Body, c.Relay.Rest, c.Relay.RestSize, c.Relay.Fields = f.Head, f.Rest, f.RestSize, f.Fields
}

func (r *request) dropForm() {
	if err := r.form.Close(); err != nil {
		r.edge.log.Warn("a form's file on disk cannot be removed", "error", err)
	}
	r.form = nil
}

func formFault(err error) *api.Error {
	fault, ok := errors.AsType[*api.Error](err)
	switch {
	case ok:
		return fault
	case errors.Is(err, form.ErrRepeated):
		return api.Invalid("duplicate_field", "model", "The model is given more than once. Give it once.")
	case errors.Is(err, form.ErrTooLarge):
		return api.Errorf(api.KindTooLarge, "body_too_large", "The model stands behind a file that is larger than this gateway looks through. Put the model first, or name it in the query as model=.")
	case errors.Is(err, form.ErrDisk):
		return api.Errorf(api.KindOverloaded, "disk_unavailable", "The model stands behind a file, and there is no room to lay that down meanwhile. Put the model first, or name it in the query as model=.")
	}
	return invalidForm()
}

func invalidForm() *api.Error {
	return api.Invalid("invalid_form", "", "The request body is not valid multipart/form-data.")
}

// namedProvider is the provider that a header names.
func (r *request) namedProvider() string {
	for _, name := range [...]string{"X-Model-Provider", "X-Bf-Model-Provider", "X-Bf-Video-List-Provider"} {
		if v := r.Header(name); v != "" {
			return v
		}
	}
	return ""
}

// queryBeyond is a query without what the gateway reads of it.
func queryBeyond(query string, ours []string) string {
	var kept []string
	for pair := range strings.SplitSeq(query, "&") {
		name, _, _ := strings.Cut(pair, "=")
		if pair != "" && !slices.Contains(ours, name) {
			kept = append(kept, pair)
		}
	}
	return strings.Join(kept, "&")
}

// own is the part of a path that the provider gets, from behind its version on; empty
// where there is none, or none that may pass.
func (r *Route) own(path string) string {
	root, _, _ := strings.Cut(r.Path, "/{path}")
	for _, base := range [...]string{"/openai", "/anthropic", "/v1"} {
		if rest, ok := strings.CutPrefix(root, base); ok && rest[0] == '/' {
			root = rest
		}
	}
	at := strings.Index(path, root)
	if at < 0 {
		return ""
	}
	if path = strings.TrimSuffix(path[at:], "/"); path == root {
		return path
	}
	if !strings.HasPrefix(path, root+"/") || !ownPath(path[len(root)+1:], false) {
		return ""
	}
	return path
}

// whole splits a path that names its provider, or begins with its name, into that and
// the provider's own path, of which not a byte is changed; empty where it may not pass.
func (r *Route) whole(path string) (provider, rest string) {
	root, _, _ := strings.Cut(r.Path, "{path}")
	_, rest, ok := strings.Cut(path, root)
	if !ok {
		return "", ""
	}
	if provider = r.Home; provider == "" {
		provider, rest, ok = strings.Cut(rest, "/")
	}
	if !ok || provider == "" || !ownPath(strings.TrimSuffix(rest, "/"), true) {
		return "", ""
	}
	return provider, "/" + rest
}

// ownPath says whether the rest of a path may pass as it is: each segment is one to
// whoever reads it, decoded or not, and none leads elsewhere. Where slashes may be
// escaped, as in a model's name, the same goes for what is between those.
func ownPath(rest string, slashes bool) bool {
	for segment := range strings.SplitSeq(rest, "/") {
		plain, err := url.PathUnescape(segment)
		if err != nil || plain == "" || strings.ContainsAny(plain, "\\%") || strings.ContainsFunc(plain, unicode.IsControl) || !slashes && strings.Contains(plain, "/") {
			return false
		}
		for part := range strings.SplitSeq(plain, "/") {
			if part == "." || part == ".." {
				return false
			}
		}
	}
	return true
}

// passesUnread says whether a request's body passes as it comes, so that its size is
// of no matter here.
func passesUnread(ctx *fasthttp.RequestCtx) bool {
	if strings.Contains(borrow(ctx.Request.Header.ContentType()), "json") {
		return false
	}
	path, query := pathOf(ctx)
	var h dialect.Head
	route := match(borrow(ctx.Method()), path, query, &h)
	return route != nil && route.relay != notRelayed
}

// upload is a body that is read as it is sent on. A caller may be slow, but not
// silent.
type upload struct {
	r       *request
	from    io.Reader
	left    int // -1: nobody knows
	moved   time.Time
	stopped error
}

// Read implements io.Reader. Its errors but io.EOF are *api.Error.
func (u *upload) Read(p []byte) (int, error) {
	if u.stopped != nil {
		return 0, u.stopped
	}
	now, patience := time.Now(), u.r.edge.options.Server.ReadTimeout()
	if now.Sub(u.moved) > patience/4 {
		u.moved = now
		if err := u.r.ctx.SetReadDeadline(now.Add(patience)); err != nil {
			return 0, u.fail(err)
		}
	}
	n, err := u.from.Read(p)
	if u.left >= 0 {
		u.left -= n
	}
	switch {
	case err == io.EOF && u.left > 0:
		return n, u.fail(io.ErrUnexpectedEOF)
	case err == io.EOF:
		u.stopped = io.EOF
		if n > 0 {
			return n, nil
		}
		return 0, io.EOF
	case err != nil:
		return n, u.fail(err)
	}
	return n, nil
}

func (u *upload) fail(err error) error {
	linger(u.r.ctx)
	fault := faultOf(err)
	if fault.Code == "invalid_http" {
		fault = api.Invalid("body_incomplete", "", "The request's body broke off.")
	}
	u.stopped = fault
	return fault
}
