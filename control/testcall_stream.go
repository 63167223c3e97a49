package control

import (
	"errors"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/asbru-gateway/asbru/pkg/job"
)

const eventStreamMediaType = "text/event-stream"

// testStreamPatience is how long a caller may take to accept a piece.
const testStreamPatience = 30 * time.Second

// headerNameTestCall has the id of a streamed call in the log.
const headerNameTestCall = "X-Asbru-Request-Id"

// follow shows an answer as it comes, or as a whole if it is no stream. What goes wrong behind
// its beginning is its last event.
func (t *testCall) follow(to huma.Context) {
	r, w := humago.Unwrap(to)
	s := &testStream{call: t, request: r, to: w, controller: http.NewResponseController(w)}
	ctx, cancel := WhileThere(r.Context())
	defer cancel()
	a, node, err := t.control.o.TestCalls.Follow(ctx, t.request, s)
	switch {
	case errors.Is(err, errLeft):
	case err != nil && s.begun:
		_ = s.Piece(append(append([]byte("\n\ndata: "), mustJSON(t.control.explainTestCall(err))...), "\n\n"...)) // the caller may have gone
	case err != nil:
		refuseRequest(w, t.control.explainTestCall(err))
	case a != nil:
		t.told(r.Context(), a, node)
		t.write(to, a, node)
	}
	if s.begun {
		_ = s.controller.SetWriteDeadline(time.Time{}) // the connection may have gone
	}
}

// errLeft is the error of a caller who takes no more.
var errLeft = errors.New("control: the caller has left")

// testStream hands an edge's answer on. It implements testcall.Follower.
type testStream struct {
	call       *testCall
	request    *http.Request
	to         http.ResponseWriter
	controller *http.ResponseController
	begun      bool
}

// Begin implements testcall.Follower. The call is in the audit before any of it is shown.
func (s *testStream) Begin(head *job.Answer, node string) error {
	s.begun = true
	h := s.to.Header()
	for _, name := range []string{"x-asbru-provider", "x-asbru-model", "x-asbru-key"} {
		if v := head.Headers[name]; v != "" {
			h.Set(name, v)
		}
	}
	h.Set("X-Asbru-Node", node)
	h.Set(headerNameTestCall, s.call.id)
	h.Set("Content-Type", eventStreamMediaType)
	h.Set("X-Accel-Buffering", "no")
	s.call.told(s.request.Context(), head, node)
	s.to.WriteHeader(http.StatusOK)
	return s.flush()
}

// Piece implements testcall.Follower.
func (s *testStream) Piece(b []byte) error {
	_ = s.controller.SetWriteDeadline(time.Now().Add(testStreamPatience)) // fails on a closed connection only, as the write then will
	if _, err := s.to.Write(b); err != nil {
		return errLeft
	}
	return s.flush()
}

func (s *testStream) flush() error {
	if s.controller.Flush() != nil {
		return errLeft
	}
	return nil
}
