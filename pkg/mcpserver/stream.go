package mcpserver

import (
	"context"
	"hash/fnv"
	"io"
	"net/http"
	"time"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/mcp"
)

// listChanged tells a client that it should list the tools again.
const listChanged = "event: message\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}\n\n"

// stream answers with what there is to tell outside of requests, until the client is gone,
// its session ends, its key does not count any more, or the node drains.
func (s *Server) stream(w http.ResponseWriter, r *http.Request, session string, c Caller) {
	if _, events := accepts(r.Header.Values("Accept")); !events {
		refuse(w, http.StatusNotAcceptable, api.Invalid("not_acceptable", "", "Accept must have text/event-stream."))
		return
	}
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	defer s.running.add(session, "", cancel)()
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-cache, no-transform")
	h.Set("X-Accel-Buffering", "no")
	w.WriteHeader(http.StatusOK)
	flush := http.NewResponseController(w).Flush
	say := func(text string) error {
		if _, err := io.WriteString(w, text); err != nil {
			return err
		}
		return flush()
	}
	if say(": connected\n\n") != nil {
		return
	}
	s.watch(ctx, c, func() error { return say(listChanged) }, func() error { return say(": alive\n\n") })
}

// listen answers a subscription, the form that streams have from the protocol's version
// 2026-07-28 on. The SDK tells its subscribers when a tool of its own comes or goes; as the
// tools here are none of its own, one is made to go.
func (x *exchange) listen(ctx context.Context, method string, req sdk.Request, next sdk.MethodHandler) (sdk.Result, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(x.life, cancel)()
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer cancel()
		x.of.watch(ctx, x.caller, func() error {
			x.server.AddTool(&sdk.Tool{Name: "changed", InputSchema: emptySchema}, nil)
			x.server.RemoveTools("changed")
			return nil
		}, func() error { return nil })
	}()
	result, err := next(ctx, method, req)
	cancel()
	<-done
	return result, err
}

var emptySchema = map[string]any{"type": "object"}

// watch says each time that the tools of a caller have changed, and now and then that it
// still watches, until ctx ends, the node drains, the caller may not have tools any more, or
// saying fails.
func (s *Server) watch(ctx context.Context, c Caller, changed, alive func() error) {
	beat := time.NewTicker(s.o.Beat)
	defer beat.Stop()
	next := s.o.Changed()
	known, err := fingerprint(c)
	for err == nil {
		select {
		case <-ctx.Done():
			return
		case <-s.closing:
			return
		case <-next:
			next = s.o.Changed()
		case <-beat.C: // a key may have been given other tools, or none
		}
		var now uint64
		if now, err = fingerprint(c); err != nil {
			return
		}
		say := alive
		if now != known {
			known, say = now, changed
		}
		if say() != nil {
			return
		}
	}
}

// fingerprint is another one when a caller's tools are others.
func fingerprint(c Caller) (uint64, *api.Error) {
	tools, err := c.Tools()
	if err != nil {
		return 0, err
	}
	return sum(tools), nil
}

func sum(tools []*mcp.Tool) uint64 {
	h := fnv.New64a()
	for _, t := range tools {
		_, _ = io.WriteString(h, t.Name+"\x00"+t.Hash+"\x00") // a hash takes all
	}
	return h.Sum64()
}
