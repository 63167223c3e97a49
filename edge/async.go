package edge

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect/codecs"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/idempotency"
	"github.com/asbru-gateway/asbru/pkg/job"
	"github.com/valyala/fasthttp"
)

// asyncPrefix is what the paths of durable jobs begin with. Behind it stands the path
// of a call that is to be a job, with or without its version, or a job's id.
const asyncPrefix = job.Path

// headerNameRequestID is the header field that a job's calls have their id from: the
// one that its submission was answered with.
const headerNameRequestID = "X-Request-Id"

// headerNameContentType is the one of a relayed call that says what its body is.
const headerNameContentType = "Content-Type"

// headerNameHome names the provider that a bare model name means first in a line of a batch.
const headerNameHome = "X-Asbru-Home"

// jobHeaders are the other header fields of a request that its job keeps.
var jobHeaders = [...]string{
	"X-Asbru-Timeout", "X-Asbru-Fallbacks", "X-Asbru-Key", "X-Bf-Api-Key", "X-Bf-Api-Key-Id",
	"X-Asbru-Session", "X-Bf-Session-Id", "X-Asbru-Metadata", "X-Asbru-User", "X-Asbru-Prompt", "X-Asbru-Prompt-Variables", "X-Asbru-Parent-Request-Id", "X-Bf-Parent-Request-Id", "Traceparent",
	"X-Asbru-Log-Bodies", "X-Bf-Disable-Content-Logging",
	"X-Model-Provider", "Anthropic-Version", "Anthropic-Beta", "Openai-Organization", "Openai-Project", "Openai-Beta",
}

// jobFilters are header fields that say something even where they are empty.
var jobFilters = [...]string{"X-Bf-Mcp-Include-Clients", "X-Asbru-Mcp-Include-Clients", "X-Bf-Mcp-Include-Tools", "X-Asbru-Mcp-Include-Tools"}

// async answers a request about jobs. rest is the path behind the prefix.
func (r *request) async(rest, query string) {
	r.call = r.edge.gateway.Acquire()
	switch method := borrow(r.ctx.Method()); {
	case r.edge.options.Jobs == nil:
		r.refuse(codecs.OpenAI, jobsAway())
	case method == fasthttp.MethodPost:
		path := "/v1/" + rest
		route := match(method, path, query, &r.call.Head)
		if route == nil {
			path = "/" + rest
			route = match(method, path, query, &r.call.Head)
		}
		if err := r.misrouted(route); err != nil {
			r.refuse(dialectOf(path), err)
			return
		}
		r.submit(route, path, query)
	default:
		r.ofJob(rest[strings.LastIndexByte(rest, '/')+1:], method, query)
	}
}

func jobsAway() *api.Error {
	return api.Errorf(api.KindUnavailable, "jobs_unavailable", "Jobs can neither be taken nor looked up at the moment. Try again.")
}

// submit makes a job of the request.
func (r *request) submit(route *Route, path, query string) {
	s, err := r.submission(route, path, query)
	if err != nil {
		r.refuse(route.codec, err)
		return
	}
	ctx, cancel := r.whileThere()
	defer cancel()
	j, isNew, fault := r.edge.options.Jobs.Submit(ctx, s)
	if fault != nil {
		r.refuse(route.codec, r.jobError(fault))
		return
	}
	if isNew {
		r.edge.metrics.Jobs.WithLabelValues("submitted").Inc()
	}
	r.ctx.Response.Header.Set("Location", asyncPrefix+j.ID)
	r.tellJSON(http.StatusAccepted, job.Describe(j, nil))
}

// submission is the request as a job's: looked at as far as can be said now whether
// it will be answered.
func (r *request) submission(route *Route, path, query string) (*job.Submission, *api.Error) {
	if route.relay > relayModel {
		return nil, api.Invalid("operation_not_async", "", "This path is its provider's own affair, and calls of it cannot be jobs.")
	}
	r.job = true
	if err := r.fill(route, query); err != nil {
		return nil, err
	}
	c := r.call
	if route.Method != fasthttp.MethodPost {
		return nil, api.Errorf(api.KindMethod, "method_not_allowed", "Only calls that are paid for can be jobs.")
	}
	if err := r.edge.gateway.Look(c); err != nil {
		return nil, err
	}
	switch {
	case c.Head.Stream:
		return nil, api.Invalid("stream_not_async", "stream", "A job's answer is fetched when it is whole: it cannot be a stream.")
	case r.bringsKey():
		return nil, api.Invalid("direct_key_not_async", "", "A job keeps no key that comes in x-bf-bedrock-… or beside x-bf-azure-endpoint: make the call itself.")
	case len(r.head.idempotencyKey) > idempotency.MaxKeyBytes:
		return nil, api.Invalid("invalid_idempotency_key", "Idempotency-Key", "An idempotency key has at most %d bytes.", idempotency.MaxKeyBytes)
	}
	s := &job.Submission{
		Request: job.Request{Path: path, Query: withoutKey(r.ctx.QueryArgs()), Credential: c.Credential, Body: c.Body, Headers: r.jobHeaders()},
		Owner:   c.Owner(), Model: c.Head.Model, Key: r.head.idempotencyKey,
	}
	if route.relay == relayModel {
		s.Body, s.Headers[headerNameContentType] = r.body, c.Relay.ContentType
	}
	var err *api.Error
	s.Webhook, err = r.webhook()
	return s, err
}

// webhook is where the caller wants an end to be told; "" for nowhere.
func (r *request) webhook() (string, *api.Error) {
	url := r.Header("X-Asbru-Webhook")
	if url == "" {
		return "", nil
	}
	check := r.edge.options.CheckWebhook
	if check == nil {
		return "", api.Invalid("invalid_webhook", "x-asbru-webhook", "Webhooks are not sent here.")
	}
	if err := check(url); err != nil {
		return "", api.Invalid("invalid_webhook", "x-asbru-webhook", "x-asbru-webhook: %v.", err)
	}
	return url, nil
}

// jobHeaders are the header fields of the request that its job keeps.
func (r *request) jobHeaders() map[string]string {
	kept := map[string]string{headerNameRequestID: r.id}
	for _, name := range jobHeaders {
		if v := r.Header(name); v != "" {
			kept[name] = v
		}
	}
	for _, name := range jobFilters {
		if all := r.ctx.Request.Header.PeekAll(name); len(all) > 0 {
			kept[name] = string(all[0])
		}
	}
	if r.head.extra {
		for name, value := range r.Fields {
			if strings.HasPrefix(name, gateway.ExtraPrefix) {
				kept[strings.Clone(name)] = strings.Clone(value)
			}
		}
	}
	return kept
}

// bringsKey says whether the request has a provider's key in a header that no job keeps.
func (r *request) bringsKey() bool {
	for _, name := range [...]string{"X-Bf-Bedrock-Api-Key", "X-Bf-Bedrock-Access-Key", "X-Bf-Azure-Endpoint"} {
		if r.Header(name) != "" {
			return true
		}
	}
	return false
}

// withoutKey is the query without the credential that may stand in it, which is kept
// by itself.
func withoutKey(args *fasthttp.Args) string {
	if !args.Has("key") {
		return args.String()
	}
	var rest fasthttp.Args
	args.CopyTo(&rest)
	rest.Del("key")
	return rest.String()
}

// ofJob answers a request about a job.
func (r *request) ofJob(id, method, query string) {
	r.call.In = codecs.OpenAI
	r.call.Credential = r.head.credential(r.ctx, query)
	if err := r.edge.gateway.Admit(r.call); err != nil {
		r.refuse(codecs.OpenAI, err)
		return
	}
	ctx, cancel := r.whileThere()
	defer cancel()
	jobs := r.edge.options.Jobs
	j, err := jobs.Get(ctx, id, r.call.Owner())
	if err == nil && method == fasthttp.MethodDelete {
		if j, err = jobs.Cancel(ctx, j); err == nil {
			r.edge.metrics.Jobs.WithLabelValues(string(job.Canceled)).Inc()
		}
	}
	switch {
	case err != nil:
		r.refuse(codecs.OpenAI, r.jobError(err))
	case method != fasthttp.MethodGet && method != fasthttp.MethodDelete:
		r.ctx.Response.Header.Set("Allow", "GET, DELETE")
		r.refuse(codecs.OpenAI, api.Errorf(api.KindMethod, "method_not_allowed", "A job is read with GET and cancelled with DELETE."))
	case method == fasthttp.MethodGet && strings.Contains(r.Header("Accept"), "text/event-stream"):
		r.followJob(j)
	default:
		a, err := jobs.OpenAnswer(ctx, j)
		if err != nil {
			r.edge.log.Warn("a job's answer cannot be read", "job", j.ID, "error", err)
			r.refuse(codecs.OpenAI, jobsAway())
			return
		}
		r.tellJSON(http.StatusOK, job.Describe(j, a))
	}
}

func (r *request) tellJSON(status int, body []byte) {
	r.describe()
	r.ctx.SetStatusCode(status)
	r.ctx.SetContentType("application/json")
	r.ctx.Response.SetBody(body)
	r.end()
}

// whileThere returns a context that ends when the edge's patience does, or the caller leaves.
func (r *request) whileThere() (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(r.edge.open)
	watch := r.edge.watcher.Watch(r.ctx.Conn(), cancel)
	return ctx, func() {
		watch.Stop()
		cancel()
	}
}

// jobError is what a caller is told of an error of the queue of jobs.
func (r *request) jobError(err error) *api.Error {
	conflict := func(e *api.Error) *api.Error {
		e.Status = http.StatusConflict
		return e
	}
	switch {
	case errors.Is(err, job.ErrNotFound):
		return api.Errorf(api.KindNotFound, "job_not_found", "There is no such job, or it has expired, or it is another caller's.")
	case errors.Is(err, job.ErrReused):
		return conflict(api.Errorf(api.KindInvalid, "idempotency_key_reused", "This idempotency key was used for another request. Use a new one for each request."))
	case errors.Is(err, job.ErrEnded):
		return conflict(api.Errorf(api.KindInvalid, "job_ended", "The job has ended already."))
	case r.edge.open.Err() == nil && errors.Is(err, context.Canceled):
		return api.Errorf(api.KindCanceled, "client_closed_request", "The caller left before the answer was complete.")
	}
	r.edge.log.Warn("a job is not taken or not found", "error", fmt.Sprint(err))
	return jobsAway()
}
