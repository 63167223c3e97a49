package edge

import (
	"cmp"
	"context"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/job"
)

// Run makes the call of a job, or of who tries the gateway from elsewhere, as if its request came in now, and returns what its
// caller would have been answered; nil if the edge stops, or ctx has ended.
func (e *Edge) Run(ctx context.Context, asked *job.Request) *job.Answer {
	return e.RunTo(ctx, asked, nil)
}

// RunTo is Run, and an answer that comes in pieces is told to pieces, unless those are nil, and
// returned without its body. A stream that breaks off says so in its last event.
func (e *Edge) RunTo(ctx context.Context, asked *job.Request, pieces job.Pieces) *job.Answer {
	c := e.gateway.Acquire()
	defer e.gateway.Release(c)
	codec, err := e.fillJob(c, asked)
	if err == nil {
		err = e.runJob(c, asked, &jobCaller{ctx: ctx, headers: asked.Headers})
	}
	if ctx.Err() != nil {
		return nil
	}
	a := &job.Answer{Headers: map[string]string{}}
	if err == nil {
		a.Status, a.ContentType = c.Status, c.ContentType
		if c.Streaming && pieces != nil {
			e.describe(a, c)
			if tellPieces(c, a, pieces); ctx.Err() != nil {
				return nil
			}
			return a
		}
		a.Body, err = wholeOf(c)
	}
	if err != nil {
		a.ContentType, a.RetryAfter = "application/json", err.RetryAfter
		a.Status, a.Body = codec.AppendError(nil, err)
	}
	e.describe(a, c)
	return a
}

// describe tells in an answer's header fields who has made the call.
func (e *Edge) describe(a *job.Answer, c *gateway.Call) {
	for _, ret := range c.Returned {
		a.Headers[strings.ToLower(string(ret.Name))] = string(ret.Value)
	}
	for name, value := range map[string]string{"x-asbru-provider": c.Provider(), "x-asbru-model": c.Model(), "x-asbru-key": c.Key(), "x-asbru-node": e.node} {
		if value != "" {
			a.Headers[name] = value
		}
	}
}

// tellPieces tells of an answer as it comes, until it ends or nobody listens any more.
func tellPieces(c *gateway.Call, head *job.Answer, to job.Pieces) {
	if to.Begin(head) != nil {
		return
	}
	for {
		b, err := c.Next()
		if err != nil || to.Piece(b) != nil {
			return
		}
	}
}

// maxJobAnswer bounds an answer of a job that comes in pieces, such as a sound.
const maxJobAnswer = 64 << 20

// wholeOf is a copy of a call's answer, which may still have to come.
func wholeOf(c *gateway.Call) ([]byte, *api.Error) {
	if !c.Streaming {
		return append([]byte(nil), c.Answer...), nil
	}
	var all []byte
	for {
		b, err := c.Next()
		switch {
		case err == io.EOF && !c.Broken():
			return all, nil
		case err != nil:
			return nil, api.Errorf(api.KindUnavailable, "provider_closed", "The provider's answer broke off.")
		case len(all)+len(b) > maxJobAnswer:
			return nil, api.Errorf(api.KindUnavailable, "provider_answer_too_large", "The provider's answer is larger than %d bytes.", maxJobAnswer)
		}
		all = append(all, b...)
	}
}

// runJob makes a job's call. A panic in it is an error of this job, and not the end of
// the process, which has others.
func (e *Edge) runJob(c *gateway.Call, asked *job.Request, caller *jobCaller) (err *api.Error) {
	defer func() {
		if v := recover(); v != nil {
			e.panicked("panic in a job", c.RequestID, v)
			c.Crash()
			err = gateway.Crashed()
		}
	}()
	c.Client, c.Vetted = caller, true
	if asked.Path == pathOfTool {
		return e.runToolOf(caller.ctx, c, asked)
	}
	return e.gateway.Do(c)
}

// runToolOf runs the tool that a request wants run, in the form of OpenAI's chat.
func (e *Edge) runToolOf(ctx context.Context, c *gateway.Call, asked *job.Request) *api.Error {
	wanted, err := readWanted(asked.Body, false)
	if err != nil {
		return err
	}
	result, err := e.gateway.RunTool(ctx, c, wanted)
	if err != nil {
		return err
	}
	c.Status, c.ContentType, c.Answer = http.StatusOK, "application/json", toolAnswer(wanted.ID, result, false)
	return nil
}

// fillJob makes the call of a job's request.
func (e *Edge) fillJob(c *gateway.Call, asked *job.Request) (dialect.Codec, *api.Error) {
	method := cmp.Or(asked.Method, http.MethodPost)
	route := match(method, asked.Path, asked.Query, &c.Head)
	if route == nil || route.Method != method {
		return dialectOf(asked.Path), api.Errorf(api.KindNotFound, "route_not_found", "There is nothing at this path. See the documentation for the list of paths.")
	}
	c.In, c.Home, c.Body, c.Credential = route.codec, route.Home, asked.Body, asked.Credential
	h := func(names ...string) string {
		for _, name := range names {
			if v := asked.Headers[name]; v != "" {
				return v
			}
		}
		return ""
	}
	if home := h(headerNameHome); home != "" {
		c.Home = home
	}
	c.RequestID = h(headerNameRequestID)
	c.PinnedKey = h("X-Asbru-Key", "X-Bf-Api-Key-Id", "X-Bf-Api-Key")
	c.Session = h("X-Asbru-Session", "X-Bf-Session-Id")
	c.Fallbacks = h("X-Asbru-Fallbacks")
	c.Metadata, c.User = h("X-Asbru-Metadata"), h("X-Asbru-User")
	for name := range asked.Headers {
		c.Extra = c.Extra || strings.HasPrefix(name, gateway.ExtraPrefix)
	}
	c.Prompt, c.PromptValues = h("X-Asbru-Prompt"), h("X-Asbru-Prompt-Variables")
	c.Head.Prompted = c.Prompt != ""
	c.Parent = h("X-Asbru-Parent-Request-Id", "X-Bf-Parent-Request-Id")
	if d, err := time.ParseDuration(h("X-Asbru-Timeout")); err == nil { // it was checked when the job was taken
		c.Timeout = d
	}
	if route.relay == relayModel {
		return route.codec, fillRelayJob(c, asked, h(headerNameContentType), h("X-Model-Provider"))
	}
	return route.codec, nil
}

// jobCaller stands in for the caller, who has left and waits all the same.
type jobCaller struct {
	ctx     context.Context
	headers map[string]string
	unwatch func() bool
	told    chan struct{}
}

// Watch implements gateway.Client.
func (j *jobCaller) Watch(left func()) {
	told := make(chan struct{})
	j.told = told
	j.unwatch = context.AfterFunc(j.ctx, func() {
		defer close(told)
		left()
	})
}

// Unwatch implements gateway.Client.
func (j *jobCaller) Unwatch() {
	if j.unwatch != nil && !j.unwatch() {
		<-j.told
	}
	j.unwatch = nil
}

// Header implements gateway.Client.
func (j *jobCaller) Header(name string) string { return j.headers[http.CanonicalHeaderKey(name)] }

// Fields implements gateway.FieldRanger.
func (j *jobCaller) Fields(yield func(name, value string) bool) {
	for name, value := range j.headers {
		if !yield(name, value) {
			return
		}
	}
}
