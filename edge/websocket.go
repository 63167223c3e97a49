package edge

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect/codecs"
	"github.com/fasthttp/websocket"
	"github.com/valyala/fasthttp"
)

// socketKind is what a WebSocket is for.
type socketKind uint8

const (
	noSocket socketKind = iota
	responsesSocket
	realtimeSocket
)

// Sockets are the paths of the API that are WebSockets, beside [Routes].
var Sockets = []string{"/v1/responses", "/openai/v1/responses", "/openai/responses", "/v1/realtime", "/openai/v1/realtime", "/openai/realtime"}

// socketAt says what the WebSocket at a path is for. As with other paths, a
// framework's prefix and slashes too many do not count.
func socketAt(path string) socketKind {
	if !strings.Contains(path, "re") { // neither of them
		return noSocket
	}
	path = tidied(path)
	for _, prefix := range &frameworks {
		if rest, ok := strings.CutPrefix(path, prefix); ok && strings.HasPrefix(rest, "/") {
			path = rest
			break
		}
	}
	if rest, ok := strings.CutPrefix(path, "/openai"); ok && strings.HasPrefix(rest, "/openai/") {
		path = rest // Azure's SDK adds the prefix that its endpoint has already
	}
	switch {
	case !slices.Contains(Sockets, path):
		return noSocket
	case strings.HasSuffix(path, "/realtime"):
		return realtimeSocket
	}
	return responsesSocket
}

const (
	// maxFrame is the most that one message may hold: what OpenAI takes of sound, and
	// of a conversation.
	maxFrame = 32 << 20
	// socketWrite is how long a caller may take to accept a message.
	socketWrite = 30 * time.Second
	// pingEvery is how often a caller is asked whether it is still there, and pongWithin
	// how long it may be silent.
	pingEvery  = 20 * time.Second
	pongWithin = time.Minute
)

// sockets are the open WebSockets of an edge. The HTTP server does not wait for them.
type sockets struct {
	mu     sync.Mutex
	open   sync.WaitGroup
	closed bool
	idle   context.Context // ends when those that are idle are to end
	drain  context.CancelFunc
}

func newSockets() *sockets {
	s := &sockets{}
	s.idle, s.drain = context.WithCancel(context.Background())
	return s
}

// enter counts a socket; false once they are waited for.
func (s *sockets) enter() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	s.open.Add(1)
	return true
}

// close takes no more sockets, and waits until ctx ends for those that are open.
func (s *sockets) close(ctx context.Context) bool {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		s.open.Wait()
	}()
	select {
	case <-gone:
		return true
	case <-ctx.Done():
		return false
	}
}

// socket answers a request for a WebSocket. It reports whether the request was one.
func (r *request) socket(path, query string) bool {
	kind := socketAt(path)
	if kind == noSocket {
		return false
	}
	if !r.ctx.Request.Header.ConnectionUpgrade() {
		if kind == responsesSocket {
			return false // the path is a route, too
		}
		r.refuse(codecs.OpenAI, &api.Error{Kind: api.KindInvalid, Status: fasthttp.StatusUpgradeRequired, Code: "upgrade_required", Message: "This path is a WebSocket: ask with Connection: Upgrade."})
		return true
	}
	if !r.fromAllowedOrigin() {
		r.refuse(codecs.OpenAI, api.Errorf(api.KindPermission, "origin_not_allowed", "Pages of this origin may not connect. client.allowed_origins lists those that may."))
		return true
	}
	if r.edge.draining.Load() {
		r.refuse(codecs.OpenAI, api.Errorf(api.KindOverloaded, "shutting_down", "The gateway is shutting down."))
		return true
	}
	if kind == realtimeSocket {
		r.realtime(query)
	} else {
		r.responses(query)
	}
	return true
}

// fromAllowedOrigin says whether the page that connects may. Browsers let any page
// open a WebSocket anywhere; what is no browser names no origin.
func (r *request) fromAllowedOrigin() bool {
	origin := r.head.origin
	if origin == "" {
		return true
	}
	if origins := r.edge.origins.Load(); origins != nil && (slices.Contains(*origins, "*") || slices.Contains(*origins, origin)) {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && strings.EqualFold(u.Host, string(r.ctx.Host()))
}

// keyProtocol begins the subprotocol in which a browser, which cannot set headers,
// sends its key; betaProtocol asks for the API's older form.
const (
	keyProtocol      = "openai-insecure-api-key."
	betaProtocol     = "openai-beta.realtime-v1"
	realtimeProtocol = "realtime"
)

// protocols lists the subprotocols that the caller offers.
func (r *request) protocols() []string {
	var all []string
	for p := range strings.SplitSeq(string(r.ctx.Request.Header.Peek("Sec-Websocket-Protocol")), ",") {
		if p = strings.TrimSpace(p); p != "" {
			all = append(all, p)
		}
	}
	return all
}

// socketCredential finds what the caller shows: as for any request, or in a subprotocol.
func (r *request) socketCredential(query string) string {
	if c := r.head.credential(r.ctx, query); c != "" {
		return strings.Clone(c)
	}
	for _, p := range r.protocols() {
		if key, ok := strings.CutPrefix(p, keyProtocol); ok {
			return key
		}
	}
	return ""
}

// upgrade makes a WebSocket of the request, and runs it on a goroutine of its own.
// The request ends with that: run must not touch it. It reports whether there is one.
func (r *request) upgrade(run func(*websocket.Conn)) bool {
	e := r.edge
	up := websocket.FastHTTPUpgrader{
		Subprotocols: []string{realtimeProtocol},
		CheckOrigin:  func(*fasthttp.RequestCtx) bool { return true }, // it has been
		Error: func(ctx *fasthttp.RequestCtx, status int, reason error) {
			e := api.Errorf(api.KindInvalid, "invalid_upgrade", "The request is no valid WebSocket handshake: %v.", reason)
			e.Status = status
			_, body := codecs.OpenAI.AppendError(nil, e)
			ctx.SetStatusCode(status)
			ctx.SetContentType("application/json")
			ctx.SetBody(body)
		},
	}
	if !e.sockets.enter() {
		r.refuse(codecs.OpenAI, api.Errorf(api.KindOverloaded, "shutting_down", "The gateway is shutting down."))
		return false
	}
	r.describe()
	err := up.Upgrade(r.ctx, func(conn *websocket.Conn) {
		defer e.sockets.open.Done()
		defer func() {
			if v := recover(); v != nil {
				e.panicked("panic in a WebSocket", "", v)
			}
		}() // the server closes the connection
		conn.SetReadLimit(maxFrame)
		run(conn)
	})
	if err != nil {
		e.sockets.open.Done()
	}
	r.end()
	return err == nil
}

// stayAlive asks the peer now and then whether it is still there, until stop is
// closed. A peer that says nothing for too long fails the read that waits for it.
func stayAlive(conn *websocket.Conn, stop <-chan struct{}) {
	heard := func(string) error {
		err := conn.SetReadDeadline(time.Now().Add(pongWithin))
		select {
		case <-stop: // and the deadline that says so may just have been overwritten
			hangUp(conn)
		default:
		}
		return err
	}
	conn.SetPongHandler(heard)
	_ = heard("") // fails on a closed connection only, as the read then will
	go func() {
		t := time.NewTicker(pingEvery)
		defer t.Stop()
		for {
			select {
			case <-stop:
				return
			case <-t.C:
				if conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(socketWrite)) != nil {
					return
				}
			}
		}
	}()
}

// hangUp ends the read that waits for a peer. The server closes the connection itself,
// when what runs on it has ended, and lets nobody else.
func hangUp(conn *websocket.Conn) { _ = conn.SetReadDeadline(time.Unix(1, 0)) }

// bid says farewell to a peer, which may have gone.
func bid(conn *websocket.Conn, code int, reason string) {
	_ = conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, reason), time.Now().Add(time.Second))
}
