package edge

import (
	"crypto/rand"
	"strings"
	"sync"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/codecs"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/asbru-gateway/asbru/pkg/sse"
	"github.com/fasthttp/websocket"
)

// Responses over a WebSocket: each message of the caller's is a request for a
// response, whose events come back as messages. To the engine each is a call like any
// other, so any provider may stand behind it.
// https://platform.openai.com/docs/guides/websocket-mode

// responsesConn is a caller's WebSocket for responses.
type responsesConn struct {
	edge       *Edge
	conn       *websocket.Conn
	credential string
	requestID  string
	home       string
	headers    handshake
	thread     thread

	// What the handshake has said for all its calls.
	pinnedKey, session, fallbacks, metadata, user, parent string
	extra                                                 bool

	frames chan []byte   // what the caller sends, one at a time
	over   chan struct{} // the caller has left
	done   chan struct{} // nothing is answered any more
	mu     sync.Mutex
	left   func() // to be called when the caller leaves
}

// responses opens a WebSocket for responses. Who may not call at all is told so at once.
func (r *request) responses(query string) {
	s := &responsesConn{
		edge: r.edge, credential: r.socketCredential(query), requestID: strings.Clone(r.id),
		headers: handshakeOf(r), frames: make(chan []byte), over: make(chan struct{}), done: make(chan struct{}),
		pinnedKey: strings.Clone(r.head.pinnedKey), session: strings.Clone(r.head.session), fallbacks: strings.Clone(r.head.fallbacks),
		metadata: strings.Clone(r.head.metadata), user: strings.Clone(r.head.user), parent: strings.Clone(r.head.parent), extra: r.head.extra,
	}
	if strings.HasPrefix(string(r.ctx.Path()), "/openai") {
		s.home = "openai"
	}
	c := r.edge.gateway.Acquire()
	c.Credential, c.Client = s.credential, r
	err := r.edge.gateway.Admit(c)
	r.edge.gateway.Release(c)
	if err != nil {
		r.refuse(codecs.OpenAI, err)
		return
	}
	r.upgrade(s.run)
}

// run answers what the caller sends until it leaves, or the edge drains.
func (s *responsesConn) run(conn *websocket.Conn) {
	s.conn = conn
	stayAlive(conn, s.done)
	var reading sync.WaitGroup
	reading.Go(s.read)
	defer reading.Wait()
	defer hangUp(conn)
	defer close(s.done)
	for {
		select {
		case frame, ok := <-s.frames:
			if !ok {
				return
			}
			if !s.answer(frame) {
				return
			}
		case <-s.edge.sockets.idle.Done():
			bid(conn, websocket.CloseGoingAway, "the gateway is shutting down")
			return
		}
	}
}

// read takes what the caller sends, and notices when it leaves: also while a response
// is under way, unless the next request waits already.
func (s *responsesConn) read() {
	defer close(s.frames)
	defer close(s.over)
	for {
		kind, frame, err := s.conn.ReadMessage()
		if err != nil {
			s.mu.Lock()
			if s.left != nil {
				s.left()
			}
			s.left = nil
			s.mu.Unlock()
			return
		}
		if kind != websocket.TextMessage {
			frame = nil // which is no request
		}
		_ = s.conn.SetReadDeadline(time.Time{}) // a request that waits is no silence of the caller's
		select {
		case s.frames <- frame:
		case <-s.done:
			return
		}
		_ = s.conn.SetReadDeadline(time.Now().Add(pongWithin))
		select {
		case <-s.done: // and the deadline that ends the next read may be overwritten
			return
		default:
		}
	}
}

// answer makes the call of one message and sends its events. It reports whether the
// caller is still there.
func (s *responsesConn) answer(frame []byte) bool {
	body, err := s.thread.request(frame)
	if err != nil {
		return s.fail(err)
	}
	if generate, ok := jsonx.Value(frame).Get("generate").Bool(); ok && !generate {
		return s.remember(frame)
	}
	c := s.edge.gateway.Acquire()
	defer s.edge.gateway.Release(c)
	s.fill(c, body)
	if err := s.edge.gateway.Do(c); err != nil {
		return s.fail(err)
	}
	if !c.Streaming {
		return s.fail(api.Errorf(api.KindUnavailable, "provider_bad_answer", "The provider was asked for a stream and answered in one piece."))
	}
	var events sse.Splitter
	for {
		b, err := c.Next()
		if err != nil {
			return !c.Broken() || !s.hasLeft()
		}
		events.Feed(b)
		if !s.send(&events) {
			return false
		}
	}
}

// remember answers a request for nothing but that what it says be known to the next
// one: with an empty response, which no provider is asked for.
func (s *responsesConn) remember(frame []byte) bool {
	model, _ := jsonx.Value(frame).Get("model").Str()
	w := codecs.Responses.Writer(&dialect.Head{})
	var wire []byte
	for _, e := range [...]api.Event{
		{Kind: api.EventStart, ID: "resp_" + rand.Text(), Model: model, Created: time.Now().Unix()},
		{Kind: api.EventFinish, Finish: api.FinishStop},
		{Kind: api.EventUsage, Usage: api.Usage{Known: true}},
		{Kind: api.EventEnd},
	} {
		wire = w.Append(wire, &e)
	}
	var events sse.Splitter
	events.Feed(wire)
	return s.send(&events)
}

// fill makes the call. Its answer is always a stream.
func (s *responsesConn) fill(c *gateway.Call, body []byte) {
	c.In, c.Head.Op, c.Home, c.Client = codecs.Responses, api.OpChat, s.home, s
	c.Vetted = true
	c.Body, c.RequestID, c.Credential = body, s.requestID, s.credential
	c.PinnedKey, c.Session, c.Fallbacks, c.Metadata = s.pinnedKey, s.session, s.fallbacks, s.metadata
	c.User, c.Parent, c.Extra = s.user, s.parent, s.extra
}

// send sends each whole event as a message, without what frames it in a stream.
func (s *responsesConn) send(events *sse.Splitter) bool {
	var ev sse.Event
	for {
		ok, err := events.Next(&ev)
		if err != nil || !ok {
			return err == nil
		}
		if len(ev.Data) == 0 || string(ev.Data) == "[DONE]" {
			continue
		}
		s.thread.hear(ev.Data)
		if !s.write(ev.Data) {
			return false
		}
	}
}

// fail tells the caller why there is no response. The connection goes on.
func (s *responsesConn) fail(err *api.Error) bool {
	status, body := codecs.Responses.AppendError(nil, err)
	out := append([]byte(nil), `{"type":"error","status":`...)
	out = appendInt(out, status)
	out = append(append(out, `,"error":`...), jsonx.Value(body).Get("error")...)
	return s.write(append(out, '}'))
}

func (s *responsesConn) write(message []byte) bool {
	_ = s.conn.SetWriteDeadline(time.Now().Add(socketWrite)) // fails on a closed connection only, as the write then will
	return s.conn.WriteMessage(websocket.TextMessage, message) == nil
}

func (s *responsesConn) hasLeft() bool {
	select {
	case <-s.over:
		return true
	default:
		return false
	}
}

// Watch implements gateway.Client.
func (s *responsesConn) Watch(left func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.hasLeft() {
		left()
		return
	}
	s.left = left
}

// Unwatch implements gateway.Client.
func (s *responsesConn) Unwatch() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.left = nil
}

// Header implements gateway.Client.
func (s *responsesConn) Header(name string) string { return s.headers.Header(name) }

// Fields implements gateway.FieldRanger.
func (s *responsesConn) Fields(yield func(name, value string) bool) { s.headers.Fields(yield) }
