package mcpserver

import (
	"context"
	"fmt"

	"github.com/nats-io/nats.go"

	"github.com/asbru-gateway/asbru/pkg/bus"
)

// requestMax bounds the id of a request that other nodes are told.
const requestMax = 1 << 10

// cancel has a call of a session end, wherever it is. Who names no session, has none that
// could be found.
func (s *Server) cancel(session, request string) {
	if session != "" && len(request) <= requestMax {
		s.tell(session, request)
	}
}

// tell has all nodes, this one at once, cancel a call of a session, or with no request end
// the session. Should it not reach one, the call goes on to its own end.
func (s *Server) tell(session, request string) {
	s.hear(session, request)
	if s.o.Conn == nil {
		return
	}
	if err := s.o.Conn.Control.NATS.Publish(bus.MCPSession.At(session), []byte(request)); err != nil {
		s.o.Log.Warn("other nodes are not told that a call of an MCP client was cancelled", "error", err)
	}
}

// hear does what a node tells.
func (s *Server) hear(session, request string) {
	if request == "" {
		s.sessions.end(session)
	}
	s.running.cancel(session, request)
}

// Follow hears what other nodes tell, until ctx ends.
func (s *Server) Follow(ctx context.Context) error {
	told, err := s.o.Conn.Control.NATS.Subscribe(bus.MCPSession.All(), func(m *nats.Msg) {
		if values, ok := bus.MCPSession.Values(m.Subject); ok {
			s.hear(values[0], string(m.Data))
		}
	})
	if err != nil {
		return fmt.Errorf("listen for what is cancelled: %w", err)
	}
	<-ctx.Done()
	_ = told.Unsubscribe() // it ends with the connection otherwise
	return nil
}
