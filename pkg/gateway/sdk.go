package gateway

import (
	"context"
	"fmt"
	"iter"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect/codecs"
)

// Chat has a conversation answered in one piece. The request's model is named as
// a caller would, "provider/model" or bare. Errors are *api.Error.
func (g *Gateway) Chat(ctx context.Context, req *api.Request) (*api.Response, error) {
	return g.whole(ctx, req, api.OpChat)
}

// Complete has a text completed, by a provider that still does that.
func (g *Gateway) Complete(ctx context.Context, req *api.Request) (*api.Response, error) {
	return g.whole(ctx, req, api.OpCompletion)
}

// Embed turns req.Inputs into vectors.
func (g *Gateway) Embed(ctx context.Context, req *api.Request) (*api.Response, error) {
	return g.whole(ctx, req, api.OpEmbedding)
}

// Rerank sorts req.Rerank.Documents by how well they answer its query: Response.Ranks.
func (g *Gateway) Rerank(ctx context.Context, req *api.Request) (*api.Response, error) {
	return g.whole(ctx, req, api.OpRerank)
}

// CountTokens counts the tokens of a conversation: Response.Usage.Input, with
// Estimated set when the provider has no such operation.
func (g *Gateway) CountTokens(ctx context.Context, req *api.Request) (*api.Response, error) {
	return g.whole(ctx, req, api.OpCountTokens)
}

// Stream has a conversation answered in events. An event's strings are valid
// until the next one is asked for. A stream that fails ends with an error, an
// *api.Error; leaving the loop early cancels the call.
//
//	for ev, err := range g.Stream(ctx, req) {
//		if err != nil { … }
//		if ev.Kind == api.EventDelta { fmt.Print(ev.Text) }
//	}
func (g *Gateway) Stream(ctx context.Context, req *api.Request) iter.Seq2[*api.Event, error] {
	return func(yield func(*api.Event, error) bool) {
		c, own := g.sdkCall(ctx, req, api.OpChat)
		own.Stream, own.StreamUsage = true, true
		c.Head.Stream, c.Head.StreamUsage = true, true
		defer g.Release(c)
		if err := g.Do(c); err != nil {
			yield(nil, err)
			return
		}
		c.yieldEvents(yield)
	}
}

func (c *Call) yieldEvents(yield func(*api.Event, error) bool) {
	s := &c.stream
	for {
		for i := range s.events {
			e := &s.events[i]
			if e.Kind == api.EventError {
				yield(nil, e.Err)
				return
			}
			if !yield(e, nil) {
				return
			}
		}
		s.events, s.ready = s.events[:0], false
		if s.done {
			return
		}
		if _, err := c.advance(time.Now().Add(c.snapshot.heartbeat)); err != nil {
			c.silent(time.Now(), time.Time{})
		}
	}
}

// Raw sends a body as it is, in a dialect (openai, anthropic, genai), and
// returns the answer in that dialect. It does not stream.
func (g *Gateway) Raw(ctx context.Context, dialect string, op api.Op, body []byte) ([]byte, error) {
	codec := codecs.ByName(dialect)
	if codec == nil {
		return nil, fmt.Errorf("unknown dialect %q", dialect)
	}
	c, _ := g.sdkCall(ctx, nil, op)
	defer g.Release(c)
	c.In, c.Body = codec, body
	if err := g.Do(c); err != nil {
		return nil, err
	}
	if c.Streaming {
		return nil, api.Invalid("stream_not_possible", "stream", "Raw answers in one piece; use Stream, or leave stream out.")
	}
	return append([]byte(nil), c.Answer...), nil
}

func (g *Gateway) whole(ctx context.Context, req *api.Request, op api.Op) (*api.Response, error) {
	c, own := g.sdkCall(ctx, req, op)
	own.Stream, c.Head.Stream = false, false
	return g.wholeOf(c)
}

// wholeOf makes a call that is answered in one piece.
func (g *Gateway) wholeOf(c *Call) (*api.Response, error) {
	defer g.Release(c)
	if err := g.Do(c); err != nil {
		return nil, err
	}
	res := c.answer
	c.answer, c.body = api.Response{}, nil // the answer borrows from the body, and is the caller's now
	if !c.here {                           // else it says it itself
		res.Usage = c.Usage
	}
	return &res, nil
}

// sdkCall makes a call of a canonical request. The request is copied, since the
// engine puts the provider's own model name in.
func (g *Gateway) sdkCall(ctx context.Context, req *api.Request, op api.Op) (*Call, *api.Request) {
	c := g.Acquire()
	c.Head.Op = op
	c.Client = &contextClient{ctx: ctx}
	if until, ok := ctx.Deadline(); ok {
		c.Timeout = max(time.Until(until), time.Nanosecond)
	}
	if req == nil {
		return c, nil
	}
	own := *req
	own.Op = op
	c.request = &own
	c.Head.Model = own.Model
	return c, &own
}

// contextClient is a caller that leaves when its context ends.
type contextClient struct {
	ctx    context.Context
	stop   func() bool
	called chan struct{}
}

// Watch implements Client.
func (cc *contextClient) Watch(left func()) {
	cc.called = make(chan struct{})
	cc.stop = context.AfterFunc(cc.ctx, func() {
		defer close(cc.called)
		left()
	})
}

// Unwatch implements Client.
func (cc *contextClient) Unwatch() {
	if !cc.stop() {
		<-cc.called
	}
}

// Header implements Client: there are none.
func (*contextClient) Header(string) string { return "" }
